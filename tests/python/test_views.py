"""ZBufView and ZArrayView as values: every format, both byte orders, any alignment."""

import array
import collections.abc
import copy
import itertools
import math
import pickle
import struct
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ros_z_py import ZArrayView, ZBufView

NATIVE = "<" if sys.byteorder == "little" else ">"
OCTETS = bytes(range(256))

# One row a letter of `struct`: values at the edges, all exact in that type.
VALUES = {
    "?": [True, False, True],
    "b": [-128, -1, 0, 127],
    "B": [0, 1, 255],
    "h": [-(2**15), -1, 0, 2**15 - 1],
    "H": [0, 258, 2**16 - 1],
    "i": [-(2**31), -1, 0, 2**31 - 1],
    "I": [0, 0x01020304, 2**32 - 1],
    "q": [-(2**63), -1, 0, 2**63 - 1],
    "Q": [0, 0x0102030405060708, 2**64 - 1],
    "f": [0.0, -1.5, 2.0**-149, math.inf, 3.4028234663852886e38],
    "d": [0.0, -1.5, 5e-324, -math.inf, 1.7976931348623157e308],
}
CASES = [
    pytest.param(letter, order, offset, id=f"{order}{letter}+{offset}")
    for letter, order, offset in itertools.product(VALUES, "<>", range(9))
]


def packed(values, letter, order):
    return struct.pack(f"{order}{len(values)}{letter}", *values)


def view_at(values, letter, order, offset):
    """A view whose items start `offset` bytes into a buffer, as in a message."""
    body = packed(values, letter, order)
    return ZArrayView(memoryview(b"\xa5" * offset + body + b"\x5a")[offset : offset + len(body)], order + letter)


def native_name(letter, order):
    return letter if order == NATIVE or struct.calcsize(f"={letter}") == 1 else order + letter


# ---- ZArrayView, the table -------------------------------------------------------------------------------------


@pytest.mark.parametrize("letter, order, offset", CASES)
def test_array_reads_like_the_list_of_its_values(letter, order, offset):
    values = VALUES[letter]
    view = view_at(values, letter, order, offset)
    size = struct.calcsize(f"={letter}")
    assert view.tolist() == list(view) == [view[i] for i in range(len(view))] == values
    assert [type(value) for value in view] == [type(value) for value in values]
    assert [view[-i - 1] for i in range(len(view))] == list(reversed(view)) == values[::-1]
    assert (len(view), view.itemsize, view.nbytes) == (len(values), size, size * len(values))
    assert view.tobytes() == bytes(view) == packed(values, letter, order)
    assert view.format == native_name(letter, order)
    assert size == 1 or view.byteorder == {"<": "little", ">": "big"}[order]
    assert view.is_zero_copy


@pytest.mark.parametrize("letter, order, offset", CASES)
def test_array_exports_its_memory(letter, order, offset):
    values = VALUES[letter]
    view = view_at(values, letter, order, offset)
    memory = memoryview(view)
    assert (memory.format, memory.itemsize) == (view.format, view.itemsize)
    assert (memory.shape, memory.strides, memory.ndim) == ((len(view),), (view.itemsize,), 1)
    assert memory.readonly and memory.contiguous and memory.obj is view
    assert memory.cast("B").tobytes() == view.tobytes() == memory.tobytes()
    if view.format == letter:
        assert memory.tolist() == values
        assert memory == view
        assert memory.cast("B").cast(letter) == view
    with pytest.raises(TypeError, match="read-only"):
        memory.cast("B")[0] = 0


