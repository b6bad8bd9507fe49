# Written by `ros-z stubs`.

from . import srv as srv
from .srv import ListNodes as ListNodes
from .srv import ListNodes_Request as ListNodes_Request
from .srv import ListNodes_Response as ListNodes_Response
from .srv import ListNodes_Event as ListNodes_Event
from .srv import LoadNode as LoadNode
from .srv import LoadNode_Request as LoadNode_Request
from .srv import LoadNode_Response as LoadNode_Response
from .srv import LoadNode_Event as LoadNode_Event
from .srv import UnloadNode as UnloadNode
from .srv import UnloadNode_Request as UnloadNode_Request
from .srv import UnloadNode_Response as UnloadNode_Response
from .srv import UnloadNode_Event as UnloadNode_Event
from .srv import ListNodesRequest as ListNodesRequest
from .srv import ListNodesResponse as ListNodesResponse
from .srv import ListNodesEvent as ListNodesEvent
from .srv import LoadNodeRequest as LoadNodeRequest
from .srv import LoadNodeResponse as LoadNodeResponse
from .srv import LoadNodeEvent as LoadNodeEvent
from .srv import UnloadNodeRequest as UnloadNodeRequest
from .srv import UnloadNodeResponse as UnloadNodeResponse
from .srv import UnloadNodeEvent as UnloadNodeEvent
