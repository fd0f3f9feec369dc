"""The columns that presets bring along."""

from __future__ import annotations

from ctexplore.query.combine import has_all
from ctexplore.query.presets import PRESETS
from ctexplore.query.syntax import FilterError


def preset_columns(text: str) -> tuple[str, ...]:
    """Those of the presets that a filter has in it, in the presets' order."""
    return tuple(
        name
        for preset in PRESETS
        if preset.columns and _has(text, preset.filter)
        for name in preset.columns
    )


def _has(text: str, terms: str) -> bool:
    try:
        return has_all(text, terms)
    except FilterError:
        return False
