# Written by `ros-z stubs`.

import typing

from ros_z_py import _fields

class Field(_fields.Message):
    """type_description_interfaces/msg/Field"""

    name: str
    type: FieldType
    default_value: str

    def __init__(
        self,
        *,
        name: str = "",
        type: _fields.AnyMessage[FieldType] = ...,
        default_value: str = "",
    ) -> None: ...

class FieldType(_fields.Message):
    """type_description_interfaces/msg/FieldType"""

    FIELD_TYPE_NOT_SET: typing.ClassVar[int] = 0
    FIELD_TYPE_NESTED_TYPE: typing.ClassVar[int] = 1
    FIELD_TYPE_INT8: typing.ClassVar[int] = 2
    FIELD_TYPE_UINT8: typing.ClassVar[int] = 3
    FIELD_TYPE_INT16: typing.ClassVar[int] = 4
    FIELD_TYPE_UINT16: typing.ClassVar[int] = 5
    FIELD_TYPE_INT32: typing.ClassVar[int] = 6
    FIELD_TYPE_UINT32: typing.ClassVar[int] = 7
    FIELD_TYPE_INT64: typing.ClassVar[int] = 8
    FIELD_TYPE_UINT64: typing.ClassVar[int] = 9
    FIELD_TYPE_FLOAT: typing.ClassVar[int] = 10
    FIELD_TYPE_DOUBLE: typing.ClassVar[int] = 11
    FIELD_TYPE_LONG_DOUBLE: typing.ClassVar[int] = 12
    FIELD_TYPE_CHAR: typing.ClassVar[int] = 13
    FIELD_TYPE_WCHAR: typing.ClassVar[int] = 14
    FIELD_TYPE_BOOLEAN: typing.ClassVar[int] = 15
    FIELD_TYPE_BYTE: typing.ClassVar[int] = 16
    FIELD_TYPE_STRING: typing.ClassVar[int] = 17
    FIELD_TYPE_WSTRING: typing.ClassVar[int] = 18
    FIELD_TYPE_FIXED_STRING: typing.ClassVar[int] = 19
    FIELD_TYPE_FIXED_WSTRING: typing.ClassVar[int] = 20
    FIELD_TYPE_BOUNDED_STRING: typing.ClassVar[int] = 21
    FIELD_TYPE_BOUNDED_WSTRING: typing.ClassVar[int] = 22
    FIELD_TYPE_NESTED_TYPE_ARRAY: typing.ClassVar[int] = 49
    FIELD_TYPE_INT8_ARRAY: typing.ClassVar[int] = 50
    FIELD_TYPE_UINT8_ARRAY: typing.ClassVar[int] = 51
    FIELD_TYPE_INT16_ARRAY: typing.ClassVar[int] = 52
    FIELD_TYPE_UINT16_ARRAY: typing.ClassVar[int] = 53
    FIELD_TYPE_INT32_ARRAY: typing.ClassVar[int] = 54
    FIELD_TYPE_UINT32_ARRAY: typing.ClassVar[int] = 55
    FIELD_TYPE_INT64_ARRAY: typing.ClassVar[int] = 56
    FIELD_TYPE_UINT64_ARRAY: typing.ClassVar[int] = 57
    FIELD_TYPE_FLOAT_ARRAY: typing.ClassVar[int] = 58
    FIELD_TYPE_DOUBLE_ARRAY: typing.ClassVar[int] = 59
    FIELD_TYPE_LONG_DOUBLE_ARRAY: typing.ClassVar[int] = 60
    FIELD_TYPE_CHAR_ARRAY: typing.ClassVar[int] = 61
    FIELD_TYPE_WCHAR_ARRAY: typing.ClassVar[int] = 62
    FIELD_TYPE_BOOLEAN_ARRAY: typing.ClassVar[int] = 63
    FIELD_TYPE_BYTE_ARRAY: typing.ClassVar[int] = 64
    FIELD_TYPE_STRING_ARRAY: typing.ClassVar[int] = 65
    FIELD_TYPE_WSTRING_ARRAY: typing.ClassVar[int] = 66
    FIELD_TYPE_FIXED_STRING_ARRAY: typing.ClassVar[int] = 67
    FIELD_TYPE_FIXED_WSTRING_ARRAY: typing.ClassVar[int] = 68
    FIELD_TYPE_BOUNDED_STRING_ARRAY: typing.ClassVar[int] = 69
    FIELD_TYPE_BOUNDED_WSTRING_ARRAY: typing.ClassVar[int] = 70
    FIELD_TYPE_NESTED_TYPE_BOUNDED_SEQUENCE: typing.ClassVar[int] = 97
    FIELD_TYPE_INT8_BOUNDED_SEQUENCE: typing.ClassVar[int] = 98
    FIELD_TYPE_UINT8_BOUNDED_SEQUENCE: typing.ClassVar[int] = 99
    FIELD_TYPE_INT16_BOUNDED_SEQUENCE: typing.ClassVar[int] = 100
    FIELD_TYPE_UINT16_BOUNDED_SEQUENCE: typing.ClassVar[int] = 101
    FIELD_TYPE_INT32_BOUNDED_SEQUENCE: typing.ClassVar[int] = 102
    FIELD_TYPE_UINT32_BOUNDED_SEQUENCE: typing.ClassVar[int] = 103
    FIELD_TYPE_INT64_BOUNDED_SEQUENCE: typing.ClassVar[int] = 104
    FIELD_TYPE_UINT64_BOUNDED_SEQUENCE: typing.ClassVar[int] = 105
    FIELD_TYPE_FLOAT_BOUNDED_SEQUENCE: typing.ClassVar[int] = 106
    FIELD_TYPE_DOUBLE_BOUNDED_SEQUENCE: typing.ClassVar[int] = 107
    FIELD_TYPE_LONG_DOUBLE_BOUNDED_SEQUENCE: typing.ClassVar[int] = 108
    FIELD_TYPE_CHAR_BOUNDED_SEQUENCE: typing.ClassVar[int] = 109
    FIELD_TYPE_WCHAR_BOUNDED_SEQUENCE: typing.ClassVar[int] = 110
    FIELD_TYPE_BOOLEAN_BOUNDED_SEQUENCE: typing.ClassVar[int] = 111
    FIELD_TYPE_BYTE_BOUNDED_SEQUENCE: typing.ClassVar[int] = 112
    FIELD_TYPE_STRING_BOUNDED_SEQUENCE: typing.ClassVar[int] = 113
    FIELD_TYPE_WSTRING_BOUNDED_SEQUENCE: typing.ClassVar[int] = 114
    FIELD_TYPE_FIXED_STRING_BOUNDED_SEQUENCE: typing.ClassVar[int] = 115
    FIELD_TYPE_FIXED_WSTRING_BOUNDED_SEQUENCE: typing.ClassVar[int] = 116
    FIELD_TYPE_BOUNDED_STRING_BOUNDED_SEQUENCE: typing.ClassVar[int] = 117
    FIELD_TYPE_BOUNDED_WSTRING_BOUNDED_SEQUENCE: typing.ClassVar[int] = 118
    FIELD_TYPE_NESTED_TYPE_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 145
    FIELD_TYPE_INT8_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 146
    FIELD_TYPE_UINT8_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 147
    FIELD_TYPE_INT16_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 148
    FIELD_TYPE_UINT16_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 149
    FIELD_TYPE_INT32_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 150
    FIELD_TYPE_UINT32_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 151
    FIELD_TYPE_INT64_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 152
    FIELD_TYPE_UINT64_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 153
    FIELD_TYPE_FLOAT_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 154
    FIELD_TYPE_DOUBLE_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 155
    FIELD_TYPE_LONG_DOUBLE_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 156
    FIELD_TYPE_CHAR_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 157
    FIELD_TYPE_WCHAR_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 158
    FIELD_TYPE_BOOLEAN_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 159
    FIELD_TYPE_BYTE_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 160
    FIELD_TYPE_STRING_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 161
    FIELD_TYPE_WSTRING_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 162
    FIELD_TYPE_FIXED_STRING_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 163
    FIELD_TYPE_FIXED_WSTRING_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 164
    FIELD_TYPE_BOUNDED_STRING_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 165
    FIELD_TYPE_BOUNDED_WSTRING_UNBOUNDED_SEQUENCE: typing.ClassVar[int] = 166
    type_id: int
    capacity: int
    string_capacity: int
    nested_type_name: str

    def __init__(
        self,
        *,
        type_id: int = 0,
        capacity: int = 0,
        string_capacity: int = 0,
        nested_type_name: str = "",
    ) -> None: ...

