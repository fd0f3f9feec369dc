"""Records out of files that are no plain log file: other containers, damaged or cut JSON."""

from __future__ import annotations

import contextlib
import re
from typing import Final

import msgspec

from ctexplore.store.containers import scan
from ctexplore.store.containers.envelopes import LISTS, Found
from ctexplore.store.containers.foreign import foreign_text
from ctexplore.store.containers.lines import in_lines, read_lines
from ctexplore.store.containers.split import Split
from ctexplore.store.problem import Outcome
from ctexplore.trail.exact import JsonError, parse
from ctexplore.trail.node import Object
from ctexplore.trail.record import fields_of, text_of

_RECORD: Final = re.compile(rb'\{\s*+"eventVersion"\s*+:')
_DOCUMENT: Final = re.compile(rb'\{\s*+"(?:Records|eventVersion)"\s*+:')
_BRACE: Final = re.compile(rb"\s*+\}")
_CLOSED: Final = re.compile(rb"\]\s*\}\s*\Z")
_CHEAP: Final = 1 << 20


def salvage(data: bytes) -> Split:
    """The records of a file that is not just an object with a list of them."""
    found = Found()
    start = scan.blank(data, 0)
    if found.value(data[start:].rstrip(b" \t\r\n")):
        return found.split()
    if in_lines(data):
        read_lines(data, found)
    else:
        _Documents(data, found).read(start)
    return found.split()


