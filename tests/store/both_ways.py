"""Files decoded with the compiled part and without it, to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

import numpy as np

from ctexplore.store.columns.decode import Decoded, decode
from ctexplore.store.columns.schema import DIMENSIONS

Files = Sequence[tuple[str, bytes]]


def carefully(files: Files) -> Decoded:
    """As it is done where the compiled part was not built."""
    with patch("ctexplore.store.columns.decode.AVAILABLE", False):
        return decode(files)


def told(decoded: Decoded) -> dict[str, Any]:
    """All that a decoded batch says, without the numbers that stand for texts."""
    batch = decoded.batch
    arrays = {
        name: getattr(batch, name).tolist()
        for name in ("time", "ids", "crc", "file", "index", "issuing", "issued")
    }
    texts = {
        name: [batch.entries[name][code] for code in batch.codes[name].tolist()]
        for name in DIMENSIONS
    }
    counts = {"read": decoded.read, "unpacked": decoded.unpacked, "rejected": decoded.rejected}
    return {**arrays, **texts, **counts, "problems": decoded.problems}


def kinds(decoded: Decoded) -> list[np.dtype[Any]]:
    """The types of its arrays."""
    batch = decoded.batch
    return [batch.time.dtype, batch.ids.dtype, batch.crc.dtype, batch.file.dtype, batch.index.dtype]
