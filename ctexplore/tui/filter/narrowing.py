"""The filter in force: parsed as it is typed, undone and redone, added to by one key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from ctexplore.query.complete import Completion, is_value
from ctexplore.query.evaluate import Filter
from ctexplore.query.fields import FLAGS, MEMBERS, OWN, SHORT, TIMES, TOP_LEVEL, resolve
from ctexplore.query.lexer import Token, tokens
from ctexplore.query.narrow import also, exclude, only
from ctexplore.query.parse import parse
from ctexplore.query.syntax import Column, FilterError

_NAMES = [n.lower() for n in (*SHORT, *TIMES, *FLAGS, *OWN, *MEMBERS, *TOP_LEVEL)]
_ADD = {"+": only, "-": exclude, "=": also}


class Narrowing:
    """Keeps the last text that could be read as the filter, and the texts before it.

    text: the last good one. filter: in force, as ``in_force`` writes it. error: why the text
    typed since is not in force.
    begun: how the last word of ``text`` is taken while it is being typed: ``ci*`` for every
    value that begins with it, ``so…`` for a field's name that filters nothing yet; else "".
    """

    def __init__(self, text: str = "") -> None:
        self.text = ""
        self.filter: Filter | None = None
        self.error: FilterError | None = None
        self.begun = ""
        self.in_force = ""
        self._future: list[str] = []
        self.read(text)
        self._past = [self.text]

    def read(self, text: str, *, typing: bool = False) -> bool:
        """Take a text over if it can be read; whether the filter is now another one.

        A text that cannot be read, or is only begun, leaves the last good filter in force.
        typing: the last word may yet get longer. Taken as it stands, a value would empty most
        lists until its last letter, and a name would search every record for its first ones.
        """
        now = datetime.now(UTC)
        try:
            node = parse(text, now)
        except FilterError as error:
            self.error, self.begun = error, ""
            return False
        self.error, self.text = None, text
        taken, self.begun = _taken(text) if typing else (text, "")
        if taken == self.in_force:
            return False
        if taken != text:
            try:
                node = parse(taken, now)
            except FilterError:  # "or" before a word that does not count yet
                return False
        self.in_force = taken
        self.filter = Filter(node) if taken.strip() else None
        return True

    def settled(self, offered: Callable[[], list[Completion]]) -> str:
        """The text that says what is in force. offered: what could stand at the end of ``text``;
        a last value that is none of these, but their beginning, keeps the star it got."""
        if self.error:
            return self.in_force
        if self.begun.endswith("*") and not is_value(self.begun[:-1], offered()):
            return f"{self.text}*"
        return self.text

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


def _taken(text: str) -> tuple[str, str]:
    """A filter that is being typed as it is read, and how its last word is taken, or ""."""
    found = tokens(text)
    last = found[-1] if found else None
    if last is None or last.end != len(text) or last.quoted:
        return text, ""
    if last.kind == "word" and _begins_name(last.text):
        return text[: last.start], f"{last.text}…"
    if last.kind == "value" and _may_grow(found):
        return f"{text}*", f"{last.parts[0]}*"
    return text, ""


def _begins_name(word: str) -> bool:
    return any(name.startswith(word.lower()) for name in _NAMES)


def _may_grow(found: list[Token]) -> bool:
    """Whether more of the last value could follow: not after a star or a comparison, and not
    where a flag, a time or a block of addresses must be whole."""
    value = found[-1]
    field = next(token for token in reversed(found) if token.kind == "field")
    if value.empty or value.op or len(value.parts) > 1:
        return False
    if field.text.lower() in (*FLAGS, *TIMES, "eventtime"):
        return False
    return "/" not in value.parts[0] or resolve(field.text, field.keys) != Column("ip")
