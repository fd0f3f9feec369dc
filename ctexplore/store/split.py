"""From JSON bytes to the records in them, each as the bytes CloudTrail wrote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from ctexplore.store import scan
from ctexplore.store.problem import Outcome, Problem

Bytes = bytes | msgspec.Raw


class Split(NamedTuple):
    """records: bytes of one JSON object each, in file order, with None where something stands
    that is no object (so that an index keeps its meaning). problems: without the file's key."""

    records: Sequence[Bytes | None]
    problems: Sequence[Problem] = ()


class _Envelope(msgspec.Struct):
    Records: list[msgspec.Raw] | None = None


_decode_envelope = msgspec.json.Decoder(_Envelope).decode
_decode_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_array = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_text = msgspec.json.Decoder(str).decode

# A record that stands alone is known by any of these; CloudTrail writes most of them always.
_RECORD_FIELDS = frozenset(
    ("eventVersion", "eventTime", "eventSource", "eventName", "eventID", "userIdentity", "eventId")
)


def split(data: bytes) -> Split:
    """The records in a file's JSON bytes, whatever container they came in.

    The usual ``{"Records": [...]}`` costs half a microsecond a record; everything else goes
    the careful way.
    """
    if data.count(b'"Records"') == 1:
        try:
            records = _decode_envelope(data).Records
        except (msgspec.DecodeError, RecursionError):
            records = None
        if records is not None and _all_objects(records):
            return Split(records)
    return _Careful(data).split()


def _all_objects(records: Sequence[msgspec.Raw]) -> bool:
    return all(bytes(memoryview(r)[:1]) == b"{" for r in records)


