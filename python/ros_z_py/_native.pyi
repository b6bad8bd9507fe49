"""The compiled part of ros_z_py, and its manual: everything below is an attribute of ``ros_z_py`` as well.

Throughout: a *message type* is a message class or the name of a type, in any spelling; a *bytes-like* is an object
with contiguous memory behind the buffer protocol; times to wait are in seconds, ``None`` for without end, and Ctrl-C
ends any wait within 0.1 s; instants are nanoseconds since 1970. Errors are those of ``ros_z_py``: all are a
``RosZError`` with ``kind``, ``path``, ``offset`` and ``type_name``. An argument of the wrong Python type is a
``TypeError``. In the examples ``context`` is a context in the domain 7, and ``node`` a node in it, ``talker``.
"""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any, ClassVar, Generic, Literal, SupportsIndex, TypeAlias, TypeVar, final, overload

from typing_extensions import Buffer, CapsuleType, Self

from ._actions import CancelResponse, GoalResult, GoalStatus
from ._calls import ServiceCall
from ._errors import RosZError
from ._logging import Logger
from ._parameters import Parameter, ParameterClient, ParameterType
from .builtin_interfaces.msg import Time
from .rcl_interfaces.msg import ListParametersResult, ParameterDescriptor, SetParametersResult

_M = TypeVar("_M")
_M_co = TypeVar("_M_co", covariant=True)
_M_contra = TypeVar("_M_contra", contravariant=True)
_D = TypeVar("_D")
_T_co = TypeVar("_T_co", covariant=True)

_Path: TypeAlias = str | PathLike[str]
_Distro: TypeAlias = Literal["humble", "iron", "jazzy", "kilted", "lyrical", "rolling"]
_Qos: TypeAlias = QosProfile | dict[str, Any] | int | None

__version__: str

# Types

types: TypeRegistry
"""The registry of the process. Types that are not loaded are searched for in the places of ``ROS_Z_TYPE_PATH``, then
of ``AMENT_PREFIX_PATH``, then among the built-in interfaces of ``ROS_DISTRO``."""

@final
class TypeRegistry:
    """A set of message, service and action types, loaded at run time.

    ``ros_z_py.types`` is the one of the process; ``TypeRegistry()`` makes a private one. Both see the built-in standard
    interfaces. Names may be spelled ``sensor_msgs/msg/Imu``, ``sensor_msgs/Imu``, ``sensor_msgs.msg.Imu`` or
    ``sensor_msgs::msg::dds_::Imu_``. Where a name is not known, ``UnknownTypeError`` is raised (a ``LookupError``), and
    ``InvalidNameError`` where it cannot be one.

    >>> Probe = ros_z_py.types.add("my_msgs/msg/Probe", "float32[] samples")
    >>> Probe is ros_z_py.types["my_msgs/Probe"]
    True
    """

    def __new__(cls, *, search_path: Sequence[_Path] | None = None, distro: _Distro | None = None) -> Self:
        """A private registry, which sees the built-in types of ``distro`` (else of Jazzy).

        For types that are not loaded it searches the places of ``search_path`` in their order: folders of packages,
        install prefixes, packages, workspaces and interface files. The registry of the process searches what
        ``ROS_Z_TYPE_PATH`` and ``AMENT_PREFIX_PATH`` list, and is of the distribution in ``ROS_DISTRO``.
        """

    @property
    def distro(self) -> str:
        """The distribution of ROS 2 whose built-in types are seen."""

    def with_distro(self, distro: _Distro) -> TypeRegistry:
        """The types of this registry, with the built-in ones of a distribution behind them.

        Raises ``ArgumentError``, with the names that are known, for another name.

        >>> humble = ros_z_py.types.with_distro("humble")
        >>> [field.name for field in humble.schema("sensor_msgs/msg/Range").fields][-1]
        'range'
        """

    def load(self, path: _Path) -> list[str]:
        """Loads types from a file or folder; returns the names it made known.

        - An interface file: ``.msg``, ``.srv``, ``.action`` or ``.idl``. The nearest ``package.xml`` names its package,
          else the folder above ``msg``, ``srv`` or ``action``.
        - A package, a workspace, or an install prefix with its resource index. Its files are listed now, and each is
          read when one of its types is first needed; whoever needs a bad one gets the errors of all bad files of the
          folder, and the others can be used. :meth:`check` reads them all.
        - A recording: ``.mcap``, ``.db3``, either also as ``.zstd``, or the folder of rosbag2. Where it has the fields
          that a name has already, the definition that is known stays: it has the defaults and constants too.
        - ``.json``: a ``TypeDescription``, as :meth:`Schema.to_json` gives it or as ROS installs it beside the
          interface files; the hashes in it must be right.

        Raises ``InterfaceFileError`` for what cannot be read, ``ArgumentError`` for a file of another kind,
        ``InterfaceError``, with file, line and column, for what is not a definition, and ``TypeMismatchError`` for a
        wrong hash; then nothing is loaded. Warns with ``TypeConflictWarning`` when a name gets another definition.
        """

    def check(self) -> list[RosZError]:
        """What is wrong with the types that were loaded: bad files, references to missing types, cycles.

        Reads every file that was not read yet. Nothing is raised; an empty list says that all is well.
        """

    def add(self, name: str, text: str, *, format: Literal["msg", "srv", "action", "idl"] | None = None) -> type[Any]:
        """Adds a type from interface text and returns its class.

        Without ``format`` the namespace in the name decides. Under a name that is known it becomes the newest
        definition, a ``TypeConflictWarning`` tells what is different, and classes that were made before stay as they
        are, as does what is found by hash. Raises ``InterfaceError``, with line and column,
        for what is not a definition.
        """

    def add_description(self, description: str | Mapping[str, Any]) -> type[Any]:
        """Adds a type from its ``TypeDescription``, as JSON text or as the dict of it, and returns its class.

        The types that it refers to are added too. Raises ``SerializationError`` for what is not JSON or not a
        description, ``InterfaceError`` for one that is not complete, and ``TypeMismatchError`` for a wrong hash.

        >>> text = ros_z_py.types.schema("geometry_msgs/msg/Point").to_json()
        >>> ros_z_py.TypeRegistry().add_description(text)().x
        0.0
        """

    def get(self, name: str, default: _D | None = None, *, hash: str | None = None) -> type[Any] | _D | None:
        """The class of a type, or ``default`` where there is none; with ``hash``, of the definition that has it."""

    def versions(self, name: str) -> list[str]:
        """The hashes of all definitions of a name that are known, the one that answers for the name first.

        ``types[hash]`` and ``types.get(name, hash=hash)`` are the class of each, and a hash can stand for a type
        wherever a name can.

        >>> types = ros_z_py.TypeRegistry()
        >>> len(types.versions("sensor_msgs/msg/Range"))
        2
        """

    def fetch(self, name: str, node: ZNode, *, timeout: float = 5.0) -> type[Any]:
        """The class of a type that somebody in the graph uses, learned from them if it is not known here.

        ``name`` is that of a topic, beginning with ``/`` or ``~``, or that of a type. The type is looked for by its
        hash among the loaded types, then by its name in files, then the nodes that use it are asked one by one. What a
        node tells is believed only if its hash is right, and is loaded. ``UnknownTypeError`` says what was tried;
        ``TimeoutError`` where the time was up before all was, ``TypeMismatchError`` where a topic has several types.
        """

    def hash(self, name: str) -> str:
        """The RIHS01 hash of a message, service or action type: ``RIHS01_`` and 64 hexadecimal digits."""

    def schema(self, message_type: type[Any] | str) -> Schema:
        """What a type is, given by name, hash or message class: fields, constants, text."""

    def diff(self, a: _Path, b: _Path) -> list[SchemaDifference]:
        """What differs between two types and the types that both refer to; empty where they are the same.

        Each is given by name, by the RIHS01 hash of a loaded type, or as an interface file. Comments do not count.

        >>> [str(each) for each in ros_z_py.types.diff("geometry_msgs/Point", "geometry_msgs/Point32")][1]
        'geometry_msgs/msg/Point.x: type float64 -> float32'
        """

    @overload
    def codec(self, message_type: type[_M]) -> Codec[_M]:
        """The compiled codec of a message type, given by name or class."""

    @overload
    def codec(self, message_type: str) -> Codec[Any]: ...
    def names(self) -> list[str]:
        """Full names of all known types, built-in and loaded, derived ones not included."""

    def packages(self) -> list[str]:
        """Names of all packages with known types, sorted."""

    def _stamp(self) -> tuple[int, int]:
        """Different whenever a name means something else, or there are more names."""

    def __getitem__(self, name: str) -> type[Any]:
        """The class of a type, by name or hash: a ``msgspec.Struct`` for a message; for a service or action, what has
        its parts as attributes (``Request``, ``Response``, ``Event``; ``Goal``, ``Result``, ``Feedback``, ...)."""

    def __contains__(self, name: object) -> bool:
        """Whether there is a type of this name or hash, with everything that it refers to."""

    def __iter__(self) -> Iterator[str]:
        """The full names of all known types, as :meth:`names` has them."""

    def __len__(self) -> int: ...

@final
class Schema:
    """What a message, service or action type is.

    >>> schema = ros_z_py.types.schema("geometry_msgs/msg/Quaternion")
    >>> schema
    <Schema geometry_msgs/msg/Quaternion: 4 fields>
    >>> [(field.name, field.type, field.default) for field in schema.fields][3]
    ('w', 'float64', 1.0)
    """

    @property
    def name(self) -> str:
        """Full name, ``pkg/msg/Name``."""

    @property
    def kind(self) -> Literal["message", "service", "action"]:
        """``"message"``, ``"service"`` or ``"action"``."""

    @property
    def hash(self) -> str:
        """RIHS01 hash."""

    @property
    def fields(self) -> list[SchemaField]:
        """The fields in the order of their declaration; a message that declares none has none.

        Those of a service or action are the messages and services it consists of.
        """

    @property
    def constants(self) -> dict[str, bool | int | float | str]:
        """The constants by name."""

    @property
    def parts(self) -> dict[str, Schema]:
        """What the file of a service or action declares: ``"request"`` and ``"response"``, or ``"goal"``, ``"result"``
        and ``"feedback"``. Empty for a message."""

    @property
    def comment(self) -> str:
        """The comment lines at the head of its text."""

    @property
    def annotations(self) -> list[tuple[str, dict[str, Any]]]:
        """The annotations of IDL on it: names, and parameters by name."""

    @property
    def text(self) -> str | None:
        """The interface text it was read from, or ``None`` for derived types and descriptions from peers."""

    @property
    def format(self) -> Literal["msg", "srv", "action", "idl"] | None:
        """The language of :attr:`text`, or ``None`` where there is none."""

    def to_json(self) -> str:
        """The ``TypeDescription`` as JSON, as ROS installs it beside the interface files."""

    def json_schema(self, *, bytes: Literal["base64", "array"] = "base64") -> dict[str, Any]:
        """The JSON Schema (draft 2020-12) of its messages in JSON, nested types in ``$defs``.

        Of a service or action, that of any of its parts. ``bytes`` says how arrays of octets are written.
        """

