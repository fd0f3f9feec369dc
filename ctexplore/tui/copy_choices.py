"""The line that ``y`` opens: one more key says what to copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

CHOICES = ("value", "key", "path", "event", "row", "file", "link")


class CopyChoices(Widget, can_focus=True, inherit_bindings=False):
    """Hidden until ``open``. Any key closes it; one of the choices posts Chosen first."""

    DEFAULT_CSS = """
    CopyChoices { height: 1; display: none; background: $panel; color: $foreground; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(c[0], f"choose('{c}')", f"Copy {c}", id=f"copy.{c}") for c in CHOICES),
        Binding("escape", "choose('')", "Back", show=False, id="copy.leave"),
    ]

    @dataclass
    class Chosen(Message):
        """what: one of CHOICES."""

        what: str

    @dataclass
    class Closed(Message):
        """The line is gone; the focus may go back."""

    def open(self) -> None:
        self.display = True
        self.focus()

    def render(self) -> Content:
        line = Content("copy")
        for active in self.screen.active_bindings.values():
            if active.node is self and active.binding.show:
                key = self.app.get_key_display(active.binding)
                what = active.binding.description.removeprefix("Copy ")
                line = Content.assemble(line, "  ", (key, "bold"), f" {what}")
        said = Content.assemble(line, "   any other key: back")
        return said if said.cell_length <= self.size.width else line

    def on_key(self, event: events.Key) -> None:
        active = self.screen.active_bindings.get(event.key)
        if active is None or active.node is not self:
            event.stop()
            event.prevent_default()
            self.action_choose("")

    def action_choose(self, what: str) -> None:
        self.display = False
        if what:
            self.post_message(self.Chosen(what))
        self.post_message(self.Closed())

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.display = False
