"""Where CloudTrail puts its files: what a folder is, told from its path alone.

``[prefix/]AWSLogs/[o-id/]account/KIND/region/YYYY/MM/DD/`` (CloudTrail User Guide, "Finding
your CloudTrail log files"), and any part of it: somebody who synced one region has folders
that begin at the year.
"""

from __future__ import annotations

import datetime
import re
from calendar import monthrange
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct


class Level(StrEnum):
    """What the last segment of a folder's path is, from the bucket down."""

    BUCKET = "bucket"
    PREFIX = "prefix"  # before anything recognised; AWSLogs may lie below
    AWSLOGS = "AWSLogs"
    ORGANIZATION = "organization"
    ACCOUNT = "account"
    KIND = "kind"
    REGION = "region"
    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    FOREIGN = "foreign"  # another service's logs beside CloudTrail's, and all beneath them
    FOLDER = "folder"  # a place where CloudTrail has no such folder


class LogKind(StrEnum):
    """What CloudTrail calls the folders of an account, one for each kind of file."""

    CLOUDTRAIL = "CloudTrail"
    INSIGHT = "CloudTrail-Insight"
    DIGEST = "CloudTrail-Digest"
    NETWORK = "CloudTrail-NetworkActivity"
    AGGREGATED = "CloudTrail-Aggregated"


class Place(Struct, frozen=True):
    """A folder as its path describes it. Unknown parts are empty or None.

    level: what the last segment is; the fields keep what the segments above it told.
    name: the last segment as listed, not made safe for a screen.
    """

    level: Level = Level.BUCKET
    name: str = ""
    organization: str = ""
    account: str = ""
    kind: LogKind | None = None
    region: str = ""
    year: int | None = None
    month: int | None = None
    day: int | None = None

    @property
    def foreign(self) -> bool:
        """Whether another service wrote here."""
        return self.level is Level.FOREIGN

    @property
    def date(self) -> datetime.date | None:
        """The delivery date (UTC) when the path names a day."""
        if self.year is None or self.month is None or self.day is None:
            return None
        return datetime.date(self.year, self.month, self.day)

    def span(self) -> tuple[datetime.date, datetime.date] | None:
        """First and last delivery date (UTC) of a year, month or day; None for other levels."""
        if self.level not in _DATED or self.year is None:
            return None
        month = self.month or 12
        last_day = self.day or monthrange(self.year, month)[1]
        return (
            datetime.date(self.year, self.month or 1, self.day or 1),
            datetime.date(self.year, month, last_day),
        )


_RANK = {level: rank for rank, level in enumerate(Level)}
_DATED = (Level.YEAR, Level.MONTH, Level.DAY)
_KINDS = {str(kind): kind for kind in LogKind}
# Other services' folders beside the kinds. Below AWSLogs any name but a kind is foreign; above
# it an account may be part of the trail's prefix, and only these names tell.
_SIBLINGS = frozenset(
    {
        *("CloudTrail-Lake", "Config", "GuardDuty", "WAFLogs", "elasticloadbalancing"),
        *("globalaccelerator", "network-firewall", "redshift", "vpcdnsquerylogs", "vpcflowlogs"),
    }
)
_TWO_DIGITS = {f"{number:02}": number for number in range(1, 32)}

_organization = re.compile(r"o-[a-z0-9]{10,32}").fullmatch
_account = re.compile(r"[0-9]{12}").fullmatch
_year = re.compile(r"2[0-9]{3}").fullmatch
# New regions and partitions appear (us-gov-east-1, us-isob-east-1, eusc-de-east-1), so a
# region is told by its shape. Every one so far names a compass point; that is asked for only
# where nothing above says that a region is due, or "my-app-2" would be one.
is_region_like = re.compile(r"[a-z]{2,5}(?:-[a-z0-9]{1,12}){1,3}-[0-9]{1,2}").fullmatch
_is_region = re.compile(
    r"[a-z]{2,5}(?:-[a-z]{2,8})?-(?:(?:north|south)(?:east|west)?|east|west|central)-[0-9]{1,2}"
).fullmatch


@lru_cache(maxsize=16_384)
def place_of(folder: str) -> Place:
    """What ``folder`` is: ``""`` or a key prefix or relative path that ends in ``/``.

    Segments are recognised by their shape and in CloudTrail's order; a level may be missing
    (Control Tower's ``o-id/AWSLogs/account``, a local copy without ``AWSLogs``). Before
    ``AWSLogs`` an account, region or year may just as well be part of the trail's own
    prefix: ``AWSLogs`` starts over, keeping only the organization. Never raises.
    """
    level, name = Level.BUCKET, ""
    reached = 0  # rank of the lowest level recognised
    organization = account = region = ""
    kind: LogKind | None = None
    year = month = day = None
    below = False  # AWSLogs is among the segments
    lost = False  # an unknown segment where only one of CloudTrail's can be
    for name in folder.removesuffix("/").split("/") if folder else ():
        if name == "AWSLogs" and not (below and level is Level.FOREIGN):
            account = region = ""
            kind = year = month = day = None
            level, below, lost = Level.AWSLOGS, True, False
        elif level is Level.FOREIGN:
            continue
        elif lost:
            level = Level.FOLDER
            continue
        elif reached < _RANK[Level.ORGANIZATION] and _organization(name):
            organization, level = name, Level.ORGANIZATION
        elif reached < _RANK[Level.ACCOUNT] and _account(name):
            account, level = name, Level.ACCOUNT
        elif reached < _RANK[Level.KIND] and name in _KINDS:
            kind, level = _KINDS[name], Level.KIND
        elif reached < _RANK[Level.REGION] and (is_region_like if kind else _is_region)(name):
            region, level = name, Level.REGION
        elif reached < _RANK[Level.YEAR] and _year(name):
            year, level = int(name), Level.YEAR
        elif reached == _RANK[Level.YEAR] and _TWO_DIGITS.get(name, 13) <= 12:
            month, level = _TWO_DIGITS[name], Level.MONTH
        elif year and month and not day and _is_day(year, month, name):
            day, level = _TWO_DIGITS[name], Level.DAY
        elif reached == _RANK[Level.ACCOUNT] and (below or name in _SIBLINGS):
            level = Level.FOREIGN
            continue
        else:
            lost = reached > _RANK[Level.ACCOUNT]
            level = Level.FOLDER if lost or below else Level.PREFIX
            continue
        reached = _RANK[level]
    return Place(level, name, organization, account, kind, region, year, month, day)


def _is_day(year: int, month: int, name: str) -> bool:
    return _TWO_DIGITS.get(name, 32) <= monthrange(year, month)[1]


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def describe(place: Place) -> str:
    """A short label for the folder in a tree: its name, and what the name does not say.

    ``15  Mon`` for a day, ``01  January`` for a month, ``o-… (organization)``; other names
    as they are, so that the label still has to be made safe for a screen.
    """
    if place.level is Level.DAY and (day := place.date):
        return f"{place.name}  {_WEEKDAYS[day.weekday()]}"
    if place.level is Level.MONTH and place.month:
        return f"{place.name}  {_MONTHS[place.month - 1]}"
    if place.level is Level.ORGANIZATION:
        return f"{place.name} (organization)"
    return place.name
