from __future__ import annotations

import re
import sys
import unicodedata
from itertools import pairwise

import pyte
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from ctexplore.text import MAX_MARKS, cell_width, clip, clip_middle, fit, safe, safe_spans

ESCAPE = re.compile(r"\\(?:[nrt\\]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")

# Every code point, with the ones that matter drawn often enough to meet each other.
hostile = st.lists(
    st.one_of(
        st.characters(),  # surrogates included
        st.sampled_from(list("\\nrtxu0123456789abcdefAU \x1b\n\t\x85\xad\udc85\udcad\u0301")),
        st.sampled_from(
            ["\\n", "\\x1b", "\\u202e", "\u0301" * 5, "漢", "\u1161", "\ufe0f", "e\u0301"]
        ),
    ),
    max_size=30,
).map("".join)


def unescape(shown: str) -> str:
    """The original text, told by an independent reading of the documented form."""

    def one(match: re.Match[str]) -> str:
        body = match[0][1:]
        if body in "nrt\\":
            return {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}[body]
        code = int(body[1:], 16)
        return chr(code + 0xDC00 if body[0] == "x" and code >= 0x80 else code)

    return ESCAPE.sub(one, shown)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("", ""),
        ("plain ASCII, [/b] [@click=app.quit] [0] [TODO]", None),
        ("Zoë Łukasz 山田太郎 Ελένη हिन्दी", None),
        (r"CORP\alice", None),
        ("\x1b]52;c;ZXZpbA==\x07", r"\x1b]52;c;ZXZpbA==\x07"),
        ("\x1bc\x1bP+q\x1b\\", r"\x1bc\x1bP+q\x1b\\"),
        ("a\tb\r\nc\x00\x7f", r"a\tb\r\nc\x00\x7f"),
        ("\x85\x9b31m", r"\u0085\u009b31m"),
        ("\udcff\udc1b\ud800", r"\xff\udc1b\ud800"),
        ("user\u202egnp.exe\u2066", r"user\u202egnp.exe\u2066"),
        ("a\u200bb\u2060c\ufeffd\xade", r"a\u200bb\u2060c\ufeffd\u00ade"),
        ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
        ("no\u00a0break\u3000space", r"no\u00a0break\u3000space"),
        ("x\U000e0041\U000e007f", r"x\U000e0041\U000e007f"),
        ("\ue000\U0010ffff", r"\ue000\U0010ffff"),
        ("\u3164\u115f\u1160\u2800\uffa0\u034f", r"\u3164\u115f\u1160\u2800\uffa0\u034f"),
        ("\u2764\ufe0f \U0001f468\u200d\U0001f469", "\u2764\\ufe0f \U0001f468\\u200d\U0001f469"),
        ("\U0001f44d\U0001f3fd", "\U0001f44d\\U0001f3fd"),
        ("e\u0301e\u0301", None),
        ("e" + "\u0301" * 6, "e" + "\u0301" * 4 + r"\u0301\u0301"),
        ("\u0301a", r"\u0301a"),
        ("\n\u0301", r"\n\u0301"),
        ("\u1112\u1161\u11ab", None),  # a Korean file name as macOS stores it
        ("a\\b\n", r"a\\b\n"),
        (r"reads as \n", r"reads as \\n"),
        (r"reads as \x1B", r"reads as \\x1B"),
        (r"\\server\share", r"\\\\server\\share"),
    ],
)
def test_safe_shows_each_kind_of_text_as_documented(raw: str, shown: str | None) -> None:
    assert safe(raw) == (raw if shown is None else shown)


@given(hostile)
def test_safe_output_is_printable_without_hidden_characters(s: str) -> None:
    shown = safe(s)
    assert shown.isprintable()
    assert not set(shown) & set("\u034f\u115f\u1160\u3164\uffa0\u2800\ufe0f\u180b\U000e0100")
    marks = MAX_MARKS
    for char in shown:
        marks = 0 if cell_width(char) else marks + 1
        assert marks <= MAX_MARKS


@given(hostile)
@example("\\n")
@example("\n")
@example("\\\\n")
@example("\\\n")
@example("\x85")
@example("\udc85")
def test_safe_is_injective_because_it_can_be_read_back(s: str) -> None:
    assert unescape(safe(s)) == s


@given(
    st.text(
        st.one_of(
            st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters="\\"),
            st.sampled_from("äßéñøŁžΩλЖщאבعر漢字かなカナ한글ｗ…—“”€✓★🔑"),
        )
    )
)
def test_safe_is_the_identity_on_clean_text(s: str) -> None:
    assert safe(s) == s


@given(hostile)
def test_spans_are_the_pieces_of_safe(s: str) -> None:
    spans = safe_spans(s)
    assert "".join(piece for piece, _ in spans) == safe(s)
    assert all(piece for piece, _ in spans)
    assert all(a[1] != b[1] for a, b in pairwise(spans))
    for piece, escaped in spans:
        if escaped:
            assert not ESCAPE.sub("", piece)
        else:
            assert piece in s


