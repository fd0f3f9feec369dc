"""Columns of some events on their way to the table: what decoding returns and the cache keeps."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

from ctexplore.store.columns.entries import Entries
from ctexplore.store.columns.schema import DIMENSIONS

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.uint32]

_FIXED = ("time", "ids", "crc", "file", "index")
_SPARSE = ("issuing", "issued")
_MAGIC = b"ctexcol3"


class Batch(Struct):
    """n events, in the order of their files.

    time: int64[n], milliseconds since 1970 UTC, or NO_TIME.
    ids: uint64[n, 2], the eventID's 128 bits (a hash of it when it is no GUID; 0 when missing).
    crc: uint32[n], CRC-32 of the record's original bytes.
    file: uint32[n], position in the list of files that was decoded.
    index: uint32[n], position of the record in its file.
    codes: per dimension unsigned[n], positions in ``entries`` of that dimension, which may hold
        an entry twice.
    issuing: uint32[m], positions of the events that issued credentials, ascending.
    issued: uint64[m], what each of them issued, as ``issued.number_of`` gives it.
    """

    time: Ints
    ids: Words
    crc: Codes
    file: Codes
    index: Codes
    codes: dict[str, Codes]
    entries: dict[str, Entries]
    issuing: Codes = field(default_factory=lambda: np.empty(0, np.uint32))
    issued: Words = field(default_factory=lambda: np.empty(0, np.uint64))

    def __len__(self) -> int:
        return len(self.time)

    def take(self, mask: npt.NDArray[np.bool_]) -> Batch:
        """The events for which ``mask``, bool[n], is true."""
        if mask.all():
            return self
        codes = {name: codes[mask] for name, codes in self.codes.items()}
        kept = mask[self.issuing]
        places = np.cumsum(mask, dtype=np.uint32) - np.uint32(1)
        return Batch(
            self.time[mask],
            self.ids[mask],
            self.crc[mask],
            self.file[mask],
            self.index[mask],
            codes,
            self.entries,
            places[self.issuing[kept]],
            self.issued[kept],
        )

    def merged(self, other: Batch) -> Batch:
        """The events of both, which are of the same files, in the order of the files."""
        if not len(self) or not len(other):
            return self if len(self) else other
        file = np.concatenate([self.file, other.file])
        index = np.concatenate([self.index, other.index])
        order = np.lexsort((index, file))
        codes = {
            name: np.concatenate([codes, other.codes[name] + np.uint32(len(self.entries[name]))])
            for name, codes in self.codes.items()
        }
        places = np.empty(len(order), np.uint32)
        places[order] = np.arange(len(order), dtype=np.uint32)
        issuing = places[np.concatenate([self.issuing, other.issuing + np.uint32(len(self))])]
        ascending = np.argsort(issuing)
        return Batch(
            np.concatenate([self.time, other.time])[order],
            np.concatenate([self.ids, other.ids])[order],
            np.concatenate([self.crc, other.crc])[order],
            file[order],
            index[order],
            {name: codes[order] for name, codes in codes.items()},
            {
                name: Entries(entries.lines + other.entries[name].lines)
                for name, entries in self.entries.items()
            },
            issuing[ascending],
            np.concatenate([self.issued, other.issued])[ascending],
        )

    def pack(self) -> bytes:
        """Self-describing bytes: a JSON header of lengths and types, the entries, the arrays."""
        arrays = [getattr(self, name) for name in _FIXED] + [self.codes[d] for d in DIMENSIONS]
        arrays += [getattr(self, name) for name in _SPARSE]
        narrow = [_narrow(a) if a.dtype == np.uint32 else a for a in arrays]
        texts = [self.entries[name].pack() for name in DIMENSIONS]
        types, sizes = [a.dtype.str for a in narrow], list(map(len, texts))
        header = msgspec.json.encode(_Header(len(self), len(self.issued), types, sizes))
        size = len(header).to_bytes(8, "little")
        arrays = [np.ascontiguousarray(array) for array in narrow]
        return b"".join([_MAGIC, size, header, *texts, *(array.data for array in arrays)])

    @classmethod
    def unpack(cls, data: bytes | memoryview) -> Batch:
        """The batch that ``pack`` wrote, its arrays views of ``data`` or as narrow as they fit.

        Raises ValueError when the bytes are not whole.
        """
        start = len(_MAGIC) + 8
        data = memoryview(data)
        if data[: len(_MAGIC)] != _MAGIC:
            raise ValueError("not packed columns")
        end = start + int.from_bytes(data[len(_MAGIC) : start], "little")
        try:
            header = _decode_header(data[start:end])
        except msgspec.DecodeError as error:
            raise ValueError(f"packed columns are not whole: {error}") from None
        entries = {}
        for name, texts in zip(DIMENSIONS, header.texts, strict=True):
            entries[name] = Entries.unpack(bytes(data[end : end + texts]))
            end += texts
        arrays = []
        for name, kind in zip((*_FIXED, *DIMENSIONS, *_SPARSE), header.types, strict=True):
            dtype = np.dtype(kind)
            count = header.m if name in _SPARSE else header.n * (2 if name == "ids" else 1)
            arrays.append(np.frombuffer(data, dtype, count, end))
            end += count * dtype.itemsize
        if end != len(data):
            raise ValueError("packed columns are not whole")
        time, ids, crc, file, index, *codes, issuing, issued = arrays
        return cls(
            time,
            ids.reshape(header.n, 2),
            crc,
            file.astype(np.uint32),
            index.astype(np.uint32),
            dict(zip(DIMENSIONS, codes, strict=True)),
            entries,
            issuing.astype(np.uint32),
            issued,
        )


class _Header(msgspec.Struct, array_like=True):
    n: int
    m: int
    types: list[str]
    texts: list[int]


_decode_header = msgspec.json.Decoder(_Header).decode


def _narrow(array: Codes) -> npt.NDArray[np.unsignedinteger]:
    """The same numbers in the fewest bytes; most dimensions of a day fit one or two."""
    top = int(array.max()) if len(array) else 0
    return array.astype(np.min_scalar_type(top))
