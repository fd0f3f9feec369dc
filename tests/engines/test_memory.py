"""Answers out of the table, part by part: what the reference says, and no more than is needed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ctexplore.engines.answer import Lost
from ctexplore.engines.memory import answers
from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.query.raw import AnyTest, holds
from ctexplore.query.syntax import Node, Word, all_of, any_of
from ctexplore.store.cache.cache import NoCache
from ctexplore.store.days import Days, Part
from ctexplore.store.scope import Scope
from ctexplore.store.search.thin import Sieve
from tests.build import event, gz, log
from tests.query import reference
from tests.query.strategies import TEXTS, nodes, records
from tests.sources.memory_source import MemorySource, log_key

NOW = datetime(2024, 3, 9, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def found(
    source: MemorySource,
    wanted: Filter | None,
    limit: int | None = None,
    *,
    fold: bool = True,
    sieve: Sieve | None = None,
) -> list[bytes]:
    """The records of the answers, in their order."""
    days = Days(source, NoCache(""), Scope(("",)), sieve=sieve)
    lost = Lost(source.uri)
    coming: list[bytes] = []
    for answer in answers(days.parts(), wanted, lost, limit=limit, fold=fold):
        read = dict(answer.records.read(answer.rows))
        coming += [read[row] for row in answer.rows.tolist()]
    assert not lost.count
    return coming


def parsed(raw: bytes) -> reference.Event:
    event: reference.Event = json.loads(raw.decode("utf-8", "surrogateescape"), strict=False)
    return event


def filed(raw: list[bytes], waits: list[int]) -> MemorySource:
    """The records in files that were delivered so many days after each."""
    files: dict[str, list[bytes]] = {}
    for record, wait in zip(raw, waits, strict=True):
        time = reference.time_of(parsed(record)) or 0
        day = EPOCH + timedelta(milliseconds=max(0, time), days=wait)
        # Years before 2000 are no folder of a trail.
        day = max(day, datetime(2001, 1, 1, tzinfo=UTC))
        files.setdefault(log_key(f"{day:%Y/%m/%d}", f"{day:%H%M}"), []).append(record)
    return MemorySource({key: gz(log(*inside)) for key, inside in files.items()})


some_records = st.lists(st.tuples(records(), st.integers(0, 2)), min_size=1, max_size=6)


@settings(max_examples=80)
@given(nodes, some_records)
def test_answers_agree_with_the_reference(node: Node, drawn: list[tuple[bytes, int]]) -> None:
    raw = [record for record, _ in drawn]
    source = filed(raw, [wait for _, wait in drawn])
    wanted = [r for r in raw if reference.matches(node, parsed(r))]
    assert sorted(found(source, Filter(node), fold=False)) == sorted(wanted)


words = st.sampled_from(TEXTS).map(Word)
with_words = st.one_of(
    words,
    st.lists(words, min_size=2, max_size=3).map(any_of),
    st.tuples(words, nodes).map(all_of),
    nodes.filter(lambda node: Filter(node).sieve is not None),
)


@settings(max_examples=200)
@given(with_words, some_records, st.booleans())
def test_a_sieve_leaves_out_nothing_that_matches(
    node: Node, drawn: list[tuple[bytes, int]], fold: bool
) -> None:
    source = filed([record for record, _ in drawn], [wait for _, wait in drawn])
    wanted = Filter(node)
    assert found(source, wanted, fold=fold, sieve=wanted.sieve) == found(source, wanted, fold=fold)


def test_a_sieve_is_what_a_match_cannot_do_without() -> None:
    def groups(text: str) -> object:
        sieve = Filter(parse(text, NOW)).sieve
        return sieve and (sieve.test, sieve.alone)

    alice, bob = holds([["alice"]]), holds([["bob"]])
    assert groups("alice") == (alice, True)
    assert groups("alice since:2024-01-01") == (alice, True)
    assert groups("alice name:x") == (alice, False)
    assert groups("alice bob") == (holds([["alice"], ["bob"]]), True)
    assert groups("alice or bob") == (AnyTest((alice, bob)), True)
    assert groups("(alice or bob or bob) -carol") == (AnyTest((alice, bob, bob)), True)
    assert groups("requestParameters.a:alice") == (
        holds([["requestparameters"], ["a"], ["alice"]]),
        True,
    )
    for text in ("-alice", "alice or name:x", "name:alice", '"\u00e9"', "is:write", 'requestID:""'):
        assert groups(text) is None, text


@settings(max_examples=40)
@given(some_records, st.integers(1, 7), st.booleans())
def test_a_limit_is_the_newest_of_all(
    drawn: list[tuple[bytes, int]], limit: int, fold: bool
) -> None:
    source = filed([record for record, _ in drawn], [wait for _, wait in drawn])
    assert found(source, None, limit, fold=fold) == found(source, None, fold=fold)[:limit]


def test_no_part_is_asked_for_in_vain() -> None:
    source = MemorySource(
        {
            log_key(f"2024/03/0{day}"): gz(log(event(day, eventTime=f"2024-03-0{day}T01:00:00Z")))
            for day in range(1, 6)
        }
    )
    taken: list[Part] = []

    def parts() -> Iterator[Part]:
        for part in Days(source, NoCache(""), Scope(("",))).parts():
            taken.append(part)
            yield part

    assert len(list(answers(parts(), None, Lost(source.uri), limit=2))) == 2
    assert len(taken) == 2


def test_what_the_filter_could_not_read_is_lost_and_no_match() -> None:
    key = log_key("2024/03/05")
    source = MemorySource({key: gz(log(event(1), event(2)))})
    days = Days(source, NoCache(""), Scope(("",)))
    [part] = days.parts()
    source.files[key] = gz(log(event(1)))
    lost = Lost(source.uri)
    [answer] = answers([part], Filter(parse("instanceId", NOW)), lost)
    assert [part.table.text("name", row) for row in answer.rows.tolist()] == ["Event1"]
    assert lost.names == [f"s3://my-logs/{key} record 2"]


def test_only_the_first_lost_records_are_named() -> None:
    source = MemorySource({log_key("2024/03/05"): gz(log(*(event(n) for n in range(9))))})
    [part] = Days(source, NoCache(""), Scope(("",))).parts()
    lost = Lost(source.uri, most=2)
    for row in np.arange(9).tolist():
        lost.add(part.table, row)
    assert lost.count == 9
    assert [name.rpartition(" ")[2] for name in lost.names] == ["1", "2"]
