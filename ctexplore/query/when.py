"""Times and spans as people type them.

ISO 8601 first, then what is said (``now``, ``today``, ``yesterday``, ``monday``, ``24h``), then
any other date that can be read in one way only. Nothing is guessed: a date that could be read
in two ways, or has no year, is refused.
"""

from __future__ import annotations

import re
from datetime import MAXYEAR, UTC, datetime, timedelta, timezone, tzinfo
from itertools import product

Period = tuple[datetime, datetime]

_SPAN = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?[smhdw])+", re.IGNORECASE)
_SPAN_PART = re.compile(r"([0-9.]+)([smhdw])", re.IGNORECASE)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_ISO = re.compile(
    r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})"
    r"(?:[T ]([0-9]{2})(?::?([0-9]{2})(?::?([0-9]{2})([.,][0-9]+)?)?)?"
    r"\s*(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?",
    re.IGNORECASE,
)
_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{1,2}))?")
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?![0-9])")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LAST = datetime.max
_EXAMPLES = "2024-01-15, 2024-01-15T09:14:05Z, 24h, yesterday or monday"


class TimeError(ValueError):
    """A time or span that cannot be read. message, hint: one line each; hint may be empty."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} ({hint})" if hint else message)
        self.message = message
        self.hint = hint


def parse_span(text: str) -> timedelta:
    """``90s``, ``90m``, ``24h``, ``7d``, ``2w``, or several as in ``1d12h``. Raises TimeError."""
    if not _SPAN.fullmatch(text.strip()):
        raise TimeError(f"{_said(text)} is no span of time", "write 90m, 24h, 7d or 2w")
    span = timedelta()
    try:
        for number, unit in _SPAN_PART.findall(text):
            span += timedelta(**{_UNITS[unit.lower()]: float(number)})
    except OverflowError:
        raise TimeError(f"{_said(text)} is longer than the calendar") from None
    return span


def parse_time(text: str, now: datetime, zone: tzinfo = UTC) -> datetime:
    """The moment, or the start of the day or minute, that ``text`` names; always aware.

    now: aware; what relative times count from. zone: whose days and clock are meant where the
    text has no offset. Raises TimeError.
    """
    return parse_period(text, now, zone)[0]


def parse_period(text: str, now: datetime, zone: tzinfo = UTC) -> Period:
    """From the start of what ``text`` names to its end, exclusive: a year, month, day, hour,
    minute or second, as precise as it was typed. Raises TimeError."""
    text = text.strip()
    if not text:
        raise TimeError("expected a time", f"write {_EXAMPLES}")
    try:
        found = _iso(text, zone) or _spoken(text, now, zone) or _other(text, zone)
    except OverflowError:
        raise TimeError(f"{_said(text)} is outside the calendar") from None
    if found is None:
        raise TimeError(f"{_said(text)} is no time", f"write {_EXAMPLES}")
    return found


def _said(text: str) -> str:
    shown = text if len(text) <= 40 else text[:39] + "…"
    return '"' + "".join(c if c.isprintable() else "�" for c in shown) + '"'


def _iso(text: str, zone: tzinfo) -> Period | None:
    text = _YEAR_FIRST.sub(lambda m: f"{m[1]}-{m[2]:0>2}-{m[3]:0>2}", text, count=1)
    if month := _MONTH.fullmatch(text):
        return _month(text, int(month[1]), month[2], zone)
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month_, day, hour, minute, second, fraction, offset = match.groups()
    plain = f"{year}-{month_}-{day}T{hour or '00'}:{minute or '00'}:{second or '00'}"
    micros = (fraction or ".0")[1:7].ljust(6, "0")
    try:
        start = datetime.fromisoformat(f"{plain}.{micros}{(offset or '').upper()}")
    except ValueError:
        raise TimeError(f"{_said(text)} is no time that exists") from None
    if start.tzinfo is None:
        start = start.replace(tzinfo=zone)
    if hour is None:
        return start, _day_after(start)
    units = ((minute, "hours"), (second, "minutes"), (fraction, "seconds"))
    unit = next((name for value, name in units if value is None), "milliseconds")
    return start, _after(start, timedelta(**{unit: 1}))


def _month(text: str, year: int, month: str | None, zone: tzinfo) -> Period:
    try:
        start = datetime(year, int(month or 1), 1, tzinfo=zone)
        months = year * 12 + (int(month) if month else 12)
        end = months // 12
        if end > MAXYEAR:
            return start, _LAST.replace(tzinfo=zone)
        return start, start.replace(year=end, month=months % 12 + 1)
    except ValueError:
        raise TimeError(f"{_said(text)} is no year or month of the calendar") from None


def _spoken(text: str, now: datetime, zone: tzinfo) -> Period | None:
    said = text.lower()
    local = now.astimezone(zone)
    today = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if said == "now":
        return local, local + timedelta(seconds=1)
    if said == "today":
        return today, _day_after(today)
    if said == "yesterday":
        return _back(today, 1), today
    ago = said.removesuffix("ago").rstrip()
    if _SPAN.fullmatch(ago):
        start = local - parse_span(ago)
        return start, start + timedelta(seconds=1)
    if len(said) >= 3 and (day := next((d for d in _DAYS if d in (said, _full(said))), "")):
        # The last one: on a Monday that is a week ago, there is "today" for today.
        back = (today.weekday() - _DAYS.index(day) - 1) % 7 + 1
        start = _back(today, back)
        return start, _day_after(start)
    if clock := _CLOCK.fullmatch(said):
        hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        if hour > 23 or minute > 59 or second > 59:
            raise TimeError(f"{_said(text)} is no time of the day")
        start = today.replace(hour=hour, minute=minute, second=second)
        return start, start + timedelta(seconds=1 if clock[3] else 60)
    return None


def _full(said: str) -> str:
    return next((d for d in _DAYS if len(said) <= 4 and d.startswith(said)), "")


def _after(start: datetime, step: timedelta) -> datetime:
    """So much later on the clock of ``start``'s zone, but not after the end of the calendar."""
    try:
        return (start.replace(tzinfo=None) + step).replace(tzinfo=start.tzinfo)
    except OverflowError:
        return _LAST.replace(tzinfo=start.tzinfo)


