"""Columns of some events on their way to the table: what decoding returns and the cache keeps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import orjson

from ctexplore.store.schema import DIMENSIONS, Entry

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.uint32]

_FIXED = ("time", "ids", "crc", "file", "index")
_MAGIC = b"ctexcol1"


@dataclass(slots=True)
class Batch:
    """n events, in the order of their files.

    time: int64[n], milliseconds since 1970 UTC, or NO_TIME.
    ids: uint64[n, 2], the eventID's 128 bits (a hash of it when it is no GUID; 0 when missing).
    crc: uint32[n], CRC-32 of the record's original bytes.
    file: uint32[n], position in the list of files that was decoded.
    index: uint32[n], position of the record in its file.
    codes: per dimension uint32[n], positions in ``entries`` of that dimension.
    """

    time: Ints
    ids: Words
    crc: Codes
    file: Codes
    index: Codes
    codes: dict[str, Codes]
    entries: dict[str, list[Entry]]

    def __len__(self) -> int:
        return len(self.time)

    def take(self, mask: npt.NDArray[np.bool_]) -> Batch:
        """The events for which ``mask``, bool[n], is true."""
        if mask.all():
            return self
        codes = {name: codes[mask] for name, codes in self.codes.items()}
        return Batch(
            self.time[mask],
            self.ids[mask],
            self.crc[mask],
            self.file[mask],
            self.index[mask],
            codes,
            self.entries,
        )

    def pack(self) -> bytes:
        """Self-describing bytes: a JSON header (entries, lengths), then the arrays as they are."""
        arrays = [getattr(self, name) for name in _FIXED] + [self.codes[d] for d in DIMENSIONS]
        narrow = [_narrow(a) if a.dtype == np.uint32 else a for a in arrays]
        header = orjson.dumps(
            {
                "n": len(self),
                "types": [a.dtype.str for a in narrow],
                "entries": {
                    name: [_plain(e) for e in entries] for name, entries in self.entries.items()
                },
            }
        )
        size = len(header).to_bytes(8, "little")
        return b"".join([_MAGIC, size, header, *(np.ascontiguousarray(a).data for a in narrow)])

    @classmethod
    def unpack(cls, data: bytes | memoryview) -> Batch:
        """The batch that ``pack`` wrote, its arrays views of ``data``.

        Raises ValueError when the bytes are not whole.
        """
        start = len(_MAGIC) + 8
        data = memoryview(data)
        if data[: len(_MAGIC)] != _MAGIC:
            raise ValueError("not packed columns")
        end = start + int.from_bytes(data[len(_MAGIC) : start], "little")
        header = orjson.loads(data[start:end])
        n, arrays = header["n"], []
        for name, kind in zip((*_FIXED, *DIMENSIONS), header["types"], strict=True):
            dtype = np.dtype(kind)
            count = 2 * n if name == "ids" else n
            arrays.append(np.frombuffer(data, dtype, count, end))
            end += count * dtype.itemsize
        if end != len(data):
            raise ValueError("packed columns are not whole")
        time, ids, crc, file, index, *codes = arrays
        entries = {
            name: [tuple(map(_text, e)) for e in header["entries"][name]] for name in DIMENSIONS
        }
        return cls(
            time,
            ids.reshape(n, 2),
            crc,
            file.astype(np.uint32),
            index.astype(np.uint32),
            dict(zip(DIMENSIONS, codes, strict=True)),
            entries,
        )


def _narrow(array: Codes) -> npt.NDArray[np.unsignedinteger]:
    """The same numbers in the fewest bytes; most dimensions of a day fit one or two."""
    top = int(array.max()) if len(array) else 0
    return array.astype(np.min_scalar_type(top))


# Undecodable bytes of a record are kept as lone surrogates, which JSON in UTF-8 cannot hold.
def _plain(entry: Entry) -> list[str | list[int]]:
    return [v if _encodable(v) else [ord(c) for c in v] for v in entry]


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(value: str | list[int]) -> str:
    return value if isinstance(value, str) else "".join(map(chr, value))
