"""The lines of a folded and unfolded JSON value, without a screen.

Children come into being when their parent is unfolded for the first time, so that a value of any
size opens at once. No step recurses: a record may be nested a thousand deep.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from ctexplore.trail.node import Node, Object, Path
from ctexplore.trail.policy_text import embedded
from ctexplore.trail.secrets import masked

Branch: TypeAlias = "Object | list[Node]"
Address: TypeAlias = tuple[int, ...]

# How deep a record's fields stand open at first, where nobody has folded or unfolded them.
_OPEN_LEVELS = {
    "userIdentity": 1,
    "requestParameters": 3,
    "responseElements": 3,
    "resources": 2,
    "additionalEventData": 1,
    "serviceEventDetails": 2,
    "insightDetails": 4,
    "summary": 3,
    "addendum": 1,
}
_OPEN_CHILDREN = 40  # a branch with more stays folded at first
_OPEN_ROWS = 200  # and so do all once so many lines are there


class Row:
    """A key or index with its value. key: None for a record that is no object."""

    __slots__ = ("children", "depth", "key", "open", "parent", "position", "value")

    def __init__(
        self, parent: Row | None, position: int, key: str | int | None, value: Node
    ) -> None:
        self.parent = parent
        self.position = position
        self.key = key
        self.value = value
        self.depth: int = parent.depth + 1 if parent else -1
        self.open = False
        self.children: list[Row] | None = None

    def lineage(self) -> list[Row]:
        """The rows around it from the record down, and itself."""
        rows, row = [self], self.parent
        while row is not None:
            rows.append(row)
            row = row.parent
        return rows[::-1]

    @property
    def path(self) -> Path:
        return tuple(row.key for row in self.lineage() if row.key is not None)

    @property
    def address(self) -> Address:
        """Positions from the record down; addresses sort as the rows do."""
        return tuple(row.position for row in self.lineage()[1:])

    @property
    def inside_text(self) -> bool:
        """Whether it belongs to a document that a text holds."""
        return any(isinstance(row.value, str) for row in self.lineage()[:-1])


class JsonRows:
    """The rows in sight, in order, and what folds and unfolds them.

    choices: paths that somebody has folded (False) or unfolded (True), here or before. shown:
    whether secrets are.
    """

    def __init__(self, root: Node, choices: Mapping[Path, bool] | None = None) -> None:
        self.root = Row(None, 0, None, root)
        self.choices = dict(choices or {})
        self.shown = False
        self._documents: dict[str, Branch] = {}
        self.rows = self._in_sight(self.root, opening=True)
        if self.branch(self.root) is None:
            self.root.depth = 0
            self.rows = [self.root]

    def document(self, text: str) -> Branch | None:
        """What a text holds when it is a policy or other JSON."""
        found = self._documents.get(text) or embedded(text)
        if found is not None:
            self._documents[text] = found
        return found

    def contents(self, value: Node) -> Branch | None:
        """The object or array that a value is, or holds as text; None when it has nothing below."""
        if isinstance(value, str):
            return self.document(value)
        return value or None if isinstance(value, Object | list) else None

    def branch(self, row: Row) -> Branch | None:
        """What unfolds below a row: ``contents``, but not of a masked text."""
        contents = self.contents(row.value)
        if contents is not None and isinstance(row.value, str) and self.mask(row) is not None:
            return None
        return contents

    def mask(self, row: Row) -> str | None:
        """What to show in place of a row's value, while secrets are hidden and it is one."""
        if self.shown:
            return None
        holder = self.contents(row.parent.value) if row.parent else None
        return masked(row.path, row.value, name_in(holder))

    def repeated(self, row: Row) -> bool:
        """Whether a row's key stands more than once in its object."""
        holder = self.contents(row.parent.value) if row.parent else None
        return isinstance(holder, Object) and row.key in holder.repeated

    def unfold(self, index: int, *, remember: bool = True) -> int:
        """Show what is below a row; gives the number of rows that came."""
        row = self.rows[index]
        if row.open or self.branch(row) is None:
            return 0
        row.open = True
        if remember:
            self.choices[row.path] = True
        below = self._in_sight(row)
        self.rows[index + 1 : index + 1] = below
        return len(below)

    def fold(self, index: int) -> int:
        """Hide what is below a row; gives the number of rows that went."""
        row = self.rows[index]
        if not row.open or self.branch(row) is None:
            return 0
        row.open = self.choices[row.path] = False
        end = index + 1
        while end < len(self.rows) and self.rows[end].depth > row.depth:
            end += 1
        del self.rows[index + 1 : end]
        return end - index - 1

    def fold_all(self) -> None:
        todo = [self.root]
        while todo:
            row = todo.pop()
            row.open = False
            todo += row.children or ()
        self._look_again()

    def unfold_all(self, most: int) -> bool:
        """Unfold level by level while at most ``most`` rows are in sight; False if some stay."""
        count, complete = 0, True
        todo = deque([self.root])
        while todo:
            row = todo.popleft()
            branch = self.branch(row)
            if branch is None:
                continue
            size = len(branch.pairs) if isinstance(branch, Object) else len(branch)
            if row is not self.root and not row.open and count + size > most:
                complete = False
                continue
            count += size
            row.open = True
            todo.extend(self._below(row))
        self._look_again()
        return complete

    def show_secrets(self, shown: bool) -> None:
        """Documents inside masked texts are in sight only while secrets are shown."""
        self.shown = shown
        self._look_again()

    def reveal(self, address: Address) -> int:
        """Unfold what is around an address; gives its index in ``rows``."""
        row, index = self.root, 0
        for position in address:
            if row is not self.root:
                index = self.rows.index(row, index)
                self.unfold(index, remember=False)
            row = self._below(row)[position]
        return self.rows.index(row, index)

    def find(self, path: Path) -> int | None:
        """The index of the first row in sight with a path; the path of the record has none."""
        last = path[-1] if path else None
        return next((i for i, r in enumerate(self.rows) if r.key == last and r.path == path), None)

    def _look_again(self) -> None:
        if self.branch(self.root) is not None:
            self.rows = self._in_sight(self.root)

    def _in_sight(self, top: Row, *, opening: bool = False) -> list[Row]:
        """All rows below one that its open descendants show."""
        found: list[Row] = []
        todo = [iter(self._below(top))]
        while todo:
            row = next(todo[-1], None)
            if row is None:
                todo.pop()
                continue
            found.append(row)
            if opening and len(found) < _OPEN_ROWS:
                row.open = self._opens(row)
            if row.open and self.branch(row) is not None:
                todo.append(iter(self._below(row)))
        return found

    def _below(self, row: Row) -> list[Row]:
        if row.children is None:
            row.children = [
                Row(row, position, key, value)
                for position, (key, value) in enumerate(entries(self.contents(row.value)))
            ]
        return row.children

    def _opens(self, row: Row) -> bool:
        if not isinstance(row.value, Object | list | str):
            return False
        path = row.path
        chosen = self.choices.get(path)
        if chosen is not None or isinstance(row.value, str):
            return bool(chosen)
        levels = _OPEN_LEVELS.get(path[0], 0) if isinstance(path[0], str) else 0
        return len(path) <= levels and len(row.value) <= _OPEN_CHILDREN


def entries(branch: Branch | None) -> Iterator[tuple[str | int, Node]]:
    """Keys or indexes with their values."""
    if isinstance(branch, Object):
        yield from branch.pairs
    elif branch is not None:
        yield from enumerate(branch)


def name_in(branch: Node) -> str:
    """The name in an object that pairs a name with a value."""
    if isinstance(branch, Object):
        for key in ("name", "Name", "key", "Key"):
            name = branch.get(key)
            if isinstance(name, str):
                return name
    return ""
