"""Loading what lies open: how far it is, why it stands still, and going on."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType

from ctexplore import crash
from ctexplore.engines.history import lacks
from ctexplore.query.added import unanswered
from ctexplore.query.elsewhere import recorded_elsewhere
from ctexplore.sources.source import Source, SourceError
from ctexplore.store.cache.cache import Cache
from ctexplore.store.scope import Limits, Scope
from ctexplore.store.sent import sent_by
from ctexplore.text import safe
from ctexplore.tui.cache_note import CacheSays, ask_cache
from ctexplore.tui.dialogs import AskToLoad
from ctexplore.tui.feed import Failed, LoadAsks, LoadHalted, Loading, ViewChanged
from ctexplore.tui.folders import FoldersScreen
from ctexplore.tui.key_names import key_name
from ctexplore.tui.opening import list_again, renew
from ctexplore.tui.status import StatusLine


class LoadingScreen(FoldersScreen):
    """Keeps the list and the status line in step with the desk's session."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "resume", "Resume", id="load.resume"),
        Binding("r", "retry", "Retry failed", id="load.retry"),
        Binding("R", "list_again", "List again", id="load.again"),
        Binding("escape", "stop", "Stop", id="load.stop", tooltip="Stop reading; r goes on"),
        Binding("escape", "leave", "To the list", id="app.leave"),
    ]

    def __init__(
        self, source: Source, cache: Cache, wanted: Scope, limits: Limits, text: str = ""
    ) -> None:
        """As FoldersScreen."""
        super().__init__(source, cache, wanted, limits, text)
        self._cache: Cache | None = cache  # until it has been asked what is wrong with it
        self._note = ""
        self._halted_by: SourceError | None = None
        self._unread = 0

    @property
    def standing_note(self) -> str:
        """What is said while there is nothing else to say. Plain and safe."""
        return ""

    def open(self, folders: tuple[str, ...]) -> None:
        self._note = ""
        self.query_one(StatusLine).begin()
        super().open(folders)

    @on(Loading)
    def _loading(self, event: Loading) -> None:
        if event.generation == self.desk.generation:
            self._tell(event.running)
            self.refresh_bindings()
            if not event.running:
                self._ask_cache()

    def _ask_cache(self) -> None:
        """Have it said why nothing is kept on disk, once."""
        cache, self._cache = self._cache, None
        if cache is not None:
            ask_cache(cache, self.post_message)

    @on(CacheSays)
    def _cache_says(self, event: CacheSays) -> None:
        if event.note:
            said = f"nothing is kept on disk: {event.note}"
            self.notify(safe(said), severity="warning", markup=False, timeout=10)

    def _tell(self, running: bool) -> None:
        session = self.desk.session
        if session is None:
            return
        note = self._note
        if not running and session.full:
            note = "memory limit reached"
        elif not running and self.desk.unfinished and not note:
            note = f"stopped, {key_name(self, 'load.resume')} resumes"
        if self._unread and not note:
            note = f"{self._unread:,} events undecided, their records cannot be read"
        wanted = self.bar.filter
        if wanted is not None and not note:
            scope = session.scope
            note = recorded_elsewhere(wanted.node, scope.folders, scope.regions)
        note = note or self.standing_note or lacks(self.desk.source)
        copies = len(session.order.copies)
        self.query_one(StatusLine).show(
            session.tally,
            running=running,
            folded=copies,
            note=note,
            sent=sent_by(self.desk.source),
        )

    @on(LoadAsks)
    def _asks(self, event: LoadAsks) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self.action_resume()
            else:
                self._note = f"not loaded, {key_name(self, 'load.resume')} loads it"
                self._tell(False)
                self._explain_empty()

        if event.generation == self.desk.generation:
            self._note = "not loaded yet"
            self._tell(False)
            self.app.push_screen(AskToLoad(event.estimate), answered)

    @on(LoadHalted)
    def _halted(self, event: LoadHalted) -> None:
        if event.generation == self.desk.generation:
            hint = f" ({safe(event.error.hint)})" if event.error.hint else ""
            self._halted_by = event.error
            resume = key_name(self, "load.resume")
            self._note = f"stopped, {resume} goes on: {safe(event.error.reason)}{hint}"
            self._tell(False)
            self._explain_empty()

    @on(Failed)
    def _failed(self, event: Failed) -> None:
        self._note = crash.keep(event.error)
        self._tell(False)

    @on(ViewChanged)
    def _view_changed(self, event: ViewChanged) -> None:
        if event.generation != self.desk.generation:
            return
        view = event.view
        self._unread = event.unread
        self.events.show(view)
        self._explain_empty()
        self.bar.say(
            len(view),
            view.total,
            unread=event.unread,
            complete=event.complete,
            asked=self.desk.asked or self._unanswered,
        )
        self._tell(self.desk.running)

    @property
    def _unanswered(self) -> str:
        """What the filter asks for that nobody has found out yet."""
        wanted, view = self.bar.filter, self.events.view
        if wanted is None or view is None:
            return ""
        return unanswered(wanted.node, view.added)

    def _explain_empty(self) -> None:
        """What stands in a list without events."""
        view, session = self.events.view, self.desk.session
        if session is None or (view is not None and len(view)):
            return
        if view is not None and view.total:
            said = "Nothing matches the filter.\nf edits it; esc, then u, undoes it."
            if self._unanswered:
                said += f"\n{self._unanswered}"
            if self._unread:
                said += f"\nOf {self._unread:,} events the records could not be read."
        elif self.desk.running:
            said = "reading …"
        elif self.desk.unfinished:
            said = self._note or "Stopped before the first event.\nr goes on."
        elif session.tally.outside:
            said = f"All {session.tally.outside:,} events here are outside the time range."
        elif session.tally.problems:
            said = "No events here.\nE lists what could not be read."
        else:
            said = "No events here."
        self.events.message = Text(said)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what would do something: the keys line shows what works now."""
        running = self.desk.running
        match action:
            case "stop":
                return running
            case "resume":
                return not running and self.desk.unfinished
            case "retry":
                return not running and bool(self.desk.failed)
        return super().check_action(action, parameters)

    def action_stop(self) -> None:
        self.desk.stop()

    def action_resume(self) -> None:
        # Expired credentials are read again from where they come from.
        expired = self._halted_by is not None and self._halted_by.fatal
        if expired and (failed := renew(self.app, self.desk.source)):
            self._note = f"{safe(failed.reason)}, {key_name(self, 'load.resume')} tries again"
            self._tell(False)
            return
        self._halted_by = None
        self._note = ""
        self.query_one(StatusLine).begin()
        self.desk.resume()

    def action_retry(self) -> None:
        self.query_one(StatusLine).begin()
        self.desk.retry()

    def action_list_again(self) -> None:
        for folder in self.desk.folders:
            list_again(self.desk.source, folder)
            self.outline.forget(folder)
        if self.desk.folders:
            self.open(self.desk.folders)
