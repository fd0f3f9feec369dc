r"""Ruling records out by their bytes alone, a whole file of them at a time where it can be.

A miss proves that a text is not there only if nothing else could spell it: an escape as
``\u0041``, a letter that casefolds to ASCII (the Kelvin sign is a k), a number written another
way (``1e3`` is 1000). Where something could, the answer is "may hold". A hit proves nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from msgspec import Struct

from ctexplore.store.search.searcher import Search, searcher
from ctexplore.store.search.sift import Mask

# What JSON may write as it is and in no other short way; the longest run of it is looked for.
_PLAIN: Final = re.compile(r"[ !#-.0-\[\]-~]+")
_NUMERIC: Final = frozenset("0123456789.e+-")
# A number with a fraction or exponent: it stands after a colon, a comma or a bracket. Space
# between is escaped where the record travels as text inside another.
_FLOAT: Final = rb"[:\[,](?:[ \t\r\n]|\\[trn])*-?[0-9]+[.eE]"
_ESCAPE: Final = rb"\\u"


class RawTest(Struct, frozen=True):
    """What a record must hold: of each group, one of its runs of casefolded plain ASCII.

    A ``store.sift.Test``, small and picklable.
    """

    groups: tuple[tuple[str, ...], ...]

    def __call__(self, raw: bytes) -> bool:
        return all(_may_hold(group, raw) for group in self.groups)

    def among(self, data: bytes, bounds: Sequence[int]) -> Mask:
        mask = np.ones(len(bounds) - 1, np.bool_)
        for group in self.groups:
            mask &= _holding(group, data, bounds)
        return mask


class AnyTest(Struct, frozen=True):
    """True where any of the tests is: what it rules out, all of them rule out."""

    tests: tuple[RawTest, ...]

    def __call__(self, raw: bytes) -> bool:
        return any(test(raw) for test in self.tests)

    def among(self, data: bytes, bounds: Sequence[int]) -> Mask:
        mask = np.zeros(len(bounds) - 1, np.bool_)
        for test in self.tests:
            mask |= test.among(data, bounds)
        return mask


def holds(groups: Iterable[Iterable[str]]) -> RawTest:
    """The test for records with at least one of the texts of each group, casefolded, in them."""
    runs = (tuple(dict.fromkeys(map(_longest_run, group))) for group in groups)
    return RawTest(tuple(group for group in runs if group and all(group)))


def _longest_run(text: str) -> str:
    return max(_PLAIN.findall(text.casefold()), key=len, default="")


def _may_hold(group: tuple[str, ...], raw: bytes) -> bool:
    return _prepared(group)[0](raw) is not None or _may_spell(group, raw)


def _holding(group: tuple[str, ...], data: bytes, bounds: Sequence[int]) -> Mask:
    """Which records may hold one of the runs; all, where another spelling of them is there."""
    if _may_spell(group, data):
        return np.ones(len(bounds) - 1, np.bool_)
    mask = np.zeros(len(bounds) - 1, np.bool_)
    search = _prepared(group)[0]
    at = bounds[0]
    while (found := search(data, at)) is not None and found.start() < bounds[-1]:
        record = bisect_right(bounds, found.start()) - 1
        # Only a run as "},{" begins in one record and ends in another.
        inside = found.end() <= bounds[record + 1]
        mask[record] |= inside
        at = bounds[record + 1] if inside else found.start() + 1
    return mask


def _may_spell(group: tuple[str, ...], raw: bytes) -> bool:
    """Whether one of the runs may be there in another spelling than its own."""
    _, letters, numeric = _prepared(group)
    if not raw.isascii():
        folded = str(raw, "utf-8", "replace").casefold()
        if any(run in folded for run in group):
            return True
    if searcher(_ESCAPE)(raw) is not None and not letters.isdisjoint(_escaped(bytes(raw))):
        return True
    return numeric and searcher(_FLOAT)(raw) is not None


def _escaped(raw: bytes) -> set[str]:
    r"""What the bytes write as ``\u0041``, casefolded."""
    letters: set[str] = set()
    # Splitting is several times as fast as any expression.
    for code in {rest[:4] for rest in raw.split(b"\\u")[1:]}:
        try:
            letters.update(chr(int(code, 16)).casefold())
        except ValueError:
            continue  # no escape, but text that follows an escaped backslash
    return letters


@lru_cache(256)
def _prepared(group: tuple[str, ...]) -> tuple[Search, frozenset[str], bool]:
    """The search for any of the runs, their letters, and whether one could be in a number."""
    from re2 import escape

    search = searcher("|".join(map(escape, group)).encode(), fold=True)
    numeric = any(_NUMERIC.issuperset(run) for run in group)
    return search, frozenset("".join(group)), numeric
