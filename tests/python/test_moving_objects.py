"""Objects that change while they are encoded or decoded: an exception, or what they held; never a crash."""

from __future__ import annotations

import array
import gc
import random
import sys
import threading
import weakref

import pytest

import ros_z_py
from ros_z_py import types

DEFINITIONS = {
    "Item": "int32 number\nstring text\n",
    "Holder": "int32 first\nItem item\nItem[] items\nfloat64[] doubles\nuint8[] blob\nstring[] texts\nint16[2] pair\n",
}


@pytest.fixture(scope="module", autouse=True)
def definitions():
    for name, text in DEFINITIONS.items():
        types.add(f"moving_msgs/msg/{name}", text)


@pytest.fixture
def holder():
    Holder, Item = (types[f"moving_msgs/msg/{name}"] for name in ("Holder", "Item"))  # noqa: N806
    return Holder(
        item=Item(number=1, text="one"),
        items=[Item(number=number, text=str(number)) for number in range(5)],
        doubles=[0.5] * 5,
        texts=["a", "b", "c"],
        pair=[1, 2],
    )


class Acting:
    """A number that does something when it is asked for."""

    def __init__(self, act, value=7):
        self.act, self.value = act, value

    def __index__(self):
        self.act()
        return self.value

    def __float__(self):
        self.act()
        return float(self.value)


def replace_everything(holder):
    holder.item = holder.items = holder.doubles = holder.blob = holder.texts = holder.pair = None


def delete_everything(holder):
    for name in ("item", "items", "doubles", "blob", "texts", "pair"):
        if hasattr(holder, name):
            delattr(holder, name)


def empty_the_lists(holder):
    for values in (holder.items, holder.doubles, holder.texts, holder.pair):
        values.clear()
    gc.collect()


ACTS = [replace_everything, delete_everything, empty_the_lists]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("place", ["first", "item.number", "items[0].number", "items[4].number", "doubles", "pair"])
def test_a_number_that_changes_its_message_when_asked(holder, act, place):
    whole = holder
    acting = Acting(lambda: act(whole))
    match place:
        case "first":
            holder.first = acting
        case "item.number":
            holder.item.number = acting
        case "items[0].number":
            holder.items[0].number = acting
        case "items[4].number":
            holder.items[4].number = acting
        case _:
            getattr(holder, place)[0] = acting
    codec = ros_z_py.codec("moving_msgs/msg/Holder")
    try:
        payload = codec.encode(holder)
    except ros_z_py.SerializationError:
        return
    assert codec.validate(payload) == len(payload)
    assert codec.decode(payload).first in (0, 7)


def test_a_list_that_shrinks_is_written_as_long_as_it_was_read():
    codec = ros_z_py.codec("moving_msgs/msg/Holder")
    doubles: list = [1.0, 2.0, 3.0, 4.0]
    doubles[1] = Acting(lambda: doubles.__delitem__(slice(2, None)))
    assert codec.decode(codec.encode({"doubles": doubles})).doubles == [1.0, 7.0]
    pair: list = [1, 2]
    pair[0] = Acting(pair.pop)
    with pytest.raises(ros_z_py.SerializationError, match="expected exactly 2 elements, got 1"):
        codec.encode({"pair": pair})


def test_the_last_reference_goes_while_the_object_is_read():
    codec = ros_z_py.codec("moving_msgs/msg/Holder")

    class Text(str):
        pass

    class Items(list):
        pass

    message: dict = {}
    message["items"] = Items([{"number": Acting(message.clear), "text": Text("x" * 50)}])
    gone = weakref.ref(message["items"])
    payload = codec.encode(message)
    assert codec.decode(payload).items[0].text == "x" * 50
    gc.collect()
    assert gone() is None


def test_a_dict_that_changes_while_it_is_read():
    codec = ros_z_py.codec("moving_msgs/msg/Holder")
    message: dict = {"texts": ["a"]}
    message["first"] = Acting(lambda: message.update({f"new{n}": n for n in range(100)}))
    with pytest.raises(ros_z_py.SerializationError, match="no field is named `new0`"):
        codec.encode(message)
    message = {"texts": ["a"]}
    message["first"] = Acting(message.clear)
    assert codec.decode_dict(codec.encode(message))["texts"] == []


def test_a_buffer_that_is_read_cannot_be_resized():
    codec = ros_z_py.codec("moving_msgs/msg/Holder")
    refused = []

    def resize():
        with pytest.raises(BufferError):
            blob.append(1)
        refused.append(True)

    # Above the size from which it is not copied at once; the list comes behind it in the message.
    blob = bytearray(b"\x05" * 100_000)
    types.add("moving_msgs/msg/BlobFirst", "uint8[] blob\nint32 last\nfloat32[] more\n")
    first = ros_z_py.codec("moving_msgs/msg/BlobFirst")
    payload = first.encode({"blob": blob, "last": Acting(resize), "more": array.array("f", [1.0])})
    assert refused == [True]
    assert first.decode(payload).blob == bytes(blob)
    blob.append(1)
    assert codec.validate(codec.encode({"blob": blob})) > 100_000


