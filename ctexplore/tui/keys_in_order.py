"""One key after another, each once the one before had its effect.

Over a slow line keys come in bunches: ``f``, a filter and enter in one packet. Textual hands each
to what has the focus as it comes, and ``f`` moves the focus a few messages later: the filter's
letters would be keys of the list.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

_LOST = 1.0  # seconds after which a key is taken for swallowed: its widget went away meanwhile
# While more keys wait nothing is drawn, for so many seconds; then frames may pass for a moment.
_BLIND, _SEEN = 0.3, 0.1


class KeysInOrder(App[None]):
    """Keys wait while another is on its way from the focus up to the App, whose bindings come last.

    Costs two messages for each widget on that way. Of a bunch only what it comes to is drawn.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ahead: deque[events.Key | events.Paste] = deque()
        self._handed_on = 0.0  # when; 0 while no key is on its way
        self._undrawn = ExitStack()
        self._drawing: bool | None = None
        self._until = 0.0  # when drawing stops or begins again

    @property
    def keys_under_way(self) -> bool:
        """Whether a key has not had its effect yet."""
        return bool(self._handed_on)

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        self._ahead.append(event)
        if time.monotonic() - self._handed_on > _LOST:
            await self._next_key()

    async def _next_key(self) -> None:
        if not self._ahead:
            self._handed_on = 0.0
            return
        self._handed_on = time.monotonic()
        event = self._ahead.popleft()
        self._draw_less(self._handed_on)
        way = [*(self.focused or self.screen).ancestors_with_self]
        await super().on_event(event)
        # What a key does may send a message up the same way, and to move the focus is one more
        # to the App.
        self._come_through([*way, *way, self])

    def _come_through(self, way: Sequence[MessagePump]) -> None:
        """In each queue behind the key, so that this comes to the next one after it."""
        for at, pump in enumerate(way, 1):
            if pump.call_later(self._come_through, way[at:]):
                return
        self.call_later(self._next_key)

    def _draw_less(self, now: float) -> None:
        if not self._ahead:
            self._undrawn.close()
            self._drawing = None
        elif self._drawing is None or now > self._until:
            self._drawing = self._drawing is False
            self._until = now + (_SEEN if self._drawing else _BLIND)
            self._undrawn.close()
            if not self._drawing:
                self._undrawn.enter_context(self.batch_update())
