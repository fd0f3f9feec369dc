"""What a program may send to a terminal, and nothing else: bytes outside of it are named.

It is written down from what Textual sends on its own, sequence by sequence, not from what
terminals know: a sequence that is not here is a fault until somebody has looked at it.
"""

from __future__ import annotations

import re
import unicodedata

# Look, place, line ends; switches of the screen, the mouse, focus and paste; what Textual asks
# (synchronised output, in-band resizes, Kitty's keyboard protocol); the pointer's shape.
SCREEN = re.compile(
    rb"\x1b\[[\d;:]*m"
    rb"|\x1b\[\d+;\d+H"
    rb"|\r\n"
    rb"|\x1b\[\?(?:1049|25|7|1000|1002|1003|1004|1006|1015|1016|2004|2026|2048)[hl]"
    rb"|\x1b\[\?(?:2026|2048)\$p"
    rb"|\x1b\[[<>=]\d*(?:;\d+)?u"
    rb"|\x1b\]22;[a-z]*\x07"
)
# A command that takes no screen writes lines, and one of them anew while it reads.
LINES = re.compile(rb"\r?\n|\r(?:\x1b\[K)?|\x1b\[K")
# Printable to Python, though nothing is seen (Unicode 16, Default_Ignorable_Code_Point and
# blanks that are no spaces).
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
_ACTS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def outside(sent: bytes, allowed: re.Pattern[bytes]) -> list[str]:
    """Every piece of ``sent`` that is neither ``allowed`` nor plain text in UTF-8, in order."""
    found: list[str] = []
    for piece in allowed.split(sent):
        text = piece.decode("utf-8", "surrogateescape")
        found += [
            f"{char!a} in {text[max(0, at - 20) : at + 20]!a}"
            for at, char in enumerate(text)
            if unicodedata.category(char) in _ACTS or _UNSEEN.match(char)
        ]
    return found
