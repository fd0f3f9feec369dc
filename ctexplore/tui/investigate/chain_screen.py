"""``c``: the credentials' chain of an event, up to whoever began it and down to what it opened."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from ctexplore import crash
from ctexplore.investigate.chains.caller import Caller, Chain
from ctexplore.investigate.chains.chain import NoChain, follow
from ctexplore.investigate.chains.tell import counted, everyone
from ctexplore.store.session import Session
from ctexplore.text import safe
from ctexplore.tui.footer import Footer
from ctexplore.tui.help import HelpScreen
from ctexplore.tui.investigate.chain_lines import caller_detail, chain_lines, head
from ctexplore.tui.line_list import LineList

_AGAIN = 1.0  # seconds between two looks whether there is more


def _same(chain: Chain, caller: Caller | None) -> Caller | None:
    """The caller of a newer answer that was the one under the cursor."""
    if caller is None:
        return None
    return next(
        (c for _, c in chain.root.walk() if (c.key, c.row) == (caller.key, caller.row)), None
    )


class ChainScreen(Screen[str | None]):
    """Dismissed with the filter that finds a caller's events, or with None."""

    DEFAULT_CSS = """
    ChainScreen > Static {
        height: 2; padding: 0 1; background: $panel;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    ChainScreen VerticalScroll { height: 45%; border-top: hkey $panel; padding: 0 1; }
    ChainScreen VerticalScroll > Static { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape", "back", "Back", id="app.quit"),
        Binding("question_mark", "keys", "Keys", id="app.keys"),
        Binding("c", "from_here", "From here", id="chain.from", tooltip="The chain from there"),
        Binding("i", "keep", "Keep", id="chain.keep", tooltip="Keep the chain in the notebook"),
        Binding("tab", "app.focus_next", "Other pane", id="digests.pane"),
    ]

    @dataclass
    class Followed(Message):
        """The answer to one question; ``number`` says to which."""

        number: int
        chain: Chain | None
        error: str = ""

    def __init__(
        self,
        session: Session,
        asked: str | int,
        zone: tzinfo | None,
        keep: Callable[[str, str], None],
    ) -> None:
        """asked: a key, or an event's row. keep: takes a chain's title and the filter that finds
        all of its events."""
        super().__init__()
        self._session = session
        self._asked: list[str | int] = [asked]
        self._keep = keep
        self._number = 0
        self._zone = zone
        self._chain: Chain | None = None
        self._waits = False  # for an answer
        self._reading = False  # when the answer on the screen was given

    def compose(self) -> ComposeResult:
        yield Static("following …", markup=False)
        yield LineList[Caller]()
        with VerticalScroll():
            yield Static(id="caller-detail", markup=False)
        yield Footer(lambda active: self._word(active.binding))

    def on_mount(self) -> None:
        self.query_one(LineList).focus()
        self._ask()
        self.set_interval(_AGAIN, self._ask_again)

    def _ask(self) -> None:
        """On a thread of its own: a few records are read."""
        self._number += 1
        self._waits = True
        number, asked, session = self._number, self._asked[-1], self._session

        def work() -> None:
            try:
                answer = self.Followed(number, follow(session, asked))
            except NoChain as none:
                answer = self.Followed(number, None, str(none))
            except Exception as error:
                answer = self.Followed(number, None, crash.keep(error))
            self.post_message(answer)

        threading.Thread(target=work, name="chain", daemon=True).start()

    def _ask_again(self) -> None:
        """What was loaded since may belong to the chain."""
        known = self._chain.events if self._chain else 0
        told = self._reading and self._session.done
        if not self._waits and (told or self._session.order.count > known):
            self._ask()

    @on(Followed)
    def _followed(self, event: Followed) -> None:
        if event.number != self._number:
            return
        self._waits = False
        if event.chain is None:
            self.query(Static).first().update(Content(safe(event.error)))
            return
        before, chain = self._chain, event.chain
        self._chain = chain
        self._reading = not self._session.done
        reading = " · still reading" if self._reading else ""
        lines = [safe(line) for line in f"{head(chain)}{reading}".split("\n")]
        self.query(Static).first().update(Content("\n".join(lines)))
        listed = self.query_one(LineList)
        at = chain.here
        if before is not None and (chain.here.key, chain.here.row) == (
            before.here.key,
            before.here.row,
        ):
            at = _same(chain, listed.item) or chain.here
        listed.show(lambda width: chain_lines(chain, width, self._zone), at)
        self.refresh_bindings()

    @on(LineList.Moved)
    def _moved(self) -> None:
        caller: Caller | None = self.query_one(LineList).item
        if caller is not None:
            where = ""
            if caller.began is not None:
                table = self._session.table
                file = table.files[int(table.file[caller.began.row])]
                where = self._session.source.uri(file.key).rpartition("/")[2]
                where += f" record {int(table.index[caller.began.row]) + 1:,}"
            said = caller_detail(caller, self._zone, where)
            self.query_one("#caller-detail", Static).update(said)
            self.query_one(VerticalScroll).scroll_to(y=0, animate=False)
        self.refresh_bindings()

    @on(LineList.Opened)
    def _opened(self) -> None:
        caller: Caller | None = self.query_one(LineList).item
        if caller is not None:
            self.dismiss(caller.filter)

    def action_from_here(self) -> None:
        """The chain of the caller under the cursor; q comes back to this one."""
        caller: Caller | None = self.query_one(LineList).item
        if caller is None:
            return
        asked = caller.key or caller.row
        if asked is not None and asked != self._asked[-1]:
            self._asked.append(asked)
            self._ask()

    def action_keep(self) -> None:
        chain = self._chain
        if chain is not None:
            callers = sum(1 for _ in chain.root.walk())
            title = f"{chain.here.who}: {counted(callers, 'caller')}, behind it {chain.behind}"
            self._keep(title, everyone(chain))

    def action_back(self) -> None:
        if len(self._asked) > 1:
            self._asked.pop()
            self._ask()
        else:
            self.dismiss(None)

    def action_keys(self) -> None:
        self.app.push_screen(HelpScreen([self, *self.query(LineList)]))

    def _word(self, binding: Binding) -> str:
        here = self._chain.here if self._chain else None
        if binding.id == "chain.from" and self.query_one(LineList).item in (None, here):
            return ""
        if binding.id in ("lines.open", "chain.keep") and self._chain is None:
            return ""
        return binding.description
