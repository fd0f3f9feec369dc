"""Which columns the list shows: those chosen, and what a filter or folder makes worth showing."""

from __future__ import annotations

from collections.abc import Iterator

from ctexplore.query.combine import is_among
from ctexplore.query.presets import PRESETS, Preset
from ctexplore.query.syntax import FilterError
from ctexplore.trail.layout import place_of
from ctexplore.tui.events.columns import PINNED


def shown_columns(chosen: tuple[str, ...], text: str, folders: tuple[str, ...]) -> tuple[str, ...]:
    """The chosen columns with those of the presets that a filter has or a folder stands for.

    folders: those that are open; where all hold the files of one category only, its columns are
    shown unasked. A usual column that is empty for every event of one gives way.
    """
    active = list(_active(text, folders))
    empty = {name for preset in active for name in preset.empty} - {PINNED}
    added = [name for preset in active for name in preset.columns]
    return tuple(name for name in dict.fromkeys((*chosen, *added)) if name not in empty)


def _active(text: str, folders: tuple[str, ...]) -> Iterator[Preset]:
    kinds = {str(place_of(folder).kind or "") for folder in folders}
    for preset in PRESETS:
        if preset.columns and (_has(text, preset.filter) or kinds == {preset.kind} != {""}):
            yield preset


def _has(text: str, terms: str) -> bool:
    try:
        return is_among(text, terms)
    except FilterError:
        return False
