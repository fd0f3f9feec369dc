"""The objects that records travel in: lookup-events, EventBridge, CloudWatch Logs, or none."""

from __future__ import annotations

from typing import Final

import msgspec

from ctexplore.store.containers import scan
from ctexplore.store.containers.foreign import foreign_object
from ctexplore.store.containers.lookup_event import completed
from ctexplore.store.containers.split import Bytes, Split, envelope
from ctexplore.store.problem import Outcome, Problem
from ctexplore.trail.record import fields_of, text_of

# Lists of records, or of envelopes that each hold one: a log file's; those of lookup-events,
# of a CloudWatch Logs subscription and of get-log-events.
LISTS: Final = ("Records", "Events", "logEvents", "events")
# An object that stands alone is a record when it has any of these; CloudTrail writes most always.
_RECORD_FIELDS: Final = frozenset(
    ("eventVersion", "eventTime", "eventSource", "eventName", "eventID", "userIdentity", "eventId")
)
# The texts that hold a record: of lookup-events, of CloudWatch Logs, of a query in Logs Insights.
_TEXTS: Final = ("CloudTrailEvent", "message", "@message")
_TOLD: Final = 20

_decode_array = msgspec.json.Decoder(list[msgspec.Raw]).decode


class Found:
    """What was found in one file so far."""

    def __init__(self) -> None:
        self.records: list[Bytes] = []
        self._places: dict[int, str] = {}
        # In order of appearance; what is said of a file is said once.
        self._problems: dict[Problem, None] = {}
        self._untold = 0

    def __bool__(self) -> bool:
        return bool(self.records or self._problems)

    def split(self) -> Split:
        problems = list(self._problems)
        if self._untold:
            reason = f"{self._untold:,} more places where something is amiss"
            problems.append(Problem("", Outcome.NOTED, reason))
        return Split(self.records, problems, self._places)

    def value(self, piece: bytes) -> bool:
        """Take a JSON value that nothing is amiss with; False, and nothing taken, for others."""
        if piece.startswith(b"["):
            try:
                items = _decode_array(piece)
            except (msgspec.DecodeError, RecursionError):
                return False
            for item in items:
                self.item(bytes(item))
            return True
        fields = fields_of(piece)
        if fields is None:
            return False
        if "Records" not in fields:
            self.object(piece, fields)
            return True
        records = envelope(piece)
        self.records.extend(records or ())
        return records is not None

    def object(
        self, piece: bytes, fields: dict[str, msgspec.Raw], place: str = "", *, item: bool = False
    ) -> None:
        """Take an object's record or records.

        place: what to say of a record in it. item: whether it is one of a list.
        """
        if not _RECORD_FIELDS.isdisjoint(fields):
            self.piece(piece, place)
        elif "detail" in fields and "detail-type" in fields:
            self.piece(bytes(fields["detail"]), place)
        elif quoted := _quoted(fields):
            self.piece(completed(text_of(quoted).encode("utf-8", "surrogatepass"), fields), place)
        elif bytes(fields.get("messageType", b"")) == b'"CONTROL_MESSAGE"':
            self.problem(Outcome.SKIPPED, "a control message of CloudWatch Logs, no event", place)
        elif not item and (lists := [name for name in LISTS if name in fields]):
            for name in lists:
                self._list(bytes(fields[name]), name)
        elif not item and (kind := foreign_object(fields)):
            self.problem(Outcome.SKIPPED, f"{kind}, it holds no events")
        elif item or place:
            # An object nobody wrote this way still is evidence: shown with what it has.
            self.piece(piece, place)
        else:
            self.problem(Outcome.FAILED, "no Records in the file")

    def item(self, piece: bytes) -> None:
        """Take an item of a list of records or envelopes, whatever it is."""
        fields = fields_of(piece) if piece.startswith(b"{") else None
        if fields is None:
            self.piece(piece)
        else:
            self.object(piece, fields, item=True)

    def piece(self, piece: Bytes, place: str = "") -> None:
        """Take what stands where a record should; whether it is one shows when it is decoded."""
        if place:
            self._places[len(self.records)] = place
        self.records.append(piece)

    def part(self, part: Split, place: str) -> None:
        """Take what was found in a part of the file."""
        for position, record in enumerate(part.records):
            self.piece(record, f"{place}, record {position + 1:,}")
        for problem in part.problems:
            self.problem(problem.outcome, problem.reason, place, problem.records)

    def no_list(self, name: str, value: bytes) -> None:
        self.problem(Outcome.FAILED, f"{name} is {scan.shape(value)}, not a list")

    def cut(self, at: int, *, partly: bool = True) -> None:
        """The file ends at byte ``at``, or in a record that begins there."""
        reason = f"cut off after {len(self.records):,} records"
        self.problem(Outcome.PARTIAL, reason, f"byte {at:,}", int(partly))

    def problem(self, outcome: Outcome, reason: str, place: str = "", records: int = 0) -> None:
        problem = Problem("", outcome, reason, place, records=records)
        # What tells of lost records is never left out.
        if len(self._problems) < _TOLD or records or problem in self._problems:
            self._problems[problem] = None
        else:
            self._untold += 1

    def _list(self, piece: bytes, name: str) -> None:
        try:
            items = _decode_array(piece)
        except (msgspec.DecodeError, RecursionError):
            self.no_list(name, piece)
            return
        for item in items:
            self.item(bytes(item))


def _quoted(fields: dict[str, msgspec.Raw]) -> bytes:
    """The JSON text that an object of lookup-events or CloudWatch Logs holds a record in."""
    quoted = next((bytes(fields[name]) for name in _TEXTS if name in fields), b"")
    return quoted if quoted.startswith(b'"') else b""
