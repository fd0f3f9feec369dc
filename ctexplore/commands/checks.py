"""What is known of an option's text before its command runs: raises ValueError or Failure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final


def is_on(written: object) -> bool | None:
    """Whether a switch is on, of TOML or of the environment; None for neither on nor off."""
    if isinstance(written, bool):
        return written
    word = str(written).strip().lower()
    if word in ("1", "true", "yes", "on"):
        return True
    return False if word in ("0", "false", "no", "off") else None


def _time(text: str) -> object:
    from datetime import UTC, datetime

    from ctexplore.query.when import parse_time

    return parse_time(text, datetime.now(UTC))


def _span(text: str) -> object:
    from ctexplore.query.when import parse_span

    return parse_span(text)


def _filter(text: str) -> object:
    from ctexplore.commands.filter_text import parse_filter

    return parse_filter(text)


CHECKS: Final[Mapping[str, Callable[[str], object]]] = {
    "since": _time,
    "until": _time,
    "last": _span,
    "filter": _filter,
}