@pytest.mark.parametrize("letter, order, offset", CASES)
def test_array_is_a_numpy_array_without_a_copy(letter, order, offset):
    numpy = pytest.importorskip("numpy")
    values = VALUES[letter]
    view = view_at(values, letter, order, offset)
    found = numpy.asarray(view)
    assert found.dtype == numpy.dtype(order + letter)
    assert found.tolist() == values and not found.flags.writeable
    address, read_only = view.__array_interface__["data"]
    assert found.__array_interface__["data"] == (address, True) and read_only
    assert found.flags.aligned == (address % found.dtype.alignment == 0)
    backwards = numpy.asarray(view[::-2])
    assert backwards.tolist() == values[::-2] and numpy.shares_memory(found, backwards)
    assert (view == found) is True and (view == found[:-1]) is False
    assert (view[::-2] == backwards) is True and (view[::-2] == found[::-2]) is True


class Interface:
    """Only the array interface of a view: NumPy prefers the buffer protocol where it finds both."""

    def __init__(self, view):
        self.view = view
        self.__array_interface__ = view.__array_interface__


@pytest.mark.parametrize("letter, order, offset", CASES)
def test_array_interface_alone_says_enough(letter, order, offset):
    numpy = pytest.importorskip("numpy")
    values = VALUES[letter]
    view = view_at(values, letter, order, offset)
    for part, expected in [(view, values), (view[::-1], values[::-1]), (view[1::2], values[1::2]), (view[:0], [])]:
        found = numpy.asarray(Interface(part))
        assert found.tolist() == expected and found.dtype == numpy.dtype(order + letter)
        assert not found.flags.writeable


@pytest.mark.parametrize("letter, order, offset", CASES)
def test_array_slices_share_memory_and_keep_their_step(letter, order, offset):
    values = VALUES[letter]
    view = view_at(values, letter, order, offset)
    address = view.__array_interface__["data"][0]
    bounds = [None, *range(-len(values) - 1, len(values) + 2)]
    for start, stop, step in itertools.product(bounds, bounds, [None, 1, 2, 3, -1, -2]):
        part, expected = view[start:stop:step], values[start:stop:step]
        assert type(part) is ZArrayView and part.tolist() == expected and part == expected
        if expected:
            first = range(len(values))[start:stop:step][0]
            assert part.__array_interface__["data"][0] == address + first * view.itemsize
            assert memoryview(part).tobytes() == packed(expected, letter, order) == part.tobytes()
        again = part[::-1]
        assert again.tolist() == expected[::-1] and again[::-1] == part


@pytest.mark.parametrize("letter, order, offset", CASES)
def test_array_pickles_and_copies_to_an_equal_array(letter, order, offset):
    view = view_at(VALUES[letter], letter, order, offset)
    for part, protocol in itertools.product([view, view[::-1], view[::2], view[:0]], range(2, 6)):
        again = pickle.loads(pickle.dumps(part, protocol))
        assert type(again) is ZArrayView and again == part
        assert again.tobytes() == part.tobytes() and again.format == part.format
    assert copy.copy(view) is view and copy.deepcopy(view) == view


# ---- ZArrayView, the rest --------------------------------------------------------------------------------------


def test_array_takes_the_format_of_its_buffer():
    for letter, values in VALUES.items():
        if letter != "?":
            assert ZArrayView(array.array(letter, values)) == values
    assert ZArrayView(b"\x01\x02").format == "B"
    assert ZArrayView(ZArrayView(b"\x01\x02\x03\x04", ">H")).tolist() == [0x0102, 0x0304]
    assert ZArrayView(ZArrayView(b"\x01\x02\x03\x04", ">H"), "B").tolist() == [1, 2, 3, 4]
    assert ZArrayView(b"\x01\x02", "=h") == ZArrayView(b"\x01\x02", "@h") == ZArrayView(b"\x01\x02", NATIVE + "h")
    assert ZArrayView(b"\x01\x02", "!H").tolist() == [258]


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        ((b"", "e"), ValueError, "is not the format"),
        ((b"", "2d"), ValueError, "is not the format"),
        ((b"", "c"), ValueError, "is not the format"),
        ((memoryview(b"abc").cast("c"),), ValueError, "are not numbers"),
        ((b"", ""), ValueError, "is not the format"),
        ((b"", "d\0"), ValueError, "is not the format"),
        ((b"", 1), TypeError, "str"),
        ((b"123", "h"), ValueError, "3 bytes are not a whole number of int16 items of 2 bytes"),
        (([1, 2],), TypeError, "bytes-like"),
        ((None,), TypeError, "bytes-like"),
        (("text",), TypeError, "bytes-like"),
        ((memoryview(b"1234")[::2],), BufferError, "not contiguous"),
        ((ZArrayView(b"1234")[::2], "b"), BufferError, "not contiguous"),
        ((b"1234", "h", 1), TypeError, "argument"),
    ],
)
def test_array_refuses(arguments, error, words):
    with pytest.raises(error, match=words):
        ZArrayView(*arguments)