@final
class SchemaField:
    """A field of a :class:`Schema`.

    >>> field = ros_z_py.types.schema("geometry_msgs/msg/Polygon").fields[0]
    >>> field, field.element_type, field.array_kind, field.bound
    (<geometry_msgs/Point32[] points>, 'geometry_msgs/msg/Point32', 'sequence', None)
    """

    @property
    def name(self) -> str:
        """The member's name in interface text."""

    @property
    def type(self) -> str:
        """Its type as interface text writes it, such as ``float64[36]``."""

    @property
    def element_type(self) -> str:
        """The type of one item without any bound, such as ``float64``, ``string`` or ``geometry_msgs/msg/Point``."""

    @property
    def array_kind(self) -> Literal["array", "sequence"] | None:
        """``"array"`` for a fixed length, ``"sequence"`` for any, ``None`` for a single value."""

    @property
    def length(self) -> int | None:
        """The length of an array; ``None`` for what is none."""

    @property
    def bound(self) -> int | None:
        """The greatest length of a sequence, or ``None`` where there is no bound."""

    @property
    def string_bound(self) -> int | None:
        """The greatest length of its strings, in bytes or in UTF-16 units of a ``wstring``, or ``None``."""

    @property
    def default(self) -> Any:
        """Its declared default, as message objects have it, or ``None``."""

    @property
    def comment(self) -> str:
        """The comment lines that belong to it."""

    @property
    def unit(self) -> str | None:
        """What its ``@unit`` annotation says, or ``None``."""

    @property
    def annotations(self) -> list[tuple[str, dict[str, Any]]]:
        """The annotations of IDL on it: names, and parameters by name."""

    @property
    def schema(self) -> Schema | None:
        """What the type of its items is, where that is a message; else ``None``."""

@final
class SchemaDifference:
    """One difference between two types, found by :meth:`TypeRegistry.diff`; ``str()`` of it is a line for people.

    >>> difference = ros_z_py.types.diff("geometry_msgs/Point", "geometry_msgs/Point32")[1]
    >>> difference.member, difference.change, difference.before, difference.after
    ('x', 'type', 'float64', 'float32')
    """

    @property
    def type_name(self) -> str:
        """The type that differs: one of the two, as the first is called, or one that both refer to."""

    @property
    def member(self) -> str | None:
        """The field or constant, or ``None`` where it is about the type as a whole."""

    @property
    def change(self) -> str:
        """``"added"``, ``"removed"``, ``"moved"``, or what has changed: ``"type"``, ``"bound"``, ``"length"``,
        ``"default"``, the ``"value"`` of a constant, the ``"name"`` or ``"kind"`` of the type."""

    @property
    def before(self) -> str | None:
        """What the first has, as text, or ``None`` where it has nothing."""

    @property
    def after(self) -> str | None:
        """What the second has, as text, or ``None`` where it has nothing."""

def list_registered_types() -> list[str]:
    """Names of all types that the process's registry knows."""

# Codec

@final
class Codec(Generic[_M]):
    """Converts messages of one type between CDR bytes, objects, dicts and JSON. Compiled once, reusable, thread-safe.

    CDR bytes begin with their encapsulation header of 4 bytes; both byte orders are read, little-endian is written.
    All that does not fit the type raises ``SerializationError`` with the path to the field, and when reading CDR the
    offset.

    >>> codec = ros_z_py.codec("std_msgs/msg/String")
    >>> codec.encode({"data": "hi"}).hex(" ", -4)
    '00010000 03000000 686900'
    >>> codec.from_json('{"data": "hi"}') == codec.encode({"data": "hi"})
    True
    """

    @property
    def type_name(self) -> str:
        """Full name of the message type."""

    @property
    def type_hash(self) -> str:
        """RIHS01 hash of the message type."""

    @property
    def message_class(self) -> type[_M]:
        """The message class."""

    def decode(self, buffer: Buffer, /) -> _M:
        """CDR bytes to a message object. Arrays of numbers become views on ``buffer``, which they keep alive.

        ``uint8[]``, ``byte[]`` and ``char[]`` become :class:`ZBufView`, other numbers :class:`ZArrayView`, other arrays
        lists. Bytes after the last field are ignored.
        """

    def decode_dict(self, buffer: Buffer, /) -> dict[str, Any]:
        """CDR bytes to a dict, with views as in :meth:`decode`; the keys are the fields' own names."""

    def encode(self, message: _M | dict[str, Any], /) -> bytes:
        """A message object or a dict to CDR bytes. Missing keys of a dict take their defaults.

        Arrays of numbers are taken from views, bytes-likes, NumPy arrays, lists, tuples and other iterables. Out of
        range, of the wrong length, over a bound, or an unknown key: ``SerializationError``.
        """

    def to_json(self, buffer: Buffer, *, bytes: Literal["base64", "array"] = "base64") -> bytes:
        """CDR bytes to one line of JSON. ``bytes`` says how arrays of octets are written."""

    def from_json(self, text: str | Buffer, /) -> bytes:
        """JSON, as ``str`` or bytes-like, to CDR bytes."""

    def to_json_lines(
        self, buffers: Iterable[Buffer], *, bytes: Literal["base64", "array"] = "base64"
    ) -> Iterator[bytes]:
        """An iterator of lines of JSON, one for each of the ``buffers``, with the line's end.

        An error is about one message, whose number its text begins with and its ``line`` is: the iterator goes on
        behind it.

        >>> codec = ros_z_py.codec("std_msgs/msg/Int8")
        >>> b"".join(codec.to_json_lines(codec.from_json_lines('{"data": 1}\\n{"data": 2}\\n')))
        b'{"data":1}\\n{"data":2}\\n'
        """

    def from_json_lines(self, lines: str | Buffer | Iterable[str | Buffer]) -> Iterator[bytes]:
        """An iterator of CDR bytes, one for each line of JSON in a text, a file or any iterable of lines.

        Blank lines are passed over. An error is about one line, whose number its text begins with and its ``line``
        is: the iterator goes on behind it.
        """

    def get(self, buffer: Buffer, path: str) -> Any:
        """One part of a message, by its path, without decoding the rest.

        Paths are those of ``docs/FILTERS.md``: ``header.stamp``, ``fields[2].name``, ``ranges[0:3]``. The part is what
        :meth:`decode` would have made of it; of numbers, ``[0:3]`` is a view. Raises ``SerializationError`` where the
        type has no such field (the message names those close to it), where an array has no such item (of the ``kind``
        ``"length"``), and where the bytes up to the part are malformed; ``ArgumentError`` for what is no path. A path
        is compiled when it is first used.
        """

    def getter(self, path: str) -> Getter:
        """A function that reads one part of messages: :meth:`get` with the path looked up once."""

    def view(self, buffer: Buffer) -> ZMessageView:
        """A view of a message whose fields are decoded when they are read; it keeps ``buffer`` alive."""

    def filter(self, condition: str) -> Filter:
        """A function that says whether a message meets a condition, and decodes only what the condition reads.

        The language is that of ``docs/FILTERS.md``. Raises ``ArgumentError`` for what is no condition, and
        ``SerializationError`` for unknown fields and for comparisons between different types, all with a caret.
        """

    def validate(self, buffer: Buffer) -> int:
        """Checks CDR bytes; returns how many of them the message takes, encapsulation header included."""

@final
class Getter:
    """Reads one part of messages of one type; made by :meth:`Codec.getter`.

    >>> codec = ros_z_py.codec("geometry_msgs/msg/Point")
    >>> y = codec.getter("y")
    >>> y(codec.encode({"y": 0.5}))
    0.5
    """

    @property
    def path(self) -> str:
        """The path."""

    def __call__(self, buffer: Buffer, /) -> Any:
        """The part of the message in ``buffer``."""

@final
class Filter:
    """A condition on messages of one type; made by :meth:`Codec.filter`.

    >>> codec = ros_z_py.codec("geometry_msgs/msg/Point")
    >>> is_low = codec.filter("z < 1 && x == y")
    >>> is_low(codec.encode({"z": 0.5})), is_low(codec.encode({"z": 2.0}))
    (True, False)
    """

    @property
    def text(self) -> str:
        """The text."""

    def __call__(self, buffer: Buffer, /) -> bool:
        """Whether the message in ``buffer`` meets the condition."""

@overload
def codec(message_type: type[_M]) -> Codec[_M]:
    """The codec of a message type of the process's registry, given by name or class."""

@overload
def codec(message_type: str) -> Codec[Any]: ...
def encode(message: Any) -> bytes:
    """A message object to CDR bytes."""

def to_dict(message: Any) -> dict[str, Any]:
    """A message object to a dict; nested messages become dicts too, arrays of numbers views."""

@overload
def from_dict(message_type: type[_M], values: dict[str, Any]) -> _M:
    """A message object of the given class (or type name) from a dict. Missing keys take their defaults."""

@overload
def from_dict(message_type: str, values: dict[str, Any]) -> Any: ...
def to_json(message: Any, *, bytes: Literal["base64", "array"] = "base64") -> bytes:
    """A message object to one line of JSON, by the table of ``docs/JSON.md``."""

@overload
def from_json(message_type: type[_M], text: str | Buffer) -> _M:
    """A message object of the given class (or type name) from JSON, as ``str`` or bytes-like."""

@overload
def from_json(message_type: str, text: str | Buffer) -> Any: ...

# Views

class _View(Sequence[_T_co]):
    """What both views have."""

    @property
    def is_zero_copy(self) -> bool:
        """Whether these are the bytes that were received, not a copy of them."""

    @property
    def is_valid(self) -> bool:
        """Whether the bytes are still those that were received.

        They always are, but in the shared memory of a foreign publisher that took it back while this process was
        stopped for seconds. Copy what is held for long from such publishers.
        """

    @property
    def nbytes(self) -> int:
        """The number of bytes."""

    @property
    def itemsize(self) -> int:
        """The number of bytes of an item: 1, 2, 4 or 8."""

    @property
    def format(self) -> str:
        """The format of an item, as ``struct`` and ``memoryview`` spell it, such as ``'B'`` or ``'f'``."""

    def tolist(self) -> list[_T_co]:
        """The items as a list of Python numbers."""

    def tobytes(self) -> bytes:
        """A copy of the bytes, in their own byte order."""

    def index(self, value: Any, start: int = 0, stop: int = ..., /) -> int:
        """The index of the first item that equals ``value``; ``ValueError`` when there is none."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[_T_co]: ...
    @overload
    def __getitem__(self, key: SupportsIndex, /) -> _T_co: ...
    @overload
    def __getitem__(self, key: slice, /) -> Sequence[_T_co]: ...
    def __contains__(self, value: object) -> bool: ...
    def __eq__(self, other: object) -> bool: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: Any) -> Self:
        """The view itself where its bytes cannot change, else one on a copy of them."""

    def __reduce__(self) -> tuple[Any, ...]: ...
    @property
    def __array_interface__(self) -> dict[str, Any]:
        """NumPy's array interface, version 3."""

    def __dlpack_device__(self) -> tuple[int, int]:
        """The device of the data in DLPack's words: the CPU."""

    def __dlpack__(
        self,
        *,
        stream: None = None,
        max_version: tuple[int, int] | None = None,
        dl_device: tuple[int, int] | None = None,
        copy: bool | None = None,
    ) -> CapsuleType:
        """The items as a DLPack capsule of version 1, read-only unless copied.

        ``BufferError`` for foreign byte order, and for a consumer that cannot tell that memory is read-only.
        """

