"""Log text made safe and measured for a screen.

Whoever can call an API of a watched account writes into its log (user agents, session
names, error texts), and a terminal obeys what it is sent. Everything drawn passes through
``safe`` once, at the moment it is drawn; stored and exported text stays as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

MAX_MARKS = 4  # combining marks one character may carry; scripts in use need no more

# Characters that Python calls printable although a person sees nothing, and characters to
# which terminals give different widths, so that the rest of the line would shift.
_HIDDEN = re.compile(
    "["
    "\u034f"  # combining grapheme joiner
    "\u115f\u1160\u3164\uffa0"  # Hangul fillers
    "\u17b4\u17b5"  # Khmer inherent vowels
    "\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"  # variation selectors
    "\u2800"  # braille blank
    "\U00013441\U00013442\U00016fe4\U0001d159"  # hieroglyph blanks, Khitan filler, null notehead
    "\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff"  # flag halves, skin tones: 0, 1 or 2 cells
    # Wide since Unicode 16, narrow before: trigrams, hexagrams, monograms, counting rods.
    "\u2630-\u2637\u268a-\u268f\u4dc0-\u4dff\U0001d300-\U0001d356\U0001d360-\U0001d376"
    "]"
)
_LIKE_ESCAPE = re.compile(
    r"\\(?:[\\nrt]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})", re.ASCII
)
_PIECES = re.compile(r"[ -\[\]-~]+|.", re.DOTALL)  # runs of plain ASCII, else one character
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}
# Signs of our own between what the log says; the screen has ASCII for them.
_OURS = frozenset("·…→›×")
_ascii_only = False


def shows_only_ascii() -> bool:
    return _ascii_only


def show_only_ascii(only: bool) -> None:
    """Whether ``safe`` escapes all that is not ASCII, too: what the terminal can show is a fact of
    the whole process, and every pane, dialog and notice has to agree on it."""
    global _ascii_only
    _ascii_only = only


def safe(s: str) -> str:
    r"""``s`` as one line that only shows: what would act, hide or shift becomes an escape.

    ``\n``, ``\r`` and ``\t``; ``\x1b`` for other ASCII controls; ``\u202e`` and
    ``\U000e0041`` for other characters without a sure appearance (every control, format,
    surrogate, private, unassigned or separator character but the space, invisible letters,
    marks with nothing to sit on or past ``MAX_MARKS``); ``\xff`` for a byte that was not
    UTF-8 (surrogateescape). Nothing is removed and no two texts come out alike: a backslash
    is doubled wherever an escape was needed, or where the text itself reads as one.
    Text without any of these comes back unchanged. Cost is linear in the length.
    """
    if s.isascii() and s.isprintable() and "\\" not in s:
        return s
    return "".join([text for text, _ in safe_spans(s)])


def safe_spans(s: str) -> list[tuple[str, bool]]:
    """``safe(s)`` in pieces of (text, was escaped), so that escapes can be drawn apart.

    Neighbours differ in the flag; no piece is empty; the empty text has no pieces.
    """
    if _clean(s):
        return [(s, False)] if s else []
    pieces: list[tuple[str, bool]] = []
    marks = MAX_MARKS  # carried by the character before; full where there is none
    for match in _PIECES.finditer(s):
        piece = match[0]
        if piece == "\\":
            escaped, marks = True, 0
        elif piece.isascii() and piece.isprintable():
            escaped, marks = False, 0
        elif not piece.isprintable() or _HIDDEN.match(piece) or _unshown(piece):
            escaped, marks = True, MAX_MARKS
        elif _char_width(piece):
            escaped, marks = False, 0
        elif marks < MAX_MARKS:
            escaped, marks = False, marks + 1
        else:
            escaped = True
        pieces.append((_escape(piece), True) if escaped else (piece, False))
    return [
        ("".join([text for text, _ in group]), escaped)
        for escaped, group in groupby(pieces, itemgetter(1))
    ]


def cell_width(s: str) -> int:
    """Terminal columns that ``s`` takes, for text that came from ``safe``."""
    return len(s) if s.isascii() else sum(map(_char_width, s))


def clip(s: str, cells: int) -> str:
    """``s`` cut to at most ``cells`` columns; a cut ends in "…" and splits no character."""
    if s.isascii():
        if len(s) <= cells:
            return s
        return s[: cells - 1] + "…" if cells > 0 else ""
    if _head(s, cells) == len(s):
        return s
    return s[: _head(s, cells - 1)] + "…" if cells > 0 else ""


def fit(s: str, cells: int) -> str:
    """``s`` clipped, then padded on the right, to exactly ``cells`` columns."""
    if s.isascii():
        if len(s) <= cells:
            return s.ljust(cells)
        return s[: cells - 1] + "…" if cells > 0 else ""
    cut = clip(s, cells)
    return cut + " " * (cells - cell_width(cut))


def clip_middle(s: str, cells: int) -> str:
    """``s`` cut to at most ``cells`` columns with "…" in its middle: both ends of an ARN stay."""
    if len(s) <= cells if s.isascii() else _head(s, cells) == len(s):
        return s
    if cells <= 0:
        return ""
    tail = (cells - 1) // 2
    if s.isascii():
        return s[: cells - 1 - tail] + "…" + s[len(s) - tail :]
    return s[: _head(s, cells - 1 - tail)] + "…" + s[_tail(s, tail) :]


def _clean(s: str) -> bool:
    if not s.isprintable() or _LIKE_ESCAPE.search(s):
        return False
    return s.isascii() or not (_unshown(s) or _HIDDEN.search(s) or _crowded(s))


def _unshown(s: str) -> bool:
    return _ascii_only and any(not c.isascii() and c not in _OURS for c in s)


def _crowded(s: str) -> bool:
    """Whether a mark has nothing to sit on or is one too many."""
    if max(s) < "\u0300":  # marks begin there
        return False
    marks = MAX_MARKS
    for char in s:
        if _char_width(char):
            marks = 0
        elif marks == MAX_MARKS:
            return True
        else:
            marks += 1
    return False


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return _NAMED.get(char) or f"\\x{code:02x}"
    # Not \x85 for U+0085: that is what the byte 0x85 looks like.
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


@lru_cache(maxsize=4096)
def _char_width(char: str) -> int:
    if unicodedata.category(char)[0] == "M":
        return 0
    # Hangul vowels and final consonants join the syllable before them.
    if "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7fb":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _head(s: str, cells: int) -> int:
    """How many characters from the left fit; looks no further than they reach."""
    for index, char in enumerate(s):
        cells -= _char_width(char)
        if cells < 0:
            return index
    return len(s)


def _tail(s: str, cells: int) -> int:
    """Index of the longest end that fits and does not begin with a mark."""
    start = len(s)
    for index in range(len(s) - 1, -1, -1):
        width = _char_width(s[index])
        cells -= width
        if cells < 0:
            break
        if width:
            start = index
    return start