def test_a_blob_that_is_written_to_meanwhile_keeps_its_length():
    types.add("moving_msgs/msg/BlobFirst", "uint8[] blob\nint32 last\nfloat32[] more\n")
    codec = ros_z_py.codec("moving_msgs/msg/BlobFirst")
    blob = bytearray(50_000)

    def write():
        blob[:] = b"\x09" * len(blob)

    payload = codec.encode({"blob": blob, "last": Acting(write)})
    assert codec.validate(payload) == len(payload)
    assert set(bytes(codec.decode(payload).blob)) in ({0}, {9})


def test_an_iterator_that_encodes_another_message():
    codec = ros_z_py.codec("moving_msgs/msg/Holder")
    inner = []

    def numbers():
        for number in range(3):
            inner.append(codec.encode({"doubles": numbers_of(number)}))
            yield float(number)

    def numbers_of(count):
        return (float(number) for number in range(count))

    payload = codec.encode({"doubles": numbers()})
    assert codec.decode(payload).doubles == [0.0, 1.0, 2.0]
    assert [len(codec.decode(one).doubles) for one in inner] == [0, 1, 2]


class Hostile:
    """Stands for a message of a type, and has properties instead of fields."""

    __msgtype__ = "moving_msgs/msg/Item"

    def __init__(self, answer):
        self.answer = answer

    @property
    def number(self):
        return self.answer()

    text = "hostile"


def test_a_property_may_raise_or_interrupt():
    codec = ros_z_py.codec("moving_msgs/msg/Item")
    assert codec.decode(codec.encode(Hostile(lambda: 3))).number == 3

    def divide():
        raise ZeroDivisionError("mine")

    with pytest.raises(ros_z_py.SerializationError, match=r"Item\.number: mine") as caught:
        codec.encode(Hostile(divide))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)

    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        codec.encode(Hostile(interrupt))


