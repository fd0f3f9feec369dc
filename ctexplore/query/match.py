"""Whether a text is one of a term's values: what columns and records are judged by alike."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network

from ctexplore.query.syntax import (
    Column,
    Compare,
    Field,
    Network,
    Present,
    Regex,
    Text,
    Value,
    Wild,
)
from ctexplore.query.values import compiled, number
from ctexplore.store.columns.stamps import one_time
from ctexplore.trail.accounts import NAMES

Test = Callable[[str], bool]

DOMAIN = ".amazonaws.com"
_OF_ACCOUNTS = (Column("account"), Column("idaccount"))


def tester(field: Field, values: Sequence[Value]) -> Test:
    """The test of a text that is not empty: whether it is one of the values."""
    wanted = frozenset(v.value.casefold() for v in values if isinstance(v, Text) and v.value)
    tests = [test for v in values if (test := _test(field, v))]
    if wanted:
        tests.insert(0, lambda text: text.casefold() in wanted)
    if field == Column("source"):
        tests = [_with_domain(t) for t in tests]
    if field in _OF_ACCOUNTS and len(NAMES):
        tests = [_or_named(t) for t in tests]
    if len(tests) == 1:
        return tests[0]
    return lambda text: any(test(text) for test in tests)


def _with_domain(test: Test) -> Test:
    """``iam`` stands for ``iam.amazonaws.com``."""
    return lambda text: test(text) or (text.endswith(DOMAIN) and test(text[: -len(DOMAIN)]))


def _or_named(test: Test) -> Test:
    """An account's name stands for its id."""
    return lambda text: test(text) or (bool(name := NAMES.name(text)) and test(name))


def _test(field: Field, value: Value) -> Test | None:
    match value:
        case Text(text):
            # The same IPv6 address has many spellings.
            six = field == Column("ip") and ":" in text
            return in_network(text) if six and _packed(text) is not None else None
        case Wild(parts):
            return wild(parts)
        case Regex(pattern, fold):
            search = compiled(pattern, fold).search
            return lambda text: search(text.encode("utf-8", "surrogatepass")) is not None
        case Compare():
            return _compare(value)
        case Network(text):
            return in_network(text)
        case Present():
            return bool


def wild(parts: Sequence[str]) -> Test:
    """In order and without overlap is all that stars ask, so no expression is needed."""
    first, *middle, last = (p.casefold() for p in parts)
    if not any(middle):
        if not last:
            return lambda text: text.casefold().startswith(first)
        if not first:
            return lambda text: text.casefold().endswith(last)
    shortest = sum(map(len, (first, last, *middle)))

    def test(text: str) -> bool:
        folded = text.casefold()
        if len(folded) < shortest or not (folded.startswith(first) and folded.endswith(last)):
            return False
        at, end = len(first), len(folded) - len(last)
        for part in middle:
            at = folded.find(part, at, end)
            if at < 0:
                return False
            at += len(part)
        return True

    return test


def _compare(value: Compare) -> Test:
    read: Callable[[str], int | float | None] = one_time if value.is_time else number
    bound = value.bound

    def test(text: str) -> bool:
        found = read(text)
        if found is None:
            return False
        match value.op:
            case ">":
                return found > bound
            case ">=":
                return found >= bound
            case "<":
                return found < bound
        return found <= bound

    return test


def _packed(text: str) -> bytes | None:
    """An address as 4 or 16 bytes; an IPv4 address written as IPv6 has 4."""
    try:
        if ":" not in text:
            return socket.inet_pton(socket.AF_INET, text)
        packed = socket.inet_pton(socket.AF_INET6, text)
    except (OSError, ValueError):
        return None
    return packed[12:] if packed.startswith(bytes(10) + b"\xff\xff") else packed


def in_network(text: str) -> Test:
    network: IPv4Network | IPv6Network = ip_network(text)
    if isinstance(network, IPv6Network) and (mapped := network.network_address.ipv4_mapped):
        network = ip_network(f"{mapped}/{max(network.prefixlen - 96, 0)}")
    low, high = network.network_address.packed, network.broadcast_address.packed
    size = len(low)

    def test(address: str) -> bool:
        packed = _packed(address)
        return packed is not None and len(packed) == size and low <= packed <= high

    return test
