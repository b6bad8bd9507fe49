# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields, builtin_interfaces

class FloatingPointRange(_fields.Message):
    """rcl_interfaces/msg/FloatingPointRange"""

    from_value: float
    to_value: float
    step: float

    def __init__(
        self,
        *,
        from_value: float = 0.0,
        to_value: float = 0.0,
        step: float = 0.0,
    ) -> None: ...

class IntegerRange(_fields.Message):
    """rcl_interfaces/msg/IntegerRange"""

    from_value: int
    to_value: int
    step: int

    def __init__(
        self,
        *,
        from_value: int = 0,
        to_value: int = 0,
        step: int = 0,
    ) -> None: ...

class ListParametersResult(_fields.Message):
    """rcl_interfaces/msg/ListParametersResult"""

    names: _fields.Texts
    prefixes: _fields.Texts

    def __init__(
        self,
        *,
        names: _fields.AnyTexts = ...,
        prefixes: _fields.AnyTexts = ...,
    ) -> None: ...

class Log(_fields.Message):
    """rcl_interfaces/msg/Log"""

    DEBUG: typing.ClassVar[int] = 10
    INFO: typing.ClassVar[int] = 20
    WARN: typing.ClassVar[int] = 30
    ERROR: typing.ClassVar[int] = 40
    FATAL: typing.ClassVar[int] = 50
    stamp: builtin_interfaces.msg.Time
    level: int
    name: str
    msg: str
    file: str
    function: str
    line: int

    def __init__(
        self,
        *,
        stamp: _fields.AnyMessage[builtin_interfaces.msg.Time] = ...,
        level: int = 0,
        name: str = "",
        msg: str = "",
        file: str = "",
        function: str = "",
        line: int = 0,
    ) -> None: ...

class LoggerLevel(_fields.Message):
    """rcl_interfaces/msg/LoggerLevel"""

    LOG_LEVEL_UNKNOWN: typing.ClassVar[int] = 0
    LOG_LEVEL_DEBUG: typing.ClassVar[int] = 10
    LOG_LEVEL_INFO: typing.ClassVar[int] = 20
    LOG_LEVEL_WARN: typing.ClassVar[int] = 30
    LOG_LEVEL_ERROR: typing.ClassVar[int] = 40
    LOG_LEVEL_FATAL: typing.ClassVar[int] = 50
    name: str
    level: int

    def __init__(
        self,
        *,
        name: str = "",
        level: int = 0,
    ) -> None: ...

class Parameter(_fields.Message):
    """rcl_interfaces/msg/Parameter"""

    name: str
    value: ParameterValue

    def __init__(
        self,
        *,
        name: str = "",
        value: _fields.AnyMessage[ParameterValue] = ...,
    ) -> None: ...

class ParameterDescriptor(_fields.Message):
    """rcl_interfaces/msg/ParameterDescriptor"""

    name: str
    type: int
    description: str
    additional_constraints: str
    read_only: bool
    dynamic_typing: bool
    floating_point_range: _fields.Messages[FloatingPointRange]
    integer_range: _fields.Messages[IntegerRange]

    def __init__(
        self,
        *,
        name: str = "",
        type: int = 0,
        description: str = "",
        additional_constraints: str = "",
        read_only: bool = False,
        dynamic_typing: bool = False,
        floating_point_range: _fields.AnyMessages[FloatingPointRange] = ...,
        integer_range: _fields.AnyMessages[IntegerRange] = ...,
    ) -> None: ...

class ParameterEvent(_fields.Message):
    """rcl_interfaces/msg/ParameterEvent"""

    stamp: builtin_interfaces.msg.Time
    node: str
    new_parameters: _fields.Messages[Parameter]
    changed_parameters: _fields.Messages[Parameter]
    deleted_parameters: _fields.Messages[Parameter]

    def __init__(
        self,
        *,
        stamp: _fields.AnyMessage[builtin_interfaces.msg.Time] = ...,
        node: str = "",
        new_parameters: _fields.AnyMessages[Parameter] = ...,
        changed_parameters: _fields.AnyMessages[Parameter] = ...,
        deleted_parameters: _fields.AnyMessages[Parameter] = ...,
    ) -> None: ...

class ParameterEventDescriptors(_fields.Message):
    """rcl_interfaces/msg/ParameterEventDescriptors"""

    new_parameters: _fields.Messages[ParameterDescriptor]
    changed_parameters: _fields.Messages[ParameterDescriptor]
    deleted_parameters: _fields.Messages[ParameterDescriptor]

    def __init__(
        self,
        *,
        new_parameters: _fields.AnyMessages[ParameterDescriptor] = ...,
        changed_parameters: _fields.AnyMessages[ParameterDescriptor] = ...,
        deleted_parameters: _fields.AnyMessages[ParameterDescriptor] = ...,
    ) -> None: ...

class ParameterType(_fields.Message):
    """rcl_interfaces/msg/ParameterType"""

    PARAMETER_NOT_SET: typing.ClassVar[int] = 0
    PARAMETER_BOOL: typing.ClassVar[int] = 1
    PARAMETER_INTEGER: typing.ClassVar[int] = 2
    PARAMETER_DOUBLE: typing.ClassVar[int] = 3
    PARAMETER_STRING: typing.ClassVar[int] = 4
    PARAMETER_BYTE_ARRAY: typing.ClassVar[int] = 5
    PARAMETER_BOOL_ARRAY: typing.ClassVar[int] = 6
    PARAMETER_INTEGER_ARRAY: typing.ClassVar[int] = 7
    PARAMETER_DOUBLE_ARRAY: typing.ClassVar[int] = 8
    PARAMETER_STRING_ARRAY: typing.ClassVar[int] = 9

    def __init__(self) -> None: ...

class ParameterValue(_fields.Message):
    """rcl_interfaces/msg/ParameterValue"""

    type: int
    bool_value: bool
    integer_value: int
    double_value: float
    string_value: str
    byte_array_value: _fields.Octets
    bool_array_value: _fields.Numbers[bool]
    integer_array_value: _fields.Numbers[int]
    double_array_value: _fields.Numbers[float]
    string_array_value: _fields.Texts

    def __init__(
        self,
        *,
        type: int = 0,
        bool_value: bool = False,
        integer_value: int = 0,
        double_value: float = 0.0,
        string_value: str = "",
        byte_array_value: _fields.AnyOctets = ...,
        bool_array_value: _fields.AnyNumbers[bool] = ...,
        integer_array_value: _fields.AnyNumbers[int] = ...,
        double_array_value: _fields.AnyNumbers[float] = ...,
        string_array_value: _fields.AnyTexts = ...,
    ) -> None: ...

class SetLoggerLevelsResult(_fields.Message):
    """rcl_interfaces/msg/SetLoggerLevelsResult"""

    successful: bool
    reason: str

    def __init__(
        self,
        *,
        successful: bool = False,
        reason: str = "",
    ) -> None: ...

class SetParametersResult(_fields.Message):
    """rcl_interfaces/msg/SetParametersResult"""

    successful: bool
    reason: str

    def __init__(
        self,
        *,
        successful: bool = False,
        reason: str = "",
    ) -> None: ...
