# Written by `ros-z stubs`.

from ros_z_py import _fields

class Bool(_fields.Message):
    """example_interfaces/msg/Bool"""

    data: bool

    def __init__(
        self,
        *,
        data: bool = False,
    ) -> None: ...

class Byte(_fields.Message):
    """example_interfaces/msg/Byte"""

    data: int

    def __init__(
        self,
        *,
        data: int = 0,
    ) -> None: ...

class ByteMultiArray(_fields.Message):
    """example_interfaces/msg/ByteMultiArray"""

    layout: MultiArrayLayout
    data: _fields.Octets

    def __init__(
        self,
        *,
        layout: _fields.AnyMessage[MultiArrayLayout] = ...,
        data: _fields.AnyOctets = ...,
    ) -> None: ...

class Char(_fields.Message):
    """example_interfaces/msg/Char"""

    data: int

    def __init__(
        self,
        *,
        data: int = 0,
    ) -> None: ...

class Empty(_fields.Message):
    """example_interfaces/msg/Empty"""

    def __init__(self) -> None: ...

class Float32(_fields.Message):
    """example_interfaces/msg/Float32"""

    data: float

    def __init__(
        self,
        *,
        data: float = 0.0,
    ) -> None: ...

class Float32MultiArray(_fields.Message):
    """example_interfaces/msg/Float32MultiArray"""

    layout: MultiArrayLayout
    data: _fields.Numbers[float]

    def __init__(
        self,
        *,
        layout: _fields.AnyMessage[MultiArrayLayout] = ...,
        data: _fields.AnyNumbers[float] = ...,
    ) -> None: ...

class Float64(_fields.Message):
    """example_interfaces/msg/Float64"""

    data: float

    def __init__(
        self,
        *,
        data: float = 0.0,
    ) -> None: ...

class Float64MultiArray(_fields.Message):
    """example_interfaces/msg/Float64MultiArray"""

    layout: MultiArrayLayout
    data: _fields.Numbers[float]

    def __init__(
        self,
        *,
        layout: _fields.AnyMessage[MultiArrayLayout] = ...,
        data: _fields.AnyNumbers[float] = ...,
    ) -> None: ...

class Int16(_fields.Message):
    """example_interfaces/msg/Int16"""

    data: int

    def __init__(
        self,
        *,
        data: int = 0,
    ) -> None: ...

class Int16MultiArray(_fields.Message):
    """example_interfaces/msg/Int16MultiArray"""

    layout: MultiArrayLayout
    data: _fields.Numbers[int]

    def __init__(
        self,
        *,
        layout: _fields.AnyMessage[MultiArrayLayout] = ...,
        data: _fields.AnyNumbers[int] = ...,
    ) -> None: ...

class Int32(_fields.Message):
    """example_interfaces/msg/Int32"""

    data: int

    def __init__(
        self,
        *,
        data: int = 0,
    ) -> None: ...

class Int32MultiArray(_fields.Message):
    """example_interfaces/msg/Int32MultiArray"""

    layout: MultiArrayLayout
    data: _fields.Numbers[int]

    def __init__(
        self,
        *,
        layout: _fields.AnyMessage[MultiArrayLayout] = ...,
        data: _fields.AnyNumbers[int] = ...,
    ) -> None: ...

class Int64(_fields.Message):
    """example_interfaces/msg/Int64"""

    data: int

    def __init__(
        self,
        *,
        data: int = 0,
    ) -> None: ...

class Int64MultiArray(_fields.Message):
    """example_interfaces/msg/Int64MultiArray"""

    layout: MultiArrayLayout
    data: _fields.Numbers[int]

    def __init__(
        self,
        *,
        layout: _fields.AnyMessage[MultiArrayLayout] = ...,
        data: _fields.AnyNumbers[int] = ...,
    ) -> None: ...

class Int8(_fields.Message):
    """example_interfaces/msg/Int8"""

    data: int

    def __init__(
        self,
        *,
        data: int = 0,
    ) -> None: ...

class Int8MultiArray(_fields.Message):
    """example_interfaces/msg/Int8MultiArray"""

    layout: MultiArrayLayout
    data: _fields.Numbers[int]

    def __init__(
        self,
        *,
        layout: _fields.AnyMessage[MultiArrayLayout] = ...,
        data: _fields.AnyNumbers[int] = ...,
    ) -> None: ...

class MultiArrayDimension(_fields.Message):
    """example_interfaces/msg/MultiArrayDimension"""

    label: str
    size: int
    stride: int

    def __init__(
        self,
        *,
        label: str = "",
        size: int = 0,
        stride: int = 0,
    ) -> None: ...

class MultiArrayLayout(_fields.Message):
    """example_interfaces/msg/MultiArrayLayout"""

    dim: _fields.Messages[MultiArrayDimension]
    data_offset: int

    def __init__(
        self,
        *,
        dim: _fields.AnyMessages[MultiArrayDimension] = ...,
        data_offset: int = 0,
    ) -> None: ...

class String(_fields.Message):
    """example_interfaces/msg/String"""

    data: str

    def __init__(
        self,
        *,
        data: str = "",
    ) -> None: ...

class UInt16(_fields.Message):
    """example_interfaces/msg/UInt16"""

    data: int

    def __init__(
        self,
        *,
        data: int = 0,
    ) -> None: ...

class UInt16MultiArray(_fields.Message):
    """example_interfaces/msg/UInt16MultiArray"""

    layout: MultiArrayLayout
    data: _fields.Numbers[int]

    def __init__(
        self,
        *,
        layout: _fields.AnyMessage[MultiArrayLayout] = ...,
        data: _fields.AnyNumbers[int] = ...,
    ) -> None: ...

class UInt32(_fields.Message):
    """example_interfaces/msg/UInt32"""

    data: int

    def __init__(
        self,
        *,
        data: int = 0,
    ) -> None: ...

class UInt32MultiArray(_fields.Message):
    """example_interfaces/msg/UInt32MultiArray"""

    layout: MultiArrayLayout
    data: _fields.Numbers[int]

    def __init__(
        self,
        *,
        layout: _fields.AnyMessage[MultiArrayLayout] = ...,
        data: _fields.AnyNumbers[int] = ...,
    ) -> None: ...

class UInt64(_fields.Message):
    """example_interfaces/msg/UInt64"""

    data: int

    def __init__(
        self,
        *,
        data: int = 0,
    ) -> None: ...

class UInt64MultiArray(_fields.Message):
    """example_interfaces/msg/UInt64MultiArray"""

    layout: MultiArrayLayout
    data: _fields.Numbers[int]

    def __init__(
        self,
        *,
        layout: _fields.AnyMessage[MultiArrayLayout] = ...,
        data: _fields.AnyNumbers[int] = ...,
    ) -> None: ...

class UInt8(_fields.Message):
    """example_interfaces/msg/UInt8"""

    data: int

    def __init__(
        self,
        *,
        data: int = 0,
    ) -> None: ...

class UInt8MultiArray(_fields.Message):
    """example_interfaces/msg/UInt8MultiArray"""

    layout: MultiArrayLayout
    data: _fields.Octets

    def __init__(
        self,
        *,
        layout: _fields.AnyMessage[MultiArrayLayout] = ...,
        data: _fields.AnyOctets = ...,
    ) -> None: ...

class WString(_fields.Message):
    """example_interfaces/msg/WString"""

    data: str

    def __init__(
        self,
        *,
        data: str = "",
    ) -> None: ...
