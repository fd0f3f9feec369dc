"""A profile in words and as data; raw log text in both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ctexplore.investigate.profile.profile import FIELDS_COUNTED, Denied, Profile, Value
from ctexplore.investigate.times import moment, span, stamp
from ctexplore.query.match import DOMAIN
from ctexplore.text import clip

_MOST = 12  # values of a section
_CELLS = 70


def text_lines(found: Profile) -> Iterator[str]:
    """For people; of each section the most frequent values and how many more there are."""
    yield found.actor
    yield f"  known as {', '.join(found.who[:_MOST])}"
    yield f"  {found.events:,} events, {found.failed:,} failed: {span(found.first, found.last)}"
    sections = {title: found.sections[name] for name, title in FIELDS_COUNTED.items()}
    for title, values in {**sections, "failures": found.errors}.items():
        if values:
            yield ""
            yield title
            yield from map(_value_line, values[:_MOST])
            if len(values) > _MOST:
                yield f"  and {len(values) - _MOST:,} more"
    for title, matrix in (
        ("denied, then allowed", [d for d in found.denied if d.allowed is not None]),
        ("access denied", found.denied),
    ):
        if matrix:
            yield ""
            yield title
            yield from (f"  {denied_said(each)}" for each in matrix)


def _value_line(value: Value) -> str:
    failed = f"{value.failed:,} failed" if value.failed else ""
    when = span(value.first, value.last)
    return f"  {value.events:>9,}  {failed:>12}  {when:<42}  {clip(value.text, _CELLS)}"


def denied_said(each: Denied) -> str:
    """``iam CreateUser: 3 times on 2 targets, 2026-… ; allowed from … on``."""
    source = each.source.removesuffix(DOMAIN)
    times = f"{each.denied:,} time{'s' * (each.denied != 1)}"
    known = [target for target, _ in each.targets if target]
    on = f" on {known[0]}" if len(known) == 1 else f" on {len(known):,} targets" * bool(known)
    then = ""
    if each.allowed is not None:
        then = f"; allowed from {moment(each.allowed)} on, {each.again:,}×"
    return f"{source} {each.name}: {times}{on}, {span(each.first, each.last)}{then}"


def as_data(found: Profile) -> dict[str, Any]:
    """For JSON; nothing is left out."""

    def value(each: Value) -> dict[str, Any]:
        return {
            "value": each.text,
            "events": each.events,
            "failed": each.failed,
            "first": stamp(each.first),
            "last": stamp(each.last),
        }

    return {
        "actor": found.actor,
        "who": list(found.who),
        "loaded": found.loaded,
        "events": found.events,
        "failed": found.failed,
        "first": stamp(found.first),
        "last": stamp(found.last),
        **{name: [value(v) for v in values] for name, values in found.sections.items()},
        "errors": [value(v) for v in found.errors],
        "denied": [
            {
                "source": each.source,
                "name": each.name,
                "denied": each.denied,
                "first": stamp(each.first),
                "last": stamp(each.last),
                "targets": dict(each.targets),
                "allowed_from": stamp(each.allowed),
                "allowed": each.again,
            }
            for each in found.denied
        ],
    }
