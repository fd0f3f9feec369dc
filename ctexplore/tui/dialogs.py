"""Small questions in the middle of the screen."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from ctexplore.store.scope import Estimate
from ctexplore.tui.status import megabytes


class AskToLoad(ModalScreen[bool]):
    """What a wide load would cost. Dismissed with whether to go on."""

    DEFAULT_CSS = """
    AskToLoad { align: center middle; }
    AskToLoad > Vertical {
        width: 62; max-width: 100%; height: auto; padding: 1 2;
        background: $surface; border: round $primary;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer(True)", "Open", id="ask.yes"),
        Binding("n,escape,q", "answer(False)", "Leave it", id="ask.no"),
    ]

    def __init__(self, estimate: Estimate) -> None:
        super().__init__()
        self._estimate = estimate

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(price(self._estimate), markup=False)

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)


def price(estimate: Estimate) -> Text:
    """The estimate in words."""
    text = Text()
    if estimate.listings:
        text.append("This is wide\n\n", style="bold")
        text.append(f"{estimate.listings:,} day folders to list, one LIST request each or more.\n")
        text.append("How many log files they hold is known after that.\n")
    else:
        text.append("This is a lot\n\n", style="bold")
        text.append(f"about {estimate.objects:,} log files, {megabytes(estimate.all_stored)}\n")
        text.append(f"{estimate.cached:,} of them on disk already\n")
        text.append(
            f"{estimate.gets:,} GET requests for {megabytes(estimate.stored)}, "
            f"{estimate.listed:,} LIST made\n"
        )
        text.append(f"about {estimate.events:,} events, {megabytes(estimate.memory)} of memory\n")
    text.append("\nOpen?  ")
    text.append("y", style="bold")
    text.append(" yes   ")
    text.append("n", style="bold")
    text.append(" no")
    return text
