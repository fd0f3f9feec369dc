"""From one event to the whole story: the keys of the main screen that ask about many events."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from ctexplore.tui.detail.related_screen import RelatedScreen
from ctexplore.tui.investigate.chain_screen import ChainScreen

_ON_AN_EVENT = ("chain",)


class InvestigateScreen(RelatedScreen):
    """Each key works in the list and in the detail, on the event under the cursor. What it finds
    becomes a filter, so that what is shown is always said and ``u`` undoes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "c", "chain", "Credentials", id="chain.follow",
            tooltip="Credentials: who issued them, what they led to",
        ),
    ]  # fmt: skip

    def action_chain(self) -> None:
        session, row = self.desk.session, self.events.cursor_row
        if session is not None and row is not None:
            self.app.push_screen(ChainScreen(session, row, self.events.zone), self._narrow_to)

    def _narrow_to(self, text: str | None) -> None:
        """Filter by what was chosen on another screen, as one step."""
        if text is None:
            return
        self.bar.put(text)
        self.remove_class("-detail")
        self.events.focus()
        self.notify("u brings the filter back", markup=False, timeout=3)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in _ON_AN_EVENT and self.is_mounted and self.events.cursor_row is None:
            return False
        return super().check_action(action, parameters)
