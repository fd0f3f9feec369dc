"""What a filter asks for that CloudTrail keeps in the folder of another region than those open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from ctexplore.query.syntax import And, Column, Node, Or, Term, Text
from ctexplore.trail.home_region import ONE_REGION_SINCE, global_service, home_region
from ctexplore.trail.layout import place_of

_SIGN_INS = ("consolelogin", "awsconsolesignin")  # an event name and an event type


def recorded_elsewhere(
    node: Node, folders: Iterable[str], regions: AbstractSet[str] = frozenset()
) -> str:
    """``IAM events are in us-east-1, which is not opened``, or "".

    folders: those that are open. regions: what they are narrowed to, empty is all there are.
    Silent where the region may lie below a folder, and for days on which all regions had them.
    """
    asked = dict.fromkeys(s for s in _sources(node) if global_service(s))
    if not asked:
        return ""
    places = [place_of(folder) for folder in folders]
    opened = {place.region for place in places} if all(p.region for p in places) else regions
    spans = [place.span() for place in places]
    if not opened or all(span is not None and span[1] < ONE_REGION_SINCE for span in spans):
        return ""
    missing: dict[str, list[str]] = {}
    for source in asked:
        home = home_region(opened, source.partition(".")[0])
        if home and home not in opened:
            missing.setdefault(home, []).append(global_service(source))
    said = [f"{' and '.join(what)} events are in {home}" for home, what in missing.items()]
    which = "which is" if len(missing) == 1 else "which are"
    return f"{', '.join(said)}, {which} not opened" if said else ""


def _sources(node: Node) -> Iterator[str]:
    """The event sources that a filter asks for."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _sources(part)
        case Term(Column("source"), values):
            yield from (v.value.lower() for v in values if isinstance(v, Text))
        case Term(Column("name" | "type"), values) if any(
            isinstance(v, Text) and v.value.lower() in _SIGN_INS for v in values
        ):
            yield "signin"
