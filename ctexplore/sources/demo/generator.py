"""Makes the files of any folder, from a seed and a number of events."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from ctexplore.sources.demo import digests
from ctexplore.sources.demo.clock import DAY, HOUR, file_time
from ctexplore.sources.demo.dice import unique_string
from ctexplore.sources.demo.files import Made, envelope, log_files
from ctexplore.sources.demo.fleet import HOME, PROD
from ctexplore.sources.demo.folders import (
    AGGREGATED,
    CONFIG,
    DIGEST,
    INSIGHT,
    LOGS,
    NETWORK,
    Folder,
)
from ctexplore.sources.demo.other_kinds import (
    aggregated,
    config_history,
    insights,
    network_activity,
)
from ctexplore.sources.demo.plan import Plan

_APART = {INSIGHT: insights(), NETWORK: network_activity(), AGGREGATED: aggregated()}
_DELAY = 420
"""Seconds until an event of these kinds is delivered."""


class Generator:
    """Keeps no content, only what digests need to know of the files before them."""

    def __init__(self, seed: int, events: int) -> None:
        self.seed = seed
        self.events = events
        self._hashed: dict[int, list[digests.Hashed]] = {}
        self._links: list[tuple[list[Made], dict[str, Any]]] = []

    @cached_property
    def plan(self) -> Plan:
        return Plan(self.seed, self.events, sum(map(len, _APART.values())))

    def files(self, folder: Folder) -> list[Made]:
        """Sorted by name."""
        if folder.kind == LOGS:
            made = self._logs(folder)
        elif folder.kind == DIGEST:
            made = self._digests(folder)
        elif folder.kind == CONFIG:
            made = [_config(folder.day)]
        else:
            made = self._apart(folder) if self.plan.whole else []
        return sorted(made, key=lambda each: each.name)

    def _logs(self, folder: Folder) -> list[Made]:
        place = folder.account, folder.region
        made = list(log_files(self.plan, self.seed, place, folder.day))
        if place == (PROD, HOME):
            self._hashed[folder.day] = [digests.hashed(folder.key, each) for each in made]
        return made

    def _digests(self, folder: Folder) -> list[Made]:
        """A digest names the one before it, so the days before have to be made as well."""
        while len(self._links) <= folder.day:
            day = len(self._links)
            if day not in self._hashed:
                self._logs(Folder(LOGS, PROD, HOME, day))
            files = [*self._hashed.get(day - 1, []), *self._hashed[day]]
            files += self._hashed_apart(day - 1) + self._hashed_apart(day)
            previous = self._links[-1][1] if day else {}
            self._links.append(digests.link(day, files, previous))
        return self._links[folder.day][0]

    def _hashed_apart(self, day: int) -> list[digests.Hashed]:
        folders = (Folder(kind, PROD, HOME, day) for kind in _APART)
        return [
            digests.hashed(folder.key, made) for folder in folders for made in self.files(folder)
        ]

    def _apart(self, folder: Folder) -> list[Made]:
        out = []
        for second, record in _APART[folder.kind]:
            delivered = second + _DELAY
            if delivered // DAY == folder.day:
                unique = unique_string(self.seed, folder.kind, second)
                name = f"{PROD}_{folder.kind}_{HOME}_{file_time(delivered)}_{unique}.json.gz"
                out.append(Made(name, envelope([record]), delivered, 1, second, second))
        return out


def _config(day: int) -> Made:
    second = day * DAY + HOUR
    name = f"{PROD}_Config_{HOME}_ConfigHistory_AWS::EC2::Instance_{file_time(second)}_1.json.gz"
    return Made(name, config_history(second).encode("ascii"), second, 0)