class IndividualTypeDescription(_fields.Message):
    """type_description_interfaces/msg/IndividualTypeDescription"""

    type_name: str
    fields: _fields.Messages[Field]

    def __init__(
        self,
        *,
        type_name: str = "",
        fields: _fields.AnyMessages[Field] = ...,
    ) -> None: ...

class KeyValue(_fields.Message):
    """type_description_interfaces/msg/KeyValue"""

    key: str
    value: str

    def __init__(
        self,
        *,
        key: str = "",
        value: str = "",
    ) -> None: ...

class TypeDescription(_fields.Message):
    """type_description_interfaces/msg/TypeDescription"""

    type_description: IndividualTypeDescription
    referenced_type_descriptions: _fields.Messages[IndividualTypeDescription]

    def __init__(
        self,
        *,
        type_description: _fields.AnyMessage[IndividualTypeDescription] = ...,
        referenced_type_descriptions: _fields.AnyMessages[IndividualTypeDescription] = ...,
    ) -> None: ...

class TypeSource(_fields.Message):
    """type_description_interfaces/msg/TypeSource"""

    type_name: str
    encoding: str
    raw_file_contents: str

    def __init__(
        self,
        *,
        type_name: str = "",
        encoding: str = "",
        raw_file_contents: str = "",
    ) -> None: ...
