"""A filter from the command line."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure

if TYPE_CHECKING:
    from ctexplore.query.syntax import Node


def parse_filter(text: str, added: Collection[str] | None = None) -> Node | None:
    """The filter, None when every event matches. Raises Failure that names the column.

    added: the columns of rooms above that the command finds out about; without them a filter
    that asks for one would find nothing, and nobody would know why. None takes any filter.
    """
    if not text.strip():
        return None
    # The language takes 15 ms, which a first frame without a filter need not wait for.
    from ctexplore.query.parse import parse
    from ctexplore.query.syntax import FilterError

    try:
        node = parse(text, datetime.now(UTC))
    except FilterError as error:
        raise Failure(f"filter: {error}") from None
    if added is not None:
        from ctexplore.query.added import unanswered

        if missing := unanswered(node, added):
            raise Failure(f"filter: {missing}", "the explorer can find it out")
    return node
