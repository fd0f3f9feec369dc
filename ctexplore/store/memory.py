"""What the C library does with memory that is given back to it, where it lets itself be told:
glibc's mallopt(3).

A log file is unpacked to some hundred kilobytes, again and again. By default glibc has each such
block from the system anew, which takes as long as to unpack into it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

# Of glibc's malloc.h.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3


def keep(most: int = 4 << 20) -> None:
    """Blocks of up to ``most`` bytes, and some of them together, are used again."""
    _tell({_TRIM_THRESHOLD: 4 * most, _TOP_PAD: most // 4, _MMAP_THRESHOLD: most})


def give_back() -> None:
    """Columns grow into larger ones: the smaller ones go back to the system at once, and nothing
    is learned from the first ones that are seen."""
    _tell({_MMAP_THRESHOLD: 128 << 10})


def _tell(options: Mapping[int, int]) -> None:
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        for option, size in options.items():
            mallopt(option, size)
