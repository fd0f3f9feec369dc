"""Keys that come in one packet, as over a slow line, mean what they mean one by one."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.terminal import Terminal


def test_a_filter_in_one_packet(trail: Path, env: dict[str, str]) -> None:
    with Terminal([str(trail)], env, size=(80, 24)) as terminal:
        terminal.wait_for("400 of 400")
        terminal.press("fis:denied source:s3\rjjkt")
        terminal.wait_for(lambda text: " is:denied source:s3 " in text and "m Mark" in text)
        terminal.press("t\r")
        terminal.wait_for("eventVersion")
        terminal.press("q?")
        terminal.wait_for("Three keys")
        terminal.press("qq")
        assert terminal.status() == 0
