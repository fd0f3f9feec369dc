"""Event times and event ids, thousands at once: texts of one length become one array of bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

from ctexplore.store.columns.batch import Ints, Words
from ctexplore.store.columns.schema import NO_TIME

_BASIC: Final = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", re.ASCII)
_NUMBER: Final = re.compile(r"\d{9,10}(\.\d+)?|\d{12,13}", re.ASCII)
_TEMPLATE: Final = np.frombuffer(b"0000-00-00T00:00:00Z", np.uint8)


class Texts:
    """Texts of events, of which most have one length: those are kept in one piece, a third of the
    memory that each would take for itself."""

    def __init__(self, instead: str) -> None:
        """instead: text of that length which stands for those of another one, or with more than
        ASCII in them."""
        self.count = 0
        self._instead, self._length = instead, len(instead)
        self._parts: list[str] = []
        self._others: dict[int, str] = {}

    def add(self, texts: Sequence[str]) -> None:
        joined, length = "".join(texts), self._length
        if not (joined.isascii() and set(map(len, texts)) <= {length}):
            others = {
                number: text
                for number, text in enumerate(texts)
                if len(text) != length or not text.isascii()
            }
            self._others.update((self.count + number, text) for number, text in others.items())
            joined = "".join(
                self._instead if number in others else text for number, text in enumerate(texts)
            )
        self.add_joined(joined)

    def add_joined(self, texts: str) -> None:
        """texts: all of that length, in ASCII, one behind the other."""
        self._parts.append(texts)
        self.count += len(texts) // self._length

    @property
    def others(self) -> Mapping[int, str]:
        """Those that stand nowhere else, by their number."""
        return self._others

    def joined(self) -> str:
        self._parts = ["".join(self._parts)]
        return self._parts[0]

    def characters(self) -> npt.NDArray[np.uint8]:
        """uint8[n, length]"""
        return np.frombuffer(self.joined().encode(), np.uint8).reshape(-1, self._length)

    def __getitem__(self, number: int) -> str:
        other = self._others.get(number)
        at = number * self._length
        return self.joined()[at : at + self._length] if other is None else other


def event_times() -> Texts:
    return Texts("-" * len(_TEMPLATE))


def event_ids() -> Texts:
    return Texts(str(UUID(int=0)))


def times(texts: Texts) -> tuple[Ints, dict[int, str]]:
    """int64 milliseconds since 1970 UTC, NO_TIME where unreadable; and those texts by position.

    CloudTrail writes ``YYYY-MM-DDTHH:MM:SSZ``; what else was seen (fractions, offsets, epoch
    numbers, the basic form) is read one by one.
    """
    values, good = _columns(texts.characters())
    unread: dict[int, str] = {}
    for position in np.flatnonzero(~good).tolist():
        text = texts[position]
        value = one_time(text)
        if value is None:
            values[position] = NO_TIME
            if text:
                unread[position] = text
        else:
            values[position] = value
    return values, unread


def _columns(text: npt.NDArray[np.uint8]) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Times of texts of the usual length, uint8[n, 20], and which of them are right."""
    # Place by place: numpy is quick along long rows only.
    places = np.ascontiguousarray(text.T)
    good = np.ones(len(text), bool)
    digits: dict[int, npt.NDArray[np.uint8]] = {}
    for place, template in enumerate(_TEMPLATE):
        if template == ord("0"):
            digits[place] = places[place] - np.uint8(ord("0"))
            good &= digits[place] <= 9
        else:
            good &= places[place] == template

    def number(tens: int) -> npt.NDArray[np.uint8]:
        value: npt.NDArray[np.uint8] = digits[tens] * np.uint8(10) + digits[tens + 1]
        return value

    hour, minute, second = number(11), number(14), number(17)
    good &= (hour < 24) & (minute < 60) & (second < 60)
    seconds = (hour.astype(np.int32) * 60 + minute) * 60 + second
    # Neighbours are mostly of one day.
    date = places[[0, 1, 2, 3, 5, 6, 8, 9]].T.copy().view(np.uint64)[:, 0]
    first = np.flatnonzero(np.r_[len(date) > 0, date[1:] != date[:-1]])
    lengths = np.diff(first, append=len(text))
    century, year, month, day = (number(tens)[first].astype(np.int64) for tens in (0, 2, 5, 8))
    days, in_calendar = _days(century * 100 + year, month, day)
    good &= np.repeat(in_calendar, lengths)
    return (np.repeat(days, lengths) * 86_400 + seconds) * 1000, good


def _days(year: Ints, month: Ints, day: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Days since 1970, and whether there is such a date."""
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    start = months.astype("datetime64[D]").astype(np.int64)
    length = (months + 1).astype("datetime64[D]").astype(np.int64) - start
    good = (year > 0) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= length)
    return start + day - 1, good


def one_time(text: str) -> int | None:
    """Milliseconds since 1970 UTC of one eventTime in any form seen in the field, or None."""
    text = text.strip()
    if match := _BASIC.fullmatch(text):
        text = "{}-{}-{}T{}:{}:{}Z".format(*match.groups())
    if _NUMBER.fullmatch(text):
        number = float(text)
        return round(number * 1000) if number < 1e11 else int(number)
    # A leap second exists in UTC and not in Python; it belongs to the minute it ends.
    text = re.sub(r":60(?=[Z.+-]|$)", ":59", text)
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    milliseconds = round((value - _EPOCH).total_seconds() * 1000)
    return milliseconds if _FIRST <= milliseconds <= _LAST else None


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# What a calendar of the years 1 to 9999 can show; an offset may point outside of it.
_FIRST: Final = -62_135_596_800_000
_LAST: Final = 253_402_300_799_999
_DASHES: Final = [8, 13, 18, 23]


def ids(texts: Texts) -> Words:
    """uint64[n, 2]: the 128 bits of each GUID, a hash of any other text, 0 for a missing id."""
    characters = texts.characters()
    dashes = (characters[:, _DASHES] == ord("-")).all(axis=1)
    # One in capitals is another text.
    capitals = characters - np.uint8(ord("A")) < 26
    if dashes.all() and not capitals.any():
        try:
            bits = bytes.fromhex(texts.joined().replace("-", ""))
        except ValueError:
            bits = b""
        # Blanks and further dashes would leave fewer.
        if len(bits) == 16 * texts.count:
            values = np.frombuffer(bits, ">u8").astype(np.uint64).reshape(-1, 2)
            for position, text in texts.others.items():
                values[position] = one_id(text)
            return values
    found = [one_id(texts[position]) for position in range(texts.count)]
    return np.array(found, np.uint64).reshape(-1, 2)


_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def one_id(text: str) -> tuple[int, int]:
    """The two halves that ``ids`` gives for this text."""
    if not text:
        return 0, 0
    if _GUID.fullmatch(text):
        bits = bytes.fromhex(text.replace("-", ""))
    else:
        bits = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return int.from_bytes(bits[:8], "big"), int.from_bytes(bits[8:], "big")


def id_text(high: int, low: int) -> str:
    """The GUID of an event's two halves; of a hash, a text whose halves are the same."""
    digits = f"{high:016x}{low:016x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
