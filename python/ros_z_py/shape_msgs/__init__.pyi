# Written by `ros-z stubs`.

from . import msg as msg
from .msg import Mesh as Mesh
from .msg import MeshTriangle as MeshTriangle
from .msg import Plane as Plane
from .msg import SolidPrimitive as SolidPrimitive
