"""The demo's own calendar: seconds count from Monday 2026-03-02, 00:00 UTC.

CloudTrail delivers a file some minutes after the events in it. Here a slot is ten minutes
long and is delivered as it ends, so the last slot of a day lies in the next day's folder,
as it does in real trails.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 7
HOUR = 3600
DAY = 86_400
SLOT = 600
SLOTS = DAYS * DAY // SLOT - 1
"""Slots delivered within the seven days: the very last one is still on its way."""


@lru_cache(maxsize=4096)
def date(day: int, separator: str = "-") -> str:
    """``2026-03-02`` for day 0."""
    return (START + timedelta(days=day)).strftime(f"%Y{separator}%m{separator}%d")


def stamp(second: int) -> str:
    """The form every eventTime has: ``2026-03-02T00:00:00Z``."""
    day, rest = divmod(second, DAY)
    return f"{date(day)}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}Z"


def prose(second: int) -> str:
    """The form times have inside response elements: ``Mar 2, 2026, 12:00:00 AM``."""
    at = START + timedelta(seconds=second)
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    half = "PM" if at.hour >= 12 else "AM"
    hour = at.hour % 12 or 12
    return f"{month[at.month - 1]} {at.day}, {at.year}, {hour}:{at:%M:%S} {half}"


def moment(text: str) -> int:
    """``"03-04 02:13:07"`` in 2026 as a second of this calendar."""
    at = datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    return int((at - START).total_seconds())


def file_time(second: int) -> str:
    """The time in a log file's name, of minute resolution: ``20260302T0010Z``."""
    day, rest = divmod(second, DAY)
    return f"{date(day, '')}T{rest // 3600:02d}{rest // 60 % 60:02d}Z"
