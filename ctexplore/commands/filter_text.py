"""A filter from the command line."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure

if TYPE_CHECKING:
    from ctexplore.query.syntax import Node


def parse_filter(text: str, added: Collection[str] | None = None) -> Node | None:
    """The filter, None when every event matches. Raises Failure that names the column.

    ``@name`` is that of a preset, an alarm or a view of the configuration file. added: the columns
    of rooms above that the command finds out about; without them a filter that asks for one would
    find nothing, and nobody would know why. None takes any filter.
    """
    if text.lstrip().startswith("@"):
        text = _named(text.strip()[1:])
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


def _named(name: str) -> str:
    from ctexplore.config import SettingsError, config_file, read_settings
    from ctexplore.query.alarms import ALARMS
    from ctexplore.query.presets import PRESETS

    known = {preset.id: preset.filter for preset in (*PRESETS, *ALARMS)}
    try:
        views = read_settings(config_file()).views
    except RuntimeError:  # no home directory, so no file
        views = {}
    except SettingsError as error:
        raise Failure(str(error)) from None
    known |= {view_name: view.filter for view_name, view in views.items()}
    folded = {each.casefold(): each for each in known}
    if name.casefold() in folded:
        return known[folded[name.casefold()]]
    near = difflib.get_close_matches(name.casefold(), folded, 1)
    hint = f"did you mean @{folded[near[0]]}?" if near else f"there are {', '.join(sorted(known))}"
    raise Failure(f"filter: no view or preset is called {name}", hint)
