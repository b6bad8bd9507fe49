"""ZBufView and ZArrayView as memory: buffer requests, DLPack, and who keeps what alive for how long."""

import array
import copy
import ctypes
import gc
import pickle
import struct
import sys
import threading
import weakref

import pytest

from ros_z_py import ZArrayView, ZBufView


class Buffer(bytearray):
    """A buffer that can be watched."""


# ---- the buffer protocol ---------------------------------------------------------------------------------------


class PyBuffer(ctypes.Structure):
    _fields_ = [
        ("buf", ctypes.c_void_p), ("obj", ctypes.py_object), ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t), ("readonly", ctypes.c_int), ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p), ("shape", ctypes.c_void_p), ("strides", ctypes.c_void_p),
        ("suboffsets", ctypes.c_void_p), ("internal", ctypes.c_void_p),
    ]  # fmt: skip


SIMPLE, WRITABLE, FORMAT, ND, STRIDES = 0, 1, 4, 8, 0x18
C_CONTIGUOUS, F_CONTIGUOUS, ANY_CONTIGUOUS, INDIRECT = 0x38, 0x58, 0x98, 0x118
FLAGS = [SIMPLE, FORMAT, ND, ND | FORMAT, STRIDES, STRIDES | FORMAT, C_CONTIGUOUS, F_CONTIGUOUS, ANY_CONTIGUOUS]
FLAGS += [INDIRECT, INDIRECT | FORMAT]


def request(view, flags):
    """What `PyObject_GetBuffer` answers: which of format, shape and strides it fills."""
    buffer = PyBuffer()
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(view), ctypes.byref(buffer), ctypes.c_int(flags))
    try:
        assert (buffer.len, buffer.itemsize, buffer.ndim, buffer.readonly) == (view.nbytes, view.itemsize, 1, 1)
        return buffer.format, bool(buffer.shape), bool(buffer.strides)
    finally:
        ctypes.pythonapi.PyBuffer_Release(ctypes.byref(buffer))


@pytest.mark.parametrize("flags", FLAGS, ids=hex)
def test_buffer_requests_get_exactly_what_they_ask_for(flags):
    view = ZArrayView(struct.pack("<4h", 1, 2, 3, 4), "<h")
    before = sys.getrefcount(view)
    expected = (view.format.encode() if flags & FORMAT else None, bool(flags & ND), flags & STRIDES == STRIDES)
    assert request(view, flags) == expected
    strided = view[::2]
    if flags & ~FORMAT in (STRIDES, INDIRECT):
        assert request(strided, flags) == expected
    else:
        with pytest.raises(BufferError, match="not contiguous"):
            request(strided, flags)
    with pytest.raises(BufferError, match="read-only"):
        request(view, flags | WRITABLE)
    with pytest.raises(BufferError, match="read-only"):
        request(ZBufView(b"a"), flags | WRITABLE)
    assert sys.getrefcount(view) == before


# ---- DLPack ----------------------------------------------------------------------------------------------------


def aligned(letter, values):
    """A view on memory that is aligned for it."""
    return ZArrayView(array.array(letter, values))


@pytest.mark.parametrize("letter", "bBhHiIqQfd")
def test_dlpack_shares_aligned_memory_read_only(letter):
    numpy = pytest.importorskip("numpy", "2.1")
    for view in [aligned(letter, [1, 2, 3]), aligned(letter, [1, 2, 3])[::-1], aligned(letter, [])]:
        found = numpy.from_dlpack(view)
        assert found.tolist() == view.tolist() and found.dtype == numpy.dtype(letter)
        assert not found.flags.writeable
        assert not len(view) or found.__array_interface__["data"][0] == view.__array_interface__["data"][0]
        copied = numpy.from_dlpack(view, copy=True)
        assert view == copied and copied.flags.writeable and not numpy.shares_memory(copied, found)


def test_dlpack_of_bytes_and_booleans():
    numpy = pytest.importorskip("numpy", "2.1")
    assert numpy.from_dlpack(ZBufView(b"abc")).tobytes() == b"abc"
    found = numpy.from_dlpack(ZArrayView(b"\x01\x00", "?"))
    assert found.dtype == bool and found.tolist() == [True, False]


