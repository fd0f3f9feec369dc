"""Whether JSON is a list of objects: what is called one is one, compiled or not."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.store.columns import objects

Ask = Callable[[bytes], bool]


@pytest.fixture(params=["compiled", "not compiled"], scope="module")
def ask(request: pytest.FixtureRequest) -> Iterator[Ask]:
    if request.param == "compiled":
        pytest.importorskip("ctexplore.store.columns._fields", exc_type=ImportError)
        yield objects.are_objects
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "ctexplore.store.columns._fields", None)
        yield importlib.reload(objects).are_objects
    importlib.reload(objects)


@pytest.mark.parametrize(
    "data", [b"[]", b"[ ]", b"[{}]", b'[{"a":[1,{"b":null}]} ,\n{"c":"]"}]', b'[{"a":-1.5e3}]']
)
def test_a_list_of_objects(ask: Ask, data: bytes) -> None:
    assert ask(data)
    assert ask(memoryview(data))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[",
        b"{}",
        b"[1]",
        b"[{},]",
        b"[,{}]",
        b"[{} {}]",
        b"[{}]x",
        b"[{}] []",
        b"[{]}",
        b'[{"a"}]',
        b'[{"a":}]',
        b'[{"a":1,}]',
        b"[{},null]",
        b"[[]]",
        b'[{"a":"\n"}]',
        b"[{}" + b"]" * 9,
    ],
)
def test_no_list_of_objects(ask: Ask, data: bytes) -> None:
    assert not ask(data)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=9,
)


@given(st.lists(VALUES, max_size=4) | VALUES, st.data())
def test_json_reads_what_is_called_one(ask: Ask, value: object, data: st.DataObject) -> None:
    text = json.dumps(value).encode()
    place = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.sampled_from((text, text[:place], text[:place] + b"," + text[place:])))
    if ask(cut):
        read = json.loads(cut)
        assert isinstance(read, list)
        assert all(isinstance(each, dict) for each in read)
    elif cut is text and isinstance(value, list) and "NaN" not in json.dumps(value):
        assert not all(isinstance(each, dict) for each in value) or "Infinity" in json.dumps(value)
