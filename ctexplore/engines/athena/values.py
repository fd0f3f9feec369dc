"""One text beside the values of a term, as a condition that is true or false and never null."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Network, ip_network

from ctexplore.engines.athena.quoting import NotInSql, folded, like, literal
from ctexplore.query.syntax import Compare, Network, Present, Regex, Text, Value, Wild

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# RE2's own spellings, which Athena's regular expressions read otherwise or not at all.
_ONLY_RE2 = ("(?P", "\\C", "\\pN", "\\Q", "[[:")


def either(conditions: Iterable[str]) -> str:
    """Any of the conditions; FALSE of none."""
    return _joined(list(conditions), " OR ", "FALSE")


def both(conditions: Iterable[str]) -> str:
    """All of the conditions; TRUE of none."""
    return _joined(list(conditions), " AND ", "TRUE")


def _joined(conditions: list[str], by: str, none: str) -> str:
    if len(conditions) < 2:
        return conditions[0] if conditions else none
    return "(" + by.join(conditions) + ")"


def is_one_of(text: str, values: Sequence[Value]) -> str:
    """Whether a text, '' where there is none, has one of the values. Raises NotInSql."""
    wanted = sorted({folded(v.value) for v in values if isinstance(v, Text) and v.value})
    found = [_equal(f"lower({text})", wanted)] if wanted else []
    found += [_condition(text, v) for v in values if not (isinstance(v, Text) and v.value)]
    return either(found)


def _equal(text: str, wanted: Sequence[str]) -> str:
    if len(wanted) == 1:
        return f"{text} = {literal(wanted[0])}"
    return f"{text} IN ({', '.join(map(literal, wanted))})"


def _condition(text: str, value: Value) -> str:
    match value:
        case Text():
            return f"{text} = ''"
        case Present():
            return f"{text} <> ''"
        case Wild(parts):
            return f"lower({text}) LIKE {like([folded(p) for p in parts])}"
        case Regex():
            return f"({text} <> '' AND regexp_like({text}, {expression(value)}))"
        case Network(block):
            return in_network(text, block)
        case Compare():
            return compared(text, value)


def expression(value: Regex) -> str:
    """The expression for ``regexp_like``. Raises NotInSql for what only RE2 reads so."""
    for odd in _ONLY_RE2:
        if odd in value.pattern:
            raise NotInSql(f"Athena's regular expressions have no {odd}")
    return literal(("(?i)" if value.fold else "") + value.pattern)


def compared(text: str, value: Compare) -> str:
    if value.is_time:
        return f"coalesce({moment_of(text)} {value.op} {moment(int(value.bound))}, FALSE)"
    bound = repr(float(value.bound)).upper()
    if "INF" in bound:
        raise NotInSql(f"{value.text} is beyond SQL's numbers")
    return f"coalesce(TRY_CAST({text} AS DOUBLE) {value.op} {bound}, FALSE)"


def moment_of(text: str) -> str:
    return f"TRY(from_iso8601_timestamp({text}))"


def moment(milliseconds: int) -> str:
    """A moment in UTC. Raises NotInSql beyond the calendar."""
    try:
        at = _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        raise NotInSql("a time is beyond the calendar") from None
    written = at.isoformat(timespec="milliseconds" if milliseconds % 1000 else "seconds")
    return f"from_iso8601_timestamp('{written.replace('+00:00', 'Z')}')"


def in_network(text: str, block: str) -> str:
    """Addresses within a block; ``contains`` of Athena's engine version 3."""
    network = ip_network(block)
    if isinstance(network, IPv6Network) and (mapped := network.network_address.ipv4_mapped):
        network = ip_network(f"{mapped}/{max(network.prefixlen - 96, 0)}")
    return f"coalesce(contains('{network}', TRY_CAST({text} AS IPADDRESS)), FALSE)"
