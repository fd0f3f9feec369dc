"""What attackers write, on every screen of the installed program, byte by byte.

A pseudo-terminal takes what is sent; all of it has to be in the grammar that Textual itself needs.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from ctexplore.text import safe
from tests.build import event, log, raw
from tests.e2e.grammar import LINES, SCREEN, outside
from tests.e2e.terminal import Terminal
from tests.tui.test_explore_hostile import PAYLOADS, hostile

FOLDER = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/05"
# No file system takes these in a name.
NAMES = [t.replace("\0", "").replace("/", "|")[:60] for t in PAYLOADS.values()]


def name_of(number: int) -> bytes:
    """A file's name with a payload in it, as few bytes as names may have."""
    return f"{number:02} {NAMES[number]}".encode("utf-8", "replace")[:200] + b".json"


@pytest.fixture(scope="module")
def trail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each payload in an event and in a file's name, all of them in one event, a bad file each."""
    folder = tmp_path_factory.mktemp("hostile")
    place = os.fsencode(folder / FOLDER)
    (folder / FOLDER).mkdir(parents=True)
    everything = hostile(3000, "".join(PAYLOADS.values()))
    everything["requestParameters"] = {text: text for text in PAYLOADS.values()}
    for number, text in enumerate(PAYLOADS.values()):
        records = [hostile(number + 1, text), event(1000 + number, eventName=f"Last{text}")]
        Path(os.fsdecode(place + b"/" + name_of(number))).write_bytes(log(*records))
        bad = place + b"/bad" + name_of(number)
        Path(os.fsdecode(bad)).write_bytes(b'{"Records":[null]}')
    (folder / FOLDER / "all.json").write_bytes(log(everything))
    return folder


# Each command by itself, as the shell would run it, in one process.
COMMANDS = """
import json, sys
from ctexplore import cli
for command in json.load(open(sys.argv[1])):
    try:
        cli.main(command)
    except SystemExit:
        pass
print("the end")
"""


class Screen(NamedTuple):
    """keys: lead there from the list, back: and back again, one press after the other.

    shows: what tells that it is there.
    """

    keys: tuple[str, ...]
    shows: str
    back: tuple[str, ...] = ("\x1b[27u",) * 3


# As Kitty's keyboard protocol has it: nothing that follows can make another key of it.
ESCAPE = "\x1b[27u"
_LEAVE = ("\x15", ESCAPE, ESCAPE, ESCAPE)
SCREENS = {
    "the detail": Screen(("g", "\r"), "eventVersion"),
    "unfolded and wrapped": Screen(("\r", "}", "W"), "userIdentity", ("W", ESCAPE, ESCAPE)),
    "only the detail, secrets shown": Screen(
        ("\r", "x", "O"), "eventVersion", ("O", ESCAPE, ESCAPE)
    ),
    "a search in the detail": Screen(("\r", "/", "2J"), ""),
    "the cells of a line": Screen(("l", "l", "l", "l"), "Last", ()),
    "sorted": Screen(("s", "s"), "▼", ("s",)),
    "problems": Screen(("E",), "a record is null", ("q",)),
    "facets": Screen(("F",), " who  ", ("F",)),
    "help": Screen(("?",), "Everywhere", ("q",)),
    "columns": Screen(("C",), "Columns"),
    "export": Screen(("e",), "Export"),
    "copying": Screen(("y",), "copy"),
    "the palette": Screen(("\x10",), "Search"),
    "going to": Screen((":", "[/b]", "\r"), "[/b]"),
    "narrowed by a value": Screen(("+",), "", ("u",)),
    "completions of a name": Screen(("f", "name:"), "name:", _LEAVE),
    "completions of a user": Screen(("f", "who:"), "who:", _LEAVE),
    "completions of an address": Screen(("f", "ip:"), "ip:", _LEAVE),
    "a mistake in the filter": Screen(("f", "who:("), "who:(", _LEAVE),
    "a word": Screen(("f", '"[/b]"'), "", _LEAVE),
    "the tree": Screen(("t", "\t", "j", "j", "l", "j"), "", ()),
}


def shown_at(terminal: Terminal) -> str:
    """The screen once nothing more comes, or is still coming after a while."""
    for _ in range(20):
        before = len(terminal.seen)
        terminal.read_for(0.1)
        if len(terminal.seen) == before:
            break
    return terminal.text


def press(terminal: Terminal, key: str) -> None:
    terminal.press(key)
    terminal.read_for(0.05)


