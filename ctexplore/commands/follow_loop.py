"""Looking again and again: when, what is said of what goes wrong, and how it goes on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from ctexplore.commands.failure import Failure

if TYPE_CHECKING:
    from datetime import date

    from ctexplore.commands.print_new import Told
    from ctexplore.sources.found import Found
    from ctexplore.sources.source import Source, SourceError
    from ctexplore.store.follow.follow import Follower, Look
    from ctexplore.store.follow.position import Position

# Seconds between two looks at most, where nothing answers.
_LONGEST: Final = 300.0
# A look may take this share of the time, so that a large folder costs one core little.
_SHARE: Final = 1 / 20
_MOST_SAID: Final = 10
# Waits for so many seconds, perhaps; gives the keys of log files that are said to have come.
Wait = Callable[[float], "Sequence[str] | None"]


class Said:
    """What went wrong, each of it said once until it is over."""

    def __init__(self, out: Callable[[str], None] | None = None) -> None:
        self._out = out or _on_stderr
        self._wrong: dict[str, str] = {}
        self._files: set[tuple[str, str]] = set()

    def say(self, line: str) -> None:
        self._out(line)

    def listing(self, problems: Sequence[SourceError], *, whole: bool) -> None:
        """What could not be listed. whole: everything else could be."""
        new = [p for p in problems if self._wrong.get(p.place) != p.reason]
        for problem in new[:_MOST_SAID]:
            self.say(f"{problem}; it is tried again")
        if len(new) > _MOST_SAID:
            self.say(f"and {len(new) - _MOST_SAID:,} more folders")
        self._wrong.update((p.place, p.reason) for p in new)
        if not whole:
            return
        over = self._wrong.keys() - {problem.place for problem in problems}
        for place in sorted(over)[:_MOST_SAID]:
            self.say(f"{place}: can be listed again")
        for place in over:
            del self._wrong[place]

    def stopped(self, error: SourceError) -> None:
        self.listing([error], whole=False)

    def files(self, told: Told) -> None:
        """What could not be read, or is not."""
        for problem in told.problems:
            if (told_of := (problem.key, problem.reason)) not in self._files:
                self._files.add(told_of)
                if problem.outcome != "noted":
                    self.say(f"{problem.outcome}: {problem}")


class Loop:
    """Looks until something raises: a signal, or a reader of the output that has gone."""

    def __init__(
        self,
        source: Source,
        follower: Follower,
        position: Position,
        said: Said,
        *,
        interval: float,
        most: int,
        wait: Wait,
        note: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """interval: seconds between two looks. most: log files to begin with. note: say what
        each look found."""
        self._source = source
        self._follower = follower
        self._position = position
        self._said = said
        self._interval = interval
        self._most = most
        self._wait = wait
        self._note = note
        self._clock = clock
        self._tidied: date | None = None
        self._failed = 0  # looks in a row that went wrong

    def run(self, tell: Callable[[Sequence[Found]], Iterator[Told]], *, skip: bool) -> None:
        """skip: what is there already is not told. Raises Failure where nothing can be listed."""
        begun = self._position.said("caught_up") is not None
        while True:
            started = self._clock()
            look = self._follower.look()
            self._check(look, begun=begun, skip=skip)
            if skip and not begun:
                self._follower.taken(look.files)
            else:
                self._tell(look, tell)
            whole = all(problem.denied for problem in look.problems)
            if whole:
                begun = self._begun(look, begun)
                self._failed = 0
            else:
                self._failed += 1
                if look.fatal is not None:
                    self._renew()
            self._position.say(looked=look.at.isoformat())
            self._follower.expect(self._wait(self._pause(self._clock() - started)) or ())

    def halted(self, error: SourceError) -> None:
        """Something met every request: wait, and let it be tried again."""
        self._said.stopped(error)
        self._failed += 1
        self._wait(self._pause(0))
        self._renew()

    def _check(self, look: Look, *, begun: bool, skip: bool) -> None:
        """Whether it makes sense to go on."""
        if begun:
            self._said.listing(look.problems, whole=look.fatal is None)
            return
        if look.fatal is not None:
            raise Failure(str(look.fatal))
        self._said.listing(look.problems, whole=True)
        if len(look.files) > self._most and not skip:
            raise Failure(
                f"{len(look.files):,} log files are there already, more than "
                f"--max-objects {self._most:,}",
                "narrow with --since, --region, --account, or raise --max-objects",
            )

    def _tell(self, look: Look, tell: Callable[[Sequence[Found]], Iterator[Told]]) -> None:
        events = 0
        delay = None
        for told in tell(look.found):
            self._said.files(told)
            events += told.events
            delay = told.delay or delay
        if self._note and events:
            more = f", {delay}" if delay else ""
            self._said.say(f"{look.at:%H:%M:%SZ} {events:,} new in {len(look.files):,} files{more}")

    def _begun(self, look: Look, begun: bool) -> bool:
        """All that was there when it began has been seen to."""
        if not begun:
            self._follower.caught_up()
            self._position.say(caught_up="yes")
            if self._note:
                self._said.say(f"{look.listed:,} LIST requests to begin with; now it follows")
        if self._tidied != look.at.date():
            self._tidied = look.at.date()
            self._position.forget_before(self._tidied)
        return True

    def _pause(self, spent: float) -> float:
        """Seconds until the next look."""
        longest = max(_LONGEST, self._interval)
        pause = min(self._interval * (1 << min(self._failed, 20)), longest)
        return max(pause, spent / _SHARE if self._source.local else 0.0)

    def _renew(self) -> None:
        """Read credentials again where they come from; whether that helps shows by itself."""
        from ctexplore.sources.source import SourceError
        from ctexplore.store.parts import parts_of

        for part in parts_of(self._source):
            refresh = getattr(part, "refresh", None)
            if refresh is not None:
                try:
                    refresh()
                except SourceError as error:
                    self._said.stopped(error)


def _on_stderr(line: str) -> None:
    from ctexplore.text import safe

    print(f"ctexplore: {safe(line)}", file=sys.stderr, flush=True)
