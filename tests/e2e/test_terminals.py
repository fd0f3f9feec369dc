"""Every terminal of the list, as bytes and as the screen that they make."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.build import event, log
from tests.e2e.terminal import Terminal
from tests.sources.memory_source import log_key

_SGR = re.compile(rb"\x1b\[([\d;]*)m")
_PALETTE = re.compile(rb"(?:^|;)(?:3[0-7]|4[0-7]|9[0-7]|10[0-7])(?:;|$)")
# Two cells a character, marks that have none, an emoji of several characters, Arabic.
WIDE = ["漢字テスト", "e\u0301a\u0308\u0323", "👩‍🚀 🚀 launch", "مدير النظام", "naïve-Zoë"]


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a log file of names that are not ASCII."""
    folder = tmp_path_factory.mktemp("wide")
    file = folder / log_key("2024/03/05")
    file.parent.mkdir(parents=True)
    who = {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/x"}
    file.write_bytes(
        log(
            *(
                event(n, eventName=f"{name}-{n}", userIdentity={**who, "userName": name * 3})
                for n, name in enumerate(WIDE * 12)
            )
        )
    )
    return folder


def depth(seen: bytes) -> str:
    """How many colours were asked for: the most telling of all sequences."""
    asked = _SGR.findall(seen)
    if any(b"8;2;" in numbers for numbers in asked):
        return "truecolor"
    if any(b"8;5;" in numbers for numbers in asked):
        return "256"
    return "16" if any(_PALETTE.search(numbers) for numbers in asked) else "mono"


@pytest.mark.parametrize(
    ("term", "more", "colors", "ascii_only"),
    [
        ("xterm-256color", {"COLORTERM": "truecolor"}, "truecolor", False),
        pytest.param("xterm-256color", {}, "256", False, marks=pytest.mark.slow),
        ("xterm-256color", {"NO_COLOR": ""}, "mono", False),
        pytest.param("tmux", {}, "16", False, marks=pytest.mark.slow),
        ("tmux-256color", {}, "256", False),
        ("screen", {}, "16", False),
        pytest.param("screen", {"LANG": "C"}, "16", True, marks=pytest.mark.slow),
        ("linux", {}, "16", True),
        ("vt100", {}, "mono", True),
    ],
)
def test_each_terminal(
    wide: Path,
    env: dict[str, str],
    term: str,
    more: Mapping[str, str],
    colors: str,
    ascii_only: bool,
) -> None:
    env |= {"TERM": term, **more}
    with Terminal([str(wide)], env, size=(80, 24)) as terminal:
        terminal.wait_for("60 of 60")
        terminal.press("t")
        terminal.wait_for("us-east-1")
        terminal.press("t\r")
        terminal.wait_for("eventVersion")
        terminal.press("qF")
        terminal.wait_for("[what and who]")
        terminal.press("q?")
        terminal.wait_for("Three keys")
        terminal.press("q")
        terminal.wait_for("Filter")
        terminal.press("q")
        assert terminal.status() == 0
        terminal.assert_restored()
        assert depth(terminal.seen) == colors
        assert terminal.seen.isascii() == ascii_only
        assert b"\x1b[5m" not in terminal.seen and b";5m" not in terminal.seen.replace(b"8;5", b"")


def test_every_pane_and_dialog_in_ascii(wide: Path, env: dict[str, str]) -> None:
    """What cannot be shown is escaped, not dropped: the log's own letters are still told."""
    env |= {"LANG": "C", "TERM": "xterm-256color"}
    with Terminal([str(wide)], env, size=(160, 48)) as terminal:
        terminal.wait_for("eventVersion")
        assert "\\u6f22\\u5b57" in terminal.text
        for keys, shows in (("fname:na", "name:na"), ("\r", "q Quit"), ("u", "60 of 60")):
            terminal.press(keys)
            terminal.wait_for(shows)
        for key, shows, back in (
            ("F", "Other fields", "q"),
            ("C", "Columns", "\x1b"),
            ("e", "format  ", "\x1b"),
            ("\x10", "Search for", "\x1b"),
            ("P", "enter goes back", "\r"),
        ):
            terminal.press(key)
            terminal.wait_for(shows)
            terminal.press(back)
            terminal.wait_for(lambda text, gone=shows: "Detail" in text and gone not in text)
        terminal.press("\x11")
        assert terminal.status() == 0
        terminal.assert_restored()
        assert terminal.seen.isascii()


def test_wide_characters_keep_every_column(wide: Path, env: dict[str, str]) -> None:
    with Terminal([str(wide)], env, size=(160, 48)) as terminal:
        terminal.wait_for("eventVersion")
        buffer = terminal.screen.buffer
        for y in range(5, 40):
            assert [x for x in range(160) if buffer[y][x].data in ("▕", "▏")] == [31, 112]
        assert "漢字テスト" in terminal.text.replace(" ", "")
