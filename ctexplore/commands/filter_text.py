"""A filter from the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure

if TYPE_CHECKING:
    from ctexplore.query.syntax import Node


def parse_filter(text: str) -> Node | None:
    """The filter, None when every event matches. Raises Failure that names the column."""
    if not text.strip():
        return None
    # The language takes 15 ms, which a first frame without a filter need not wait for.
    from ctexplore.query.parse import parse
    from ctexplore.query.syntax import FilterError

    try:
        return parse(text, datetime.now(UTC))
    except FilterError as error:
        raise Failure(f"filter: {error}") from None
