"""Logged in over SSH: read on the other side of a real connection, which is then lost."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from tests.e2e.bucket import BUCKET, CountedBucket
from tests.e2e.ssh_server import ssh_server
from tests.e2e.terminal import GUARD, Terminal

INSTALLED = str(Path(sys.executable).with_name("ctexplore"))


def running(words: str, parent: int) -> list[str]:
    """Command lines with these words in them, and those of a process's children."""
    ps = ["ps", "-eo", "ppid=,args="]
    listed = subprocess.run(ps, capture_output=True, text=True, check=True)
    lines = [line.strip().partition(" ") for line in listed.stdout.splitlines()]
    return [f"{of} {args}" for of, _, args in lines if words in args or int(of) == parent]


def test_a_cached_bucket_over_a_connection_that_is_lost(
    bucket: CountedBucket, env: dict[str, str], tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    place = [f"s3://{BUCKET}", "--endpoint-url", bucket.url, "--cache-dir", str(cache)]
    keyless = {name: value for name, value in env.items() if "KEY" not in name}
    filled = [INSTALLED, "query", "", *place, "--count"]
    counted = subprocess.run(filled, env=env, capture_output=True, text=True, timeout=GUARD)
    assert counted.returncode == 0, counted.stderr
    bucket.forget()
    with ssh_server(tmp_path) as server:
        client = server.client([INSTALLED, *place], env)
        with Terminal([], env, size=(80, 24), program=client) as terminal:
            terminal.wait_for(" files =")
            terminal.press("?")
            terminal.wait_for("Three keys")
            terminal.press("q")
            terminal.wait_for("\n▌")  # the list is back, with its cursor
            assert running(str(cache), server.pid)
            terminal.press("jjj")
            terminal.process.kill()
            terminal.process.wait()
            deadline = time.monotonic() + GUARD
            while left := running(str(cache), server.pid):
                assert time.monotonic() < deadline, left
                time.sleep(0.2)
        assert bucket.gets == []

        client = server.client([INSTALLED, *place, "--offline"], keyless)
        with Terminal([], env, size=(80, 24), program=client) as terminal:
            terminal.wait_for("f Filter")
            terminal.wait_for("offline")
            terminal.press("q")
            assert terminal.status() == 0
            terminal.assert_restored()
        bucket.forget()
    again = [INSTALLED, "query", "", *place, "--count", "--offline"]
    same = subprocess.run(again, env=keyless, capture_output=True, text=True, timeout=GUARD)
    assert (same.returncode, same.stdout) == (0, counted.stdout)
    assert bucket.gets == bucket.lists == []
    assert not list(Path(env["HOME"]).rglob("crash.log"))