def test_array_equals_any_sequence_of_the_same_numbers():
    view = ZArrayView(struct.pack("<3f", 1, 2.5, -3), "<f")
    values = [1, 2.5, -3]
    big = ZArrayView(struct.pack(">3d", *values), ">d")
    equal = [
        values,
        tuple(values),
        array.array("d", values),
        array.array("f", values),
        view[:],
        big,
        UserSequence(values),
    ]
    for other in equal:
        assert view == other and other == view and not view != other and not other != view
    different = [values[:2], [*values, 0], [1, 2, -3], [1, None, -3], "abc", b"abc", array.array("i", [1, 2, 3]), []]
    for other in different:
        assert view != other and other != view and not view == other and not other == view
    for other in [None, 1.0, object(), {1: 2}, {1.0, 2.5, -3.0}, iter(values)]:
        assert view.__eq__(other) is NotImplemented and view != other
    assert ZArrayView(b"") == [] == ZArrayView(b"", "d") and ZArrayView(b"") != ""


class UserSequence(collections.abc.Sequence):
    def __init__(self, values):
        self.values = values

    def __getitem__(self, index):
        return self.values[index]

    def __len__(self):
        return len(self.values)

    def __eq__(self, other):
        return NotImplemented


def test_array_compares_numbers_as_python_does():
    floats = ZArrayView(struct.pack("<4d", 0.0, math.nan, 2.0**63, 2.0**53), "<d")
    assert floats[:1] == ZArrayView(struct.pack("<d", -0.0), "<d")
    assert floats[1:2] != floats[1:2] and floats != floats
    assert floats[2:3] == ZArrayView(struct.pack("<Q", 2**63), "<Q") != ZArrayView(struct.pack("<q", -(2**63)), "<q")
    assert floats[3:] != ZArrayView(struct.pack("<q", 2**53 + 1), "<q")
    assert ZArrayView(struct.pack("<d", math.inf), "<d") != ZArrayView(struct.pack("<Q", 2**64 - 1), "<Q")
    assert ZArrayView(struct.pack("<f", 0.1), "<f") != [0.1]
    assert ZArrayView(b"\x01\x00", "?") == ZArrayView(b"\x01\x00", "B") == [1.0, 0] == ZArrayView(b"\x01\x00", "?")
    assert ZArrayView(b"\xff", "b") != ZArrayView(b"\xff", "B")


def test_array_equality_passes_errors_on():
    class Bad:
        def __eq__(self, other):
            raise ZeroDivisionError

    class Growing:
        """A list that grows while it is compared."""

        def __init__(self, values):
            self.values = values

        def __eq__(self, other):
            self.values.append(0)
            return True

    with pytest.raises(ZeroDivisionError):
        assert ZArrayView(b"a") == [Bad()]
    with pytest.raises(ZeroDivisionError):
        ZArrayView(b"a").index(Bad())
    values = []
    values.append(Growing(values))
    assert ZArrayView(b"a") != values


def test_array_cannot_be_hashed():
    # It equals lists and tuples, which hash differently or not at all.
    assert ZArrayView.__hash__ is None and not isinstance(ZArrayView(b""), collections.abc.Hashable)
    with pytest.raises(TypeError, match="unhashable"):
        hash(ZArrayView(b"a"))