def test_spans_tell_escapes_from_text() -> None:
    assert safe_spans("a\x1b\nb\\c") == [
        ("a", False),
        (r"\x1b\n", True),
        ("b", False),
        (r"\\", True),
        ("c", False),
    ]
    assert safe_spans("plain") == [("plain", False)]
    assert safe_spans("") == []


def test_safe_escapes_long_hostile_text_whole() -> None:
    shown = safe("a" + "\u0301" * 100_000 + "\x1b" * 100_000)
    assert len(shown) == 1 + MAX_MARKS + 6 * (100_000 - MAX_MARKS) + 4 * 100_000


def test_every_character_is_escaped_or_clear_and_as_wide_as_rich_says() -> None:
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        shown = safe("a" + char)[1:]
        if shown != char:
            assert ESCAPE.fullmatch(shown), hex(code)
        elif char != " ":
            assert unicodedata.category(char)[0] not in "CZ", hex(code)
            assert cell_width(char) == cell_len(char, unicode_version="latest"), hex(code)


@given(hostile)
def test_width_of_safe_text_agrees_with_rich(s: str) -> None:
    assert cell_width(safe(s)) == cell_len(safe(s))


@pytest.mark.parametrize(
    "raw",
    [
        "\x1b[2J\x1b[31mred\x1b]0;title\x07",
        "tabs\tand\u2028lines\nhere",
        "漢字カナ and ｗｉｄｅ",
        "e" + "\u0301" * 1000,
        "\u2764\ufe0f \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea",
        "\u4dc0\u2630\U0001f44d\U0001f3fd",
        "\u202eevil\u2069",
    ],
)
def test_a_terminal_uses_as_many_columns_as_measured(raw: str) -> None:
    shown = safe(raw)
    screen = pyte.Screen(10_000, 2)
    pyte.Stream(screen).feed(shown)
    assert (screen.cursor.x, screen.cursor.y) == (cell_width(shown), 0)
    assert unicodedata.normalize("NFC", shown) == unicodedata.normalize(
        "NFC", screen.display[0].rstrip()
    )


@pytest.mark.parametrize(
    ("s", "cells", "clipped", "fitted"),
    [
        ("abc", 5, "abc", "abc  "),
        ("abc", 3, "abc", "abc"),
        ("abcd", 3, "ab…", "ab…"),
        ("abcd", 1, "…", "…"),
        ("abcd", 0, "", ""),
        ("abcd", -2, "", ""),
        ("", 2, "", "  "),
        ("漢字", 4, "漢字", "漢字"),
        ("漢字", 3, "漢…", "漢…"),
        ("漢字", 2, "…", "… "),
        ("a漢字", 3, "a…", "a… "),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…", "e\u0301…"),
        ("漢字", 0, "", ""),
    ],
)
def test_clip_and_fit(s: str, cells: int, clipped: str, fitted: str) -> None:
    assert clip(s, cells) == clipped
    assert fit(s, cells) == fitted


@pytest.mark.parametrize(
    ("s", "cells", "clipped"),
    [
        ("arn:aws:iam::123456789012:role/Admin", 36, "arn:aws:iam::123456789012:role/Admin"),
        ("arn:aws:iam::123456789012:role/Admin", 15, "arn:aws…e/Admin"),
        ("abcdef", 4, "ab…f"),
        ("abcdef", 2, "a…"),
        ("abcdef", 1, "…"),
        ("abcdef", 0, ""),
        ("漢字漢字", 8, "漢字漢字"),
        ("漢字漢字", 7, "漢…字"),
        ("漢字漢字", 5, "漢…字"),
        ("abce\u0301", 3, "a…e\u0301"),
        ("abcde\u0301", 2, "a…"),
        ("abcdefgé", 5, "ab…gé"),
    ],
)
def test_clip_middle(s: str, cells: int, clipped: str) -> None:
    assert clip_middle(s, cells) == clipped


@given(hostile, st.integers(-1, 40))
def test_cutting_keeps_within_the_cells_and_fit_fills_them(s: str, cells: int) -> None:
    shown = safe(s)
    assert cell_len(fit(shown, cells)) == max(cells, 0)
    for cut in (clip(shown, cells), clip_middle(shown, cells)):
        assert cell_len(cut) <= max(cells, 0)
        if cell_len(shown) <= cells:
            assert cut == shown
        else:
            # A wide character that does not fit leaves one column on each side of the cut.
            assert cell_len(cut) >= cells - 2
    if cell_len(shown) > cells > 0:
        kept = clip(shown, cells)
        assert kept.endswith("…") and shown.startswith(kept[:-1])
        head, _, tail = clip_middle(shown, cells).partition("…") if "…" not in shown else ("",) * 3
        assert shown.startswith(head) and shown.endswith(tail)