def test_dlpack_copies_misaligned_items_unless_forbidden():
    numpy = pytest.importorskip("numpy", "2.1")
    for offset in range(8):
        view = ZArrayView(memoryview(bytes(offset) + struct.pack("=2d", 1, 2))[offset:], "d")
        address = view.__array_interface__["data"][0]
        found = numpy.from_dlpack(view)
        assert found.tolist() == [1.0, 2.0] and found.flags.aligned
        assert (found.__array_interface__["data"][0] == address) == (address % 8 == 0)
        if address % 8:
            with pytest.raises(BufferError, match="not aligned"):
                numpy.from_dlpack(view, copy=False)
            assert found.flags.writeable


def test_dlpack_refuses_what_it_cannot_say():
    view, version = ZBufView(b"abc"), (1, 0)
    assert view.__dlpack_device__() == ZArrayView(b"").__dlpack_device__() == (1, 0)
    swapped = ZArrayView(b"12", ">h" if sys.byteorder == "little" else "<h")
    for arguments, words in [
        ({}, "read-only"),
        ({"max_version": (0, 8)}, "read-only"),
        ({"max_version": version, "dl_device": (2, 0)}, "CPU"),
        ({"max_version": version, "stream": 1}, "stream"),
    ]:
        with pytest.raises(BufferError, match=words):
            view.__dlpack__(**arguments)
    with pytest.raises(BufferError, match="byte order"):
        swapped.__dlpack__(max_version=version)
    assert "dltensor_versioned" in repr(view.__dlpack__(max_version=(1, 1), dl_device=(1, 0)))


class Managed(ctypes.Structure):
    """The head of a `DLManagedTensorVersioned`."""

    _fields_ = [
        ("major", ctypes.c_uint32), ("minor", ctypes.c_uint32), ("context", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p), ("flags", ctypes.c_uint64), ("data", ctypes.c_void_p),
    ]  # fmt: skip


@pytest.mark.parametrize("use", ["drop the capsule", "consume it", "consume it on another thread"])
def test_dlpack_releases_the_buffer_once(use):
    buffer = Buffer(b"abcd")
    view = ZBufView(buffer)
    address = view.__array_interface__["data"][0]
    capsule = view.__dlpack__(max_version=(1, 0))
    del view
    with pytest.raises(BufferError):
        buffer.append(0)
    if use != "drop the capsule":
        api, name = ctypes.pythonapi, b"used_dltensor_versioned"
        api.PyCapsule_GetPointer.restype = ctypes.c_void_p
        pointer = api.PyCapsule_GetPointer(ctypes.py_object(capsule), b"dltensor_versioned")
        api.PyCapsule_SetName(ctypes.py_object(capsule), name)
        managed = Managed.from_address(pointer)
        assert (managed.major, managed.flags, managed.data) == (1, 1, address)
        # ctypes lets go of the interpreter around the call, as a consumer's own thread would.
        delete = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(managed.deleter)
        if use == "consume it":
            delete(pointer)
        else:
            thread = threading.Thread(target=delete, args=(pointer,))
            thread.start()
            thread.join(10)
            assert not thread.is_alive()
    del capsule
    # The release may have waited for the next call into the module.
    assert len(ZBufView(b"")) == 0
    buffer.append(0)
    assert buffer == b"abcd\0"


# ---- keeping alive, letting go ---------------------------------------------------------------------------------


def chains(buffer):
    """Everything that can stand on a view, each alone."""
    yield lambda: ZBufView(buffer)
    yield lambda: ZArrayView(buffer, "<h")
    yield lambda: ZArrayView(buffer, "<h")[::-1][1:]
    yield lambda: memoryview(ZBufView(buffer))
    yield lambda: memoryview(memoryview(ZArrayView(buffer, "<h"))[1:])
    yield lambda: ZArrayView(memoryview(ZBufView(memoryview(buffer))), "<h")
    yield lambda: iter(ZBufView(buffer))
    yield lambda: ZBufView(buffer).__dlpack__(max_version=(1, 0))