@pytest.mark.parametrize("count", [0, 1, 8, 9, 10**6])
def test_repr_is_short(count):
    view = ZArrayView(bytes(4 * count), "<f")
    dots = ", ..." if count > 8 else ""
    items = ": " + ", ".join(["0.0"] * min(count, 8)) if count else ""
    assert repr(view) == str(view) == f"<ZArrayView float32[{count}]{items}{dots}>"
    assert repr(ZBufView(bytes(count))) == f"<ZBufView uint8[{count}]{items.replace('0.0', '0')}{dots}>"


# ---- ZBufView --------------------------------------------------------------------------------------------------


def test_buf_reads_like_bytes():
    view = ZBufView(OCTETS)
    assert len(view) == view.nbytes == 256 and view.itemsize == 1 and view.format == "B" and view.is_zero_copy
    assert bytes(view) == view.tobytes() == OCTETS and list(view) == view.tolist() == list(OCTETS)
    assert view[0] == 0 and view[-1] == 255 and type(view[7]) is int
    assert type(view[1:3]) is bytes and view[1:3] == b"\x01\x02" and view[::-1] == OCTETS[::-1]
    assert b"".join([view, view]) == OCTETS * 2 and bytearray(view) == OCTETS
    assert struct.unpack_from("<I", view, 4) == struct.unpack_from("<I", OCTETS, 4)
    assert bool(view) and not ZBufView(b"")


def test_buf_exports_its_memory():
    view = ZBufView(OCTETS)
    memory = memoryview(view)
    assert (memory.format, memory.shape, memory.strides, memory.readonly) == ("B", (256,), (1,), True)
    assert memory[:8] == OCTETS[:8] and memory.cast("I").nbytes == 256 and memory.obj is view
    interface = view.__array_interface__
    assert interface["typestr"] == "|u1" and interface["shape"] == (256,) and interface["strides"] is None
    assert interface["data"] == ZBufView(view).__array_interface__["data"] and interface["data"][1] is True
    numpy = pytest.importorskip("numpy")
    found = numpy.asarray(view)
    assert found.dtype == numpy.uint8 and not found.flags.writeable and found.tobytes() == OCTETS
    assert found.__array_interface__["data"] == interface["data"]


def test_buf_equals_bytes_likes_and_lists():
    view = ZBufView(b"abc")
    equal = [
        b"abc", bytearray(b"abc"), memoryview(b"abc"), array.array("B", b"abc"), array.array("i", [97, 98, 99]),
        ZBufView(b"abc"), ZArrayView(b"abc"), ZArrayView(struct.pack(">3d", *b"abc"), ">d"), list(b"abc"),
        memoryview(b"a-b-c-")[::2], memoryview(b"abc").cast("b"),
    ]  # fmt: skip
    for other in equal:
        assert view == other and not view != other and other == view
    different = [b"abd", b"ab", b"abcd", b"", bytearray(b"abd"), ZBufView(b"ab"), list(b"abd"), array.array("h", b"ab")]
    for other in different:
        assert view != other and not view == other and other != view
    # A tuple hashes unlike bytes, so it must differ.
    for other in [None, "abc", 97, tuple(b"abc"), range(97, 100), object()]:
        assert view.__eq__(other) is NotImplemented and view != other and other != view
    assert ZBufView(b"\xff") != array.array("b", [-1])
    # Nor does `memoryview(b"abc")` equal it: its items are not numbers.
    assert view != memoryview(b"abc").cast("c") != view
    with pytest.raises(TypeError):
        view < b"abd"  # noqa: B015


