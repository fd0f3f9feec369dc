"""Listings that come as slowly as somebody answers, several at the same time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct, field

from ctexplore.sources.found import Found, fatal_of

List = Callable[[], Iterator[Found]]


class _Come(Struct):
    """What a thread has, or its end: None, or an error of ours. taken: it was dealt with."""

    found: Found | None
    error: Exception | None = None
    taken: threading.Event = field(default_factory=threading.Event)


def side_by_side(lists: Sequence[List]) -> Iterator[Found]:
    """What each of ``lists`` gives, in the order in which it comes.

    Each goes on only when its last page was dealt with, so nothing is asked for while nobody
    takes. To go on after a page with a fatal error is to begin that listing again, which has to
    know by itself where it broke off.
    """
    if len(lists) == 1:
        yield from _listed(lists[0])
        return
    come: queue.SimpleQueue[_Come] = queue.SimpleQueue()
    closed = threading.Event()
    waiting: _Come | None = None
    for each in lists:
        args = (each, come, closed)
        threading.Thread(target=_work, args=args, name="list", daemon=True).start()
    left = len(lists)
    try:
        while left:
            waiting = come.get()
            if waiting.error is not None:
                raise waiting.error
            if waiting.found is None:
                left -= 1
                continue
            yield waiting.found
            waiting.taken.set()
    finally:
        closed.set()
        if waiting:
            waiting.taken.set()
        while not come.empty():
            come.get().taken.set()


def _work(each: List, come: queue.SimpleQueue[_Come], closed: threading.Event) -> None:
    try:
        for found in _listed(each):
            item = _Come(found)
            come.put(item)
            # Whoever closed may have looked just before the put.
            while not item.taken.wait(1.0):
                if closed.is_set():
                    return
            if closed.is_set():
                return
    except Exception as error:  # is raised where the pages are taken
        come.put(_Come(None, error))
    else:
        come.put(_Come(None))


def _listed(each: List) -> Iterator[Found]:
    again = True
    while again:
        again = False
        for found in each():
            yield found
            again = fatal_of([found]) is not None
