"""What is missing of a chain, told from the digests that are here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ctexplore.trail.chain import HOUR, Removed, Seen, Uncovered, breaks
from ctexplore.trail.layout import LogKind
from ctexplore.trail.names import LogName

FIRST = datetime(2026, 3, 2, 22, 7, 12, tzinfo=UTC)
FOLDER = "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/"


def name(hour: int, *, backfill: bool = False) -> LogName:
    end = FIRST + hour * HOUR
    kind = LogKind.DIGEST
    return LogName("111122223333", kind, "us-east-1", end, "", "corp", "us-east-1", backfill)


def key(hour: int, *, backfill: bool = False) -> str:
    return f"{FOLDER}{FIRST + hour * HOUR:%Y/%m/%d}/{name(hour, backfill=backfill).build()}"


def seen(hour: int, previous: int | None, *, trusted: bool = True, backfill: bool = False) -> Seen:
    before = "" if previous is None else key(previous, backfill=backfill)
    own = name(hour, backfill=backfill)
    start = own.delivered - HOUR
    return Seen(key(hour, backfill=backfill), "logs", own, start, before, "logs", trusted)


def test_a_whole_chain_lacks_nothing_whatever_was_before_it():
    assert list(breaks([seen(5, 4), seen(4, 3), seen(3, None)], None)) == []
    assert list(breaks([seen(5, 4), seen(4, 3)], None)) == []
    assert list(breaks([], FIRST)) == []


def test_one_removed_digest_is_the_one_that_is_named():
    (removed,) = breaks([seen(5, 4), seen(3, 2)], None)
    assert removed == Removed(key(4), "logs", FIRST + 4 * HOUR, named=True)


def test_each_of_several_adjacent_ones_is_told_across_midnight():
    removed = list(breaks([seen(5, 4), seen(0, None)], None))
    assert [(r.key, r.named) for r in removed] == [
        (key(4), True),
        (key(3), False),
        (key(2), False),
        (key(1), False),
    ]
    assert "/2026/03/02/" in removed[3].key and "/2026/03/03/" in removed[0].key


def test_what_a_digest_says_that_is_not_valid_is_not_believed():
    assert list(breaks([seen(5, None, trusted=False), seen(4, 3)], None)) == []
    removed = list(breaks([seen(5, 1, trusted=False), seen(2, 1)], None))
    assert [(r.key, r.named) for r in removed] == [(key(4), False), (key(3), False)]


def test_a_chain_that_begins_anew_leaves_hours_uncovered():
    newer = seen(5, None)
    (gap,) = breaks([newer, seen(2, 1)], None)
    assert gap == Uncovered(FIRST + 2 * HOUR, FIRST + 4 * HOUR, newer)
    assert list(breaks([seen(3, None), seen(2, 1)], None)) == []  # nothing is between


def test_the_start_of_the_range_asks_for_the_hours_after_it():
    since = FIRST + 2 * HOUR
    removed = list(breaks([seen(5, 4)], since))
    assert [r.end for r in removed] == [FIRST + 4 * HOUR, FIRST + 3 * HOUR]
    assert list(breaks([seen(5, 4)], FIRST + 4 * HOUR + timedelta(minutes=1))) == []
    newer = seen(5, None)
    assert list(breaks([newer], since)) == [Uncovered(since, FIRST + 4 * HOUR, newer)]
    wrong = seen(5, None, trusted=False)
    assert list(breaks([wrong], since)) == [Uncovered(since, FIRST + 4 * HOUR, None)]


def test_backfill_digests_come_when_there_is_need():
    chain = [seen(9, 2, backfill=True), seen(2, None, backfill=True)]
    assert list(breaks(chain, None)) == []
    (removed,) = breaks([seen(9, 5, backfill=True), seen(2, None, backfill=True)], None)
    assert removed.named
