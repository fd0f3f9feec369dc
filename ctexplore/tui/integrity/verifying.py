"""Verifies what lies open, on a thread beside the screen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from textual.message import Message

from ctexplore import crash
from ctexplore.investigate.integrity.coverage import Coverage
from ctexplore.investigate.integrity.run import Verification
from ctexplore.investigate.integrity.scope import verification_of
from ctexplore.investigate.integrity.verdicts import Verdicts, summary
from ctexplore.sources.source import SourceError
from ctexplore.store.cache.cache import Cache
from ctexplore.store.parts import list_anew
from ctexplore.store.session import Session

_TOLD = 0.5  # seconds between two looks of the screen
_REST = 10  # showing what was found may take this part of the time


@dataclass
class Verified(Message):
    """Verifying is further, or has ended (not ``running``). said: one line, not yet safe."""

    generation: int
    running: bool
    said: str

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Verified) and message.running == self.running


class Verifying:
    """One run. verdicts and coverage grow while it runs, and stay when it is stopped."""

    def __init__(
        self, session: Session, cache: Cache, post: Callable[[Message], Any], generation: int
    ) -> None:
        self.verdicts = Verdicts()
        self.coverage = Coverage()
        self._session = session
        self._cache = cache
        self._post = post
        self._generation = generation
        self._stop = threading.Event()
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="verify", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        return not self._ended

    def stop(self) -> None:
        """Leave it after the file at hand; what was found stays."""
        self._stop.set()

    def show(self) -> None:
        """Give the verdicts to the events that were loaded since."""
        self.verdicts.put(self._session.table)

    def _work(self) -> None:
        try:
            said = self._run()
        except SourceError as error:
            hint = f" ({error.hint})" if error.hint else ""
            said = f"not verified: {error.place}: {error.reason}{hint}"
        except Exception as error:
            # Whoever stopped it may have closed the source under it.
            said = "verifying stopped" if self._stop.is_set() else crash.keep(error)
        self.show()
        self._ended = True
        self._post(Verified(self._generation, False, said))

    def _run(self) -> str:
        session = self._session
        list_anew(session.source)
        verification = verification_of(session.source, self._cache, session.scope, session.table)
        with closing(verification):
            told = time.monotonic() + _TOLD
            for finding in verification.run():
                self.verdicts.add(finding)
                self.coverage.add(finding)
                if self._stop.is_set():
                    return f"verifying stopped: {summary(self.verdicts)}"
                if time.monotonic() >= told:
                    told = self._tell(verification)
        newer = verification.newer
        more = f" · {newer:,} newer than the digest that will list them" if newer else ""
        return summary(self.verdicts) + more

    def _tell(self, verification: Verification) -> float:
        """When to tell again."""
        began = time.monotonic()
        self.show()
        said = f"verifying {verification.share:.0%}, {verification.done:,} files"
        self._post(Verified(self._generation, True, said))
        now = time.monotonic()
        return now + max(_TOLD, _REST * (now - began))