@final
class ZBufView(_View[int]):
    """Bytes of a received message, not copied: ``uint8[]``, ``byte[]``, ``char[]`` of any length.

    Reads like ``bytes``: ``view[i]`` is an int, ``view[a:b]`` is ``bytes``, ``bytes(view)`` copies,
    ``memoryview(view)`` does not. Equal to any bytes-like (by the values of its items) and to lists; hashes like
    ``bytes``, unless someone may write to the memory (``ValueError``); pickles as ``bytes``. It keeps the buffer
    alive that it is a view on, and is read-only. :meth:`index`, :meth:`count` and ``in`` find runs of octets too.

    >>> view = ros_z_py.ZBufView(b"abc")
    >>> view[0], view[1:], view == b"abc"
    (97, b'bc', True)
    """

    def __new__(cls, buffer: Buffer, /) -> Self: ...
    def count(self, value: Any, /) -> int:
        """How often an octet, or a run of them without overlaps, occurs."""

    @overload
    def __getitem__(self, key: SupportsIndex, /) -> int: ...
    @overload
    def __getitem__(self, key: slice, /) -> bytes: ...
    def __hash__(self) -> int: ...

@final
class ZArrayView(_View[Any]):
    """Numbers of a received message, not copied: ``float32[]``, ``int64[3]``, ``bool[]`` ...

    A sequence: ``view[i]`` is a Python number, ``view[a:b:c]`` is a view on the same bytes. ``memoryview(view)`` and
    ``numpy.asarray(view)`` do not copy. Equal to any sequence of the same numbers, and therefore, as lists and NumPy
    arrays are, not hashable. It keeps the buffer alive that it is a view on, and is read-only.

    ``ZArrayView(buffer)`` takes the items for what the buffer says they are; a format of ``struct``, such as ``'<f'``,
    says otherwise. ``ValueError`` where that is not a number that ROS has, or the bytes are not a whole number of them.

    >>> view = ros_z_py.ZArrayView(bytes([1, 0, 2, 0]), "<h")
    >>> view[1], view.tolist(), view == [1, 2]
    (2, [1, 2], True)
    """

    def __new__(cls, buffer: Buffer, format: str | None = None, /) -> Self: ...
    @property
    def byteorder(self) -> Literal["little", "big"]:
        """``'little'`` or ``'big'``."""

    def count(self, value: Any, /) -> int:
        """How many items equal ``value``."""

    @overload
    def __getitem__(self, key: SupportsIndex, /) -> Any: ...
    @overload
    def __getitem__(self, key: slice, /) -> ZArrayView: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

# Lazy views

@final
class ZMessageView:
    """A message whose fields are decoded when they are read; made by :meth:`Codec.view`.

    It has the attributes of the message class. A message inside it is a view too, an array of structs of numbers a
    :class:`ZStructView`, any other array of messages or strings a :class:`ZListView`; everything else is what
    :meth:`Codec.decode` makes of it. Where a field lies is remembered, what it is decoded to is not. The view keeps the
    buffer alive. Malformed bytes raise ``SerializationError`` when they are reached, with path and offset.

    Equal to a message of its class, and to a view of one, that have equal fields; not hashable. A field whose name is
    that of a method hides it.

    >>> codec = ros_z_py.codec("geometry_msgs/msg/PointStamped")
    >>> view = codec.view(codec.encode({"header": {"frame_id": "map"}, "point": {"x": 1.0}}))
    >>> view.header.frame_id, view.point.x, view.point
    ('map', 1.0, <ZMessageView of geometry_msgs/msg/Point>)
    >>> view == view.decode()
    True
    """

    @property
    def __msgtype__(self) -> str:
        """Full name of the message type."""

    def decode(self) -> Any:
        """The message object, as :meth:`Codec.decode` makes it."""

    def to_dict(self) -> dict[str, Any]:
        """A dict, as :meth:`Codec.decode_dict` makes it."""

    def __getattribute__(self, name: str, /) -> Any: ...
    def __dir__(self) -> list[str]: ...
    def __eq__(self, other: object) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class ZListView(Sequence[Any]):
    """An array of messages or strings whose items are decoded when they are read: a part of a :class:`ZMessageView`.

    A sequence of :class:`ZMessageView` or ``str``; a slice is a list of them. Equal to any sequence of equal items; not
    hashable.

    >>> codec = ros_z_py.codec("sensor_msgs/msg/JointState")
    >>> names = codec.view(codec.encode({"name": ["hip", "knee"]})).name
    >>> len(names), names[1], names == ["hip", "knee"]
    (2, 'knee', True)
    """

    def tolist(self) -> list[Any]:
        """The list, as :meth:`Codec.decode` makes it."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    @overload
    def __getitem__(self, key: SupportsIndex, /) -> Any: ...
    @overload
    def __getitem__(self, key: slice, /) -> list[Any]: ...
    def __eq__(self, other: object) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class ZStructView(Sequence[Any]):
    """Structs of a received message, not copied: ``geometry_msgs/Point32[]`` and other arrays of structs that hold
    numbers alone, a part of a :class:`ZMessageView`.

    A sequence: ``view[i]`` is a message object, ``view[a:b:c]`` is a view on the same bytes. ``memoryview(view)`` and
    ``numpy.asarray(view)`` do not copy; NumPy sees a structured array. Equal to any sequence of equal messages; not
    hashable. It keeps the buffer alive that it is a view on, and is read-only.

    An array whose items are not all laid out alike, because the padding inside an item depends on where the array
    begins (``uint8`` before ``float64``), is a :class:`ZListView` instead.

    >>> codec = ros_z_py.codec("geometry_msgs/msg/Polygon")
    >>> points = codec.view(codec.encode({"points": [{"x": 1.0}, {"x": 2.0}]})).points
    >>> points[1].x, points.format, points.itemsize
    (2.0, 'T{<f:x:<f:y:<f:z:}', 12)
    """

    @property
    def is_zero_copy(self) -> bool:
        """Whether these are the bytes that were received, not a copy of them."""

    @property
    def is_valid(self) -> bool:
        """Whether the bytes are still those that were received.

        They always are, but in the shared memory of a foreign publisher that took it back while this process was
        stopped for seconds. Copy what is held for long from such publishers.
        """

    @property
    def nbytes(self) -> int:
        """The number of bytes, without what lies between the structs."""

    @property
    def itemsize(self) -> int:
        """The number of bytes of a struct, from its first member to its last; the stride may be greater."""

    @property
    def format(self) -> str:
        """The format of a struct, as PEP 3118 spells it."""

    def tolist(self) -> list[Any]:
        """The structs as a list of message objects."""

    def tobytes(self) -> bytes:
        """A copy of the bytes, in their own byte order, without what lies between the structs."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    @overload
    def __getitem__(self, key: SupportsIndex, /) -> Any: ...
    @overload
    def __getitem__(self, key: slice, /) -> ZStructView: ...
    def __eq__(self, other: object) -> bool: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...
    @property
    def __array_interface__(self) -> dict[str, Any]:
        """NumPy's array interface, version 3."""

    __hash__: ClassVar[None]  # type: ignore[assignment]

# Network: contexts and nodes

@final
class ZContextBuilder:
    """Builds a context; every method returns the builder.

    What it is not told is as for any ROS node: the environment (``ROS_DOMAIN_ID``, ``ROS_NAMESPACE``,
    ``ZENOH_SESSION_CONFIG_URI``, ``ZENOH_CONFIG_OVERRIDE``), else a peer that connects to the router at
    ``tcp/localhost:7447`` and does without one if there is none. A setting that makes no sense raises
    ``ArgumentError``, in :meth:`build` at the latest.

    >>> with ros_z_py.router(listen="tcp/127.0.0.1:0") as router:
    ...     builder = ros_z_py.ZContextBuilder().with_domain_id(7).with_connect_endpoints([router.endpoint])
    ...     with builder.build() as context:
    ...         context.domain_id
    7
    """

    def __new__(cls) -> Self: ...
    def with_domain_id(self, domain_id: int) -> Self:
        """The ROS domain, 0 to 232 in ordinary systems; else ``ROS_DOMAIN_ID``, else 0."""

    def with_distro(self, distro: _Distro) -> Self:
        """The distribution of ROS 2 that the nodes are of, such as ``"humble"``; else ``ROS_DISTRO``, else ``"jazzy"``.

        Names of standard types mean those of the distribution, and on Humble there are no type hashes in keys. Classes
        mean what they mean; those of a distribution come from ``types.with_distro(distro)``.
        """

    def with_connect_endpoints(self, endpoints: list[str]) -> Self:
        """The endpoints to connect to, such as ``tcp/192.168.1.100:7447``, in place of the local router."""

    def with_listen_endpoints(self, endpoints: list[str]) -> Self:
        """The endpoints to listen on, in place of any free port of this host."""

    def with_router_endpoint(self, endpoint: str) -> Self:
        """The one router to connect to."""

    def connect_to_local_zenohd(self) -> Self:
        """The router on this host at its usual port, ``tcp/localhost:7447``."""

    def disable_multicast_scouting(self) -> Self:
        """Does not look for peers by multicast, which is the default."""

    def with_mode(self, mode: Literal["peer", "client", "router"]) -> Self:
        """``"peer"``, ``"client"`` or ``"router"``."""

    def with_namespace(self, namespace: str) -> Self:
        """The namespace of nodes that name none; else ``ROS_NAMESPACE``, else ``/``."""

    def with_enclave(self, enclave: str) -> Self:
        """The security enclave that is announced."""

    def with_remap_rule(self, rule: str) -> Self:
        """Gives a node, topic or service another name, as on ROS's command line: ``"chatter:=/other"``,
        ``"__ns:=/robot"``."""

    def with_remap_rules(self, rules: list[str]) -> Self:
        """Several remap rules; the first one that fits wins."""

    def with_config_file(self, path: _Path) -> Self:
        """A Zenoh configuration file (JSON5) in place of the defaults."""

    def with_ros_arguments(self, arguments: Sequence[str]) -> Self:
        """What a command line says behind ``--ros-args``, such as ``sys.argv``: ``-r from:=to`` gives other names,
        ``-p name:=value`` and ``--params-file FILE`` values of parameters, ``-e`` the enclave.

        ``-p node:name:=value`` is for one node; later values come before earlier ones. What is not behind
        ``--ros-args``, or behind ``--``, is passed over.

        Raises:
            ArgumentError: there is something else behind ``--ros-args``.

        >>> from ros_z_py import ZContextBuilder
        >>> builder = ZContextBuilder().with_ros_arguments(["--ros-args", "-p", "speed:=2.0"])
        """

    def with_json(self, key: str, value: Any) -> Self:
        """One setting of Zenoh's configuration: its key with slashes, and JSON5 text or a value to write as JSON."""

    def with_logging_enabled(self) -> Self:
        """Writes Zenoh's log to the standard error output; ``RUST_LOG`` chooses what of it."""

    def with_shm_enabled(self, enabled: bool = True) -> Self:
        """Whether large messages are published through shared memory, to processes of this machine that can read it.

        They are not, unless it is asked for here or in a configuration. Receivers need nothing: a context that is told
        nothing reads shared memory, one that is told ``False`` does not. Others get the same bytes over the network.
        """

    def with_shm_pool_size(self, size: int) -> Self:
        """The bytes of shared memory that are set aside for messages; else ``ZENOH_SHM_ALLOC_SIZE``, else 48 MiB.

        More than the machine has left makes :meth:`build` raise an ``ArgumentError``.
        """

    def with_shm_threshold(self, threshold: int) -> Self:
        """The smallest payload that travels through shared memory, in bytes; else ``ZENOH_SHM_MESSAGE_SIZE_THRESHOLD``,
        else 512.
        """

    def with_shm_when_full(self, action: Literal["copy", "block", "fail"]) -> Self:
        """What is done with a message for which the shared memory has no room.

        ``"copy"`` sends it over the network, which is the default; ``"block"`` waits until receivers let go of earlier
        ones; ``"fail"`` raises ``RosZError``.
        """

    def build(self) -> ZContext:
        """Opens the session. ``RosZError`` of kind ``"network"`` where the transport refuses.

        A router is looked for as often as ``ZENOH_ROUTER_CHECK_ATTEMPTS`` says, each second: once where it is not set,
        until there is one for 0, not at all for a negative number. That there is none is no error.
        """

