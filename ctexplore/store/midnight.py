"""Events of a day that is open, out of files that were delivered on the day after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time

import numpy as np

from ctexplore.sources.source import LogFile
from ctexplore.store.columns.batch import Batch
from ctexplore.store.columns.schema import NO_TIME
from ctexplore.store.tally import Tally
from ctexplore.trail.layout import place_of

_OPEN = 2**63 - 1


class Midnight:
    """Which files lie in the folder of a day that is not open itself."""

    def __init__(self) -> None:
        self._began: dict[str, int] = {}  # the day of a file, by its key: milliseconds since 1970

    def add(self, files: Iterable[LogFile], day: str) -> None:
        """These files were taken only for what they hold of the day before ``day``, a folder."""
        began = datetime.combine(place_of(day).date or date.max, time.min, UTC)
        self._began.update((file.key, round(began.timestamp() * 1000)) for file in files)

    def has_whole(self, file: LogFile) -> bool:
        return file.key not in self._began

    def forget(self, files: Iterable[LogFile]) -> None:
        """These files are wanted whole: their day is open by now."""
        for file in files:
            self._began.pop(file.key, None)

    def before(self, batch: Batch, files: Sequence[LogFile], tally: Tally) -> Batch:
        """The batch without events of a day that is not open; counts both kinds.

        An event without a readable time counts as one of the day on which it was delivered.
        """
        began = [self._began.get(file.key, _OPEN) for file in files] if self._began else []
        if not any(day != _OPEN for day in began):
            return batch
        ends = np.array(began, np.int64)[batch.file]
        wanted = (ends == _OPEN) | ((batch.time < ends) & (batch.time != NO_TIME))
        tally.next_day += int((~wanted).sum())
        tally.after_midnight += int((wanted & (ends != _OPEN)).sum())
        return batch.take(wanted)
