# Written by `ros-z stubs`.

from . import msg as msg
from . import srv as srv
from .msg import Field as Field
from .msg import FieldType as FieldType
from .msg import IndividualTypeDescription as IndividualTypeDescription
from .msg import KeyValue as KeyValue
from .msg import TypeDescription as TypeDescription
from .msg import TypeSource as TypeSource
from .srv import GetTypeDescription as GetTypeDescription
from .srv import GetTypeDescription_Request as GetTypeDescription_Request
from .srv import GetTypeDescription_Response as GetTypeDescription_Response
from .srv import GetTypeDescription_Event as GetTypeDescription_Event
from .srv import GetTypeDescriptionRequest as GetTypeDescriptionRequest
from .srv import GetTypeDescriptionResponse as GetTypeDescriptionResponse
from .srv import GetTypeDescriptionEvent as GetTypeDescriptionEvent
