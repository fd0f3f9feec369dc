"""Records out of files that are no plain log file: other containers, damaged or cut JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from ctexplore.store import scan
from ctexplore.store.foreign import foreign_object, foreign_text
from ctexplore.store.problem import Outcome, Problem
from ctexplore.store.split import Bytes, Split, envelope, split
from ctexplore.trail.record import fields_of, text_of

# Lists of records, or of envelopes that each hold one: a log file's; those of lookup-events,
# of a CloudWatch Logs subscription and of get-log-events.
_LISTS: Final = ("Records", "Events", "logEvents", "events")
# An object that stands alone is a record when it has any of these; CloudTrail writes most always.
_RECORD_FIELDS: Final = frozenset(
    ("eventVersion", "eventTime", "eventSource", "eventName", "eventID", "userIdentity", "eventId")
)
_RECORD: Final = re.compile(rb'\{\s*+"eventVersion"\s*+:')
_DOCUMENT: Final = re.compile(rb'\{\s*+"(?:Records|eventVersion)"\s*+:')
_END: Final = re.compile(rb"\s*+\}")
_CLOSED: Final = re.compile(rb"\]\s*\}\s*\Z")

_decode_array = msgspec.json.Decoder(list[msgspec.Raw]).decode


class Salvage:
    """One file, read value by value; keeps what it can and names what it cannot."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.records: list[Bytes] = []
        self.places: dict[int, str] = {}
        # In order of appearance; what is said of a file is said once.
        self.problems: dict[Problem, None] = {}
        self.marker = _RECORD
        self.budget = 4 * len(data)

    def split(self) -> Split:
        start = scan.blank(self.data, 0)
        if self._strictly(self.data[start:]):
            pass
        elif self._in_lines():
            self._lines()
        else:
            self._documents(start)
        return Split(self.records, list(self.problems), self.places)

    # One value a line.

    def _in_lines(self) -> bool:
        lines = _lines(self.data)
        first, second = next(lines, (0, b"")), next(lines, (0, b""))
        if not second[1] or _is_whole(first[1]):
            return bool(second[1])
        if not _is_whole(second[1]):
            return False
        try:
            # One value over several lines, some of which are values too?
            scan.value_end(self.data, scan.blank(self.data, 0))
        except scan.Cut:
            return True
        return first[1][:1] not in b"{["

    def _lines(self) -> None:
        for number, line in _lines(self.data):
            place = f"line {number}"
            fields = fields_of(line)
            if fields is not None and not any(name in fields for name in _LISTS):
                self._object(line, fields, place)
            elif fields is not None or any(b'"%s"' % name.encode() in line for name in _LISTS):
                self._line(split(line), place)
            elif b"{" in line and b'"' in line:
                self._piece(line, place)
            else:
                self._problem(Outcome.NOTED, f"{len(line):,} bytes that are not JSON", place)

    def _line(self, part: Split, place: str) -> None:
        for position, record in enumerate(part.records):
            self._piece(record, f"{place}, record {position + 1}")
        for problem in part.problems:
            self._problem(problem.outcome, problem.reason, place, problem.records)

    # Values one after another, each over as many lines as it likes.

    def _documents(self, at: int) -> None:
        data = self.data
        while at < len(data):
            if data[at : at + 1] not in (b"{", b"["):
                at = self._junk(at)
            else:
                try:
                    end = scan.value_end(data, at)
                except scan.Cut:
                    at = self._broken(at)
                else:
                    at = end if self._strictly(data[at:end]) else self._broken(at)
            at = scan.blank(data, at)
            if data[at : at + 1] == b",":
                at = scan.blank(data, at + 1)

    def _junk(self, at: int) -> int:
        """Bytes where a document should start; where the next one does."""
        data, rest = self.data, len(self.data) - at
        following = _DOCUMENT.search(data, at)
        if following:
            end = following.start()
            self._problem(Outcome.NOTED, f"{end - at:,} bytes that are not JSON", f"byte {at:,}")
            return end
        if self.records or self.problems:
            reason = f"{rest:,} bytes that are not JSON after the records"
            self._problem(Outcome.NOTED, reason, f"byte {at:,}")
        elif kind := foreign_text(data):
            self._problem(Outcome.SKIPPED, f"{kind}, it holds no events")
        elif shape := _scalar(data[at:]):
            self._problem(Outcome.FAILED, f"no Records: the file holds {shape}, not an object")
        else:
            self._problem(Outcome.FAILED, "not JSON")
        return len(data)

    def _strictly(self, piece: bytes) -> bool:
        """Take what is one JSON value and nothing is amiss with; False, and nothing taken, else."""
        if piece.startswith(b"["):
            try:
                items = _decode_array(piece)
            except (msgspec.DecodeError, RecursionError):
                return False
            for item in items:
                self._item(bytes(item))
            return True
        fields = fields_of(piece)
        if fields is None:
            return False
        if "Records" not in fields:
            self._object(piece, fields)
            return True
        records = envelope(piece)
        self.records.extend(records or ())
        return records is not None

    def _broken(self, at: int) -> int:
        """A list, or an object that may hold lists, in which something is amiss."""
        data = self.data
        if data[at : at + 1] == b"[":
            return self._items(at)[0]
        found = False
        try:
            for member in scan.members(data, at):
                name = member.key.decode("ascii", "replace")
                if name not in _LISTS:
                    continue
                found = True
                if data[member.start : member.start + 1] != b"[":
                    self._no_list(member)
                    continue
                end, whole = self._items(member.start)
                if not whole:
                    closed = _END.match(data, end)
                    return closed.end() if closed else end
            end = scan.value_end(data, at)
        except scan.Cut:
            return self._resume(at)
        if not found:
            self._piece(data[at:end])
        return end

    def _no_list(self, member: scan.Member) -> None:
        shape = scan.shape(self.data[member.start : member.start + 1])
        self._problem(Outcome.FAILED, f"{member.key.decode()} is {shape}, not a list")

    def _resume(self, at: int) -> int:
        """Go on behind a cut object at the next that looks like a record."""
        following = self.marker.search(self.data, at + 1)
        if following is None:
            self._cut(at)
            return len(self.data)
        self._piece(self.data[at : following.start()])
        end, _ = self._walk(following.start())
        closed = _END.match(self.data, end)
        return closed.end() if closed else end

    # The items of a list.

    def _items(self, start: int) -> tuple[int, bool]:
        """Where the list at ``start`` ends, and whether nothing in it was amiss."""
        at = scan.blank(self.data, start + 1)
        key = scan.string(self.data, scan.blank(self.data, at + 1))
        if self.data[at : at + 1] == b"{" and key and len(key) < 64:
            # All items of a list begin alike; that tells where one begins behind damage.
            self.marker = re.compile(rb'\{\s*+"(?:eventVersion|%s)"\s*+:' % re.escape(key))
        return self._walk(at)

    def _walk(self, at: int) -> tuple[int, bool]:
        data, whole = self.data, True
        while data[at : at + 1] != b"]":
            if at >= len(data):
                self._cut(at, partly=False)
                return at, False
            following = self.marker.search(data, at + 1)
            bound = following.start() if following else len(data)
            end = self._item_end(at, bound)
            after = scan.blank(data, end) if end else len(data)
            if end and data[after : after + 1] in (b",", b"]", b""):
                self._item(data[at:end])
                comma = data[after : after + 1] == b","
                at = scan.blank(data, after + 1) if comma else after
                continue
            whole = False
            if following is None and not _CLOSED.search(data, max(at, len(data) - 64)):
                self._cut(at)
                return len(data), False
            self._piece(data[at:bound].rstrip(b" \t\r\n,"))
            at = bound
            if following is None:
                return at, False
        return at + 1, whole

    def _item_end(self, at: int, bound: int) -> int | None:
        """Where the item at ``at`` ends; None when it is damaged."""
        try:
            return scan.value_end(self.data, at, bound)
        except scan.Cut:
            pass
        if bound == len(self.data) or self.budget < 0:
            return None
        # What looked like the next record may be inside this one. Looking costs the rest of the
        # file for a record that is damaged, which must not happen for each of many.
        try:
            end = scan.value_end(self.data, at)
        except scan.Cut:
            end = len(self.data)
        self.budget -= end - at
        return end if fields_of(self.data[at:end]) is not None else None

    def _item(self, piece: bytes) -> None:
        fields = fields_of(piece) if piece.startswith(b"{") else None
        if fields is None:
            self._piece(piece)
        else:
            self._object(piece, fields, item=True)

    # An object: a record, or one of the envelopes that records travel in.

    def _object(
        self, piece: bytes, fields: dict[str, msgspec.Raw], place: str = "", *, item: bool = False
    ) -> None:
        if not _RECORD_FIELDS.isdisjoint(fields):
            self._piece(piece, place)
        elif "detail" in fields and "detail-type" in fields:
            self._piece(bytes(fields["detail"]), place)
        elif quoted := fields.get("CloudTrailEvent") or fields.get("message"):
            self._piece(text_of(bytes(quoted)).encode("utf-8", "surrogatepass"), place)
        elif not item and (lists := [name for name in _LISTS if name in fields]):
            for name in lists:
                self._wrapped(bytes(fields[name]), name)
        elif not item and (kind := foreign_object(fields)):
            self._problem(Outcome.SKIPPED, f"{kind}, it holds no events")
        elif item or place:
            # An object nobody wrote this way still is evidence: shown with what it has.
            self._piece(piece, place)
        else:
            self._problem(Outcome.FAILED, "no Records in the file")

    def _wrapped(self, raw: bytes, name: str) -> None:
        try:
            items = _decode_array(raw)
        except (msgspec.DecodeError, RecursionError):
            self._problem(Outcome.FAILED, f"{name} is {scan.shape(raw)}, not a list")
            return
        for item in items:
            self._item(bytes(item))

    def _piece(self, piece: Bytes, place: str = "") -> None:
        if place:
            self.places[len(self.records)] = place
        self.records.append(piece)

    def _cut(self, at: int, *, partly: bool = True) -> None:
        reason = f"cut off after {len(self.records):,} records"
        self._problem(Outcome.PARTIAL, reason, f"byte {at:,}", int(partly))

    def _problem(self, outcome: Outcome, reason: str, place: str = "", records: int = 0) -> None:
        self.problems[Problem("", outcome, reason, place, records=records)] = None


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(number, bytes) of the lines that are not blank."""
    start, number = 0, 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        number += 1
        if line := data[start:end].strip():
            yield number, line
        start = end + 1


def _is_whole(line: bytes) -> bool:
    """Whether a line is an object or a list from its first byte to its last."""
    if line[:1] not in (b"{", b"["):
        return False
    if fields_of(line) is not None:
        return True
    try:
        return scan.value_end(line, 0) == len(line)
    except scan.Cut:
        return False


def _scalar(data: bytes) -> str:
    """What the only value of a file is when it is neither object nor list; "" when it is none."""
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return scan.shape(data)
