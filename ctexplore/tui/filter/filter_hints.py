"""What floats below the filter while it is typed: what is wrong with it, and how it may go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.content import Content
from textual.geometry import Offset
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ctexplore.query.complete import Completion
from ctexplore.query.syntax import FilterError
from ctexplore.text import safe

_COUNT = 9  # cells
_WIDEST = 70


class Completions(OptionList, can_focus=False):
    """The values that can follow, with how often each occurs.

    chosen: whether the highlighted one was gone to by hand.
    """

    DEFAULT_CSS = """
    Completions {
        layer: above; display: none; max-height: 33%; background: $panel; border: none;
        padding: 0 1; scrollbar-size-vertical: 1;
    }
    Completions > .option-list--option-highlighted {
        background: $cursor; color: $cursor-foreground; text-style: $cursor-style;
    }
    """

    @dataclass
    class Picked(Message):
        """The completion at ``place`` was clicked."""

        place: int

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.chosen = False
        self._offered: Sequence[Completion] = ()

    @property
    def current(self) -> Completion | None:
        """The highlighted one, None while nothing is offered."""
        return self._offered[self.highlighted or 0] if self._offered and self.display else None

    def hide(self) -> None:
        self.display = self.chosen = False

    def step(self, by: int) -> None:
        """Highlight the next one (1) or the one before (-1)."""
        if by > 0:
            self.action_cursor_down()
        else:
            self.action_cursor_up()

    def offer(self, offered: Sequence[Completion], at: Offset) -> None:
        """Show these, with what would be inserted at ``at``, or as near to it as they fit."""
        self._offered, self.chosen = offered, False
        self.clear_options()
        self.add_options(Option(_line(c)) for c in offered)
        self.display = bool(offered)
        if not offered:
            return
        self.highlighted = 0
        widest = max(_line(c).cell_length for c in offered) - _COUNT - 2
        width = min(_WIDEST, self.screen.size.width, _COUNT + 2 + widest + 3)
        # The values themselves stand under the text that they complete.
        left = at.x - _COUNT - 3
        self.styles.width = width
        self.styles.offset = max(0, min(left, self.screen.size.width - width)), at.y

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Picked(event.option_index))


class FilterTrouble(Static):
    """Why the text is not in force: where, what, and what to write instead."""

    DEFAULT_CSS = """
    FilterTrouble {
        layer: above; display: none; height: auto; width: auto; max-width: 100%;
        background: $panel; padding: 0 1;
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def tell(self, error: FilterError | None, at: Offset) -> None:
        """Show what is wrong at ``at``, or as near to it as it fits; None is nothing."""
        self.display = error is not None
        if error is None:
            return
        said = Content.assemble(
            (f"column {error.column + 1}: ", "dim"), (safe(error.message), "bold")
        )
        if error.hint:
            said = Content.assemble(said, f" ({safe(error.hint)})")
        self.update(said)
        room = self.screen.size.width - said.cell_length - 2
        self.styles.offset = max(0, min(at.x - 1, room)), at.y


def _line(completion: Completion) -> Content:
    count = "" if completion.count is None else f"{completion.count:,}"
    note = f"  {safe(completion.note)}" if completion.note else ""
    return Content.assemble((f"{count:>{_COUNT}}  ", "dim"), safe(completion.label), (note, "dim"))