@final
class ZContext:
    """One session: nodes live in it. A context manager; it is closed at the end of the process at the latest.

    >>> context.domain_id, context.create_node("talker").build()
    (7, <ZNode /talker>)
    """

    def create_node(self, name: str) -> ZNodeBuilder:
        """A node of this name, to be built."""

    @property
    def domain_id(self) -> int:
        """The ROS domain."""

    @property
    def distro(self) -> str:
        """The distribution of ROS 2 that its nodes are of."""

    @property
    def zid(self) -> str:
        """The id of the Zenoh session, as tokens have it: hexadecimal digits, without leading zeros."""

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""

    def close(self) -> None:
        """Closes the session with all its nodes, and ends every wait on them. Closing again does nothing."""

    def shutdown(self) -> None:
        """The same as :meth:`close`."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...

@final
class ZNodeBuilder:
    """Builds a node.

    >>> context.create_node("arm").with_namespace("/robot1").build().fully_qualified_name
    '/robot1/arm'
    """

    def with_namespace(self, namespace: str) -> Self:
        """The namespace, in place of the context's."""

    def with_rosout(self, enabled: bool = True) -> Self:
        """Whether the node has a publisher of its log on ``/rosout``. It has one unless told otherwise."""

    def with_type_description_service(self, enabled: bool = True) -> Self:
        """Whether the node serves ``~/get_type_description``, by which others learn its types. It does unless told
        otherwise."""

    def with_parameter_services(self, enabled: bool = True) -> Self:
        """Whether the node serves its parameters, which others can then read and set: ``start_parameter_services`` of
        rclpy. It does unless told otherwise, and has parameters in any case."""

    def with_parameter_event_publisher(self, enabled: bool = True) -> Self:
        """Whether the node tells of changes of its parameters on ``/parameter_events``. It does unless told
        otherwise."""

    def with_parameter_file(self, path: _Path) -> Self:
        """A YAML file of ROS, whose values parameters get in place of those that they are declared with.

        Later files and overrides come before earlier ones, and all of them before what
        :meth:`ZContextBuilder.with_ros_arguments` says. In a file what stands below comes before what stands above;
        ``/**`` is every node, ``/ns/*`` every one in a namespace. It is read by :meth:`build`, which raises
        ``InterfaceFileError`` where it cannot be read, and ``ArgumentError`` with its line where it is wrong.
        """

    def with_parameter_files(self, paths: Sequence[_Path]) -> Self:
        """Several files, as with :meth:`with_parameter_file`."""

    def with_parameter_overrides(self, values: dict[str, Any]) -> Self:
        """Values by name that parameters get in place of those that they are declared with.

        >>> node = context.create_node("arm").with_parameter_overrides({"speed": 2.0}).build()
        >>> node.declare_parameter("speed", 0.5).value
        2.0
        """

    def allow_undeclared_parameters(self, allowed: bool = True) -> Self:
        """Whether parameters can be set that were not declared. Reading one that was not set either gives ``None``."""

    def automatically_declare_parameters_from_overrides(self, enabled: bool = True) -> Self:
        """Whether all parameters that files and overrides have values for are declared from the start."""

    def build(self) -> ZNode:
        """Announces the node. ``InvalidNameError`` for a name or namespace that ROS does not allow."""

