"""Marks and notes of the main screen: kept in the notebook as they are made."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from ctexplore.investigate.notebook.book import Notebook, notebook_file
from ctexplore.investigate.notebook.entries import FILTER, Entry, filter_entry
from ctexplore.investigate.notebook.evidence import brought
from ctexplore.text import safe
from ctexplore.tui.detail.event_detail import EventDetail
from ctexplore.tui.detail.related_screen import RelatedScreen
from ctexplore.tui.events.event_list import EventList
from ctexplore.tui.feed import ViewChanged
from ctexplore.tui.key_names import key_name
from ctexplore.tui.notebook.book_screen import BookScreen, Chosen
from ctexplore.tui.notebook.keeper import (
    MOST,
    Keeper,
    Kept,
    Places,
    judge,
    mark,
    note,
    nothing,
    unmark,
)
from ctexplore.tui.prompt import Prompt
from ctexplore.tui.reader import RecordRead

_WAIT = 2.0  # seconds that leaving waits for the last note to be on the disk


class NotingScreen(RelatedScreen):
    """``m`` keeps a mark, ``i`` a note, ``I`` shows all there is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "note", "Note", id="notebook.note", tooltip="Note on this event"),
        Binding("I", "notebook", "Notebook", id="notebook.open", tooltip="Marks, notes, filters"),
    ]

    def on_mount(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._rows: dict[str, int] = {}  # of entries' events
        self._known: set[int] = set()  # rows with a mark that the notebook has or is to have
        self._places: Places | None = None
        self._sought = 0  # rows among which the notebook's events were looked for
        self._wanted_entry = ""  # where to go once its folder is loaded
        self._keeper = Keeper(self._open_book, self.post_message)

    def on_unmount(self) -> None:
        self._keeper.close(_WAIT)

    def _open_book(self) -> Notebook:
        source = self.desk.source
        named = getattr(getattr(self.app, "preferences", None), "notebook", "")
        book = Notebook(notebook_file(named, source.identity, source.label), source.label)
        if not named and not book.entries and (lines := brought(source)):
            book.begin_with(lines)
        return book

    # -- marks

    @on(ViewChanged)
    def _look_for_entries(self, event: ViewChanged) -> None:
        session = self.desk.session
        if session is None or event.generation != self.desk.generation:
            return
        if self._places is None or self._places.session is not session:
            self._places = Places(session)
            self._known, self._rows, self._sought = set(), {}, 0
        self._seek()
        # The list takes the view with this very message.
        self.call_later(self._go_to_wanted, event.complete and not self.desk.running)

    def _seek(self) -> None:
        """Look for the notebook's events among rows that came since, once nothing else waits."""
        count = self._places.session.table.count if self._places else 0
        if count > self._sought and not self._keeper.busy:
            self._sought = count
            self._keeper.do(nothing, self._places)

    @on(EventList.Marked)
    def _marks_changed(self) -> None:
        """Keep what is marked now: the message may be of marks on rows that are gone since."""
        view, places = self.events.view, self._places
        if places is None or view is None or view.table is not places.session.table:
            return
        marked = self.events.marked
        fresh, gone = marked - self._known, self._known - marked
        self._known = marked
        if len(fresh) > MOST:
            self.notify(
                f"{len(fresh):,} marks are not kept in the notebook, which takes {MOST:,} at once",
                severity="warning",
                markup=False,
            )
        elif fresh:
            self._keeper.do(mark(places, sorted(fresh)), places)
        if gone:
            self._keeper.do(unmark(places, sorted(gone)), places)

    @on(Kept)
    def _kept(self, event: Kept) -> None:
        if event.error:
            self.notify(safe(event.error), severity="error", markup=False)
        elif event.said:
            self.notify(safe(event.said), markup=False, timeout=3)
        self._entries = {entry.id: entry for entry in event.entries}
        if isinstance(screen := self.app.screen, BookScreen):
            screen.show(event.entries)
        self._seek()
        if event.pending or event.places is not self._places or self._places is None:
            return
        self._rows = event.rows
        placed = {row: self._entries.get(i) for i, row in event.rows.items()}
        marked = {row for row, entry in placed.items() if entry is not None and entry.marked}
        wanted = (self.events.marked - placed.keys()) | marked
        if wanted != self.events.marked:
            self._known = set(wanted)
            self.events.put_marks(wanted)
            self.refresh_bindings()
        self._show_note()
        self._go_to_wanted()

    # -- notes

    def action_note(self) -> None:
        if self.events.cursor_row is None:
            self.notify("a note is about an event: the list has none", markup=False)
            return
        self._noted_row = self.events.cursor_row, self._places
        self.query_one(Prompt).ask("note", "note", "what you see here", self._note_of_cursor())

    @on(Prompt.Answered)
    def _note_answered(self, event: Prompt.Answered) -> None:
        if event.name == "note":
            row, places = self._noted_row
            if places is None or places is not self._places:
                self.notify("not noted: other events are open now", severity="error", markup=False)
                return
            self._keeper.do(note(places, row, event.text), places)
        elif event.name.startswith("keep "):
            _, kind, text = event.name.split(" ", 2)
            self.keep_filter(event.text, text, kind)

    def _note_of_cursor(self) -> str:
        row = self.events.cursor_row
        found = (self._entries.get(i) for i, at in self._rows.items() if at == row)
        return next((entry.text for entry in found if entry is not None), "")

    @on(RecordRead)
    @on(EventList.Moved)
    def _show_note(self) -> None:
        self.query_one(EventDetail).noted = self._note_of_cursor()

    # -- filters

    def action_keep_filter(self) -> None:
        text = self.bar.text.strip()
        if not text:
            said = f"no filter to keep: {key_name(self, 'app.filter')} types one"
            self.notify(said, severity="warning", markup=False)
            return
        self.query_one(Prompt).ask(f"keep {FILTER} {text}", "title", "what this filter shows")

    def keep_filter(self, title: str, text: str, kind: str = FILTER) -> None:
        """Put a filter into the notebook. kind: one word; ``chain`` for credentials' chains."""

        def work(book: Notebook) -> str:
            book.put(filter_entry(title, text, kind))
            return f"kept in {book.file}"

        self._keeper.do(work, self._places)

    # -- the notebook's own screen

    def action_notebook(self) -> None:
        # Another program may have written, and log files may have been verified.
        self._keeper.do(judge(self._places) if self._places else nothing, self._places)
        screen = BookScreen(tuple(self._entries.values()), self._change_book)
        self.app.push_screen(screen, self._chosen_from_book)

    def _change_book(self, put: tuple[Entry, ...], out: tuple[str, ...]) -> None:
        def work(book: Notebook) -> str:
            book.put(*put)
            book.take_out(*out)
            return ""

        self._keeper.do(work, self._places)

    def _chosen_from_book(self, chosen: Chosen | None) -> None:
        if chosen is None:
            return
        if chosen.entry.filter:
            self.bar.put(chosen.entry.filter)
            self.events.focus()
        else:
            self._go_to_entry(chosen.entry.id)

    def _go_to_wanted(self, last: bool = False) -> None:
        """To the event whose folder was opened for it, once the list has it. last: whether the
        list has all that it will have."""
        row = self._rows.get(self._wanted_entry)
        if row is None:
            return
        if self.events.select(row):
            self._wanted_entry = ""
        elif last:
            self._go_to_entry(self._wanted_entry)

    def _go_to_entry(self, entry_id: str) -> None:
        self._wanted_entry = ""
        entry, row = self._entries.get(entry_id), self._rows.get(entry_id)
        if entry is None or entry.event is None:
            return
        self.events.focus()
        if row is None:
            folder = entry.event.key.rpartition("/")[0]
            folder += "/" if folder else ""
            if entry.event.uri != self.desk.source.uri(entry.event.key) or any(
                folder.startswith(opened) for opened in self.desk.folders
            ):
                said = f"not among what is loaded: {entry.event.uri}"
                self.notify(safe(said), severity="warning", markup=False)
                return
            self._wanted_entry = entry_id
            self.open((folder,))
        elif not self.events.select(row):
            undo = key_name(self, "view.undo")
            self.notify(f"the filter hides it ({undo} undoes the filter)", markup=False)