def _day_after(start: datetime) -> datetime:
    return _after(start, timedelta(days=1))


def _back(start: datetime, days: int) -> datetime:
    return (start.replace(tzinfo=None) - timedelta(days=days)).replace(tzinfo=start.tzinfo)


def _other(text: str, zone: tzinfo) -> Period | None:
    """A date in any other form, if whoever reads it must come to the same one."""
    from dateutil import parser  # 20 ms, and rarely needed

    def read(day_first: bool, year_first: bool, default: datetime) -> datetime | None:
        try:
            found: datetime = parser.parse(
                text, default=default, dayfirst=day_first, yearfirst=year_first, tzinfos=_named
            )
        # Not all that it raises on odd text is a ValueError.
        except (ValueError, OverflowError, ArithmeticError, LookupError, TypeError, AttributeError):
            return None
        return found

    if re.fullmatch(r"[\W\d_]*", text) and not re.search(r"[0-9][-/. ][0-9]", text):
        return None
    # What the text leaves out comes from the default, so two defaults tell what it says itself.
    first, second = datetime(2004, 1, 1), datetime(2008, 2, 2, 1, 1, 1)
    orders = (False,) if _YEAR_FIRST.search(text) else (False, True)
    ways = [read(d, y, first) for d, y in product(orders, (False, True))]
    dates = sorted({f"{w:%Y-%m-%d}" for w in ways if w is not None})
    if len(dates) > 1:
        hint = f"write {' or '.join(dates)}"
        raise TimeError(f"{_said(text)} can be read in more than one way", hint)
    start, other = ways[0], read(False, False, second)
    if start is None or other is None:
        return None
    if start.date() != other.date():
        raise TimeError(f"{_said(text)} needs a year, a month and a day", f"write {_EXAMPLES}")
    if start.tzinfo is None:
        start = start.replace(tzinfo=zone)
    if start.hour != other.hour:
        return start, _day_after(start)
    unit = "minutes" if start.second != other.second else "seconds"
    return start, _after(start, timedelta(**{unit: 1}))


def _named(name: str | None, offset: int | None) -> tzinfo | None:
    """dateutil's question for a zone. Names of zones are ambiguous (CST, IST); offsets are not."""
    if offset is None and name is None:
        return None
    if offset is None:
        raise ValueError(f"time zone {name}")
    return timezone(timedelta(seconds=offset))
