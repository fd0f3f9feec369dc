"""The filter in force: parsed as it is typed, undone and redone, added to by one key."""

from __future__ import annotations

from datetime import UTC, datetime

from ctexplore.query.evaluate import Filter
from ctexplore.query.fields import FLAGS, TIMES, resolve
from ctexplore.query.lexer import tokens
from ctexplore.query.narrow import also, exclude, only
from ctexplore.query.parse import parse
from ctexplore.query.syntax import Column, FilterError

_ADD = {"+": only, "-": exclude, "=": also}


class Narrowing:
    """Keeps the last text that could be read as the filter, and the texts before it.

    text: the last good one. filter: in force. error: why the text typed since is not in force.
    begun: the value at the end of ``text`` that stands for all values that begin with it,
    because it is still being typed; else "".
    """

    def __init__(self, text: str = "") -> None:
        self.text = ""
        self.filter: Filter | None = None
        self.error: FilterError | None = None
        self.begun = ""
        self._future: list[str] = []
        self.read(text)
        self._past = [self.text]

    def read(self, text: str, *, typing: bool = False) -> bool:
        """Take a text over if it can be read; whether the filter is now another one.

        A text that cannot be read, or is only begun, leaves the last good filter in force.
        typing: a value at the end may yet get longer, so it is read as the beginning of one;
        most lists would otherwise be empty until its last letter.
        """
        before = self.text + "*" * bool(self.begun)
        try:
            node = parse(text, datetime.now(UTC))
            begun = _begun(text) if typing else ""
            if begun:
                node = parse(text + "*", datetime.now(UTC))
        except FilterError as error:
            self.error = error
            return False
        self.error = None
        self.text, self.begun = text, begun
        if text + "*" * bool(begun) == before:
            return False
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


def _begun(text: str) -> str:
    """The value at the very end of a filter, where more of it could follow: not after a quote,
    a star or a comparison, and not where a name, a time or a block of addresses must be whole."""
    found = tokens(text)
    if not found or found[-1].kind != "value" or found[-1].end != len(text):
        return ""
    value = found[-1]
    field = next(token for token in reversed(found) if token.kind == "field")
    if value.empty or value.quoted or value.op or len(value.parts) > 1:
        return ""
    if field.text.lower() in FLAGS or field.text.lower() in TIMES:
        return ""
    if resolve(field.text, field.keys) == Column("ip") and "/" in value.parts[0]:
        return ""
    return value.parts[0]
