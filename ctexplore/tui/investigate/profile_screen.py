"""``w``: who is this? An actor's events by key, address, agent, region and API."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from ctexplore import crash
from ctexplore.investigate.profile.profile import FIELDS_COUNTED, NoActor, Profile, profile
from ctexplore.investigate.profile.tell import denied_said
from ctexplore.investigate.times import moment, span
from ctexplore.query.canonical import value_text
from ctexplore.store.session import Session
from ctexplore.text import clip_middle, fit, safe
from ctexplore.tui.footer import Footer
from ctexplore.tui.help import HelpScreen
from ctexplore.tui.line_list import Line, LineList

_AGAIN = 1.0  # seconds between two looks whether there is more
_WIDTHS = (8, 7, 14, 14)
_HEADS = ("EVENTS", "FAILED", "FIRST", "LAST")


class Found(NamedTuple):
    """filter: finds the events of one line."""

    filter: str


class ProfileScreen(Screen[str | None]):
    """Dismissed with the filter that finds a line's events, or with None."""

    DEFAULT_CSS = """
    ProfileScreen > Static {
        height: 2; padding: 0 1; background: $panel;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape", "dismiss(None)", "Back", id="app.quit"),
        Binding("question_mark", "keys", "Keys", id="app.keys"),
        Binding("tab", "section(1)", "Next section", id="profile.next"),
        Binding("shift+tab", "section(-1)", "Section before", show=False, id="profile.previous"),
    ]

    @dataclass
    class Counted(Message):
        found: Profile | None
        error: str = ""

    def __init__(self, session: Session, actor: str, zone: tzinfo | None) -> None:
        """actor: as in the table's column."""
        super().__init__()
        self._session = session
        self._actor = actor
        self._zone = zone
        self._found: Profile | None = None
        self._waits = False

    def compose(self) -> ComposeResult:
        yield Static("counting …", markup=False)
        yield LineList[Found]()
        yield Footer()

    def on_mount(self) -> None:
        self.query_one(LineList).focus()
        self._ask()
        self.set_interval(_AGAIN, self._ask_again)

    def _ask(self) -> None:
        self._waits = True

        def work() -> None:
            try:
                answer = self.Counted(profile(self._session, self._actor))
            except NoActor as none:
                answer = self.Counted(None, str(none))
            except Exception as error:
                answer = self.Counted(None, crash.keep(error))
            self.post_message(answer)

        threading.Thread(target=work, name="profile", daemon=True).start()

    def _ask_again(self) -> None:
        known = self._found.loaded if self._found else 0
        if not self._waits and self._session.order.count > known:
            self._ask()

    @on(Counted)
    def _counted(self, event: Counted) -> None:
        self._waits = False
        if event.found is None:
            self.query(Static).first().update(Content(safe(event.error)))
            return
        found = self._found = event.found
        reading = "" if self._session.done else " · still reading"
        said = [
            f"{found.actor}  {', '.join(found.who[:5])}",
            f"{found.events:,} events, {found.failed:,} failed · "
            f"{span(found.first, found.last, self._zone)}{reading}",
        ]
        self.query(Static).first().update(Content("\n".join(map(safe, said))))
        listed = self.query_one(LineList)
        listed.show(lambda width: profile_lines(found, width, self._zone), keep=True)

    @on(LineList.Opened)
    def _opened(self) -> None:
        item: Found | None = self.query_one(LineList).item
        if item is not None:
            self.dismiss(item.filter)

    def action_section(self, step: int) -> None:
        self.query_one(LineList).to_section(step)

    def action_keys(self) -> None:
        self.app.push_screen(HelpScreen([self, *self.query(LineList)]))


def profile_lines(found: Profile, width: int, zone: tzinfo | None) -> list[Line[Found]]:
    """Each section with its head; a line's filter is of this actor and the line's value."""
    actor = f"actor:{value_text(found.actor)}"
    lines: list[Line[Found]] = []
    sections = {name: found.sections[name] for name in FIELDS_COUNTED}
    for name, values in {**sections, "error": found.errors}.items():
        if not values:
            continue
        if lines:
            lines.append(Line(""))
        title = "failures" if name == "error" else FIELDS_COUNTED[name]
        lines.append(Line(_row(f"{title.upper()} ({len(values):,})", _HEADS, width), "head"))
        for value in values:
            cells = (
                f"{value.events:,}",
                f"{value.failed:,}" if value.failed else "",
                moment(value.first, zone)[5:],
                moment(value.last, zone)[5:],
            )
            wanted = Found(f"{actor} {name}:{value_text(value.text)}")
            kind = "alert" if value.failed == value.events else "row"
            lines.append(Line(_row(safe(value.text), cells, width), kind, wanted))
    denied = [each for each in found.denied if each.allowed is not None]
    for title, matrix in (("DENIED, THEN ALLOWED", denied), ("ACCESS DENIED", found.denied)):
        if not matrix:
            continue
        lines += [Line(""), Line(f"{title} ({len(matrix):,})", "head")]
        for each in matrix:
            call = f"source:{value_text(each.source)} name:{value_text(each.name)}"
            only = "" if matrix is denied else " is:denied"
            text = clip_middle(safe(denied_said(each)), width)
            lines.append(Line(text, "alert", Found(f"{actor} {call}{only}")))
    return lines


def _row(text: str, cells: tuple[str, ...], width: int) -> str:
    """Of narrow screens the last cells go first."""
    shown = len(cells) if width >= 90 else 3 if width >= 60 else 2
    right = " ".join(f"{c:>{w}}" for c, w in list(zip(cells, _WIDTHS, strict=True))[:shown])
    room = max(width - len(right) - 1, 8)
    return f"{fit(clip_middle(text, room), room)} {right}"