def run_together(tasks, stop):
    """Runs a task that ends when it is told to, and others meanwhile, on threads that take turns often."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=one) for one in tasks]
    try:
        for thread in threads:
            thread.start()
        for thread in threads[1:]:
            thread.join(60)
    finally:
        stop.set()
        threads[0].join(60)
        sys.setswitchinterval(interval)
    assert not any(thread.is_alive() for thread in threads)


@pytest.mark.parametrize("kind", ["struct", "dict"])
def test_other_threads_may_write_to_what_is_encoded(holder, kind):
    codec = ros_z_py.codec("moving_msgs/msg/Holder")
    message = holder if kind == "struct" else {"first": 0, "doubles": holder.doubles, "texts": holder.texts}
    stop, failures = threading.Event(), []

    def write():
        number = 0
        while not stop.is_set():
            number += 1
            holder.doubles[:] = [float(number)] * (number % 9)
            holder.texts[:] = [str(number)] * (number % 5)
            if kind == "struct":
                holder.items = [type(holder.item)(number=number) for _ in range(number % 3)]
            else:
                message["first"] = number % 100

    def read():
        try:
            for _ in range(3000):
                payload = codec.encode(message)
                assert codec.validate(payload) == len(payload)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    run_together([write, read, read], stop)
    assert not failures


@pytest.mark.parametrize("act", ["clear", "grow", "raise"])
def test_keys_that_act_when_they_are_compared(act):
    codec = ros_z_py.codec("moving_msgs/msg/Holder")
    message: dict = {}

    class Key(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other):
            if act == "raise":
                raise ZeroDivisionError("mine")
            if act == "clear":
                message.clear()
            else:
                message.update({f"new{number}": number for number in range(1000)})
            return str.__eq__(self, other)

    message[Key("texts")] = ["a"]
    message["first"] = 3
    if act == "clear":
        # The dict was emptied while the key was looked for: everything behind it takes its default.
        assert codec.decode(codec.encode(message)).pair == [0, 0]
        return
    with pytest.raises(ros_z_py.SerializationError, match="texts: mine" if act == "raise" else "`new0`") as caught:
        codec.encode(message)
    assert act != "raise" or isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_subclass_is_read_by_its_attributes():
    Item = types["moving_msgs/msg/Item"]  # noqa: N806

    class Counting(Item, gc=False):
        @property
        def number(self):
            return 41 + len(self.text)

    class Asking(Item, gc=False):
        def __getattribute__(self, name):
            return 7 if name == "number" else super().__getattribute__(name)

    codec = ros_z_py.codec("moving_msgs/msg/Item")
    assert codec.decode(codec.encode(Counting(text="x"))).number == 42
    assert codec.decode(codec.encode(Asking(text="x"))) == Item(number=7, text="x")
    assert ros_z_py.codec("moving_msgs/msg/Holder").encode({"items": [Counting(), Item(), Asking()]})


def test_an_object_that_changes_its_class(holder):
    Item = type(holder.item)  # noqa: N806

    class Other(Item, gc=False):
        pass

    def change():
        holder.items[0].__class__ = Other

    holder.items[0].number = Acting(change)
    codec = ros_z_py.codec("moving_msgs/msg/Holder")
    try:
        payload = codec.encode(holder)
    except (ros_z_py.SerializationError, TypeError):
        return
    assert codec.decode(payload).items[0].number == 7


def test_text_that_answers_with_something_else():
    types.add("moving_msgs/msg/Wide", "wstring wide\nstring narrow\n")
    codec = ros_z_py.codec("moving_msgs/msg/Wide")

    class Text(str):
        __slots__ = ()

        def encode(self, *_):
            return 3

    # The text itself counts, whatever its methods say.
    for message in [{"wide": Text("w")}, {"narrow": Text("n")}, {"narrow": Text("\udc80")}]:
        assert codec.decode_dict(codec.encode(message)) == {"wide": "", "narrow": "", **message}


class Liar:
    """A sequence that is not as long as it says."""

    def __init__(self, said, real):
        self.said, self.real = said, real

    def __len__(self):
        return self.said

    def __getitem__(self, index):
        if index >= self.real:
            raise IndexError(index)
        return index


@pytest.mark.parametrize("said", [0, 3, 2**62])
def test_a_sequence_is_as_long_as_it_turns_out(said):
    codec = ros_z_py.codec("moving_msgs/msg/Holder")
    assert codec.decode(codec.encode({"doubles": Liar(said, 5)})).doubles == [0.0, 1.0, 2.0, 3.0, 4.0]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="classes have no `__buffer__` before Python 3.12")
def test_buffers_that_classes_make():
    codec = ros_z_py.codec("moving_msgs/msg/Holder")
    payload = codec.encode({"doubles": [1.0]})
    released = []

    class Maker:
        def __init__(self, answer):
            self.answer = answer

        def __buffer__(self, flags):
            return self.answer()

        def __release_buffer__(self, buffer):
            released.append(buffer)

    def fail():
        raise ZeroDivisionError

    maker = Maker(lambda: memoryview(bytearray(payload)))
    assert codec.decode(maker).doubles == [1.0] and codec.get(maker, "doubles[0]") == 1.0
    gc.collect()
    assert len(released) == 2
    assert codec.decode(codec.encode({"blob": Maker(lambda: memoryview(b"abc"))})).blob == b"abc"
    for answer, error in [(fail, ZeroDivisionError), (lambda: 3, TypeError), (lambda: memoryview(b""), Exception)]:
        with pytest.raises(error):
            codec.decode(Maker(answer))


def test_collections_see_no_unfinished_lists():
    codec = ros_z_py.codec("moving_msgs/msg/Holder")
    payload = codec.encode({"items": [{"number": number} for number in range(50)], "texts": ["text"] * 50})
    nested = ros_z_py.codec("diagnostic_msgs/msg/DiagnosticArray")
    deep = nested.encode({"status": [{"values": [{"key": "k"}] * 3}] * 20})
    seen = []

    def look(phase, _):
        if phase == "start":
            # A list with a hole would end the interpreter here.
            seen.extend(len(list(one)) for one in gc.get_objects() if type(one) is list and len(one) in (3, 20, 50))

    thresholds = gc.get_threshold()
    gc.callbacks.append(look)
    gc.set_threshold(1, 1, 1)
    try:
        for read in [codec.decode, codec.decode_dict, codec.view]:
            assert read(payload).items is not None
        for read in [nested.decode, nested.decode_dict]:
            assert read(deep) is not None
        assert len(nested.view(deep).status.tolist()) == len(nested.get(deep, "status[:]")) == 20
    finally:
        gc.set_threshold(*thresholds)
        gc.callbacks.remove(look)
    assert seen
    assert gc.is_tracked(codec.decode(payload).items) and gc.is_tracked(codec.decode_dict(payload)["items"])


def read_everything(codec, payload, get, matches):
    """Reads a payload in every way that there is."""
    for read in [codec.decode, codec.decode_dict, codec.to_json, codec.validate, get, matches]:
        read(payload)
    view = codec.view(payload)
    for item in view.items:
        assert isinstance(item.text, str)
    return [view.doubles.tolist(), view.texts.tolist(), bytes(view.blob), list(view.items), view.decode()]


def test_other_threads_may_write_to_what_is_decoded():
    codec = ros_z_py.codec("moving_msgs/msg/Holder")
    get, matches = codec.getter("items[1].text"), codec.filter("doubles[1] > 0.5 || 'b' in texts")
    items = [{"number": number, "text": "x" * number} for number in range(9)]
    whole = codec.encode({"items": items, "doubles": [0.5] * 9, "blob": b"ab", "texts": ["a", "b"], "pair": [1, 2]})
    payload = bytearray(whole)
    stop, failures, outcomes = threading.Event(), [], {"read": 0, "refused": 0}

    def write():
        chance = random.Random(1)
        while not stop.is_set():
            at = chance.randrange(4, len(payload))
            payload[at] = chance.choice([0, 1, 2, 255])
            payload[at] = whole[at]

    def read():
        try:
            for _ in range(3000):
                try:
                    read_everything(codec, payload, get, matches)
                    outcomes["read"] += 1
                except ros_z_py.SerializationError:
                    outcomes["refused"] += 1
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    run_together([write, read, read], stop)
    assert not failures and outcomes["read"] > 0
    assert codec.decode(payload) == codec.decode(whole)
