"""Which events issued credentials, and which: a few events of many, so no column of all."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ctexplore.store.columns.stamps import one_id

Codes = npt.NDArray[np.uint32]
Words = npt.NDArray[np.uint64]


def number_of(key: str) -> int:
    """The 64 bits that stand for an access key id: half of a cryptographic hash, so that nobody
    can make two ids that are taken for one."""
    return one_id(key)[0]


class Issued:
    """rows: uint32[m], ascending. ids: uint64[m], what each issued, as ``number_of`` gives it.

    Twelve bytes for each such event, where the text would take two hundred.
    """

    def __init__(self) -> None:
        self._count = 0
        self._rows: Codes = np.empty(0, np.uint32)
        self._ids: Words = np.empty(0, np.uint64)

    @property
    def rows(self) -> Codes:
        return self._rows[: self._count]

    @property
    def ids(self) -> Words:
        return self._ids[: self._count]

    @property
    def nbytes(self) -> int:
        return self._rows.nbytes + self._ids.nbytes

    def append(self, rows: Codes, ids: Words) -> None:
        """rows: above all that are here."""
        start, end = self._count, self._count + len(rows)
        if end > len(self._rows):
            self._rows, self._ids = _wider(self._rows, end), _wider(self._ids, end)
        self._rows[start:end], self._ids[start:end] = rows, ids
        self._count = end


def _wider(array: npt.NDArray[Any], least: int) -> npt.NDArray[Any]:
    wider = np.empty(max(least, len(array) * 3 // 2, 256), array.dtype)
    wider[: len(array)] = array
    return wider