def test_buf_equals_numpy_arrays_as_a_whole():
    numpy = pytest.importorskip("numpy")
    view = ZBufView(b"\x01\x02\x03\x04")
    for dtype in ["u1", "i1", "<i2", ">i8", "<f2", ">f4", "f8", "c16", "g"]:
        assert (view == numpy.array([1, 2, 3, 4], dtype)) is True
        assert (view == numpy.array([1, 2, 3, 5], dtype)) is False
    assert (view == numpy.array([[1, 2], [3, 4]], "u1")) is False
    assert (view == numpy.array(["a", "b", "c", "d"])) is False
    assert (view == numpy.empty(3, dtype=[])) is False
    assert ZBufView(numpy.empty(3, dtype=[])) == b""
    assert (view == numpy.arange(1, 9, dtype="u1")[::2]) is False
    assert ZArrayView(numpy.array([[1, 2], [3, 4]], ">i2")).tolist() == [1, 2, 3, 4]


def test_buf_hashes_like_bytes():
    assert hash(ZBufView(b"abc")) == hash(b"abc") and {ZBufView(b"abc"): 1}[b"abc"] == 1
    for buffer in [memoryview(b"abc"), memoryview(memoryview(b"abc")), ZBufView(b"abc"), memoryview(ZBufView(b"abc"))]:
        assert hash(ZBufView(buffer)) == hash(b"abc") == hash(memoryview(ZBufView(buffer)))
    for buffer in [bytearray(b"abc"), memoryview(bytearray(b"abc")).toreadonly(), array.array("B", b"abc")]:
        with pytest.raises(ValueError, match="writable"):
            hash(ZBufView(buffer))


def test_buf_pickles_and_copies():
    view = ZBufView(OCTETS)
    for protocol in range(2, 6):
        again = pickle.loads(pickle.dumps(view, protocol))
        assert type(again) is bytes and again == view
    assert copy.copy(view) is copy.deepcopy(view) is view
    buffer = bytearray(b"abc")
    shared, own = ZBufView(buffer), copy.deepcopy(ZBufView(buffer))
    buffer[0] = 120
    assert shared == b"xbc" and own == b"abc"
    assert shared.is_zero_copy and not own.is_zero_copy


def test_buf_searches_for_octets_and_runs_of_them():
    view = ZBufView(b"hello world")
    for value in [104, 111, b"o", b"lo w", b"", bytearray(b"world"), memoryview(b"he"), ZBufView(b"d")]:
        raw = value if isinstance(value, int) else bytes(value)
        assert value in view
        assert view.index(value) == b"hello world".index(raw)
        assert view.count(value) == b"hello world".count(raw)
    assert view.index(b"o", 5) == view.index(111, 5) == view.index(111, -6, -1) == 7
    for value in [0, 300, -1, 104.5, b"ow", "hello", None, "h"]:
        assert value not in view and view.count(value) == 0
        with pytest.raises(ValueError, match="is not in the view"):
            view.index(value)
    with pytest.raises(ValueError, match="b'hello' is not in the view"):
        view.index(b"hello", 1)
    with pytest.raises(BufferError, match="not contiguous"):
        memoryview(b"h-e-")[::2] in view  # noqa: B015
    numpy = pytest.importorskip("numpy")
    assert numpy.uint8(104) in view and view.index(numpy.int64(111)) == 4


# ---- both ------------------------------------------------------------------------------------------------------

BOTH = [ZBufView(b"\x01\x02\x03"), ZArrayView(b"\x01\x02\x03"), ZArrayView(b"\x03\x02\x01")[::-1]]


@pytest.mark.parametrize("view", BOTH, ids=repr)
def test_is_a_sequence(view):
    assert isinstance(view, collections.abc.Sequence) and not isinstance(view, collections.abc.MutableSequence)
    match view:
        case [first, *rest]:
            assert first == 1 and rest == [2, 3]
        case _:
            pytest.fail("does not match as a sequence")
    assert 2 in view and 2.0 in view and True in view and 4 not in view and None not in view
    assert view.index(3) == 2 and view.index(3, 1) == 2 and view.index(3, -1, 99) == 2 and view.count(1) == 1
    for bounds in [(0, 2), (3,), (-1, -1), (2**62, 2**62)]:
        with pytest.raises(ValueError, match="3 is not in the view"):
            view.index(3, *bounds)
    iterator = iter(view)
    assert iter(iterator) is iterator and iterator.__length_hint__() == 3
    assert next(iterator) == 1 and list(iterator) == [2, 3] and list(iterator) == []
    assert max(view) == 3 and sum(view) == 6 and sorted(view, reverse=True) == [3, 2, 1]


