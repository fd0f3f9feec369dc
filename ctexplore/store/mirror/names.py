"""Which S3 keys can be files of a folder, and which cannot: a key may be any text at all.

What is refused here is never written, so that nothing can be written beside the folder, nor two
objects to one file. How a folder is written to is in ``mirror_folder``.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from typing import Final

from ctexplore.trail.sidecar import FETCHED_NAME, KEYS_NAME

# Where files are until they are whole.
PARTS_NAME: Final = ".ctexplore-parts"
_OURS: Final = frozenset((KEYS_NAME, FETCHED_NAME, PARTS_NAME))
# Of Linux, macOS and all their usual file systems; macOS counts UTF-16, so fewer is safe.
_LONGEST: Final = 255


def refused(keys: Iterable[str], *, folds: bool) -> dict[str, str]:
    """Those of ``keys`` that can be no files of one folder together, and why.

    folds: the folder's file system takes names that differ in case, or in how accents are
    written, for one. Of such keys the first in byte order is the one that can be kept.
    """
    why: dict[str, str] = {}
    kept: list[str] = []
    for key in sorted(keys):
        reason = _alone(key)
        if reason:
            why[key] = reason
        else:
            kept.append(key)
    return why | _together(kept, folds=folds)


def _alone(key: str) -> str:
    """What is wrong with a key by itself, or ""."""
    parts = key.split("/")
    if not parts[0]:
        return "its key begins with /, which no file below a folder does"
    if ".." in parts or "." in parts:
        return "its key has . or .. for a folder, which leads elsewhere on a disk"
    if "" in parts:
        return "its key has an empty name between two /, which no folder has"
    if any(unicodedata.category(char) == "Cc" for char in key):
        return "its key has control characters"
    try:
        longest = max(len(os.fsencode(part)) for part in parts)
    except UnicodeEncodeError:
        return "its key can be no file's name here"
    if longest > _LONGEST:
        return f"its key has a name of {longest:,} bytes, a file's has {_LONGEST} at most"
    if _fold(parts[0]) in _OURS:
        return "its key is a name of ctexplore's own in this folder"
    return ""


def _together(keys: list[str], *, folds: bool) -> dict[str, str]:
    """keys: in order."""
    why: dict[str, str] = {}
    names: dict[str, str] = {}
    kept: list[tuple[str, str]] = []
    folders: set[str] = set()
    for key in keys:
        folded = _fold(key) if folds else key
        # A folder is kept with its /, so that ``a`` and ``a/`` are told apart here.
        above = [key[: at + 1] for at, char in enumerate(key) if char == "/"]
        each = {_fold(name) if folds else name: name for name in [*above, key]}
        clash = next((names[f] for f, name in each.items() if names.get(f, name) != name), None)
        if clash is not None:
            why[key] = f"this disk cannot tell its key from {clash}"
            continue
        names |= each
        folders.update(f.removesuffix("/") for f in each if f.endswith("/"))
        kept.append((folded, key))
    for folded, key in kept:
        if folded in folders:
            why[key] = "its key is a folder of other objects, too, and no file can be both"
    return why


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
