from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from ctexplore.sources.found import Found
from ctexplore.sources.source import SourceError
from ctexplore.store.side_by_side import side_by_side

WAIT = 10


def listing(name: str, count: int, asked: list[str]) -> Callable[[], Iterator[Found]]:
    def pages() -> Iterator[Found]:
        for number in range(count):
            asked.append(f"{name}{number}")
            yield Found(f"{name}{number}/")

    return pages


@pytest.mark.parametrize("number", [1, 2, 5])
def test_all_pages_come_each_listings_in_order(number: int) -> None:
    asked: list[str] = []
    names = "abcde"[:number]
    found = [f.folder for f in side_by_side([listing(n, 4, asked) for n in names])]
    for name in names:
        assert [f for f in found if f.startswith(name)] == [f"{name}{n}/" for n in range(4)]
    assert len(found) == 4 * number


def test_they_are_asked_at_the_same_time() -> None:
    meet = threading.Barrier(3)

    def pages() -> Iterator[Found]:
        meet.wait(WAIT)
        yield Found("x/")

    assert len(list(side_by_side([pages] * 3))) == 3


@pytest.mark.parametrize("number", [1, 3])
def test_nothing_is_asked_while_nobody_takes(number: int) -> None:
    asked: list[str] = []
    found = side_by_side([listing(name, 5, asked) for name in "abc"[:number]])
    taken = [next(found) for _ in range(4)]
    assert len(asked) <= len(taken) + number
    found.close()


@pytest.mark.parametrize("number", [1, 2])
def test_after_a_fatal_error_to_go_on_is_to_begin_again(number: int) -> None:
    tries = iter(range(2))
    expired = SourceError("place", "expired", fatal=True)

    def broken() -> Iterator[Found]:
        yield Found("a/")
        if next(tries, None) is not None:
            yield Found("b/", problems=[expired])
            return
        yield Found("c/")

    found = [f.folder for f in side_by_side([broken, listing("x", 1, [])][:number])]
    assert [f for f in found if f != "x0/"] == ["a/", "b/", "a/", "b/", "a/", "c/"]


def test_an_error_of_ours_is_not_swallowed() -> None:
    def wrong() -> Iterator[Found]:
        yield Found("a/")
        raise RuntimeError("ours")

    with pytest.raises(RuntimeError, match="ours"):
        list(side_by_side([wrong, listing("x", 1, [])]))


def test_threads_end_when_nobody_takes_any_more() -> None:
    before = threading.active_count()
    found = side_by_side([listing(name, 100, []) for name in "abc"])
    next(found)
    found.close()
    for thread in threading.enumerate():
        if thread.name == "list":
            thread.join(WAIT)
    assert threading.active_count() <= before