@final
class ZNode:
    """A node: what publishers, subscribers, servers and clients are created on. A context manager.

    >>> publisher = node.create_publisher("chatter", "std_msgs/msg/String")
    >>> node.count_publishers("/chatter"), dict(node.get_topic_names_and_types())["/chatter"]
    (1, ['std_msgs/msg/String'])
    """

    @property
    def name(self) -> str:
        """The name, without the namespace."""

    @property
    def namespace(self) -> str:
        """The namespace, with its leading slash."""

    @property
    def fully_qualified_name(self) -> str:
        """Namespace and name."""

    def get_logger(self) -> Logger:
        """The logger of the node, which is named after it: its lines go to ``logging``, and to ``/rosout``.

        What is logged when the node is closed goes to ``logging`` alone.

        >>> logger = node.get_logger()
        >>> logger.info("ready"), logger.debug("for developers")
        (True, False)
        """

    @overload
    def create_publisher(self, topic: str, message_type: type[_M], *, qos: _Qos = None) -> ZPublisher[_M]:
        """A publisher of messages of a type, given as a class or by name.

        ``topic`` is resolved as in ROS: ``/absolute``, ``relative`` to the namespace, ``~/private`` to the node.
        ``qos`` is a profile, a dict of its arguments, or a depth. Raises ``InvalidNameError`` and
        ``UnknownTypeError``.
        """

    @overload
    def create_publisher(self, topic: str, message_type: str, *, qos: _Qos = None) -> ZPublisher[Any]: ...
    @overload
    def create_subscriber(
        self,
        topic: str,
        message_type: type[_M],
        *,
        qos: _Qos = None,
        callback: Callable[[_M], object] | None = None,
        output: Literal["struct"] = "struct",
        timeout: float = 5.0,
    ) -> ZSubscriber[_M]:
        """A subscriber to messages of a type, given as a class or by name.

        Without a type it is learned from those who use the topic, as by :meth:`TypeRegistry.fetch`, for up to
        ``timeout`` seconds. ``output`` says what a message becomes: ``"struct"``, ``"dict"``, or ``"raw"`` for a view
        of the CDR payload. With a ``callback`` messages are handed to it, in order, on a thread of their own; what it
        raises goes to ``sys.unraisablehook``, and the subscriber lives as long as its node. Otherwise they are taken
        with :meth:`ZSubscriber.recv`. ``topic``, ``qos`` and errors are as for :meth:`create_publisher`.
        """

    @overload
    def create_subscriber(
        self,
        topic: str,
        message_type: str | None = None,
        *,
        qos: _Qos = None,
        callback: Callable[[Any], object] | None = None,
        output: Literal["struct"] = "struct",
        timeout: float = 5.0,
    ) -> ZSubscriber[Any]: ...
    @overload
    def create_subscriber(
        self,
        topic: str,
        message_type: type[Any] | str | None = None,
        *,
        qos: _Qos = None,
        callback: Callable[[dict[str, Any]], object] | None = None,
        output: Literal["dict"],
        timeout: float = 5.0,
    ) -> ZSubscriber[dict[str, Any]]: ...
    @overload
    def create_subscriber(
        self,
        topic: str,
        message_type: type[Any] | str | None = None,
        *,
        qos: _Qos = None,
        callback: Callable[[ZBufView], object] | None = None,
        output: Literal["raw"],
        timeout: float = 5.0,
    ) -> ZSubscriber[ZBufView]: ...
    def create_server(
        self,
        name: str,
        service_type: type[Any] | str,
        *,
        qos: _Qos = None,
        callback: Callable[[Any], object] | None = None,
        output: Literal["struct", "dict"] = "struct",
    ) -> ZServer:
        """A server of a service, whose type is given as a service class, its request class, or by name.

        ``output`` says what a request becomes: ``"struct"`` or ``"dict"``. With a ``callback`` each request is handed
        to it, in order, on a thread of its own, and what it returns, a message object or a dict, is the response; what
        it raises goes to ``sys.unraisablehook``, and its client gets no response. Such a server lives as long as its
        node. Otherwise requests are taken with :meth:`ZServer.take_request`. As many requests wait as the profile's
        depth says. ``name``, ``qos`` and errors are as for :meth:`create_publisher`.
        """

    def create_client(
        self,
        name: str,
        service_type: type[Any] | str,
        *,
        qos: _Qos = None,
        output: Literal["struct", "dict"] = "struct",
    ) -> ZClient:
        """A client of a service, whose type is given as a service class, its request class, or by name.

        ``output`` says what a response becomes: ``"struct"`` or ``"dict"``. ``name``, ``qos`` and errors are as for
        :meth:`create_publisher`.
        """

    def create_action_server(
        self,
        name: str,
        action_type: type[Any] | str,
        *,
        execute_callback: Callable[[ZServerGoal], Any] | None = None,
        goal_callback: Callable[[Any], bool] | None = None,
        cancel_callback: Callable[[bytes], bool] | None = None,
        result_timeout: float | None = 10.0,
        output: Literal["struct", "dict"] = "struct",
    ) -> ZActionServer:
        """A server of an action, whose type is given as an action class or by name.

        Without an ``execute_callback`` goals are taken with :meth:`ZActionServer.recv_goal`. With one, each goal is
        accepted and handed to it, on a thread of its own, and what it returns is the result: the goal has succeeded
        then, or was cancelled if a client asked for that, unless the callback has ended it itself. If it raises, the
        goal is aborted and the exception goes to ``sys.unraisablehook``. The server then lives as long as its node.

        Args:
            execute_callback: Called with the :class:`ZServerGoal` of each goal that is accepted.
            goal_callback: Called with each goal, on one thread; goals for which it returns something false, or raises,
                are rejected. Only together with ``execute_callback``.
            cancel_callback: Called with the id of each goal that a client asks to cancel; the goal is asked to end
                early where it returns something true. Without it, every request is accepted.
            result_timeout: How many seconds results can be asked for after the end; without end if it is ``None``.
            output: What a goal becomes, ``"struct"`` or ``"dict"``.
        """

    def create_action_client(
        self,
        name: str,
        action_type: type[Any] | str | None = None,
        *,
        output: Literal["struct", "dict"] = "struct",
        timeout: float = 5.0,
    ) -> ZActionClient:
        """A client of an action, whose type is given as an action class or by name.

        Without a type it is learned from the server, for up to ``timeout`` seconds. ``output`` says what results and
        feedback become: ``"struct"`` or ``"dict"``.
        """

    def declare_parameter(
        self,
        name: str,
        value: Any = None,
        descriptor: ParameterDescriptor | None = None,
        ignore_override: bool = False,
    ) -> Parameter:
        """Declares a parameter and returns it. Its value is that of an override, if there is one.

        Args:
            name: its name; dots stand between its parts.
            value: what it is unless there is an override: ``bool``, ``int``, ``float``, ``str``, ``bytes``, a list of
                one of those, or an array of numpy. Its type stays that of this value. A :class:`ParameterType` in its
                place says the type alone, and reading the parameter is an error until it is set. ``None`` needs a
                descriptor with ``type`` or ``dynamic_typing``.
            descriptor: what else is known of it: a ``rcl_interfaces`` ``ParameterDescriptor`` with ``description``,
                ``read_only``, ``dynamic_typing``, ``integer_range`` or ``floating_point_range``.
            ignore_override: passes over an override.

        Raises:
            ParameterAlreadyDeclaredError: it is declared.
            InvalidParameterTypeError: value or override are of no type, or of another than that of the parameter.
            InvalidParameterValueError: it is out of range, or a callback refused it.

        >>> from ros_z_py.rcl_interfaces.msg import IntegerRange, ParameterDescriptor
        >>> upto10 = ParameterDescriptor(integer_range=[IntegerRange(from_value=0, to_value=10, step=1)])
        >>> node.declare_parameter("retries", 3, upto10).value
        3
        >>> node.set_parameters({"retries": 11})
        [SetParametersResult(successful=False, reason="Parameter {retries} doesn't comply with integer range.")]
        """

    def declare_parameters(
        self, namespace: str, parameters: Sequence[tuple[Any, ...]], ignore_override: bool = False
    ) -> list[Parameter]:
        """Declares several parameters, each a tuple of name, value and descriptor, of which the last may be left out.

        Their names get ``namespace`` and a dot before them unless it is empty. Raises as :meth:`declare_parameter`.
        """

    def undeclare_parameter(self, name: str) -> None:
        """Takes a declaration back.

        Raises:
            ParameterNotDeclaredError: there is none.
            ParameterImmutableError: it is read-only.
        """

    def has_parameter(self, name: str) -> bool:
        """Whether a parameter is declared."""

    def get_parameter(self, name: str) -> Parameter:
        """A parameter, as it is now.

        Raises:
            ParameterNotDeclaredError: it is not declared, and the node does not allow that.
            ParameterUninitializedError: it was declared with a type alone, and not set since.
        """

    def get_parameters(self, names: Sequence[str]) -> list[Parameter]:
        """Several parameters; raises as :meth:`get_parameter` does."""

    def get_parameter_or(self, name: str, alternative_value: Any = None) -> Parameter:
        """A parameter, or one of this value, or this ``Parameter``, where it is not declared or not set."""

    def get_parameters_by_prefix(self, prefix: str) -> dict[str, Parameter]:
        """The parameters below a prefix, by what their names are behind it; all with ``""``."""

    def get_parameter_type(self, name: str) -> ParameterType:
        """The type of a parameter. ``ParameterNotDeclaredError`` where it is not declared."""

    def set_parameters(self, parameters: Sequence[Parameter] | dict[str, Any]) -> list[SetParametersResult]:
        """Sets parameters, given as objects or a dict of values, one by one; how each went.

        ``None`` deletes a parameter of dynamic typing. An empty list is of the type that the parameter has.

        Raises:
            ParameterNotDeclaredError: one is not declared, and the node does not allow that; none is set then.
            InvalidParameterTypeError: one has a value that no parameter can have; none is set then.
        """

    def set_parameters_atomically(self, parameters: Sequence[Parameter] | dict[str, Any]) -> SetParametersResult:
        """Sets all parameters, given as objects or a dict of values, or none; how it went. Raises as
        :meth:`set_parameters` does."""

    def describe_parameter(self, name: str) -> ParameterDescriptor:
        """What is known of a parameter beside its value. ``ParameterNotDeclaredError`` where it is not declared."""

    def describe_parameters(self, names: Sequence[str]) -> list[ParameterDescriptor]:
        """What is known of several parameters; raises as :meth:`describe_parameter` does."""

    def list_parameters(self, prefixes: Sequence[str] | None = None, depth: int = 0) -> ListParametersResult:
        """The names of parameters below the prefixes, or of all; so many parts deep, or all where ``depth`` is 0."""

    def add_on_set_parameters_callback(self, callback: Callable[[list[Parameter]], SetParametersResult]) -> None:
        """Has ``callback`` asked before parameters are set or declared.

        It is given all that is to be set at once, and returns a ``rcl_interfaces`` ``SetParametersResult``, which may
        refuse with a reason. What it raises refuses too, and goes to ``sys.unraisablehook``. It runs on the thread that
        sets, which is one of the node's own where another node asked for it, and may itself read and set parameters.
        """

    def remove_on_set_parameters_callback(self, callback: Callable[[list[Parameter]], SetParametersResult]) -> None:
        """Asks ``callback`` no more. ``ArgumentError`` where it was not asked."""

    def add_post_set_parameters_callback(self, callback: Callable[[list[Parameter]], object]) -> None:
        """Has ``callback`` told of parameters that were set or declared. What it raises goes to
        ``sys.unraisablehook``."""

    def remove_post_set_parameters_callback(self, callback: Callable[[list[Parameter]], object]) -> None:
        """Tells ``callback`` no more. ``ArgumentError`` where it was not told."""

    def create_parameter_client(self, node_name: str) -> ParameterClient:
        """A client of the parameters of another node. A name without a slash is one in this node's namespace."""

    def get_clock(self) -> ZClock:
        """The clock of the node."""

    def get_node_names(self) -> list[str]:
        """The names of all nodes, without their namespaces.

        This and what follows is what is in the graph now: right after the start it still fills, so wait for what is
        needed. Names of topics and services are resolved as by :meth:`create_publisher`.
        """

    def get_node_names_and_namespaces(self) -> list[tuple[str, str]]:
        """The names and namespaces of all nodes; several of one name are several."""

    def get_node_names_and_namespaces_with_enclaves(self) -> list[tuple[str, str, str]]:
        """The names, namespaces and enclaves of all nodes."""

    def get_topic_names_and_types(self) -> list[tuple[str, list[str]]]:
        """All topics that have a publisher or subscriber, with their types."""

    def get_service_names_and_types(self) -> list[tuple[str, list[str]]]:
        """All services that have a server, with their types."""

    def get_publisher_names_and_types_by_node(self, node_name: str, node_namespace: str) -> list[tuple[str, list[str]]]:
        """The topics that a node publishes on, with their types. ``ArgumentError`` where there is no such node."""

    def get_subscriber_names_and_types_by_node(
        self, node_name: str, node_namespace: str
    ) -> list[tuple[str, list[str]]]:
        """The topics that a node subscribes to, with their types."""

    def get_service_names_and_types_by_node(self, node_name: str, node_namespace: str) -> list[tuple[str, list[str]]]:
        """The services that a node serves, with their types."""

    def get_client_names_and_types_by_node(self, node_name: str, node_namespace: str) -> list[tuple[str, list[str]]]:
        """The services that a node is a client of, with their types."""

    def get_publishers_info_by_topic(self, topic: str) -> list[TopicEndpointInfo]:
        """What the graph says of each publisher of a topic."""

    def get_subscriptions_info_by_topic(self, topic: str) -> list[TopicEndpointInfo]:
        """What the graph says of each subscriber of a topic."""

    def count_publishers(self, topic: str) -> int:
        """How many publishers a topic has."""

    def count_subscribers(self, topic: str) -> int:
        """How many subscribers a topic has."""

    def count_services(self, name: str) -> int:
        """How many servers a service has."""

    def count_clients(self, name: str) -> int:
        """How many clients a service has."""

    def wait_for_publisher(self, topic: str, timeout: float | None = None) -> bool:
        """Waits until a topic has a publisher; whether it has one when the time is up."""

    def wait_for_subscriber(self, topic: str, timeout: float | None = None) -> bool:
        """Waits until a topic has a subscriber; whether it has one when the time is up."""

    def wait_for_service(self, name: str, timeout: float | None = None) -> bool:
        """Waits until a service has a server; whether it has one when the time is up."""

    def wait_for_node(self, name: str, timeout: float | None = None) -> bool:
        """Waits until there is a node of this name, fully qualified or in this node's namespace; whether there is one
        when the time is up."""

    def graph_events(self) -> GraphEvents:
        """The changes of the graph, beginning with what is there."""

    def close(self) -> None:
        """Takes the node back with all its endpoints. Closing again does nothing."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...

@final
class ZClock:
    """The time of a node: the system's, or that of ``/clock`` where the node's parameter ``use_sim_time`` is true.

    >>> clock = node.get_clock()
    >>> clock.ros_time_is_active, clock.now().sec > 1_700_000_000
    (False, True)
    """

    def now(self) -> Time:
        """The time now: since 1970, or what ``/clock`` said last, which is 0 before it said anything."""

    def now_ns(self) -> int:
        """The same in nanoseconds."""

    @property
    def ros_time_is_active(self) -> bool:
        """Whether it is the time of ``/clock``."""

    def sleep_until(self, until: Time | int) -> bool:
        """Waits until the clock shows an instant, a ``Time`` or nanoseconds; whether it does.

        ``False`` where the node went over from one time to the other meanwhile. Where ``/clock`` jumps back, the wait
        goes on until the instant is reached after all. Ctrl-C ends it; ``RosZError`` of the kind ``"closed"`` when the
        node is closed.
        """

    def sleep_for(self, seconds: float) -> bool:
        """The same, for so many seconds on this clock from now on."""

    def _next_tick(self, heard: int) -> int:
        """Waits for news of the time beyond the first ``heard``; how many there were."""

# Network: topics

@final
class ZPublisher(Generic[_M_contra]):
    """Sends messages on a topic. It may be used by many threads at once. A context manager.

    After :meth:`close`, sending raises ``RosZError`` of kind ``"closed"``.

    >>> publisher = node.create_publisher("/chatter", "std_msgs/msg/String", qos=1)
    >>> publisher.publish({"data": "hello"})
    >>> publisher.topic, publisher.qos.depth
    ('/chatter', 1)
    """

    def publish(self, message: _M_contra | dict[str, Any]) -> None:
        """Sends a message object or a dict, whose missing keys take their defaults.

        Large arrays of a received message, and large ``bytes``, are not copied. Blocks only with a reliable, keep-all
        profile. Raises ``SerializationError`` with the path to the field.
        """

    def publish_raw(self, payload: Buffer) -> None:
        """Sends a payload as it is: CDR with its encapsulation, in any bytes-like.

        Large ``bytes`` and views are not copied; what can change is copied once.
        """

    def loan(self, length: int) -> ZLoan:
        """Memory for a payload of ``length`` bytes, to be written in place and published without a copy.

        It holds anything at first. It is shared memory where the context has some and room in it
        (:meth:`ZContextBuilder.with_shm_enabled`), else ordinary memory.
        """

    def loan_message(self, message: _M_contra | dict[str, Any] | None = None, /, **fields: Any) -> ZLoan:
        """Memory for a message, to be published without a copy of its arrays of numbers.

        Each of those may be given as an integer, the number of items that are written later, in place. The message is
        given as an object, as a dict, or by its fields:

            with publisher.loan_message(height=480, width=640, encoding="rgb8", step=1920, data=921_600) as loan:
                numpy.asarray(loan.message.data)[:] = pixels.reshape(-1)

        Raises ``SerializationError`` with the path to the field, and ``RosZError`` where shared memory is full and was
        asked to ``"fail"``.
        """

    def wait_for_subscriber(self, timeout: float | None = None) -> bool:
        """Waits until the topic has a subscriber; whether it has one when the time is up."""

    @property
    def topic(self) -> str:
        """The topic, fully qualified."""

    @property
    def type_name(self) -> str:
        """Full name of the message type."""

    @property
    def type_hash(self) -> str:
        """RIHS01 hash of the message type."""

    @property
    def qos(self) -> QosProfile:
        """The quality of service, with everything filled in that was left to the middleware."""

    @property
    def gid(self) -> bytes:
        """The 16 bytes that identify the publisher in the graph and in every message."""

    def close(self) -> None:
        """Takes it back. Closing again does nothing."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...