class _Careful:
    """One file, read value by value; keeps what it can and names what it cannot."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.records: list[Bytes | None] = []
        self.problems: list[Problem] = []

    def split(self) -> Split:
        at, documents = scan.blank(self.data, 0), 0
        while at < len(self.data):
            documents += 1
            try:
                end = scan.value_end(self.data, at)
            except scan.Cut:
                at = self._resume(at, documents)
                continue
            self._document(at, end, alone=documents == 1)
            at = scan.blank(self.data, end)
            if self.data[at : at + 1] == b",":
                at = scan.blank(self.data, at + 1)
        if not self.records and not self.problems:
            self._problem(Outcome.NOTED, "no records in the file")
        return Split(self.records, self.problems)

    def _resume(self, start: int, document: int) -> int:
        """Save what a cut document holds; go on at the next line that starts one."""
        line_end = self.data.find(b"\n", start)
        following = scan.blank(self.data, line_end + 1) if line_end >= 0 else len(self.data)
        if document > 1 and self.data[following : following + 1] == b"{":
            line = self.data.count(b"\n", 0, start) + 1
            self._lost(f"line {line}", "not JSON")
            return following
        before = len(self.records)
        first = self.data[start : start + 1]
        if first == b"[":
            self._items(start)
        elif first == b"{":
            self._cut_object(start)
        elif document > 1:
            rest = len(self.data) - start
            self._problem(
                Outcome.NOTED, f"{rest} bytes that are not JSON after the records", f"byte {start}"
            )
            return len(self.data)
        if len(self.records) == before and following < len(self.data):
            line = self.data.count(b"\n", 0, start) + 1
            self._lost(f"line {line}", "not JSON")
            return following
        if not any(p.outcome is Outcome.PARTIAL for p in self.problems):
            self._lost(f"byte {start}", f"cut off after {len(self.records)} records")
        return len(self.data)

    def _cut_object(self, start: int) -> None:
        try:
            for member in scan.members(self.data, start):
                opens = self.data[member.start : member.start + 1] == b"["
                if member.end < 0 and member.key == b"Records" and opens:
                    self._items(member.start)
                    return
        except scan.Cut:
            pass

    def _document(self, start: int, end: int, *, alone: bool) -> None:
        first = self.data[start : start + 1]
        if first == b"[":
            self._items(start)
        elif first == b"{":
            self._object(start, end)
        elif alone or self.records:
            self._lost(
                f"byte {start}", f"no Records: the file holds {_shape(first)}, not an object"
            )

    def _items(self, start: int) -> None:
        try:
            for item in scan.items(self.data, start):
                self._item(item)
        except scan.Cut as cut:
            self._lost(f"byte {cut.position}", f"cut off after {len(self.records)} records")

    def _item(self, item: scan.Member) -> None:
        first = self.data[item.start : item.start + 1]
        if first == b"{":
            self._record_or_wrapper(self.data[item.start : item.end])
            return
        place = f"record {len(self.records) + 1}"
        self.records.append(None)
        self._lost(place, f"a record is {_shape(first)}, not an object")

    def _object(self, start: int, end: int) -> None:
        found = False
        try:
            for member in scan.members(self.data, start):
                if member.end < 0:
                    continue
                if member.key == b"Records":
                    found = True
                    self._records_member(member)
        except scan.Cut as cut:
            self._lost(f"byte {cut.position}", "not JSON")
            return
        if not found:
            self._record_or_wrapper(self.data[start:end], top=True)

    def _records_member(self, member: scan.Member) -> None:
        first = self.data[member.start : member.start + 1]
        if first == b"[":
            self._items(member.start)
        else:
            self._problem(Outcome.FAILED, f"Records is {_shape(first)}, not a list")

    def _record_or_wrapper(self, data: bytes, *, top: bool = False) -> None:
        """An object that is a record, or one of the envelopes records travel in."""
        try:
            fields = _decode_object(data)
        except (msgspec.DecodeError, RecursionError):
            # Whether it is a record shows when it is decoded with more patience.
            self.records.append(data)
            return
        if not _RECORD_FIELDS.isdisjoint(fields):
            self.records.append(data)
        elif "detail" in fields and "detail-type" in fields:
            self.records.append(bytes(fields["detail"]))
        elif "CloudTrailEvent" in fields:
            self._quoted(fields["CloudTrailEvent"])
        elif "message" in fields:
            self._quoted(fields["message"])
        elif (name := next((n for n in _LISTS if n in fields), "")) and top:
            self._wrapped(fields[name], name)
        elif "digestStartTime" in fields and "logFiles" in fields:
            self._problem(Outcome.SKIPPED, "a digest file, it holds no events")
        elif top:
            self._unknown(fields)
        else:
            # An object nobody wrote this way still is evidence: shown with what it has.
            self.records.append(data)

    def _unknown(self, fields: dict[str, msgspec.Raw]) -> None:
        if "configurationItems" in fields or "configSnapshotId" in fields:
            self._problem(Outcome.SKIPPED, "an AWS Config file, it holds no events")
        elif "schemaVersion" in fields and "service" in fields:
            self._problem(Outcome.SKIPPED, "a GuardDuty finding, not a CloudTrail event")
        else:
            self._problem(Outcome.FAILED, "no Records in the file")

    def _wrapped(self, raw: msgspec.Raw, name: str) -> None:
        try:
            entries = _decode_array(raw)
        except msgspec.DecodeError:
            self._problem(Outcome.FAILED, f"{name} is not a list")
            return
        for entry in entries:
            self._record_or_wrapper(bytes(entry))

    def _quoted(self, raw: msgspec.Raw) -> None:
        """A record that travels as JSON in a string."""
        try:
            self.records.append(_decode_text(raw).encode())
        except msgspec.DecodeError:
            self._lost(f"record {len(self.records) + 1}", "the event is not text")
            self.records.append(None)

    def _lost(self, place: str, reason: str) -> None:
        self._problem(Outcome.PARTIAL, reason, place, 1)

    def _problem(self, outcome: Outcome, reason: str, place: str = "", records: int = 0) -> None:
        self.problems.append(Problem("", outcome, reason, place, records=records))


# lookup-events output, and a CloudWatch Logs export or subscription.
_LISTS = ("Events", "logEvents", "events")


def _shape(first: bytes) -> str:
    if first == b"{":
        return "an object"
    if first == b"[":
        return "a list"
    if first == b'"':
        return "text"
    if first == b"n":
        return "null"
    return "true or false" if first in b"tf" else "a number"
