"""The filter in force: parsed as it is typed, undone and redone, added to by one key."""

from __future__ import annotations

from datetime import UTC, datetime

from ctexplore.query.evaluate import Filter
from ctexplore.query.narrow import also, exclude, only
from ctexplore.query.parse import parse
from ctexplore.query.syntax import FilterError

_ADD = {"+": only, "-": exclude, "=": also}


class Narrowing:
    """Keeps the last text that could be read as the filter, and the texts before it."""

    def __init__(self, text: str = "") -> None:
        self.text = ""
        self.filter: Filter | None = None
        self.error = ""
        self._future: list[str] = []
        self.read(text)
        self._past = [self.text]

    def read(self, text: str) -> bool:
        """Take a text over if it can be read; whether the filter is now another one.

        A text that cannot be read, or is only begun, leaves the last good filter in force and
        ``error`` says why.
        """
        try:
            node = parse(text, datetime.now(UTC))
        except FilterError as error:
            self.error = error.message
            return False
        self.error = ""
        if text == self.text:
            return False
        self.text = text
        self.filter = Filter(node) if text.strip() else None
        return True

    def keep(self) -> None:
        """Remember the filter in force as a step to come back to."""
        if self._past[-1] != self.text:
            self._past.append(self.text)
            self._future.clear()

    def undo(self) -> str | None:
        """The text before the one in force, or None."""
        self.keep()
        if len(self._past) < 2:
            return None
        self._future.append(self._past.pop())
        return self._past[-1]

    def redo(self) -> str | None:
        """The text that was undone last, or None."""
        if not self._future:
            return None
        text = self._future.pop()
        self._past.append(text)
        return text

    def added(self, operator: str, field: str, value: str) -> str:
        """The text in force with one more term: ``+`` only, ``-`` not, ``=`` this one too."""
        return _ADD[operator](self.text, field, value)
