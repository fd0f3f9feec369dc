"""What a query will read, guessed from a few of the folders that it will read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from ctexplore.sources.athena.queries import cost, dollars, gigabytes
from ctexplore.sources.found import requests
from ctexplore.sources.source import Source
from ctexplore.sources.walk import Walk
from ctexplore.store.scope import Scope

_SAMPLE: Final = 12  # day folders that are listed


class Guess(Struct, frozen=True):
    """folders: day folders in scope. sampled: of them, those that were listed, with ``objects``
    and stored ``size`` in bytes. listed: LIST requests that took."""

    folders: int
    sampled: int
    objects: int
    size: int
    listed: int

    @property
    def whole(self) -> bool:
        return self.sampled == self.folders

    def of_all(self, number: int) -> int:
        return round(number * self.folders / self.sampled) if self.sampled else 0

    def __str__(self) -> str:
        size = self.of_all(self.size)
        said = f"{self.of_all(self.objects):,} objects, {gigabytes(size)}, {dollars(cost(size))}"
        how = "listed" if self.whole else f"from {self.sampled} of {self.folders:,} day folders"
        return f"Athena will read {'' if self.whole else 'about '}{said} ({how})"


def guess(source: Source, scope: Scope) -> Guess:
    """List the folders above days, and some of the days, evenly spread. Raises SourceError where
    nothing can be listed."""
    walk = Walk(
        source,
        since=scope.since,
        until=scope.until,
        regions=scope.regions,
        accounts=scope.accounts,
    )
    survey = walk.day_folders(scope.folders)
    if survey.fatal is not None:
        raise survey.fatal
    chosen = _spread(survey.days)
    listed, objects, size = survey.listings, 0, 0
    for day in chosen:
        pages = list(walk.files_of(day))
        listed += requests(pages)
        files = [file for page in pages for file in page.files]
        objects += len(files)
        size += sum(file.size for file in files)
    return Guess(len(survey.days), len(chosen), objects, size, listed)


def _spread(days: Sequence[str]) -> list[str]:
    """At most ``_SAMPLE`` of them, at even distances."""
    if len(days) <= _SAMPLE:
        return list(days)
    return [days[number * len(days) // _SAMPLE] for number in range(_SAMPLE)]