class _Documents:
    """Values one after another, each over as many lines as it likes, any of them damaged."""

    def __init__(self, data: bytes, found: Found) -> None:
        self.data = data
        self.found = found
        self._records_only = False  # the list being read holds records, not envelopes of them
        self._marker, self._marked = _RECORD, -1
        # Looking for an end that is not there costs the rest of the file. Bytes that may yet be
        # spent on that, so that damage in many places takes no longer than in a few.
        self._budget = 8 * len(data)

    def read(self, at: int) -> None:
        data = self.data
        while at < len(data):
            if data[at : at + 1] not in (b"{", b"["):
                at = self._junk(at)
            else:
                end = self._end(at)
                at = end if end and self.found.value(data[at:end]) else self._broken(at)
            at = scan.blank(data, at)
            if data[at : at + 1] == b",":
                at = scan.blank(data, at + 1)

    def _junk(self, at: int) -> int:
        """Bytes where a document should start; where the next one does."""
        data, found, rest = self.data, self.found, len(self.data) - at
        following = _DOCUMENT.search(data, at)
        if following:
            end = following.start()
            found.problem(Outcome.NOTED, f"{end - at:,} bytes that are not JSON", f"byte {at:,}")
            return end
        if found:
            reason = f"{rest:,} bytes that are not JSON after the records"
            found.problem(Outcome.NOTED, reason, f"byte {at:,}")
        elif kind := foreign_text(data):
            found.problem(Outcome.SKIPPED, f"{kind}, it holds no events")
        elif shape := _scalar(data[at:]):
            found.problem(Outcome.FAILED, f"no Records: the file holds {shape}, not an object")
        else:
            found.problem(Outcome.FAILED, "not JSON")
        return len(data)

    def _broken(self, start: int) -> int:
        """A list, or an object that may hold lists, in which something is amiss; where it ends."""
        data = self.data
        if data[start : start + 1] == b"[":
            return self._items(start)[0]
        at, found = scan.blank(data, start + 1), False
        while data[at : at + 1] != b"}":
            member = scan.member(data, at)
            if member is None:
                return self._resume(at)
            written, value = member
            key = text_of(b'"%s"' % written) if b"\\" in written else written.decode("latin-1")
            listed = key in LISTS
            found |= listed
            end: int | None
            if listed and data[value : value + 1] == b"[":
                self._records_only = key == "Records"
                end, whole = self._items(value)
                if not whole:
                    return self._closed(end)
            else:
                if listed:
                    self.found.no_list(key, data[value : value + 1])
                end = self._end(value)
                if end is None:
                    return self._resume(at)
            at = scan.blank(data, end)
            if data[at : at + 1] == b",":
                at = scan.blank(data, at + 1)
            elif data[at : at + 1] != b"}":
                return self._resume(at)
        if not found:
            self.found.piece(data[start : at + 1])
        return at + 1

    def _resume(self, at: int) -> int:
        """Go on behind a cut object at the next that looks like a record."""
        following = self._following(at)
        if following == len(self.data):
            self.found.cut(at)
            return following
        lost = self.data[at:following]
        if lost.strip(b" \t\r\n,:[]{}"):
            self.found.piece(lost)
        return self._closed(self._walk(following)[0])

    def _closed(self, at: int) -> int:
        """Behind the brace that closes the object around a list, where there is one."""
        brace = _BRACE.match(self.data, at)
        return brace.end() if brace else at

    def _items(self, start: int) -> tuple[int, bool]:
        """Where the list at ``start`` ends, and whether nothing in it was amiss."""
        at = scan.blank(self.data, start + 1)
        key = scan.string(self.data, scan.blank(self.data, at + 1))
        if self.data[at : at + 1] == b"{" and key and len(key) < 64 and self._budget > 0:
            # All items of a list begin alike; that tells where one begins behind damage.
            self._marker = re.compile(rb'\{\s*+"(?:eventVersion|%s)"\s*+:' % re.escape(key))
            self._marked = -1
        return self._walk(at)

    def _walk(self, at: int) -> tuple[int, bool]:
        """``_items`` from the item at ``at`` on."""
        data, whole = self.data, True
        while data[at : at + 1] != b"]":
            if at >= len(data):
                self.found.cut(at, partly=False)
                return at, False
            bound = self._following(at + 1)
            end = self._item_end(at, bound)
            after = scan.blank(data, end) if end else len(data)
            if end and data[after : after + 1] in (b",", b"]", b""):
                take = self.found.piece if self._records_only else self.found.item
                take(data[at:end])
                comma = data[after : after + 1] == b","
                at = scan.blank(data, after + 1) if comma else after
                continue
            whole = False
            if bound == len(data) and not _CLOSED.search(data, max(at, len(data) - 64)):
                self.found.cut(at)
                return len(data), False
            self.found.piece(data[at:bound].rstrip(b" \t\r\n,"))
            at = bound
            if at == len(data):
                return at, False
        return at + 1, whole

    def _item_end(self, at: int, bound: int) -> int | None:
        """Where the item at ``at`` ends; None when it is damaged."""
        with contextlib.suppress(scan.Cut):
            return scan.value_end(self.data, at, bound)
        # What looked like the next record may be inside this one.
        end = self._end(at) if bound < len(self.data) else None
        return end if end and _is_object(self.data[at:end]) else None

    def _following(self, at: int) -> int:
        """Where from ``at`` on the next thing starts that looks like a record, or the end."""
        if self._marked < at:
            match = self._marker.search(self.data, at)
            self._marked = match.start() if match else len(self.data)
            self._budget -= self._marked - at
        return self._marked

    def _end(self, at: int) -> int | None:
        """Where the value at ``at`` ends; None when it does not, or looking costs too much."""
        if self._budget < 0:
            return None
        end = None
        with contextlib.suppress(scan.Cut):
            end = scan.value_end(self.data, at)
        self._budget -= (end or len(self.data)) - at
        return end


def _is_object(data: bytes) -> bool:
    """Whether bytes are one JSON object, oddities allowed where looking for them is cheap."""
    if fields_of(data) is not None:
        return True
    try:
        return len(data) < _CHEAP and isinstance(parse(data).root, Object)
    except JsonError:
        return False


def _scalar(data: bytes) -> str:
    """What the only value of a file is when it is neither object nor list; "" when it is none."""
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return scan.shape(data)