@final
class ZLoan:
    """Memory of a publisher for one message, written in place, so that processes of this machine read it where it was
    written. A context manager that publishes at the end of its block, and does not when an exception leaves it.

    >>> subscriber = node.create_subscriber("/raw", "std_msgs/msg/ByteMultiArray")
    >>> publisher = node.create_publisher("/raw", "std_msgs/msg/ByteMultiArray")
    >>> with publisher.loan_message(data=3) as loan:
    ...     memoryview(loan.message.data)[:] = b"abc"
    >>> bytes(subscriber.recv(timeout=10).data)
    b'abc'
    """

    @property
    def message(self) -> Any:
        """The message; ``None`` for a loan of bytes.

        Its arrays of numbers can be written to through ``numpy.asarray(view)`` or ``memoryview(view)`` until it is
        published; everything else is as it was given.
        """

    @property
    def data(self) -> ZBufView:
        """The bytes of the payload, which can be written to until it is published."""

    @property
    def is_shared(self) -> bool:
        """Whether it lies in shared memory."""

    @property
    def is_closed(self) -> bool:
        """Whether it was published or given up."""

    def publish(self) -> None:
        """Publishes it. A second time raises ``RosZError`` of kind ``"closed"``.

        Receivers on this machine read the very memory: do not write to it any more through arrays that are left.
        """

    def close(self) -> None:
        """Gives it up, if it was not published. Giving up again does nothing."""

    def __len__(self) -> int: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...

@final
class ZSubscriber(Generic[_M_co]):
    """Receives the messages of a topic. It may be used by many threads at once. A context manager; iterating over it
    yields messages until it is closed.

    Messages that nobody took wait in a queue as long as the profile's depth, oldest first to be dropped. One that does
    not fit the type raises ``SerializationError`` where it is taken, and does not stop the next. After :meth:`close`,
    taking raises ``RosZError`` of kind ``"closed"``.

    >>> subscriber = node.create_subscriber("/chatter", "std_msgs/msg/String")
    >>> node.create_publisher("/chatter", "std_msgs/msg/String").publish({"data": "hello"})
    >>> subscriber.recv(timeout=10)
    String(data='hello')
    """

    def recv(self, timeout: float | None = None) -> _M_co | None:
        """The next message; ``None`` when ``timeout`` seconds are up.

        Without a timeout it waits for ever; 0 only looks; a negative one is an ``ArgumentError``. Arrays of numbers in
        the message are views on the received bytes.
        """

    def try_recv(self) -> _M_co | None:
        """The next message if there is one, else ``None``."""

    def recv_async(self, timeout: float | None = None) -> Coroutine[Any, Any, _M_co | None]:
        """Waits for the next message in an event loop of ``asyncio``; ``None`` when ``timeout`` seconds are up.

        ``async for message in subscriber`` yields messages until it is closed. No thread waits: the loop watches a file
        descriptor. Cancelling loses no message.
        """

    def recv_with_info(self, timeout: float | None = None) -> tuple[_M_co, MessageInfo] | None:
        """The next message with its :class:`MessageInfo`; ``None`` when the time is up."""

    def recv_serialized(self, timeout: float | None = None) -> bytes | None:
        """The CDR payload of the next message, copied; ``None`` when the time is up."""

    def recv_raw_view(self, timeout: float | None = None) -> ZBufView | None:
        """A view of the CDR payload of the next message; ``None`` when the time is up."""

    def wait_for_publisher(self, timeout: float | None = None) -> bool:
        """Waits until the topic has a publisher; whether it has one when the time is up."""

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""

    @property
    def dropped(self) -> int:
        """How many messages were dropped because nobody took them in time."""

    @property
    def topic(self) -> str:
        """The topic, fully qualified."""

    @property
    def type_name(self) -> str:
        """Full name of the message type."""

    @property
    def type_hash(self) -> str:
        """RIHS01 hash of the message type."""

    @property
    def qos(self) -> QosProfile:
        """The quality of service, with everything filled in that was left to the middleware."""

    def close(self) -> None:
        """Takes it back and ends every wait on it. Closing again does nothing."""

    def _wakeup(self) -> _Wakeup:
        """What wakes an event loop when a message comes."""

    @property
    def _waiting(self) -> Any:
        """What waits for this in an event loop; it belongs to ``ros_z_py._async``."""

    @_waiting.setter
    def _waiting(self, waiting: Any) -> None: ...
    def __iter__(self) -> Self: ...
    def __next__(self) -> _M_co: ...
    def __aiter__(self) -> AsyncIterator[_M_co]: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...

@final
class _Wakeup:
    """Has a file descriptor become readable when something comes, once each time it is armed."""

    def fileno(self) -> int: ...
    def arm(self) -> None: ...
    def clear(self) -> None: ...

@final
class MessageInfo:
    """What is known of a received message beside its content.

    >>> subscriber = node.create_subscriber("/chatter", "std_msgs/msg/String")
    >>> node.create_publisher("/chatter", "std_msgs/msg/String").publish({"data": "hello"})
    >>> message, info = subscriber.recv_with_info(timeout=10)
    >>> info.sequence_number, len(info.publisher_gid), info.source_timestamp <= info.received_timestamp
    (1, 16, True)
    """

    @property
    def source_timestamp(self) -> int:
        """When it was published, in nanoseconds since 1970, on the publisher's clock."""

    @property
    def received_timestamp(self) -> int:
        """When it arrived, in nanoseconds since 1970, on this clock."""

    @property
    def sequence_number(self) -> int:
        """The publisher's count of its messages, from 1."""

    @property
    def publisher_gid(self) -> bytes:
        """The 16 bytes that identify the publisher in the graph."""

# Network: services

@final
class ZActionClient:
    """Sends goals to the server of an action, and hears of them. It may be used by many threads at once, with any
    number of goals under way. A context manager.

    >>> from ros_z_py.example_interfaces.action import Fibonacci
    >>> def compute(goal):
    ...     goal.publish_feedback(Fibonacci.Feedback(sequence=[0, 1]))
    ...     return Fibonacci.Result(sequence=[0, 1, 1])
    >>> with ros_z_py.router(listen="tcp/127.0.0.1:0") as router:
    ...     builder = ros_z_py.ZContextBuilder().with_domain_id(7).with_connect_endpoints([router.endpoint])
    ...     with builder.build() as context, context.create_node("both").build() as node:
    ...         server = node.create_action_server("fibonacci", Fibonacci, execute_callback=compute)
    ...         client = node.create_action_client("fibonacci", Fibonacci)
    ...         goal = client.send_goal(Fibonacci.Goal(order=2), timeout=10)
    ...         status, result = goal.get_result(timeout=10)
    ...         (goal.accepted, status.name, result.sequence.tolist(), goal.recv_feedback(timeout=10).sequence.tolist())
    (True, 'SUCCEEDED', [0, 1, 1], [0, 1])
    """

    def send_goal(
        self,
        goal: Any,
        *,
        feedback_callback: Callable[[Any], object] | None = None,
        goal_id: bytes | None = None,
        timeout: float | None = None,
    ) -> ZClientGoal:
        """Sends a goal, a message object or a dict, and waits until it is accepted or rejected, as ``accepted`` says.

        Args:
            feedback_callback: Called with each feedback, on a thread of the client, in place of
                :meth:`ZClientGoal.recv_feedback`.
            goal_id: The 16 bytes that name the goal; random ones if there are none.
            timeout: ``TimeoutError`` after so many seconds.
        """

    def send_goal_async(
        self,
        goal: Any,
        *,
        feedback_callback: Callable[[Any], object] | None = None,
        goal_id: bytes | None = None,
        timeout: float | None = None,
    ) -> ServiceCall:
        """The same, at once: a future of the :class:`ZClientGoal`, which can be awaited too."""

    def goal(self, goal_id: bytes, *, feedback_callback: Callable[[Any], object] | None = None) -> ZClientGoal:
        """The goal with this id, of this client or another; nothing is sent. Its feedback is kept from now on."""

    def cancel_all(self, timeout: float | None = None) -> CancelResponse:
        """Asks that every goal of the server ends early, whoever sent it."""

    def cancel_before(self, stamp: Any, timeout: float | None = None) -> CancelResponse:
        """Asks that every goal ends early that the server accepted up to this time, a ``builtin_interfaces/Time``."""

    def statuses(self) -> list[tuple[bytes, GoalStatus]]:
        """The goals that the server knows, by id, with their states, as it last told, in the order in which it accepted
        them."""

    def wait_for_server(self, timeout: float | None = None) -> bool:
        """Waits until a server is in the graph and can be reached; whether one is when the time is up."""

    @property
    def action(self) -> str:
        """The action, fully qualified."""

    @property
    def type_name(self) -> str:
        """Full name of the action type."""

    def close(self) -> None:
        """Takes it back. What is under way ends with an error. Closing again does nothing."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...

@final
class ZActionServer:
    """Receives the goals of an action. It may be used by many threads at once, with any number of goals under way. A
    context manager.

    A thousand goals can wait to be taken; for one more the oldest is rejected. A goal that does not fit the type is
    dropped with a line in the log. After :meth:`close`, taking goals and ending them raises ``RosZError`` of kind
    ``"closed"``.

    >>> from ros_z_py.example_interfaces.action import Fibonacci
    >>> server = node.create_action_server("fibonacci", Fibonacci)
    >>> client = node.create_action_client("fibonacci", Fibonacci)
    >>> call = client.send_goal_async({"order": 2}, timeout=10)
    >>> goal = server.recv_goal(timeout=10).accept_and_execute()
    >>> goal.succeed({"sequence": [0, 1]})
    >>> call.result(10).get_result(timeout=10).status.name
    'SUCCEEDED'
    """

    def recv_goal(self, timeout: float | None = None) -> ZGoalRequest | None:
        """The next goal to accept or reject; ``None`` when ``timeout`` seconds are up."""

    def try_recv_goal(self) -> ZGoalRequest | None:
        """The next goal to accept or reject if there is one, else ``None``."""

    @property
    def known_goals(self) -> int:
        """How many goals are known: those under way, and those whose results can still be asked for."""

    @property
    def action(self) -> str:
        """The action, fully qualified."""

    @property
    def type_name(self) -> str:
        """Full name of the action type."""

    def close(self) -> None:
        """Takes it back and ends every wait on it and its goals. Clients that still wait learn that there will be no
        result. Closing again does nothing."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...

