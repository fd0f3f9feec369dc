"""The first line: where this is, as whom, in which time zone."""

from __future__ import annotations

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from ctexplore.text import cell_width, clip_middle, safe


class Header(Widget):
    """``my-logs › 111122223333 › us-east-1 › 2024-01-15``, the time zone at the right.

    Neither ``where`` nor ``identity`` need be safe. The identity gives way to the place.
    """

    DEFAULT_CSS = """
    Header { height: 1; background: $panel; color: $foreground; padding: 0 1; }
    """

    where = reactive("ctexplore", layout=False)
    identity = reactive("", layout=False)
    zone = reactive("UTC", layout=False)

    def render(self) -> Text:
        width = self.size.width
        where, right = safe(self.where), f"  {self.zone}"
        if self.identity:
            whole = f"  {safe(self.identity)}{right}"
            if cell_width(where) + cell_width(whole) <= width:
                right = whole
        left = clip_middle(where, max(1, width - cell_width(right)))
        gap = " " * max(0, width - cell_width(left) - cell_width(right))
        return Text.assemble((left, "bold"), gap, (right, "dim"), no_wrap=True)
