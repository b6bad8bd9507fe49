# Written by `ros-z stubs`.

from . import msg as msg
from . import srv as srv
from .msg import ImageMarker as ImageMarker
from .msg import InteractiveMarker as InteractiveMarker
from .msg import InteractiveMarkerControl as InteractiveMarkerControl
from .msg import InteractiveMarkerFeedback as InteractiveMarkerFeedback
from .msg import InteractiveMarkerInit as InteractiveMarkerInit
from .msg import InteractiveMarkerPose as InteractiveMarkerPose
from .msg import InteractiveMarkerUpdate as InteractiveMarkerUpdate
from .msg import Marker as Marker
from .msg import MarkerArray as MarkerArray
from .msg import MenuEntry as MenuEntry
from .msg import MeshFile as MeshFile
from .msg import UVCoordinate as UVCoordinate
from .srv import GetInteractiveMarkers as GetInteractiveMarkers
from .srv import GetInteractiveMarkers_Request as GetInteractiveMarkers_Request
from .srv import GetInteractiveMarkers_Response as GetInteractiveMarkers_Response
from .srv import GetInteractiveMarkers_Event as GetInteractiveMarkers_Event
from .srv import GetInteractiveMarkersRequest as GetInteractiveMarkersRequest
from .srv import GetInteractiveMarkersResponse as GetInteractiveMarkersResponse
from .srv import GetInteractiveMarkersEvent as GetInteractiveMarkersEvent