@final
class ZGoalRequest:
    """A goal to accept or reject, once: after that ``ArgumentError``. It is rejected when it is let go of without an
    answer.

    >>> from ros_z_py.example_interfaces.action import Fibonacci
    >>> server = node.create_action_server("fibonacci", Fibonacci)
    >>> client = node.create_action_client("fibonacci", Fibonacci)
    >>> call = client.send_goal_async({"order": -1}, timeout=10)
    >>> request = server.recv_goal(timeout=10)
    >>> request.goal.order
    -1
    >>> request.reject()
    >>> call.result(10).accepted
    False
    """

    @property
    def goal_id(self) -> bytes:
        """The 16 bytes that name the goal."""

    @property
    def goal(self) -> Any:
        """The goal, a message object or a dict."""

    def accept_and_execute(self) -> ZServerGoal:
        """Accepts the goal, and begins."""

    def accept(self) -> ZServerGoal:
        """Accepts the goal, and begins later, with :meth:`ZServerGoal.execute`."""

    def reject(self) -> None:
        """Rejects the goal."""

@final
class ZServerGoal:
    """A goal that was accepted. It is aborted when it is let go of before its end.

    What ROS does not allow in the state of the goal raises ``ArgumentError``, with the state and the event, and changes
    nothing: ending it twice, ending it before it began, ``canceled`` without being asked to. Nor does a result that
    does not fit the type, which raises ``SerializationError``.

    >>> from ros_z_py.example_interfaces.action import Fibonacci
    >>> server = node.create_action_server("fibonacci", Fibonacci)
    >>> client = node.create_action_client("fibonacci", Fibonacci)
    >>> call = client.send_goal_async({"order": 2}, timeout=10)
    >>> goal = server.recv_goal(timeout=10).accept_and_execute()
    >>> goal.publish_feedback({"sequence": [0]})
    >>> call.result(10).cancel(timeout=10).return_code.name
    'NONE'
    >>> goal.wait_for_cancel(timeout=10)
    True
    >>> goal.canceled({"sequence": [0]})
    >>> goal.status.name
    'CANCELED'
    """

    @property
    def goal_id(self) -> bytes:
        """The 16 bytes that name the goal."""

    @property
    def goal(self) -> Any:
        """The goal, a message object or a dict."""

    @property
    def stamp(self) -> Any:
        """When it was accepted, as a ``builtin_interfaces/Time``."""

    @property
    def status(self) -> GoalStatus:
        """The state of the goal; ``UNKNOWN`` once its result has expired."""

    @property
    def is_cancel_requested(self) -> bool:
        """Whether the goal was asked to end early, and has not ended yet."""

    def wait_for_cancel(self, timeout: float | None = None) -> bool:
        """Waits until the goal is asked to end early; whether it was when the time is up."""

    def execute(self) -> None:
        """Begins a goal that was accepted for later."""

    def publish_feedback(self, feedback: Any) -> None:
        """Tells clients how far it is, with a message object or a dict."""

    def succeed(self, result: Any = None) -> None:
        """Ends the goal: it was reached. Without a result, with one of defaults."""

    def abort(self, result: Any = None) -> None:
        """Ends the goal: it is given up."""

    def canceled(self, result: Any = None) -> None:
        """Ends the goal early, as it was asked to."""

@final
class ZClientGoal:
    """A goal that was sent. Feedback ends when it is let go of, unless a result of it is waited for; the goal goes on.

    >>> from ros_z_py.example_interfaces.action import Fibonacci
    >>> def compute(goal):
    ...     return {"sequence": [goal.goal.order]}
    >>> server = node.create_action_server("fibonacci", Fibonacci, execute_callback=compute)
    >>> goal = node.create_action_client("fibonacci", Fibonacci).send_goal({"order": 3}, timeout=10)
    >>> goal.accepted, goal.get_result(timeout=10).result.sequence.tolist()
    (True, [3])
    """

    @property
    def goal_id(self) -> bytes:
        """The 16 bytes that name the goal."""

    @property
    def accepted(self) -> bool | None:
        """Whether the server accepted the goal; ``None`` for a goal that was not sent with this object."""

    @property
    def stamp(self) -> Any:
        """When the server accepted the goal, as a ``builtin_interfaces/Time``; ``None`` where it did not."""

    @property
    def status(self) -> GoalStatus:
        """The state of the goal as the server last told; ``UNKNOWN`` before it did."""

    def recv_feedback(self, timeout: float | None = None) -> Any | None:
        """The next feedback; ``None`` when ``timeout`` seconds are up.

        A thousand wait for a slow reader, oldest first to be dropped. ``ArgumentError`` where feedback goes to a
        callback.
        """

    def try_recv_feedback(self) -> Any | None:
        """The next feedback if there is one, else ``None``."""

    @property
    def dropped(self) -> int:
        """How much feedback was dropped because nobody took it in time."""

    def get_result(self, timeout: float | None = None) -> GoalResult:
        """Waits for the end of the goal: its state and its result. It can be asked for again, until the server forgets
        it.

        ``TimeoutError`` after so many seconds; the goal goes on then. ``RosZError`` when the server goes away.
        """

    def get_result_async(self, timeout: float | None = None) -> ServiceCall:
        """The same, at once: a future of the :class:`GoalResult`, which can be awaited too."""

    def cancel(self, timeout: float | None = None) -> CancelResponse:
        """Asks that the goal ends early, and waits for the answer."""

    def cancel_async(self, timeout: float | None = None) -> ServiceCall:
        """The same, at once: a future of the :class:`CancelResponse`, which can be awaited too."""

@final
class ZServer:
    """Receives the requests of a service and answers them, in any order. It may be used by many threads at once. A
    context manager.

    Requests that nobody took wait in a queue as long as the profile's depth, oldest first to be dropped. One that does
    not fit the type is dropped with a line in the log. After :meth:`close`, taking and answering raises ``RosZError``
    of kind ``"closed"``.

    >>> from ros_z_py import example_interfaces
    >>> with ros_z_py.router(listen="tcp/127.0.0.1:0") as router:
    ...     builder = ros_z_py.ZContextBuilder().with_domain_id(7).with_connect_endpoints([router.endpoint])
    ...     with builder.build() as context, context.create_node("adder").build() as node:
    ...         server = node.create_server("add", example_interfaces.AddTwoInts)
    ...         call = node.create_client("add", "example_interfaces/srv/AddTwoInts").call_async({"a": 2, "b": 3})
    ...         request_id, request = server.take_request(timeout=10)
    ...         server.send_response({"sum": request.a + request.b}, request_id)
    ...         call.result(timeout=10).sum
    5
    """

    def take_request(self, timeout: float | None = None) -> tuple[RequestId, Any] | None:
        """The next request with its id; ``None`` when ``timeout`` seconds are up.

        Without a timeout it waits for ever; 0 only looks; a negative one is an ``ArgumentError``.
        """

    def try_take_request(self) -> tuple[RequestId, Any] | None:
        """The next request with its id if there is one, else ``None``."""

    def send_response(self, response: Any, request_id: RequestId) -> None:
        """Answers a request with a message object or a dict, whose missing keys take their defaults.

        Raises ``SerializationError`` with the path to the field; the request can still be answered then.
        ``ArgumentError`` when it is not pending, because it was answered or dropped before, or never came here.
        """

    def drop_request(self, request_id: RequestId) -> None:
        """Gives up a request: its client learns that there will be no response. ``ArgumentError`` as for
        :meth:`send_response`."""

    def configure_introspection(self, state: Literal["off", "metadata", "contents"], *, qos: _Qos = None) -> None:
        """Tells on ``<service>/_service_event`` of requests that are taken and responses that are sent.

        Args:
            state: nothing (``"off"``, as it is at first), that they are (``"metadata"``: when, by which client, and its
                number), or also what is in them (``"contents"``).
            qos: of the events; what the middleware prefers unless given.

        Raises:
            TypeMismatchError: the type of the service is not the one that is loaded by now.

        >>> from ros_z_py.example_interfaces import AddTwoInts
        >>> server = node.create_server("sum", AddTwoInts, callback=lambda request: {"sum": request.a + request.b})
        >>> events = node.create_subscriber("sum/_service_event", AddTwoInts.Event)
        >>> server.configure_introspection("contents")
        >>> _ = node.create_client("sum", AddTwoInts).call({"a": 2, "b": 3}, timeout=10)
        >>> told = [events.recv(timeout=10) for _ in range(2)]
        >>> [(event.info.event_type, len(event.request)) for event in told]
        [(1, 1), (2, 0)]
        """

    @property
    def dropped(self) -> int:
        """How many requests were dropped because nobody took them in time."""

    @property
    def service(self) -> str:
        """The service, fully qualified."""

    @property
    def type_name(self) -> str:
        """Full name of the service type."""

    @property
    def type_hash(self) -> str:
        """RIHS01 hash of the service type."""

    @property
    def qos(self) -> QosProfile:
        """The quality of service, with everything filled in that was left to the middleware."""

    @property
    def gid(self) -> bytes:
        """The 16 bytes that identify the server in the graph."""

    def close(self) -> None:
        """Takes it back and ends every wait on it. Clients that still wait for a response learn that there will be
        none. Closing again does nothing."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...

@final
class RequestId:
    """Names a request until it is answered. Comparable, hashable.

    >>> server = node.create_server("add", "example_interfaces/srv/AddTwoInts")
    >>> call = node.create_client("add", "example_interfaces/srv/AddTwoInts").call_async({"a": 2, "b": 3})
    >>> request_id, request = server.take_request(timeout=10)
    >>> request_id.sequence_number, {request_id: "pending"}[request_id]
    (1, 'pending')
    """

    @property
    def client_gid(self) -> bytes:
        """The 16 bytes that identify the client in the graph."""

    @property
    def sequence_number(self) -> int:
        """The client's count of its requests, from 1."""

    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

