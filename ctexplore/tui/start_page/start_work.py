"""What the start page has done off the screen thread, and the messages that tell of it."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.app import App
from textual.message import Message

from ctexplore.sources.aws.trails import Trails
from ctexplore.sources.source import SourceError
from ctexplore.tui.start_page.start_dialogs import AskCode
from ctexplore.tui.start_page.ways import Ask, Local, Opening, SignedIn, Ways, Words


@dataclass
class Looked(Message):
    """What is known without any network."""

    local: Local


@dataclass
class Told(Message):
    """Something of what AWS was asked. generation: of the asking; older ones are past."""

    generation: int
    signed: SignedIn | None = None
    caller: str = ""
    trails: Trails | None = None
    trouble: SourceError | None = None


@dataclass
class Entered(Message):
    """A source is open, or could not be opened."""

    generation: int
    opening: Opening | None = None
    trouble: SourceError | None = None


@dataclass
class Broke(Message):
    """A mistake of ours."""

    error: Exception


class StartWork:
    """Each piece of work has a thread of its own, whose answers are posted."""

    def __init__(self, ways: Ways, app: App[Any], post: Callable[[Message], Any]) -> None:
        self._ways = ways
        self._app = app
        self._post = post
        self.asking = 0  # the generation whose answers count
        self.entering = 0

    def look(self) -> None:
        """Look for what is here, and import meanwhile what opening anything takes."""

        def work() -> None:
            self._post(Looked(self._ways.look()))
            import ctexplore.tui.explore  # noqa: F401

        self._start(work)

    def ask(self, profile: str, *, again: bool = False) -> None:
        """Ask AWS as a profile, and forget what is asked so far."""
        self.asking += 1
        generation = self.asking

        def tell(**told: Any) -> None:
            self._post(Told(generation, **told))

        def name() -> None:
            # Who it is matters less than what there is; without STS all else works.
            with contextlib.suppress(SourceError):
                tell(caller=self._ways.caller())

        def work() -> None:
            try:
                tell(signed=self._ways.sign_in(profile, self._ask(), again=again))
                self._start(name)
                for trails in self._ways.trails():
                    if generation != self.asking:
                        return
                    tell(trails=trails)
            except SourceError as error:
                tell(trouble=error)

        self._start(work)

    def enter(self, words: Words) -> None:
        self.entering += 1
        generation = self.entering

        def work() -> None:
            try:
                opening = self._ways.open(words, self._ask())
            except SourceError as error:
                self._post(Entered(generation, trouble=error))
                return
            if generation == self.entering:
                self._post(Entered(generation, opening))
            else:
                self._ways.left(opening.source)

        self._start(work)

    def leave(self, opening: Opening) -> None:
        """Closing may wait for reads under way."""
        self._start(lambda: self._ways.left(opening.source))

    def _ask(self) -> Ask:
        """Asks in a dialog, for a thread that waits."""

        def ask(question: str) -> str:
            answers: queue.SimpleQueue[str | None] = queue.SimpleQueue()
            self._app.call_from_thread(self._app.push_screen, AskCode(question), answers.put)
            if (answer := answers.get()) is None:
                raise EOFError
            return answer

        return ask

    def _start(self, work: Callable[[], None]) -> None:
        def guarded() -> None:
            try:
                work()
            except Exception as error:
                self._post(Broke(error))

        threading.Thread(target=guarded, name="start page", daemon=True).start()
