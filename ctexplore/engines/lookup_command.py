"""A filter as the AWS CLI's ``aws cloudtrail lookup-events``, where that can say the same."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from ctexplore.engines.history import attributes
from ctexplore.query.canonical import canonical
from ctexplore.query.evaluate import Filter
from ctexplore.query.syntax import And, Column, Flag, Node, Term, Text, Time
from ctexplore.text import safe


class NotThere(ValueError):
    """LookupEvents cannot be asked for this; the text says what it cannot."""


def lookup_commands(node: Node, regions: Iterable[str] = (), profile: str = "") -> list[str]:
    """One command for each region, ready for a shell. Raises NotThere.

    regions: where the filter names none. LookupEvents takes one attribute, compared exactly, and
    both ends of its time are inclusive whole seconds (AWS CloudTrail API Reference).
    """
    wanted, rest = _regions(node)
    attribute = next(attributes(rest), None)
    lacking = [p for p in _parts(rest) if not isinstance(p, Time)]
    if attribute is not None:
        said = next(p for p in lacking if attribute in attributes(p))
        lacking.remove(said)
    if lacking:
        raise NotThere(f"lookup-events takes one attribute, and not {canonical(lacking[0])}")
    words = ["aws", "cloudtrail", "lookup-events"]
    if attribute is not None:
        pair = f"AttributeKey={attribute.key},AttributeValue={attribute.value}"
        words += ["--lookup-attributes", pair]
    since, until = Filter(rest).time_bounds()
    if since is not None:
        words += ["--start-time", _second(since + timedelta(microseconds=999_999))]
    if until is not None:
        words += ["--end-time", _second(until - timedelta(milliseconds=1))]
    words += ["--profile", profile] if profile else []
    places = sorted(wanted or set(regions))
    if not places:
        raise NotThere("lookup-events answers for one region: name it, as region:us-east-1")
    return [shlex.join([*words, "--region", place]) for place in places]


def _parts(node: Node) -> tuple[Node, ...]:
    return node.parts if isinstance(node, And) else (node,)


def _regions(node: Node) -> tuple[set[str], Node]:
    """The regions that a filter names, and the rest of it."""
    regions: set[str] = set()
    rest: list[Node] = []
    for part in _parts(node):
        match part:
            case Term(Column("region"), values) if not regions:
                for value in values:
                    if not isinstance(value, Text) or not value.value:
                        raise NotThere(f"lookup-events takes no {safe(canonical(part))}")
                    regions.add(value.value.lower())
            case Flag(_, names) if len(names) > 1:
                raise NotThere(f"lookup-events takes one attribute, and not {canonical(part)}")
            case _:
                rest.append(part)
    return regions, rest[0] if len(rest) == 1 else And(tuple(rest))


def _second(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