def test_every_screen_of_the_explorer(trail: Path, env: dict[str, str]) -> None:
    shown = ""
    with Terminal([str(trail), "--no-cache"], env, size=(100, 32)) as terminal:
        terminal.wait_for("53 files = 27 read + 26 failed")
        shown += shown_at(terminal)
        terminal.press("G")
        shown += shown_at(terminal)
        for screen in SCREENS.values():
            for key in screen.keys:
                press(terminal, key)
            terminal.wait_for(screen.shows)
            shown += shown_at(terminal)
            for key in screen.back:
                press(terminal, key)
        terminal.press("\x11")
        assert terminal.status() == 0
        terminal.assert_restored()
    assert outside(terminal.seen, SCREEN) == []
    # What was sent is not merely harmless: it is there. (pyte keeps one mark of many.)
    hidden = {name for name, text in PAYLOADS.items() if safe(text)[:8] not in shown}
    assert hidden <= {"marks", "half a pair"}


def test_the_start_page_and_what_it_lists(env: dict[str, str], home: Path) -> None:
    state = home / ".local" / "state" / "ctexplore"
    state.mkdir(parents=True, mode=0o700)
    places = [f"/tmp/{name}" for name in NAMES if name.isascii() or "\ud800" not in name]
    recent = "\n".join(shlex.join([place]) for place in places if "\n" not in place)
    (state / "sources").write_bytes(recent.encode("utf-8", "replace"))
    aws = home / ".aws"
    aws.mkdir()
    profiles = [
        f"[profile {name}]\nregion = r{name}\n" for name in ("a\x1b[2Jb", "[/b]", "\u202ex")
    ]
    (aws / "config").write_text("".join(profiles))
    with Terminal(["--offline"], env, size=(120, 40)) as terminal:
        terminal.wait_for("Opened before")
        for key in ("G", "k", "k", "\r", "g", "p", "?", "q", "\x10", ESCAPE):
            press(terminal, key)
            shown_at(terminal)
        terminal.press("\x11")
        assert terminal.status() == 0
        terminal.assert_restored()
    assert outside(terminal.seen, SCREEN) == []


# -- commands: their output, and what they say of mistakes


QUERIES = [
    *(["--format", form] for form in ("table", "json", "jsonl", "raw", "csv")),
    *(["--by", field] for field in ("name", "who", "source", "ip", "userAgent")),
    ["--format", "table", "--fields", "time,requestParameters,agent,errorMessage"],
]


def test_commands_in_a_terminal(trail: Path, env: dict[str, str], tmp_path: Path) -> None:
    place = str(trail)
    hostile_folder = tmp_path / "a\x1b[2J\u202eb"
    hostile_folder.mkdir()
    commands = [["query", "", place, "--no-cache", *options] for options in QUERIES]
    for text in (*NAMES[::6], "[/b]"):
        text = text.encode("utf-8", "replace").decode()
        commands += [["query", f"who:{text}", str(tmp_path / text)], [text], [f"--{text}"]]
    commands += [
        ["query", "", str(hostile_folder)],
        ["verify", place, "--no-cache"],
        ["fetch", place, str(tmp_path / "to\x1b[2J"), "--no-cache"],
        ["query", "", place, "--cache-dir", str(hostile_folder / "$HOME\x1b[2J")],
        ["cache", "info", "--cache-dir", str(hostile_folder)],
        ["query", "", "--endpoint-url", "http://\x1b[2J", "s3://logs/\x1b[2J/"],
    ]
    (tmp_path / "commands.json").write_text(json.dumps(commands))
    with Terminal(
        [str(tmp_path / "commands.json")], env, code=COMMANDS, size=(120, 40)
    ) as terminal:
        assert terminal.status(120) == 0
    assert terminal.seen.endswith(b"the end\r\n")
    assert outside(terminal.seen, LINES) == []
    assert terminal.seen.count(b"ctexplore: ") > len(commands) / 2


def test_a_pipe_gets_every_byte(trail: Path, env: dict[str, str]) -> None:
    run = [sys.executable, "-m", "ctexplore", "query", "", str(trail), "--no-cache"]
    piped = subprocess.run([*run, "--format", "raw"], env=env, capture_output=True, check=False)
    assert piped.returncode == 3
    written = [raw(hostile(number, text)) for number, text in enumerate(PAYLOADS.values(), 1)]
    lines = piped.stdout.splitlines()
    assert set(written) <= set(lines)
    assert len(lines) == 2 * len(PAYLOADS) + 1
