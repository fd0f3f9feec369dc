"""Small questions in the middle of the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from ctexplore.store.scope import Estimate
from ctexplore.tui.footer import Footer
from ctexplore.tui.status import megabytes


class AskToLoad(ModalScreen[bool]):
    """What a wide load would cost. Dismissed with whether to go on.

    Enter is no answer: it opened the folder, and may have been pressed twice.
    """

    DEFAULT_CSS = """
    AskToLoad { align: center middle; }
    AskToLoad > VerticalScroll {
        width: 62; max-width: 100%; height: auto; max-height: 100%; padding: 1 2;
        background: $surface; border: round $primary; scrollbar-size-vertical: 1;
    }
    AskToLoad > Footer { dock: bottom; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Open", id="ask.yes"),
        Binding("n,escape,q", "answer(False)", "Leave it", id="ask.no"),
    ]

    def __init__(self, estimate: Estimate) -> None:
        super().__init__()
        self._estimate = estimate

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(price(self._estimate), markup=False)
        yield Footer()

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)


def price(estimate: Estimate) -> Content:
    """The estimate in words."""
    said = _to_list(estimate) if estimate.listings else _to_read(estimate)
    question = Content.assemble("\n\nOpen?  ", ("y", "bold"), " yes   ", ("n", "bold"), " no")
    return Content.assemble(("This is a lot to open", "bold"), "\n\n", "\n".join(said), question)


def _to_list(estimate: Estimate) -> Iterator[str]:
    yield f"{_number(estimate.listings, 'day folder')}, one LIST request each or more"
    yield "How many log files they hold is known after that."


def _to_read(estimate: Estimate) -> Iterator[str]:
    yield f"{_number(estimate.objects, 'log file')}, {megabytes(estimate.all_stored)}"
    if estimate.gets:
        yield f"{_number(estimate.gets, 'GET request')} for {megabytes(estimate.stored)} of that"
        if estimate.cached:
            yield f"{_number(estimate.cached, 'file')} on disk already"
    if estimate.listed:
        yield f"{_number(estimate.listed, 'LIST request')} made so far"
    yield f"about {_number(estimate.events, 'event')}, {megabytes(estimate.memory)} of memory"


def _number(count: int, of: str) -> str:
    return f"{count:,} {of}{'s' * (count != 1)}"
