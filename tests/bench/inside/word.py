"""A bare-word search as the explorer makes it: seconds to the first rows and to the last.

python -m tests.bench.inside.word DIR WORD...    prints {word: {"first", "all", "found"}}
"""

from __future__ import annotations

import json
import sys
import threading
import time
from datetime import UTC, datetime

from textual.message import Message

from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.tui.feed import Feed, ViewChanged
from tests.bench.inside.loaded import load


class _Waiting:
    """Takes the views that the feed posts."""

    def __init__(self) -> None:
        self.first: float | None = None
        self.found = 0
        self.done = threading.Event()

    def __call__(self, message: Message) -> None:
        if not isinstance(message, ViewChanged):
            return
        if self.first is None and len(message.view):
            self.first = time.perf_counter()
        if message.complete:
            self.found = len(message.view)
            self.done.set()


def main(folder: str, words: list[str]) -> None:
    session = load(folder)
    answers = {}
    for word in words:
        waiting = _Waiting()
        feed = Feed(session, waiting, 1)
        started = time.perf_counter()
        feed.filter(Filter(parse(f'"{word}"', datetime.now(UTC))))
        waiting.done.wait()
        whole = time.perf_counter() - started
        first = (waiting.first or started + whole) - started
        answers[word] = {"first": first, "all": whole, "found": waiting.found}
    print(json.dumps(answers))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
