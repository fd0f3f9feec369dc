"""The compiled part itself: what it takes, what it leaves, what it refuses."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

import pytest

import ctexplore.store.columns as columns
from ctexplore.store.columns import quick

pytestmark = pytest.mark.skipif(
    not quick.AVAILABLE, reason="there was no C compiler when ctexplore was installed"
)

FIELDS = Path(columns.__file__).parent / "fields"
SCHEMA = ((b"a", 0), (b"b", 1))


def fields(judge: Any = 1, checksum: Any = len, **schema: Any) -> quick.Fields:
    """Two fields, each numbered for itself."""
    chains = schema.get("chains", ((((0,), judge),), (((1,), 1),)))
    return quick.Fields(SCHEMA, chains, schema.get("stamps", ()), checksum, schema.get("seed", 7))


def codes(of: quick.Fields, naming: int) -> list[int]:
    return memoryview(of.codes(naming)).cast("I").tolist()


def test_it_is_built_from_these_sources() -> None:
    """After a change: pip install -e '.[test]'"""
    sources = b"".join(path.read_bytes() for path in sorted(FIELDS.glob("*.[ch]")))
    from ctexplore.store.columns import _fields

    assert hashlib.sha256(sources).hexdigest() == _fields.SOURCES


@pytest.mark.parametrize(
    "record",
    [
        b'{"a":"\\ud800"}',
        b'{"a":"\\ud800\\u0041"}',
        b'{"a":"\\udc00\\ud800"}',
        b'{"a":"\\x"}',
        b'{"a":"\\u12g4"}',
        b'{"a":"\t"}',
        b'{"a":01}',
        b'{"a":-}',
        b'{"a":1.}',
        b'{"a":1e}',
        b'{"a":tru}',
        b'{"a":[1,]}',
        b'{"a":{"b":1,}}',
        b'{"a":{1:2}}',
        b'{"a"}',
        b'{"a":1,}',
        b'{"a":[1}}',
        b'{"a":' + b"[" * 66 + b"]" * 66 + b"}",
        b"[]",
        b"1",
        b"",
    ],
)
def test_what_it_refuses(record: bytes) -> None:
    of = fields()
    assert of.take(b'[{"a":1},' + record + b"]") is None
    assert codes(of, 0) == []


def test_what_it_accepts() -> None:
    of = fields()
    deep = b"[" * 64 + b"]" * 64
    listed = b'[ {} , {"a" : "\\ud83d\\ude00 \\n\\/" } ,\n{"b":"x","a":-1.5e+3},{"a":%b}\t]' % deep
    assert of.take(listed) == (4, [])
    assert of.keys(0) == [b"", b'"\\ud83d\\ude00 \\n\\/"', b"-1.5e+3", deep]
    assert of.keys(1) == [b"", b'"x"']
    assert (codes(of, 0), codes(of, 1)) == ([1, 2, 3, 4], [1, 1, 2, 1])
    assert fields().take(b"[]") == (0, [])


def test_a_long_text_ends_where_it_ends() -> None:
    """Whatever its place among the sixteen bytes that are looked at together."""
    for size in range(70):
        for end in (b'"', b'\\""', b"\xc3\xa9" + b'"'):
            value = b'"' + b"x" * size + end
            of = fields()
            assert of.take(b'[{"a":' + value + b"}]") == (1, []), (size, end)
            assert of.keys(0) == [value]


def test_what_is_left_has_its_place() -> None:
    of = fields()
    listed = b'[{"a":1},{"b":2},{"a":1,"a":2},{"a":3}]'
    count, left = of.take(listed) or (0, [])
    assert (count, [(at, listed[start:end]) for at, start, end in left]) == (
        2,
        [(1, b'{"b":2}'), (2, b'{"a":1,"a":2}')],
    )
    assert memoryview(of.positions()).cast("I").tolist() == [0, 3]
    assert memoryview(of.checksums()).cast("I").tolist() == [7, 7]


def test_a_list_is_taken_whole_or_not_at_all() -> None:
    of = fields(stamps=((1, 1),))
    assert of.take(b'[{"a":1,"b":"x"}]') == (1, [])
    assert of.take(b'[{"a":2,"b":"y"},{"a":3,"b":"z"},!]') is None
    assert of.take(b'[{"a":4,"b":"w"}]') == (1, [])
    assert codes(of, 0) == [1, 4]
    assert of.strings(0) == b"xw"
    assert memoryview(of.positions()).cast("I").tolist() == [0, 0]


def test_a_chain_ends_where_a_judge_says() -> None:
    asked = []

    def judge(key: bytes) -> int:
        asked.append(key)
        return {b"1": 1, b"2": 0, b"3": -1}[key]

    of = fields(chains=((((0,), judge), ((1,), 0)),))
    listed = b'[{"a":1,"b":"x"},{"a":2,"b":"x"},{"a":3,"b":"x"},{"a":1}]'
    assert of.take(listed) == (3, [(2, 33, 48)])
    assert (codes(of, 0), codes(of, 1)) == ([1, 2, 1], [0, 1, 0])
    assert asked == [b"1", b"2", b"3"]
    of.stop(0, 1)
    assert of.take(b'[{"a":2,"b":"y"}]') == (1, [])
    assert codes(of, 1) == [0, 1, 0, 0]
    assert memoryview(of.codes(1, 3)).cast("I").tolist() == [0]


def test_a_judge_that_fails_takes_nothing() -> None:
    def judge(key: bytes) -> int:
        raise KeyError(key)

    of = fields(judge)
    with pytest.raises(KeyError):
        of.take(b'[{"a":1}]')
    assert codes(of, 0) == []
    with pytest.raises(ValueError, match="9 is no verdict"):
        fields(lambda _: 9).take(b'[{"a":1}]')


@pytest.mark.parametrize(
    "wrong",
    [
        {"chains": (((), 1),)},
        {"chains": ((((9,), 1),),)},
        {"chains": ((((0,), 7),),)},
        {"chains": tuple((((0,), 1),) for _ in range(99))},
        {"stamps": ((9, 1),)},
        {"stamps": ((0, 0),)},
    ],
)
def test_a_schema_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError, SystemError)):
        fields(**wrong)


def test_numbers_out_of_range() -> None:
    of = fields()
    for call in (
        lambda: of.keys(2),
        lambda: of.keys(-1),
        lambda: of.key(0, 0),
        lambda: of.stop(0, -1),
        lambda: of.codes(0, 1),
        lambda: of.strings(0),
    ):
        with pytest.raises(IndexError):
            call()


def _mixed(a: int, b: int) -> int:
    product = a * b
    return (product ^ product >> 64) & (2**64 - 1)


def _hash(seed: int, key: bytes) -> int:
    """Of a key of at most sixteen bytes, as numbers.h has it."""
    secret = _mixed(seed, 0x9E3779B97F4A7C15) | 1
    first, second = (int.from_bytes(key.ljust(16, b"\0")[at : at + 8], "little") for at in (0, 8))
    return _mixed(_mixed(seed ^ len(key) ^ first, secret ^ second), secret)


def test_keys_made_to_crowd_are_left() -> None:
    """Whoever knew the random seed could let every look-up take all the time there is."""
    seed, crowd = 7, []
    for number in range(10**6, 10**7):
        if not _hash(seed, b"%d" % number) & 0xFFF:
            crowd.append(number)
            if len(crowd) == 70:
                break
    of = fields(seed=seed)
    # So many others that the table has as many places as the crowd was made for.
    others = b",".join(b'{"a":%d}' % number for number in range(1500))
    assert of.take(b"[" + others + b"]") == (1500, [])
    count, left = of.take(b"[" + b",".join(b'{"a":%d}' % n for n in crowd) + b"]") or (0, [])
    assert 0 < len(left) < 40
    assert count + len(left) == 70


def test_it_holds_on_to_nothing() -> None:
    def judge(key: bytes) -> int:
        return 1

    before = sys.getrefcount(judge)
    for _ in range(100):
        of = fields(judge)
        of.take(b'[{"a":1},{"a":2,"a":3}]')
        of.take(b'[{"a":1},!]')
        of.keys(0)
    del of
    assert sys.getrefcount(judge) == before
