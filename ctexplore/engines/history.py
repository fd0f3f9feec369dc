"""Queries answered by AWS: what it is asked for, so that the rest is less to read.

LookupEvents takes one attribute, compared as it is written, and a log group is given no more. It
may only be asked for where every event that the filter wants has it; everything else is filtered
here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

from ctexplore.query.fields import FLAGS
from ctexplore.query.match import DOMAIN
from ctexplore.query.parse import parse
from ctexplore.query.syntax import And, Column, Flag, Node, Term, Text
from ctexplore.sources.aws.api_names import spelled
from ctexplore.sources.history.lookup import Attribute
from ctexplore.sources.history.service import INSIGHTS
from ctexplore.sources.history.source import HistorySource
from ctexplore.sources.source import Source
from ctexplore.store.scope import Scope

# The fewest events first.
_ORDER: Final = ("EventId", "AccessKeyId", "EventName", "EventSource", "ReadOnly")
_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_KEY: Final = re.compile(r"(?:AKIA|ASIA)[A-Z0-9]{12,124}", re.IGNORECASE)
_SERVICE: Final = re.compile(r"[a-z0-9-]+", re.IGNORECASE)


def narrowed(source: Source, scope: Scope, node: Node | None) -> Source:
    """The source for one load: Event history is asked for what scope and filter need of it.

    Another source is returned as it is, and so is an attribute that was asked for by name.
    """
    if not isinstance(source, HistorySource):
        return source
    attribute = source.attribute or next(attributes(node), None)
    kinds = source.kinds
    if INSIGHTS in kinds and node is not None and _only_insights(node):
        kinds = (INSIGHTS,)
    return source.narrowed(attribute, scope.since, scope.until, kinds)


def suffices(source: Source, opened: Source, node: Node | None) -> bool:
    """Whether what ``opened``, narrowed from ``source``, gives has all that a filter may want."""
    if not isinstance(opened, HistorySource) or not isinstance(source, HistorySource):
        return True
    if opened.kinds != source.kinds and (node is None or not _only_insights(node)):
        return False
    asked = opened.attribute
    if asked in (None, source.attribute):
        return True

    # Asked at every keystroke: which names AWS has takes too long to find out.
    def alike(name: str) -> str | None:
        return asked.value if asked and name.lower() == asked.value.lower() else None

    return asked in attributes(node, alike)


def asked(source: Source) -> str:
    """What AWS looks for by itself, for people; "" where that is nothing."""
    if isinstance(source, HistorySource) and source.attribute:
        return f"{source.attribute} by AWS, the rest here"
    return ""


def lacks(source: Source) -> str:
    """What one might expect there and will not find, for people; "" for nothing."""
    return source.account.service.lacks if isinstance(source, HistorySource) else ""


def attributes(
    node: Node | None, spelling: Callable[[str], str | None] = spelled
) -> Iterator[Attribute]:
    """What every event has that the filter wants, the most telling first.

    spelling: how AWS writes an event's name, None where that is not known.
    """
    found: dict[str, Attribute] = {}
    for part in _all_hold(node):
        if isinstance(part, Term) and (attribute := _attribute(part, spelling)):
            found.setdefault(attribute.key, attribute)
    yield from (found[key] for key in _ORDER if key in found)


def _all_hold(node: Node | None) -> Iterator[Node]:
    """The parts of a filter that hold for all it wants."""
    match node:
        case None:
            return
        case And(parts):
            for part in parts:
                yield from _all_hold(part)
        case Flag(prefix, (name,)) if text := FLAGS[prefix][name]:
            yield node
            yield from _all_hold(parse(text, datetime(2000, 1, 1, tzinfo=UTC)))
        case _:
            yield node


def _only_insights(node: Node) -> bool:
    wanted = (Flag("is", ("insight",)), Term(Column("category"), (Text("Insight"),)))
    return any(part in wanted for part in _all_hold(node))


def _attribute(term: Term, spelling: Callable[[str], str | None]) -> Attribute | None:
    """What AWS can be asked for instead, knowing how it writes such values."""
    match term:
        case Term(Column(name), (Text(value),)):
            pass
        case _:
            return None
    if name == "id" and _GUID.fullmatch(value):
        return Attribute("EventId", value.lower())
    if name == "key" and _KEY.fullmatch(value):
        return Attribute("AccessKeyId", value.upper())
    if name == "source" and _SERVICE.fullmatch(service := value.lower().removesuffix(DOMAIN)):
        return Attribute("EventSource", service + DOMAIN)
    if name == "readonly" and value.lower() in ("true", "false"):
        return Attribute("ReadOnly", value.lower())
    if name == "name" and (written := spelling(value)):
        return Attribute("EventName", written)
    return None
