"""What is asked of AWS instead of read: Event history and log groups, or a table of Athena's.

One place for those who open sources, so that they need not know which of them one is.
"""

from __future__ import annotations

from ctexplore.engines import history
from ctexplore.query.syntax import And, Node, all_of
from ctexplore.sources.athena.source import AthenaSource
from ctexplore.sources.source import Source
from ctexplore.store.scope import Scope


def narrowed(source: Source, scope: Scope, node: Node | None) -> Source:
    """The source for one load, asked for what scope and filter need of it."""
    if isinstance(source, AthenaSource):
        return source.narrowed(source.ask(node, scope))
    return history.narrowed(source, scope, node)


def suffices(source: Source, opened: Source, node: Node | None) -> bool:
    """Whether what ``opened``, narrowed from ``source``, has all that a filter may want.

    A query costs, so Athena is never asked anew at a keystroke: what it was asked for stands
    beside the filter.
    """
    return isinstance(opened, AthenaSource) or history.suffices(source, opened, node)


def asked(source: Source) -> str:
    """What AWS looked for by itself, for people; "" where that is nothing."""
    if isinstance(source, AthenaSource) and source.question is not None:
        wanted = source.question.wanted or "everything"
        return f"asked Athena: {wanted}; ctrl+p asks anew"
    return history.asked(source)


def remaining(source: Source, node: Node | None) -> Node | None:
    """What of a filter is left to ask here: all but what was asked for already. None is nothing.

    The rows of Athena's answer need not have all that they were chosen by.
    """
    if not isinstance(source, AthenaSource) or source.question is None or node is None:
        return node
    said = source.question.said
    known = said.parts if isinstance(said, And) else (said,)
    parts = node.parts if isinstance(node, And) else (node,)
    left = all_of(part for part in parts if part not in known)
    return None if left == And(()) else left
