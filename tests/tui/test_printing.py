"""Events on the plain terminal."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
from typing import Any

import pytest
from textual.app import App

from ctexplore.tui.printing import print_outside, record_lines, table_lines
from tests.build import event, raw


def printed(record: object) -> str:
    return "\n".join(record_lines(raw(record)))


def test_a_record_is_json_a_line_a_value() -> None:
    record = event(1, resources=[], responseElements={}, tags=["a", {"b": [1, None, True]}])
    lines = printed(record).splitlines()
    assert json.loads("\n".join(lines)) == record
    assert lines[0] == "{"
    assert '  "eventName": "Event1",' in lines
    assert '    "instanceId": "i-00000001"' in lines


def test_digits_and_repeated_keys_stay() -> None:
    text = "\n".join(record_lines(b'{"a": 1.50, "a": 12345678901234567890123}'))
    assert text == '{\n  "a": 1.50,\n  "a": 12345678901234567890123\n}'


def test_what_acts_on_a_terminal_is_escaped_and_still_json() -> None:
    hostile = "\x1b]52;c;ZXZpbA==\x07\u202e\x9b31m管"
    text = printed({"userAgent": hostile, hostile: "x"})
    assert all(c.isprintable() or c == "\n" for c in text)
    assert "\u202e" not in text
    assert json.loads(text) == {"userAgent": hostile, hostile: "x"}
    assert "管理者" in "".join(record_lines('{"userName": "管理者"}'.encode()))


def test_secrets_are_masked() -> None:
    token = "IQoJb3JpZ2luX2VjEXAMPLETOKEN" + "x" * 200
    record = {
        "responseElements": {"credentials": {"sessionToken": token}},
        "environment": [{"name": "DB_PASSWORD", "value": "hunter2hunter2hunter2"}],
    }
    text = printed(record)
    assert "x" * 30 not in text
    assert "hunter2hunter2" not in text
    assert text.count("masked") == 2


def test_what_is_no_json_is_shown_made_safe() -> None:
    assert list(record_lines(b"{broken \x1b[2J")) == ["{broken \\x1b[2J"]


def test_deep_records_do_not_recurse() -> None:
    depth = 20_000
    lines = record_lines(b'{"a":' * depth + b"1" + b"}" * depth)
    assert sum(1 for _ in lines) >= 1


def test_marked_rows_stand_in_columns() -> None:
    rows = [("2024", "GetObject", "管理者"), ("2024", "Put\x07", ""), ("", "x" * 80, "end")]
    assert list(table_lines(rows)) == [
        "2024  GetObject" + " " * 53 + "管理者",
        "2024  Put\\x07",
        "      " + "x" * 80 + "  end",
    ]
    assert list(table_lines([])) == []


async def test_where_there_is_no_screen_to_leave_that_is_said() -> None:
    app: App[None] = App()
    async with app.run_test():
        assert "no screen" in print_outside(app, ["x"])


PROGRAM = """
from textual.app import App
from textual.binding import Binding
from textual.widgets import Static
from ctexplore.tui.printing import print_outside

class Printer(App):
    BINDINGS = [Binding("p", "print")]
    def compose(self):
        yield Static("the screen")
    def action_print(self):
        print_outside(self, ["first line", "second line"])
        self.query_one(Static).update("back again")
        self.set_timer(0.2, self.exit)

Printer().run(mouse=False)
"""


class Terminal:
    """A program in a pseudo-terminal."""

    def __init__(self) -> None:
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm-256color"},
            start_new_session=True,
        )
        os.close(slave)
        self.seen = ""

    def until(self, text: str) -> None:
        while text not in self.seen:
            assert select.select([self.master], [], [], 30)[0], f"never shown: {text}"
            data = os.read(self.master, 65536)
            assert data
            self.seen += data.decode("utf-8", "replace")

    def press(self, keys: bytes) -> None:
        self.seen = ""
        os.write(self.master, keys)

    def close(self) -> int:
        status = self.process.wait(30)
        os.close(self.master)
        return status


@pytest.fixture
def terminal() -> Any:
    made = Terminal()
    yield made
    if made.process.poll() is None:
        made.process.kill()
        made.close()


def test_it_leaves_the_screen_and_comes_back_on_enter(terminal: Terminal) -> None:
    terminal.until("the screen")
    terminal.press(b"p")
    terminal.until("enter goes back")
    left = terminal.seen.index("\x1b[?1049l")
    assert terminal.seen.index("first line\r\nsecond line") > left
    terminal.press(b"x\r")
    terminal.until("back again")
    assert "\x1b[?1049h" in terminal.seen
    assert terminal.close() == 0


def test_a_signal_ends_it_while_it_waits(terminal: Terminal) -> None:
    terminal.until("the screen")
    terminal.press(b"p")
    terminal.until("enter goes back")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.close() == -signal.SIGTERM
    # Nothing turned the screen on again.
    assert "\x1b[?1049h" not in terminal.seen
