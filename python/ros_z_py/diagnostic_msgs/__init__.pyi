# Written by `ros-z stubs`.

from . import msg as msg
from . import srv as srv
from .msg import DiagnosticArray as DiagnosticArray
from .msg import DiagnosticStatus as DiagnosticStatus
from .msg import KeyValue as KeyValue
from .srv import AddDiagnostics as AddDiagnostics
from .srv import AddDiagnostics_Request as AddDiagnostics_Request
from .srv import AddDiagnostics_Response as AddDiagnostics_Response
from .srv import AddDiagnostics_Event as AddDiagnostics_Event
from .srv import SelfTest as SelfTest
from .srv import SelfTest_Request as SelfTest_Request
from .srv import SelfTest_Response as SelfTest_Response
from .srv import SelfTest_Event as SelfTest_Event
from .srv import AddDiagnosticsRequest as AddDiagnosticsRequest
from .srv import AddDiagnosticsResponse as AddDiagnosticsResponse
from .srv import AddDiagnosticsEvent as AddDiagnosticsEvent
from .srv import SelfTestRequest as SelfTestRequest
from .srv import SelfTestResponse as SelfTestResponse
from .srv import SelfTestEvent as SelfTestEvent
