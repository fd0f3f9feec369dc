"""A tree that lists a folder when it is unfolded, and never makes the screen wait for it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from msgspec.structs import replace
from rich.text import Text
from textual import on
from textual.events import Click, Key
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from ctexplore.sources.outline import Listing, Node, Outline
from ctexplore.sources.source import SourceError
from ctexplore.text import safe

# A quicker listing shows no "loading…": two repaints less, which a slow line feels.
_PATIENCE = 0.15


class OutlineTree(Tree[Node], inherit_bindings=False):
    """Folders of one outline. A line without data is a note: under way, empty, or failed.

    Each listing runs in a daemon thread and answers with a ticket; only the ticket that its
    folder waits for counts, so an answer for what was listed again or left meanwhile is dropped.
    """

    @dataclass
    class Problem(Message):
        """A folder could not be listed, or holds nothing that is read."""

        error: SourceError

    @dataclass
    class _Answer(Message, bubble=False):
        folder: str
        ticket: int
        listing: Listing | SourceError

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(Text(" "), id=id)
        self.auto_expand = False
        self._tickets = count()
        self._outline: Outline | None = None
        self._forget_all()

    def _forget_all(self) -> None:
        self._pending: dict[str, int] = {}  # folders being listed and their tickets
        self._node_of: dict[str, TreeNode[Node]] = {}
        self._listed: set[str] = set()
        self._unfolded: set[str] = set()
        self._target: str | None = None

    def show(self, outline: Outline) -> None:
        """Show another outline, or the same one from its beginning; for a mounted tree."""
        self._forget_all()
        self._outline = outline
        root = outline.root()
        self.reset(Text(safe(root.label) or " "), root)
        self._node_of[root.folder] = self.root
        self.root.allow_expand = True
        self.cursor_line = 0
        self._unfold(self.root)

    @property
    def cursor_folder(self) -> str | None:
        """The folder under the cursor; None on a note."""
        node = self.cursor_node
        return node.data.folder if node is not None and node.data else None

    def reveal(self, folder: str) -> None:
        """Unfold the way to a folder and put the cursor there; a key or click on the tree
        before it is listed that far calls it off."""
        self._target = folder
        self._advance()

    @on(Key)
    @on(Click)
    def _steered(self) -> None:
        self._target = None

    def list_again(self) -> None:
        """List the folder under the cursor, and what is unfolded below it, from the source."""
        node = self.cursor_node
        while node is not None and not (node.data and node.data.expandable):
            node = node.parent
        if node is None or node.data is None or self._outline is None:
            return
        folder, here = node.data.folder, self.cursor_folder
        self._outline.forget(folder)
        for known in [known for known in self._node_of if known.startswith(folder)]:
            self._pending.pop(known, None)
            self._listed.discard(known)
            if known != folder:
                del self._node_of[known]
        self.move_cursor(node)
        node.remove_children()
        node.allow_expand = True
        self._target = here
        self._unfold(node)

    def _advance(self) -> None:
        """Towards the target as far as is listed; the next answer goes on from there."""
        if (target := self._target) is None:
            return
        node: TreeNode[Node] = self.root
        while node.data is not None and not node.data.folder.startswith(target):
            self._unfold(node)
            if node.data.folder in self._pending:
                return
            on_way = [child for child in node.children if _leads_to(child.data, target)]
            if not on_way:
                break
            node = on_way[0]
        self._target = None
        self.get_node_at_line(0)  # gives new nodes their lines
        self.move_cursor(node)

    def _unfold(self, node: TreeNode[Node]) -> None:
        if node.data is None or not node.allow_expand:
            return
        folder = node.data.folder
        if node.is_collapsed:
            node.expand()
        self._unfolded.add(folder)
        if self._outline is None or folder in self._listed or folder in self._pending:
            return
        ticket = self._pending[folder] = next(self._tickets)

        def answer(listing: Listing | SourceError) -> None:
            self.post_message(self._Answer(folder, ticket, listing))

        arguments = self._outline, folder, answer
        threading.Thread(target=_list, args=arguments, name="list", daemon=True).start()
        self.set_timer(_PATIENCE, lambda: self._wait(folder, ticket))

    def _wait(self, folder: str, ticket: int) -> None:
        if self._pending.get(folder) == ticket:
            self._node_of[folder].remove_children()
            self._node_of[folder].add_leaf(Text("loading…"))

    @on(Tree.NodeExpanded)
    def _expanded(self, event: Tree.NodeExpanded[Node]) -> None:
        node = event.node
        if node.is_expanded and node.data and self._node_of.get(node.data.folder) is node:
            self._unfold(node)

    @on(Tree.NodeCollapsed)
    def _collapsed(self, event: Tree.NodeCollapsed[Node]) -> None:
        if event.node.data and event.node.is_collapsed:
            self._unfolded.discard(event.node.data.folder)

    @on(_Answer)
    def _answered(self, event: _Answer) -> None:
        if self._pending.get(event.folder) != event.ticket:
            return
        del self._pending[event.folder]
        node = self._node_of[event.folder]
        node.remove_children()
        if isinstance(event.listing, SourceError):
            if self._target is not None and self._target.startswith(event.folder):
                self._target = None
            self._tell(node, [event.listing])
        else:
            self._listed.add(event.folder)
            self._fill(node, event.listing)
            self._advance()

    def _fill(self, node: TreeNode[Node], listing: Listing) -> None:
        if node.data:
            node.data = replace(node.data, files=listing.files or None)
        for below in listing.nodes:
            child = node.add(Text(safe(below.label)), below, allow_expand=below.expandable)
            self._node_of[below.folder] = child
            if below.folder in self._unfolded:
                self._unfold(child)
        self._tell(node, listing.problems)
        if not node.children and listing.files:
            node.allow_expand = False
        elif not node.children:
            node.add_leaf(Text("nothing here"))

    def _tell(self, node: TreeNode[Node], problems: Sequence[SourceError]) -> None:
        """A line for each reason and hint: a folder may hold a thousand of the same."""
        often = Counter(line for p in problems for line in (f"! {p.reason}", p.hint) if line)
        for line, times in often.items():
            node.add_leaf(Text(safe(line) + (f"  ×{times}" if times > 1 else "")))
        failed = {problem.reason: problem for problem in problems if not problem.skipped}
        for problem in failed.values():
            self.post_message(self.Problem(problem))
        if failed:
            node.add_leaf(Text(f"{self._key()} lists again"))

    def _key(self) -> str:
        """The key of ``list_again``, also where a person has chosen another."""
        for active in self.screen.active_bindings.values():
            if active.binding.id == "tree.list_again":
                return self.app.get_key_display(active.binding)
        return "R"


def _leads_to(node: Node | None, target: str) -> bool:
    if node is None:
        return False
    return target.startswith(node.folder) or node.folder.startswith(target)


def _list(outline: Outline, folder: str, answer: Callable[[Listing | SourceError], Any]) -> None:
    try:
        answer(outline.children(folder))
    except SourceError as error:
        answer(error)
    except Exception as error:
        # A mistake of ours in a thread would end as "loading…" for ever.
        answer(SourceError(outline.source.uri(folder), f"{type(error).__name__}: {error}"))
