"""The line that ``a`` opens: how far around an event to look, and at whose events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from ctexplore.investigate.around import SCOPES, SPANS, USUAL

_KEYS = dict(zip("easir", SCOPES, strict=True))


class AroundChoices(Widget, can_focus=True, inherit_bindings=False):
    """Hidden until ``open``. Each choice posts Wanted; any other key closes the line."""

    DEFAULT_CSS = """
    AroundChoices { height: 1; display: none; background: $panel; color: $foreground; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(key, f"scope('{name}')", name.capitalize(), id=f"around.{name}")
            for key, name in _KEYS.items()
        ),
        Binding("plus,equals_sign", "span(1)", "Wider", id="around.wider"),
        Binding("minus", "span(-1)", "Narrower", id="around.narrower"),
        Binding("escape,enter", "leave", "Back", show=False, id="around.leave"),
    ]

    @dataclass
    class Wanted(Message):
        """Filter by this. again: in place of what was wanted before."""

        span: str
        scope: str
        again: bool

    @dataclass
    class Closed(Message):
        """The line is gone; the focus may go back."""

    def on_mount(self) -> None:
        self._span = USUAL
        self._scope = next(iter(SCOPES))

    def open(self) -> None:
        """With the usual span, at everything."""
        self._span, self._scope = USUAL, next(iter(SCOPES))
        self.display = True
        self.focus()
        self._want(again=False)

    def render(self) -> Content:
        parts = [Content.assemble("around ", (f"±{SPANS[self._span]}", "bold"))]
        for key, name in _KEYS.items():
            here = name == self._scope
            parts.append(Content.assemble((key, "bold"), (f" {name}", "reverse" if here else "")))
        parts.append(Content.assemble(("+ -", "bold"), " span"))
        said = Content("  ").join([*parts, Content("other keys: back")])
        return said if said.cell_length <= self.size.width else Content("  ").join(parts)

    def action_scope(self, name: str) -> None:
        self._scope = name
        self._want(again=True)

    def action_span(self, step: int) -> None:
        self._span = max(0, min(self._span + step, len(SPANS) - 1))
        self._want(again=True)

    def action_leave(self) -> None:
        self.display = False
        self.post_message(self.Closed())

    def on_key(self, event: events.Key) -> None:
        active = self.screen.active_bindings.get(event.key)
        if active is None or active.node is not self:
            event.stop()
            event.prevent_default()
            self.action_leave()

    def on_blur(self) -> None:
        self.display = False

    def _want(self, *, again: bool) -> None:
        self.refresh()
        self.post_message(self.Wanted(SPANS[self._span], self._scope, again))
