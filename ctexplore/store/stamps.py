"""Event times and event ids, thousands at once: texts of one length become one array of bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ctexplore.store.batch import Ints, Words
from ctexplore.store.schema import NO_TIME

_BASIC: Final = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", re.ASCII)
_NUMBER: Final = re.compile(r"\d{9,10}(\.\d+)?|\d{12,13}", re.ASCII)
_TEMPLATE: Final = np.frombuffer(b"0000-00-00T00:00:00Z", np.uint8)
_DIGITS: Final = ord("0") == _TEMPLATE


def times(texts: Sequence[str]) -> tuple[Ints, dict[int, str]]:
    """int64 milliseconds since 1970 UTC, NO_TIME where unreadable; and those texts by position.

    CloudTrail writes ``YYYY-MM-DDTHH:MM:SSZ``; what else was seen (fractions, offsets, epoch
    numbers, the basic form) is read one by one.
    """
    joined = "".join(texts)
    if joined.isascii() and len(joined) == 20 * len(texts) and set(map(len, texts)) <= {20}:
        values, good = _columns(np.frombuffer(joined.encode(), np.uint8).reshape(-1, 20))
        rest: Sequence[int] = np.flatnonzero(~good).tolist()
    else:
        values = np.full(len(texts), NO_TIME, np.int64)
        rest = range(len(texts))
    unread: dict[int, str] = {}
    for position in rest:
        value = one_time(texts[position])
        if value is None:
            values[position] = NO_TIME
            if texts[position]:
                unread[position] = texts[position]
        else:
            values[position] = value
    return values, unread


def _columns(text: npt.NDArray[np.uint8]) -> tuple[Ints, npt.NDArray[np.bool_]]:
    digits = text.astype(np.int64) - ord("0")
    good = ((digits[:, _DIGITS] >= 0) & (digits[:, _DIGITS] <= 9)).all(axis=1)
    good &= (text[:, ~_DIGITS] == _TEMPLATE[~_DIGITS]).all(axis=1)

    def number(*places: int) -> Ints:
        value: Ints = digits[:, places[0]]
        for place in places[1:]:
            value = value * 10 + digits[:, place]
        return value

    month, day = number(5, 6), number(8, 9)
    hour, minute, second = number(11, 12), number(14, 15), number(17, 18)
    months = (number(0, 1, 2, 3) - 1970) * 12 + month - 1
    first = months.astype("datetime64[M]")
    days = (first.astype("datetime64[D]").astype(np.int64)) + day - 1
    length = (first + 1).astype("datetime64[D]").astype(np.int64) - days + day - 1
    good &= (month >= 1) & (month <= 12) & (day >= 1) & (day <= length)
    good &= (hour < 24) & (minute < 60) & (second < 60) & (number(0, 1, 2, 3) > 0)
    return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000, good


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
_HEX: Final = [i for i in range(36) if i not in _DASHES]
_NIBBLE: Final[npt.NDArray[Any]] = np.full(256, 255, np.uint8)
for _i, _c in enumerate(b"0123456789abcdef"):
    _NIBBLE[_c] = _i


def ids(texts: Sequence[str]) -> Words:
    """uint64[n, 2]: the 128 bits of each GUID, a hash of any other text, 0 for a missing id."""
    joined = "".join(texts)
    if joined.isascii() and len(joined) == 36 * len(texts) and set(map(len, texts)) <= {36}:
        text = np.frombuffer(joined.encode(), np.uint8).reshape(-1, 36)
        nibbles = _NIBBLE[text[:, _HEX]]
        good = (nibbles != 255).all(axis=1) & (text[:, _DASHES] == ord("-")).all(axis=1)
        packed = (nibbles[:, ::2] << 4) | nibbles[:, 1::2]
        values = np.ascontiguousarray(packed).view(">u8").astype(np.uint64)
        rest: Sequence[int] = np.flatnonzero(~good).tolist()
    else:
        values = np.zeros((len(texts), 2), np.uint64)
        rest = range(len(texts))
    for position in rest:
        values[position] = one_id(texts[position])
    return values


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
    """A GUID's text from its halves."""
    text = f"{high:016x}{low:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
