"""``L``: new events come into the list, and the line below says when somebody last looked."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from ctexplore.sources.source import SourceError
from ctexplore.store.follow.delays import Delay
from ctexplore.store.parts import parts_of
from ctexplore.text import safe
from ctexplore.tui.counts.overview import OverviewScreen
from ctexplore.tui.following import Came, Following, Looked
from ctexplore.tui.opening import renew

_AGAIN = 0.1  # seconds


class FollowScreen(OverviewScreen):
    """Follows what lies open, until something else does; then that, where it was wanted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "L", "follow", "Follow", id="load.follow", tooltip="Follow: new events as they come"
        ),
    ]
    follows = False  # whether somebody wants it

    def on_mount(self) -> None:
        self._following: Following | None = None
        self._ended_by: SourceError | None = None
        self._forget_follow()

    def on_unmount(self) -> None:
        self._stop_following()

    def _forget_follow(self) -> None:
        self._looked = ""
        self._news = 0
        self._delay: Delay | None = None

    def action_follow(self) -> None:
        if any(getattr(part, "offline", False) for part in parts_of(self.desk.source)):
            self.notify("offline, so that nothing new can come", markup=False)
            return
        # Expired credentials are read again from where they come from.
        if self._ended_by and (failed := renew(self.app, self.desk.source)):
            self._note = f"{safe(failed.reason)}, L tries again"
            self._tell(self.desk.running)
            return
        self._ended_by = None
        self._note = ""
        self.follows = not self.follows
        if self.follows:
            self._begin_following()
        else:
            self._stop_following()
            self.events.new_from = None
        self._tell(self.desk.running)
        self.refresh_bindings()

    def open(self, folders: tuple[str, ...]) -> None:
        self._stop_following()
        super().open(folders)
        self.events.new_from = None
        if self.follows:
            self._begin_following()

    @property
    def standing_note(self) -> str:
        if self._following is None:
            return ""
        if not self._looked:
            return "following"
        parts = ["following", self._looked, f"{self._news:,} new"]
        return " · ".join([*parts, *([str(self._delay)] if self._delay else [])])

    def _begin_following(self) -> None:
        session = self.desk.session
        if session is not None and self._following is None:
            self._forget_follow()
            self._following = Following(session, self.post_message, self.desk.generation)

    def _stop_following(self) -> None:
        if self._following is not None:
            self._following.close()
            self._following = None

    @on(Looked)
    def _a_look(self, event: Looked) -> None:
        following = self._following
        if following is None or event.generation != self.desk.generation:
            return
        look = event.look
        if look.fatal is not None:
            self._end(look.fatal)
            return
        self._looked = f"looked {look.at:%H:%M:%SZ}"
        if wrong := next((p for p in look.problems if not p.denied), None):
            self._looked += f", cannot list: {safe(wrong.reason)}"
        self.events.new_from = following.new_from
        self._give(event)

    def _end(self, error: SourceError) -> None:
        """Every further look would meet this error."""
        self._stop_following()
        self.follows = False
        self._ended_by = error
        hint = f" ({safe(error.hint)})" if error.hint else ""
        self._note = f"follows no more, L goes on: {safe(error.reason)}{hint}"
        self._tell(self.desk.running)

    def _give(self, event: Looked) -> None:
        """Let the session read what was found, once it does nothing else."""
        following = self._following
        if following is None or event.generation != self.desk.generation:
            return
        if not any(event.look.found):
            self._tell(self.desk.running)
        elif self.desk.more(event.look.found, event.look.listed):
            following.given()
        else:
            self.set_timer(_AGAIN, lambda: self._give(event))

    @on(Came)
    def _came(self, event: Came) -> None:
        if event.generation == self.desk.generation:
            self._news += event.events
            self._delay = event.delay or self._delay
            self._tell(self.desk.running)
