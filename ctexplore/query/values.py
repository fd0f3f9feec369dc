"""What stands after a field's colon, checked as far as it can be before any event is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from ipaddress import ip_network
from typing import Any

from ctexplore.query.lexer import Token
from ctexplore.query.syntax import (
    Column,
    Compare,
    Field,
    FilterError,
    Incomplete,
    Network,
    Present,
    Regex,
    Text,
    Time,
    Value,
    Wild,
)
from ctexplore.query.when import TimeError, parse_period, parse_span, parse_time

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_NUMBER = re.compile(r"[+-]?[0-9]{1,400}(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?")
_ADDRESS_BLOCK = re.compile(r"[0-9a-fA-F.:]+/[^*]*")
_AROUND = re.compile(r"(.*?)\s*(?:\+-|±)\s*(.*)", re.DOTALL)


def milliseconds(time: datetime) -> int:
    """Milliseconds since 1970 UTC of an aware time."""
    return (time - _EPOCH) // _MILLISECOND


def number(text: str) -> int | float | None:
    """The number that the whole text writes, or None."""
    if not _NUMBER.fullmatch(text):
        return None
    return int(text) if text.lstrip("+-").isdigit() else float(text)


@lru_cache(256)
def compiled(pattern: str, fold: bool) -> Any:
    """The RE2 expression over UTF-8 bytes. Raises ValueError with RE2's reason."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not fold
    try:
        return re2.compile(pattern.encode("utf-8", "surrogatepass"), options)
    except re2.error as error:
        reason = error.args[0]
        text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise ValueError(text) from None


def value(field: Field, token: Token, now: datetime, zone: tzinfo) -> Value:
    """One value of a term. Raises FilterError."""
    if token.kind == "regex":
        return _regex(token)
    if token.op:
        return _compare(token, now, zone)
    if len(token.parts) > 1:
        return Wild(token.parts) if any(token.parts) else Present()
    text = token.parts[0]
    if field == Column("ip") and not token.quoted and _ADDRESS_BLOCK.fullmatch(text):
        try:
            return Network(str(ip_network(text, strict=False)))
        except ValueError:
            raise FilterError(
                f'"{text}" is no block of addresses',
                token.start,
                token.end,
                "as 10.0.0.0/8 or 2001:db8::/32",
            ) from None
    return Text(text)


def _regex(token: Token) -> Regex:
    if not token.text:
        raise Incomplete("nothing between the slashes", token.start, token.end)
    if token.op not in ("", "i"):
        raise FilterError(
            'a regular expression ends at its second "/", or with "/i"',
            token.start,
            token.end,
            r"write \/ for a slash in it, or quote the value to match it as it is",
        )
    try:
        compiled(token.text, token.op == "i")
    except ValueError as error:
        raise FilterError(
            f"not a regular expression: {error}",
            token.start,
            token.end,
            "quote the value to match it as it is",
        ) from None
    return Regex(token.text, token.op == "i")


def _compare(token: Token, now: datetime, zone: tzinfo) -> Compare:
    text = _single(token, "a number or a time")
    bound = number(text)
    if bound is not None:
        return Compare(token.op, text, bound)
    with _pointing(token):
        moment = parse_time(text, now, zone)
    return Compare(token.op, text, milliseconds(moment), is_time=True)


def time(name: Token, token: Token, now: datetime, zone: tzinfo) -> Time:
    """``since:``, ``until:`` or ``at:`` with its time, or ``eventTime:`` at or beside one."""
    text = _single(token, "a time")
    with _pointing(token):
        match name.text.lower(), token.op:
            case (("at" | "eventtime"), ""):
                start, stop = _around(text, now, zone)
                return Time("at", "", text, milliseconds(start), milliseconds(stop))
            case ("since", "") | ("eventtime", ">="):
                moment = milliseconds(parse_time(text, now, zone))
                return Time("since", "", text, moment, None)
            case ("until", "") | ("eventtime", "<"):
                moment = milliseconds(parse_time(text, now, zone))
                return Time("until", "", text, None, moment)
            case "eventtime", op:
                after = milliseconds(parse_time(text, now, zone)) + 1
                bounds = (after, None) if op == ">" else (None, after)
                return Time("eventTime", op, text, *bounds)
    raise FilterError(
        f"{name.text}: takes a time without {token.op}", token.start, token.start + len(token.op)
    )


def _around(text: str, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """``T`` is all of the second, minute or day it names; ``T+-5m`` is from five minutes before
    its start until five minutes after it, both included."""
    match = _AROUND.fullmatch(text)
    if match is None:
        return parse_period(text, now, zone)
    middle, span = parse_time(match[1], now, zone), parse_span(match[2])
    return middle - span, middle + span + _MILLISECOND


def _single(token: Token, wanted: str) -> str:
    """The text of a value that can have neither stars nor be an expression."""
    if token.kind == "regex" or len(token.parts) > 1 or not token.parts[0]:
        raise FilterError(f"expected {wanted}", token.start, token.end)
    return token.parts[0]


@contextmanager
def _pointing(token: Token) -> Iterator[None]:
    """Turn what is wrong with a time into an error at its place."""
    try:
        yield
    except TimeError as error:
        raise FilterError(error.message, token.start, token.end, error.hint) from None
    except OverflowError:
        raise FilterError("a time outside the calendar", token.start, token.end) from None
