"""The first line: where this is, as whom, in which time zone."""

from __future__ import annotations

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from ctexplore.text import cell_width, clip_middle, safe


class Header(Widget):
    """``my-logs › 111122223333 › us-east-1 › 2024-01-15``, the time zone at the right."""

    DEFAULT_CSS = """
    Header { height: 1; background: $panel; color: $foreground; padding: 0 1; }
    """

    where = reactive("ctexplore", layout=False)
    identity = reactive("", layout=False)
    zone = reactive("UTC", layout=False)

    def render(self) -> Text:
        width = self.size.width
        right = f"  {self.zone} "
        if self.identity and width >= 100:
            right = f"  {safe(self.identity)}{right}"
        left = clip_middle(safe(self.where), max(1, width - cell_width(right)))
        line = Text(no_wrap=True)
        line.append(left, style="bold")
        line.append(" " * max(0, width - cell_width(left) - cell_width(right)))
        line.append(right, style="dim")
        return line
