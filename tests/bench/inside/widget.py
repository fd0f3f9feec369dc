"""The smallest Textual app there is, to set a first frame against."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class OneWidget(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("one widget")


if __name__ == "__main__":
    OneWidget().run()