class Index:
    def __index__(self):
        return 1


@pytest.mark.parametrize("view", BOTH, ids=repr)
def test_takes_indices_and_refuses_other_keys(view):
    assert view[Index()] == view[True] == 2 and view[Index() :][0] == 2
    for index in [3, -4, 2**63, -(2**63) - 1, 10**30]:
        with pytest.raises(IndexError, match="out of range"):
            view[index]
    for key in ["x", 1.0, None, (0, 1)]:
        with pytest.raises(TypeError, match="indices must be integers or slices, not"):
            view[key]
    with pytest.raises(ValueError, match="slice step cannot be zero"):
        view[::0]
    with pytest.raises(TypeError):
        view[0] = 1
    with pytest.raises(TypeError):
        del view[0]
    with pytest.raises(AttributeError):
        view.anything = 1


def test_slices_of_extreme_steps():
    view = ZArrayView(struct.pack("<3q", 1, 2, 3), "<q")
    for step in [sys.maxsize, -sys.maxsize, 2**61, -(2**61), 10**40]:
        assert view[::step] == [1, 2, 3][::step] and view[1::step] == [1, 2, 3][1::step]
        assert view[::step][::step].tobytes() == struct.pack("<q", view[::step][0])


# ---- for any input ---------------------------------------------------------------------------------------------

SLICES = st.builds(
    slice,
    st.none() | st.integers(-40, 40) | st.integers(),
    st.none() | st.integers(-40, 40) | st.integers(),
    st.none() | st.integers(-9, 9).filter(bool) | st.integers().filter(bool),
)


@given(st.binary(max_size=40), SLICES)
def test_any_slice_of_a_buf_is_that_slice_of_bytes(data, where):
    view = ZBufView(data)
    assert view[where] == data[where] and type(view[where]) is bytes
    assert view == data and hash(view) == hash(data)


@given(st.data(), st.sampled_from("<>"), st.integers(0, 8), SLICES, SLICES)
def test_any_slice_of_an_array_is_that_slice_of_a_list(data, order, offset, first, second):
    letter = data.draw(st.sampled_from(sorted(VALUES)))
    values = data.draw(st.lists(st.sampled_from(VALUES[letter]), max_size=30))
    view = view_at(values, letter, order, offset)
    assert view[first].tolist() == values[first]
    assert view[first][second].tolist() == values[first][second]
    assert view[first][second] == values[first][second]
    assert memoryview(view[first]).tobytes() == packed(values[first], letter, order)


@given(st.binary(max_size=64), st.binary(max_size=3), st.integers(-70, 70), st.integers(-70, 70))
def test_search_agrees_with_bytes(data, needle, start, stop):
    view = ZBufView(data)
    assert (needle in view) == (needle in data) and view.count(needle) == data.count(needle)
    found = data.find(needle, start, stop)
    if found < 0:
        with pytest.raises(ValueError):
            view.index(needle, start, stop)
    else:
        assert view.index(needle, start, stop) == found


@given(st.lists(st.floats(allow_nan=False) | st.integers(-(2**63), 2**64 - 1), max_size=4), st.data())
def test_equality_agrees_with_python_numbers(values, data):
    def fitting(letter):
        try:
            return ZArrayView(packed(values, letter, ">"), ">" + letter)
        except (struct.error, OverflowError):
            return None

    views = [view for view in map(fitting, VALUES) if view is not None]
    for left, right in itertools.product(views, repeat=2):
        assert (left == right) == (left.tolist() == right.tolist())
