# Written by `ros-z stubs`.

from . import srv as srv
from .srv import Empty as Empty
from .srv import Empty_Request as Empty_Request
from .srv import Empty_Response as Empty_Response
from .srv import Empty_Event as Empty_Event
from .srv import SetBool as SetBool
from .srv import SetBool_Request as SetBool_Request
from .srv import SetBool_Response as SetBool_Response
from .srv import SetBool_Event as SetBool_Event
from .srv import Trigger as Trigger
from .srv import Trigger_Request as Trigger_Request
from .srv import Trigger_Response as Trigger_Response
from .srv import Trigger_Event as Trigger_Event
from .srv import EmptyRequest as EmptyRequest
from .srv import EmptyResponse as EmptyResponse
from .srv import EmptyEvent as EmptyEvent
from .srv import SetBoolRequest as SetBoolRequest
from .srv import SetBoolResponse as SetBoolResponse
from .srv import SetBoolEvent as SetBoolEvent
from .srv import TriggerRequest as TriggerRequest
from .srv import TriggerResponse as TriggerResponse
from .srv import TriggerEvent as TriggerEvent
