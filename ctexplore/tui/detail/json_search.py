"""Looking through all of a JSON value, folded parts and documents inside texts too."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from ctexplore.trail.node import Node, Object, Path
from ctexplore.trail.secrets import masked
from ctexplore.tui.detail.json_label import leaf, plain
from ctexplore.tui.detail.json_rows import Address, JsonRows, Row, entries, name_in

MOST = 10_000  # matches
_LONGEST = 1_000_000  # cells of a value that are looked at


class Search:
    """Words and where they are, counted when first asked for."""

    def __init__(self, rows: JsonRows, words: str) -> None:
        self.rows = rows
        self.words = words
        self._found: list[Address] | None = None

    @property
    def found(self) -> list[Address]:
        if self._found is None:
            self._found = search(self.rows, self.words)
        return self._found

    def here(self, address: Address) -> Address | None:
        """The match at an address or the next one after it, from the top again if none is."""
        at = bisect_left(self.found, address)
        return self.found[at % len(self.found)] if self.found else None

    def step(self, address: Address, direction: int) -> Address | None:
        """The match after (1) or before (-1) an address, round the end."""
        if not self.found:
            return None
        after = bisect_right(self.found, address)
        at = after if direction > 0 else bisect_left(self.found, address) - 1
        return self.found[at % len(self.found)]

    def count(self, address: Address) -> str:
        """``3/41`` on a match, ``41`` elsewhere, with "+" where there may be more."""
        if not self.words:
            return ""
        total = f"{len(self.found):,}{'+' if len(self.found) == MOST else ''}"
        at = bisect_left(self.found, address)
        if at < len(self.found) and self.found[at] == address:
            return f"{at + 1:,}/{total}"
        return total if self.found else "not found"


def search(rows: JsonRows, words: str) -> list[Address]:
    """Where keys or values contain the words as they are drawn, in order, at most MOST.

    Capital letters count only when the words have some.
    """
    folds = words == words.lower()
    found: list[Address] = []
    for address, path, value, mask in _walk(rows, rows.root):
        said = mask or plain(leaf(value, _LONGEST))
        if isinstance(value, Object | list) or (mask is None and rows.contents(value) is not None):
            said = ""  # what it holds is looked at by itself, and may be masked
        key = path[-1] if address else 0
        text = f"{plain(leaf(key, _LONGEST))}\n{said}" if isinstance(key, str) else said
        if words and words in (text.lower() if folds else text):
            found.append(address)
            if len(found) == MOST:
                break
    return found


def holds_secret(rows: JsonRows, row: Row) -> bool:
    """Whether a row's value is a secret or has one below it, shown or not."""
    return any(mask is not None for *_, mask in _walk(rows, row, everything=True))


def _walk(
    rows: JsonRows, start: Row, *, everything: bool = False
) -> Iterator[tuple[Address, Path, Node, str | None]]:
    """A row and all below it: address, path, value, mask. ``everything`` masks shown secrets."""
    hide = everything or not rows.shown
    holder = rows.contents(start.parent.value) if start.parent else None
    todo: list[tuple[Address, Path, Node, str]] = [
        (start.address, start.path, start.value, name_in(holder))
    ]
    while todo:
        address, path, value, beside = todo.pop()
        mask = masked(path, value, beside) if hide else None
        yield address, path, value, mask
        contents = rows.contents(value) if mask is None else None
        beside = name_in(contents)
        below = [
            ((*address, position), (*path, key), child, beside)
            for position, (key, child) in enumerate(entries(contents))
        ]
        todo += reversed(below)
