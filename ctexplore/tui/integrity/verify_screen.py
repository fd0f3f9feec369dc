"""``v``: whether CloudTrail vouches for what lies open; a sign for each event and folder."""

from __future__ import annotations

import os
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content

from ctexplore.investigate.integrity.scope import can_verify
from ctexplore.investigate.integrity.verdicts import LOUD, in_words
from ctexplore.text import clip, safe
from ctexplore.tui.counts.overview import OverviewScreen
from ctexplore.tui.detail.event_detail import EventDetail
from ctexplore.tui.events.event_list import EventList
from ctexplore.tui.events.signs import signs
from ctexplore.tui.feed import Loading, ViewChanged
from ctexplore.tui.integrity.coverage_screen import CoverageScreen
from ctexplore.tui.integrity.verifying import Verified, Verifying
from ctexplore.tui.reader import RecordRead
from ctexplore.tui.tree.trail_tree import TrailTree

_LONGEST = 400  # characters of a reason


class VerifyScreen(OverviewScreen):
    """Verifies beside everything else; what was judged stays until another scope is opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "v", "verify", "Verify", id="app.verify",
            tooltip="Verify by digests; then show the hours they cover",
        ),
    ]  # fmt: skip

    def on_mount(self) -> None:
        self._verifying: Verifying | None = None
        self._verified = ""
        self._verdict_signs = signs(os.environ).integrity

    def on_unmount(self) -> None:
        self._stop_verifying()

    def _stop_verifying(self) -> None:
        if self._verifying is not None:
            self._verifying.stop()

    def open(self, folders: tuple[str, ...]) -> None:
        self._stop_verifying()
        self._verifying, self._verified = None, ""
        super().open(folders)
        self.query_one(TrailTree).show_verdicts(self._folder_sign)
        self._tell_detail()

    def action_verify(self) -> None:
        """Begin; while it runs and afterwards show the calendar of what is covered."""
        session, running = self.desk.session, self._verifying
        if session is None:
            self.notify("nothing is open yet", markup=False)
        elif not can_verify(session.source):
            self.notify("only the files of a trail can be verified", markup=False)
        elif running is None:
            self._begin()
        else:
            self.app.push_screen(CoverageScreen(running), self._covered)

    def _begin(self) -> None:
        session = self.desk.session
        assert session is not None
        self._verified = "verifying"
        self._verifying = Verifying(
            session, self.desk.cache, self.post_message, self.desk.generation
        )
        self.desk.reason = self._verifying.verdicts.reason
        self._tell(self.desk.running)
        self.refresh_bindings()

    def _covered(self, chosen: str | None) -> None:
        """What the calendar was left with: a folder to open, "" to verify again."""
        if chosen:
            self.open((chosen,))
            self.events.focus()
        elif chosen is not None:
            self._begin()

    # -- what is said

    @property
    def standing_note(self) -> str:
        return " · ".join(filter(None, (safe(self._verified), super().standing_note)))

    @on(Verified)
    def _further(self, event: Verified) -> None:
        if event.generation != self.desk.generation:
            return
        self._verified = event.said
        self.desk.judged()
        self.query_one(TrailTree).show_verdicts(self._folder_sign)
        self._tell(self.desk.running)
        self._tell_detail()
        self.refresh_bindings()

    @on(Loading)
    def _loaded_more(self, event: Loading) -> None:
        """Events that came after their files were judged."""
        ended = self._verifying is not None and not self._verifying.running
        if event.generation == self.desk.generation and not event.running and ended:
            assert self._verifying is not None
            self._verifying.show()
            self.desk.judged()

    def _folder_sign(self, folder: str) -> str:
        verdict = self._verifying and self._verifying.verdicts.folder(folder)
        return self._verdict_signs[verdict] if verdict else ""

    @on(RecordRead)
    @on(EventList.Moved)
    @on(ViewChanged)
    def _tell_detail(self) -> None:
        """Why the event under the cursor is vouched for, or is not."""
        view, row, running = self.events.view, self.events.cursor_row, self._verifying
        if view is None or row is None or running is None:
            said = Content("")
        else:
            key = view.table.files[int(view.table.file[row])].key
            verdict, reason = running.verdicts.of(key) or (None, "")
            sign = self._verdict_signs[verdict or ""]
            words = safe(clip(in_words(verdict, reason), _LONGEST))
            style = "$event-error" if verdict in LOUD else ""
            said = Content.assemble(("integrity ", "dim"), (f"{sign} {words}", style))
        self.query_one(EventDetail).vouch(said)

    # -- stopping

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        running = self._is_verifying
        return True if action == "stop" and running else super().check_action(action, parameters)

    @property
    def _is_verifying(self) -> bool:
        running = getattr(self, "_verifying", None)  # keys are asked for before it is mounted
        return running is not None and running.running

    def action_stop(self) -> None:
        if self._is_verifying:
            self._stop_verifying()
        super().action_stop()
