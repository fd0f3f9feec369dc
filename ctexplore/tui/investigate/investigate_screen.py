"""From one event to the whole story: the keys of the main screen that ask about many events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from ctexplore.investigate.around import around
from ctexplore.investigate.life import life, life_line
from ctexplore.query.canonical import canonical
from ctexplore.query.syntax import Word
from ctexplore.text import safe
from ctexplore.tui.detail.event_detail import EventDetail
from ctexplore.tui.feed import ViewChanged
from ctexplore.tui.filter.filter_bar import FilterBar
from ctexplore.tui.investigate.around_choices import AroundChoices
from ctexplore.tui.investigate.chain_screen import ChainScreen
from ctexplore.tui.investigate.life_line import LifeLine
from ctexplore.tui.investigate.novelty_screen import NoveltyScreen
from ctexplore.tui.investigate.profile_screen import ProfileScreen
from ctexplore.tui.key_names import key_name

_ON_AN_EVENT = ("chain", "mentions", "around", "profile")


@dataclass
class LifeTold(Message):
    """What became of what the word in the filter bar names."""

    generation: int
    word: str
    said: str


class InvestigateScreen(NoveltyScreen):
    """Each key works in the list and in the detail, on the event under the cursor. What it finds
    becomes a filter, so that what is shown is always said and ``u`` undoes it."""

    DEFAULT_CSS = """
    InvestigateScreen AroundChoices { layer: above; dock: bottom; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "c", "chain", "Credentials", id="chain.follow",
            tooltip="Credentials: who issued them, what they led to",
        ),
        Binding(
            "o", "mentions", "Mentions", id="chain.mentions",
            tooltip="Everything that mentions this value",
        ),
        Binding(
            "a", "around", "Around", id="chain.around", tooltip="What happened around this event",
        ),
        Binding(
            "w", "profile", "Who", id="chain.profile", tooltip="Who is this: the actor's profile",
        ),
    ]  # fmt: skip

    _word_asked = ""  # the filter that ``o`` wrote, while it is in force

    # -- the chain

    def action_chain(self) -> None:
        session, row = self.desk.session, self.events.cursor_row
        if session is not None and row is not None:
            screen = ChainScreen(session, row, self.events.zone, self.keep_chain)
            self.app.push_screen(screen, self._narrow_to)

    def keep_chain(self, title: str, text: str) -> None:
        """Put a chain into the notebook, where the screen has one. text: the filter that finds
        its events."""

    def _narrow_to(self, text: str | None) -> None:
        """Filter by what was chosen on another screen, as one step."""
        if text is None:
            return
        self.bar.put(text)
        self.remove_class("-detail")
        self.events.focus()
        said = f"{key_name(self, 'view.undo')} brings the filter back"
        self.notify(said, markup=False, timeout=3)

    def action_profile(self) -> None:
        session, row = self.desk.session, self.events.cursor_row
        if session is None or row is None:
            return
        actor = session.table.text("actor", row)
        if actor:
            screen = ProfileScreen(session, actor, self.events.zone)
            self.app.push_screen(screen, self._narrow_to)
        else:
            self.notify("the event names nobody", markup=False)

    # -- everything about a value

    def action_mentions(self) -> None:
        value = self._value_here()
        if not value:
            self.notify("no single value here to look for", markup=False)
            return
        self._word_asked = canonical(Word(value))
        self._narrow_to(self._word_asked)

    def _value_here(self) -> str:
        """Under the cursor: a text that records hold as it is."""
        detail, events = self.query_one(EventDetail), self.events
        if detail.has_focus_within:
            selected = detail.selected
            return selected[1] if selected else ""
        view, row, found = events.view, events.cursor_row, events.cursor_value
        if view is None or row is None or found is None or found[0] == "at":
            return ""
        if found[0] == "who":  # a label of ours, no text of the record
            texts = (view.table.text(field, row) for field in ("user", "role", "actor"))
            return next(filter(None, texts), "")
        return found[1]

    @on(FilterBar.Narrowed)
    def _another_filter(self) -> None:
        if self.bar.text != self._word_asked:
            self._word_asked = ""
            self.query_one(LifeLine).tell("")

    @on(ViewChanged)
    def _tell_life(self, event: ViewChanged) -> None:
        word, view, zone = self._word_asked, event.view, self.events.zone
        if not word or event.generation != self.desk.generation or not event.complete:
            return

        def work() -> Message:
            said = life_line(view.table, life(view.table, view.rows), zone)
            return LifeTold(event.generation, word, said)

        self._beside(work)

    @on(LifeTold)
    def _life_told(self, event: LifeTold) -> None:
        if event.generation == self.desk.generation and event.word == self._word_asked:
            self.query_one(LifeLine).tell(safe(event.said))

    # -- around an event

    def action_around(self) -> None:
        self._around_row = row = self.events.cursor_row
        if row is not None:
            self.events.select(row)  # and stay there, also where the newest was under the cursor
        self.query_one(AroundChoices).open()

    @on(AroundChoices.Wanted)
    def _around(self, event: AroundChoices.Wanted) -> None:
        view, row = self.events.view, self._around_row
        if view is None or row is None:
            return
        try:
            text = around(view.table, row, event.span, event.scope)
        except ValueError as error:
            self.notify(safe(str(error)), markup=False)
            return
        if event.again and self.bar.text == self._around_text:
            self.bar.undo()  # one step, however often it was adjusted
        self.bar.put(text)
        self._around_text = text

    @on(AroundChoices.Closed)
    def _around_closed(self) -> None:
        self.remove_class("-detail")
        self.events.focus()

    _around_row: int | None = None
    _around_text = ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in _ON_AN_EVENT and self.is_mounted and self.events.cursor_row is None:
            return False
        return super().check_action(action, parameters)