@pytest.mark.parametrize("number", range(8))
def test_holds_its_owner_exactly_as_long_as_needed(number):
    buffer = Buffer(b"abcdefgh")
    make = list(chains(buffer))[number]
    before = sys.getrefcount(buffer)
    held = make()
    assert sys.getrefcount(buffer) == before + 1 or number == 5
    with pytest.raises(BufferError):
        buffer.append(0)
    del held
    assert sys.getrefcount(buffer) == before
    buffer.append(0)
    again, watch = make, weakref.ref(buffer)
    del buffer, make, again
    gc.collect()
    assert watch() is None


def test_views_survive_their_owner():
    data = bytes(range(200)) * 50
    buffer = Buffer(data)
    watch = weakref.ref(buffer)
    views = [ZBufView(buffer), ZArrayView(buffer, "<I")[10:20], memoryview(ZBufView(buffer))[4:]]
    del buffer
    gc.collect()
    filler = [bytes(len(data)) for _ in range(50)]
    assert watch() is not None and len(filler) == 50
    assert views[0] == data and views[1].tobytes() == data[40:80] and views[2] == data[4:]
    del views
    assert watch() is None


def test_bytes_are_held_by_one_reference():
    data = bytes(bytearray(b"some bytes"))
    before = sys.getrefcount(data)
    views = [ZBufView(data)]
    assert sys.getrefcount(data) == before + 1
    views += [ZBufView(views[0]), ZArrayView(views[0], "h"), ZArrayView(views[0])[::2]]
    assert sys.getrefcount(data) == before + 1
    del views[0]
    assert sys.getrefcount(data) == before + 1
    views.clear()
    assert sys.getrefcount(data) == before


def test_failures_leak_nothing():
    buffer = Buffer(b"abc")
    before = sys.getrefcount(buffer)
    for _ in range(100):
        with pytest.raises(ValueError):
            ZArrayView(buffer, "<d")
        with pytest.raises(ValueError):
            ZArrayView(buffer, "nonsense")
    assert sys.getrefcount(buffer) == before
    buffer.append(0)


def test_instances_leak_neither_themselves_nor_their_type():
    def use():
        for view in [ZBufView(bytearray(9)), ZArrayView(bytearray(16), ">d"), ZArrayView(bytearray(16), "<h")[::-2]]:
            copies = [copy.copy(view), copy.deepcopy(view), pickle.loads(pickle.dumps(view)), iter(view), view[1:]]
            assert [len(memoryview(view)), list(view), repr(view), view == copies[1], 1.5 in view, view == [1]]
            with pytest.raises(IndexError):
                view[99]
            with pytest.raises(BufferError):
                view.__dlpack__()
            if view.format != ">d":
                view.__dlpack__(max_version=(1, 0), copy=True)

    use()
    gc.collect()
    types, blocks = [sys.getrefcount(ZBufView), sys.getrefcount(ZArrayView)], sys.getallocatedblocks()
    for _ in range(500):
        use()
    gc.collect()
    assert [sys.getrefcount(ZBufView), sys.getrefcount(ZArrayView)] == types
    assert sys.getallocatedblocks() - blocks < 500


def test_a_released_memoryview_takes_nothing_away():
    buffer = bytearray(b"abcd")
    memory = memoryview(buffer)
    view = ZBufView(memory)
    with pytest.raises(BufferError):
        memory.release()
    # Nothing that the collector can reach releases the export from under the view.
    for found in gc.get_objects():
        if isinstance(found, memoryview) and found.obj is buffer and found is not memory:
            found.release()
    assert view == b"abcd"


def test_writes_to_a_shared_buffer_show():
    buffer = bytearray(8)
    view, words = ZBufView(buffer), ZArrayView(buffer, "<I")
    buffer[4] = 7
    assert view[4] == 7 and words == [0, 7]


def test_threads_may_share_a_view():
    view = ZArrayView(struct.pack("<1000d", *range(1000)), "<d")
    iterator, taken, failures = iter(view), [], []

    def work():
        try:
            for _ in range(20):
                assert view[::-1][::-1] == view and view.tolist()[999] == 999.0 and memoryview(view)[5] == 5.0
            taken.extend(iterator)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures and not any(thread.is_alive() for thread in threads)
    assert sorted(taken) == view.tolist()


def test_views_are_not_tracked_by_the_collector():
    assert not gc.is_tracked(ZArrayView(b"abc")[1:]) and not gc.is_tracked(copy.deepcopy(ZBufView(bytearray(1))))
