"""What the start page asks a person: which profile, and an MFA code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ctexplore.text import safe
from ctexplore.tui.footer import Footer
from ctexplore.tui.line_input import LineInput

_BOX = """
    width: 62; max-width: 100%; height: auto; max-height: 100%; padding: 0 1;
    background: $surface; border: round $primary;
"""


class ProfileList(OptionList):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "As this one", id="profile.take"),
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
        Binding("g", "first", show=False),
        Binding("G", "last", show=False),
    ]


class ChooseProfile(ModalScreen[str | None]):
    """Dismissed with a profile's name, "" for what the environment says, or None."""

    DEFAULT_CSS = f"""
    ChooseProfile {{ align: center middle; }}
    ChooseProfile > Vertical {{ {_BOX} }}
    ChooseProfile ProfileList {{
        height: auto; max-height: 60vh; border: none; padding: 0; background: $surface;
        scrollbar-size: 0 1; text-wrap: nowrap;
        &:focus {{ border: none; background-tint: transparent; }}
    }}
    ChooseProfile > Footer {{ dock: bottom; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,p", "leave", "Leave", id="profile.leave"),
    ]

    def __init__(self, names: Sequence[str], now: str) -> None:
        super().__init__()
        self._names = ["", *names]
        self._now = now

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content.styled("As whom?", "bold"), markup=False)
            listed = ProfileList(
                *(
                    Option(Content(safe(name) or "(what the environment says)"))
                    for name in self._names
                ),
                markup=False,
            )
            known = self._now in self._names and (self._now or len(self._names) == 1)
            listed.highlighted = self._names.index(self._now) if known else 1
            yield listed
        yield Footer()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._names[event.option_index])

    def action_leave(self) -> None:
        self.dismiss(None)


class CodeInput(LineInput):
    """Shows no digit."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Go on", id="code.accept"),
        Binding("escape", "leave", "Leave", id="code.leave"),
    ]

    def on_mount(self) -> None:
        self.password = True


class AskCode(ModalScreen[str | None]):
    """Dismissed with what was typed, or None."""

    DEFAULT_CSS = f"""
    AskCode {{ align: center middle; }}
    AskCode > Vertical {{ {_BOX} }}
    AskCode > Footer {{ dock: bottom; }}
    """

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(safe(self._question), markup=False)
            yield CodeInput()
        yield Footer()

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip())

    @on(LineInput.Left)
    def _left(self) -> None:
        self.dismiss(None)
