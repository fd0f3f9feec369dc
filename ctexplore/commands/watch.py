"""Following a load without a screen: what it costs, how far it is, where it has to stop."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

from ctexplore.commands.failure import Failure
from ctexplore.commands.progress import Progress, first_of, skipped

if TYPE_CHECKING:
    from ctexplore.engines.answer import Lost
    from ctexplore.sources.source import Source
    from ctexplore.store.scope import Estimate, Limits
    from ctexplore.store.steps import Step
    from ctexplore.store.tally import Tally


class Load(Protocol):
    """What is followed: ``store.days.Days``, or ``whole.Whole``."""

    limits: Limits
    misplaced: int
    full: bool

    @property
    def tally(self) -> Tally: ...
    @property
    def sieved(self) -> bool: ...


class Watch:
    """Asked about each step of a load of ``days``, which is set once there is one.

    missing: a line for each reason why the answer may not be whole.
    """

    days: Load

    def __init__(self, *, priced: bool, nothing_shown: bool) -> None:
        """priced: everything is listed first, so that the whole number can be told.
        nothing_shown: no line of the answer is out before the end."""
        self.missing: list[str] = []
        self._priced = priced
        self._nothing_shown = nothing_shown
        # Where lines come out on the same terminal, they are progress enough.
        tells = sys.stderr.isatty() and (nothing_shown or not sys.stdout.isatty())
        self._line = Progress(tells=tells)
        self._asked = False  # the price was told

    def __call__(self, step: Step) -> bool:
        """Whether to go on. Raises Failure where it must not and nothing was shown."""
        from ctexplore.store.steps import Ask, Halt

        tally, most = self.days.tally, self.days.limits.max_objects
        if isinstance(step, Halt):
            if not tally.read:
                raise Failure(str(step.error))
            self.missing.append(f"stopped: {step.error}")
            return False
        objects = 0 if self._priced else tally.found - tally.skipped
        if isinstance(step, Ask):
            objects = max(objects, step.estimate.objects)
            self.say(price(step.estimate))
            self._asked = True
        if objects > most:
            said = f"{objects:,} log files are in scope, more than --max-objects {most:,}"
            hint = "narrow with --since, --region, --account, or raise --max-objects"
            if self._nothing_shown or not tally.read:
                raise Failure(said, hint)
            self.missing.append(f"stopped: {said} ({hint})")
            return False
        self._progress()
        return True

    def end(self, lost: Lost | None = None) -> None:
        """Complete ``missing``, and say what is only odd."""
        days, tally = self.days, self.days.tally
        if days.misplaced:
            self.say(
                f"{days.misplaced:,} events are newer than the day folder they lie in, and come "
                "where that day does"
            )
        if days.full:
            self.missing.append(
                f"stopped at --max-memory, {days.limits.max_memory >> 20:,} MB: older events are "
                "not in the answer"
            )
        for line in skipped((p.key, p.reason) for p in tally.problems if p.outcome == "skipped"):
            self.say(line)
        problems = [str(p) for p in tally.problems if p.outcome in ("failed", "partial")]
        self.missing += first_of(problems)
        if self.missing:
            self.missing.append(
                f"{_number(tally.found, 'file')} = {tally.read:,} read + {tally.failed:,} failed "
                f"+ {tally.skipped:,} skipped + {tally.waiting:,} not read; "
                f"{_number(tally.rejected, 'record')} unreadable"
            )
        if lost is not None and lost.count:
            more = f" and {lost.count - len(lost.names):,} more" * (lost.count > len(lost.names))
            names = ", ".join(lost.names)
            self.missing.append(f"{lost.count:,} records could not be read again: {names}{more}")
        if not (tally.found or self.missing):
            self.say(
                "no log files are in scope: none lie there, or none of these times, regions and "
                "accounts"
            )

    def tell_requests(self, source: Source) -> None:
        """How many there were in the end, where somebody watches or was told of many."""
        if source.local:
            return
        from ctexplore.store.sent import sent_by

        sent = sent_by(source)
        if any(sent) and (self._asked or sys.stderr.isatty()):
            self.say(
                f"{sent.lists:,} LIST and {sent.gets:,} GET requests, "
                f"{sent.bytes / (1 << 20):,.1f} MB"
            )

    def close(self) -> None:
        """Leave the terminal's line as it was."""
        self._line.close()

    def say(self, line: str) -> None:
        self._line.say(line)

    def _progress(self) -> None:
        if self._line.is_due:
            tally = self.days.tally
            line = f"{tally.read:,} of {tally.found:,} log files read"
            if not self.days.sieved:
                line += f", {tally.events:,} events"
            self._line.show(line)


def price(estimate: Estimate) -> str:
    """What a wide load costs, on one line."""
    if estimate.listings:
        return f"{estimate.listings:,} day folders to list, one LIST request each or more"
    files = _number(estimate.objects, "log file")
    memory = max(estimate.memory / (1 << 20), 1)
    loaded = f"about {estimate.events:,} events in {memory:,.0f} MB of memory"
    if not (estimate.gets or estimate.listed):
        return f"{files}, {estimate.all_stored / (1 << 20):,.1f} MB: {loaded}"
    return (
        f"{files}, {estimate.cached:,} of them on disk already: "
        f"{estimate.gets:,} GET requests for {estimate.stored / (1 << 20):,.1f} MB, "
        f"{estimate.listed:,} LIST made, {loaded}"
    )


def _number(count: int, of: str) -> str:
    return f"{count:,} {of}{'s' * (count != 1)}"