@final
class ZClient:
    """Sends requests to a service and receives their responses, in any order. It may be used by many threads at once,
    with any number of calls under way. A context manager.

    A request leaves as soon as a server can be reached, so there is no need to wait for one before. After
    :meth:`close`, calling raises ``RosZError`` of kind ``"closed"``, and so do the calls that were under way.

    >>> server = node.create_server(
    ...     "add", "example_interfaces/srv/AddTwoInts", callback=lambda request: {"sum": request.a + request.b}
    ... )
    >>> client = node.create_client("add", "example_interfaces/srv/AddTwoInts")
    >>> client.call({"a": 2, "b": 3}, timeout=10).sum
    5
    """

    def call(self, request: Any, timeout: float | None = None) -> Any:
        """Calls the service with a message object or a dict, whose missing keys take their defaults, and waits for the
        response.

        Raises ``TimeoutError`` when ``timeout`` seconds are up, ``SerializationError`` with the path to the field where
        request or response do not fit the type, and ``RosZError`` of kind ``"network"`` when the server ends the call
        without a response, as when it is closed meanwhile.

        Without a timeout it waits for ever, and Zenoh keeps a little memory for each such call as long as the session.
        """

    def call_async(self, request: Any, timeout: float | None = None) -> ServiceCall:
        """Calls the service and returns at once with a :class:`ServiceCall`, which is both a future and awaitable.

        ``await`` it in a coroutine, or ask for its ``result(timeout)``; what :meth:`call` raises comes from there, save
        what is wrong with the request. ``timeout`` is as for :meth:`call`.
        """

    def configure_introspection(self, state: Literal["off", "metadata", "contents"], *, qos: _Qos = None) -> None:
        """Tells on ``<service>/_service_event`` of requests that are sent and responses that come.

        Args:
            state: nothing (``"off"``, as it is at first), that they are (``"metadata"``: when, by which client, and its
                number), or also what is in them (``"contents"``).
            qos: of the events; what the middleware prefers unless given.

        Raises:
            TypeMismatchError: the type of the service is not the one that is loaded by now.
        """

    def wait_for_service(self, timeout: float | None = None) -> bool:
        """Waits until a server of the type is in the graph and can be reached; whether one is when the time is up."""

    @property
    def service(self) -> str:
        """The service, fully qualified."""

    @property
    def type_name(self) -> str:
        """Full name of the service type."""

    @property
    def type_hash(self) -> str:
        """RIHS01 hash of the service type."""

    @property
    def qos(self) -> QosProfile:
        """The quality of service, with everything filled in that was left to the middleware."""

    @property
    def gid(self) -> bytes:
        """The 16 bytes that identify the client in the graph and in every request."""

    def close(self) -> None:
        """Takes it back. Calls that are under way end with an error. Closing again does nothing."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...

# Network: the graph

@final
class TopicEndpointInfo:
    """What the graph says of a publisher, subscription, server or client.

    >>> publisher = node.create_publisher("/chatter", "std_msgs/msg/String")
    >>> info = node.get_publishers_info_by_topic("/chatter")[0]
    >>> info.node_name, info.topic_type, info.endpoint_gid == publisher.gid
    ('talker', 'std_msgs/msg/String', True)
    """

    @property
    def node_name(self) -> str:
        """The name of its node."""

    @property
    def node_namespace(self) -> str:
        """The namespace of its node."""

    @property
    def topic(self) -> str:
        """The topic or service, fully qualified."""

    @property
    def topic_type(self) -> str:
        """Full name of the type."""

    @property
    def topic_type_hash(self) -> str:
        """The type hash as the endpoint announces it."""

    @property
    def endpoint_type(self) -> str:
        """``"publisher"``, ``"subscription"``, ``"server"`` or ``"client"``."""

    @property
    def endpoint_gid(self) -> bytes:
        """The 16 bytes that identify the endpoint, in the graph and in what it sends."""

    @property
    def qos_profile(self) -> QosProfile:
        """The quality of service that is offered or asked for."""

@final
class GraphEvents:
    """The changes of the graph from a moment on, beginning with what was there. A context manager; iterating over it
    yields changes until it is closed.

    >>> with node.graph_events() as events:
    ...     event = events.recv(timeout=10)
    >>> event.kind, event.node
    ('appeared', '/talker')
    """

    def recv(self, timeout: float | None = None) -> GraphEvent | None:
        """The next change; ``None`` when ``timeout`` seconds are up. After :meth:`close` it raises ``RosZError`` of
        kind ``"closed"``."""

    def close(self) -> None:
        """Ends them, and every wait on them. Closing again does nothing."""

    def __iter__(self) -> Self: ...
    def __next__(self) -> GraphEvent: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...

@final
class GraphEvent:
    """A change of the graph.

    A mismatch is told once: an endpoint on a topic or service of one of this context that has another type, another
    definition of it, or a quality of service that does not fit. It is also a warning in the log of ``logging``, under
    ``ros_z_py``. Where types differ, the other node is asked first what its type is, for a few seconds at most.

    >>> events = node.graph_events()
    >>> publisher = node.create_publisher("/chatter", "std_msgs/msg/String")
    >>> endpoints = (event.endpoint for event in events if event.endpoint is not None)
    >>> next(endpoint.topic for endpoint in endpoints if endpoint.topic == publisher.topic)
    '/chatter'
    """

    @property
    def kind(self) -> str:
        """``"appeared"``, ``"gone"`` or ``"mismatch"``."""

    @property
    def node(self) -> str:
        """The fully qualified name of the node that it is about; for a mismatch, of the other one."""

    @property
    def endpoint(self) -> TopicEndpointInfo | None:
        """The endpoint that it is about, or ``None`` when it is the node itself; for a mismatch, the other one."""

    @property
    def mismatch(self) -> str | None:
        """What does not match, as a sentence, with what differs between types; ``None`` for other changes."""

    @property
    def mismatch_kind(self) -> str | None:
        """What does not match, in one word: ``"type"``, ``"definition"`` or ``"qos"``; ``None`` for other changes."""

    @property
    def differences(self) -> list[SchemaDifference]:
        """What differs between the types of a mismatch, from that of this context to the other one; empty where that is
        not known (``mismatch`` says why), and for other changes."""

# Quality of service

@final
class QosProfile:
    """Quality of service of a publisher or subscriber. Durations are in seconds; infinity is no limit.

    The defaults are those of ROS: reliable, volatile, keep the last 10. Immutable, comparable, hashable. A word that is
    no policy, or a negative duration, is an ``ArgumentError``.

    >>> ros_z_py.QosProfile("best_effort", depth=1).reliability
    'best_effort'
    """

    def __new__(
        cls,
        reliability: Literal["reliable", "best_effort", "system_default", "best_available"] = "reliable",
        durability: Literal["volatile", "transient_local", "system_default", "best_available"] = "volatile",
        history: Literal["keep_last", "keep_all", "system_default"] = "keep_last",
        depth: int = 10,
        *,
        deadline: float | None = None,
        lifespan: float | None = None,
        liveliness: Literal["automatic", "manual_by_topic", "system_default", "best_available"] = "automatic",
        liveliness_lease_duration: float | None = None,
    ) -> Self: ...
    @property
    def reliability(self) -> str:
        """``"reliable"``, ``"best_effort"``, ``"system_default"`` or ``"best_available"``."""

    @property
    def durability(self) -> str:
        """``"volatile"``, ``"transient_local"``, ``"system_default"`` or ``"best_available"``."""

    @property
    def history(self) -> str:
        """``"keep_last"``, ``"keep_all"`` or ``"system_default"``."""

    @property
    def depth(self) -> int:
        """How many messages are kept with ``"keep_last"``."""

    @property
    def deadline(self) -> float:
        """Seconds between messages that were promised; infinity when none were."""

    @property
    def lifespan(self) -> float:
        """Seconds after which a message is stale; infinity for never."""

    @property
    def liveliness(self) -> str:
        """``"automatic"``, ``"manual_by_topic"``, ``"system_default"`` or ``"best_available"``."""

    @property
    def liveliness_lease_duration(self) -> float:
        """Seconds without a sign of life after which a publisher counts as gone; infinity for never."""

    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs_ex__(self) -> tuple[tuple[str, str, str, int], dict[str, Any]]:
        """What it is made from again, for ``copy`` and ``pickle``."""

QOS_DEFAULT: QosProfile
"""Reliable, volatile, keep the last 10."""
QOS_SENSOR_DATA: QosProfile
"""Best effort, volatile, keep the last 5."""
QOS_PARAMETERS: QosProfile
"""Reliable, volatile, keep the last 1000."""
QOS_SERVICES: QosProfile
"""Reliable, volatile, keep the last 10."""

# Router and command line

@final
class Router:
    """A Zenoh router inside this process. A context manager.

    >>> with ros_z_py.router(listen="tcp/127.0.0.1:0") as router:
    ...     router.endpoint.startswith("tcp/127.0.0.1:")
    True
    """

    @property
    def endpoint(self) -> str:
        """The endpoint to connect to, with the real port."""

    def close(self) -> None:
        """Stops it. Closing again does nothing."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...

def router(listen: str = "tcp/127.0.0.1:7447", *, connect: Sequence[str] = ()) -> Router:
    """Starts a Zenoh router inside this process; port 0 is any free one.

    For demos, tests and programs without a ROS system: that one has its ``rmw_zenohd``. ``RosZError`` of kind
    ``"network"`` where it cannot listen.

    Args:
        listen: The endpoint to listen on, such as ``"tcp/0.0.0.0:7447"`` for all IPv4 addresses of the machine.
        connect: Endpoints of other routers, such as those of other machines: each router passes on to its nodes what
            the nodes of the others say. One that is not there is tried again until it is.
    """

def main(arguments: Sequence[_Path]) -> int:
    """The ``ros-z`` command with these arguments (without the program's name); returns its exit code."""

def _after_fork() -> None: ...
def _publish_log(
    node: ZNode, level_and_stamp: tuple[int, int], name: str, msg: str, place: tuple[str, str, int]
) -> bool:
    """Sends a line to ``/rosout`` in the name of a node, with nanoseconds since 1970, and file, function and line."""

def _parameter_value(value: Any, type_: int | None = None) -> tuple[int, Any]: ...
def _read_parameter_file(path: _Path, node: str, use_wildcard: bool) -> list[Parameter] | None: ...
def _nearest(wanted: str, known: Sequence[str]) -> list[str]:
    """The known names nearest to one that is not known, as errors offer them."""

def _definition_of(message_class: type[Any]) -> tuple[str | None, list[tuple[str, str, str]]]:
    """What makes the class in another process: its ``TypeDescription`` as JSON, and texts with their names and
    languages. Nothing for a built-in type."""

def _class_of_definition(
    name: str, hash: str, description: str | None, sources: Sequence[tuple[str, str, str]]
) -> type[Any]:
    """The class of that hash, which is made of the definition where it is not known."""

def _close_all() -> None:
    """Closes every context that is still open, at the end of the process."""
