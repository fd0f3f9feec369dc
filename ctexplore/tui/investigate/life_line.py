"""Above the list, while ``o`` filters: created, changed, deleted."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class LifeLine(Static):
    """Takes no room while there is nothing to tell."""

    DEFAULT_CSS = """
    LifeLine {
        display: none; height: auto; max-height: 4; padding: 0 1;
        background: $panel; color: $foreground;
    }
    """

    def tell(self, said: str) -> None:
        """said: safe for a screen; "" for nothing."""
        self.update(Content(said))
        self.display = bool(said)
