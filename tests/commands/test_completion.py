"""Completion: what is offered, and that each shell that is here really completes with it."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctexplore import cli
from ctexplore.commands.completion import SHELLS
from ctexplore.commands.offered import offered
from ctexplore.commands.settle import options, parser_of
from ctexplore.sources.source import Page
from ctexplore.store.cache.buckets import keep_bucket
from ctexplore.store.cache.opencache import open_cache
from ctexplore.store.cache.packs import Listings

COMMANDS = list(cli.COMMANDS)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of somebody with two profiles, a named account and a theme of their own."""
    for name in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text(
        "[default]\n[profile audit]\nregion=x\n[sso-session z]\n"
    )
    (tmp_path / ".aws" / "credentials").write_text("[default]\n[old%40]\naws_access_key_id=A\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / ".aws" / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / ".aws" / "credentials"))
    themes = tmp_path / "config" / "ctexplore" / "themes"
    themes.mkdir(parents=True)
    (themes / "sepia.toml").write_text('name = "sepia"\n')
    (themes.parent / "config.toml").write_text("[accounts]\n111122223333 = 'prod'\n")
    return tmp_path


def after(line: str) -> list[str]:
    return offered(f"ctexplore {line}", COMMANDS)


def test_commands_and_topics(home: Path) -> None:
    assert after("") == COMMANDS
    assert after("ver") == ["verify"]
    assert after("help quest") == ["questions"]
    assert after("config ") == ["show", "path", "keys"]
    assert after("completion ") == list(SHELLS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_every_command(home: Path, command: str) -> None:
    names = [f"--{name}" for name, _ in options(parser_of(command))]
    assert after(f"{command} --") == [*names, "--help"]


def test_options_without_a_command_are_the_explorers(home: Path) -> None:
    assert after("--them") == ["--theme"]
    assert after("./archive --follo") == ["--follow"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--profile ", ["default", "audit", "old%40"]),
        ("query x --profile=au", ["--profile=audit"]),
        ("--account ", ["prod"]),
        ("--theme se", ["sepia"]),
        ("--theme high", ["high-contrast"]),
        ("--region eu-central", ["eu-central-1", "eu-central-2"]),
        ("--region us-east-1,eu-central-1,al", ["us-east-1,eu-central-1,all"]),
        ("query '' --format js", ["json", "jsonl", "json.gz"]),
        ("verify --format ", ["text", "json"]),
        ("query '' --by us", ["user"]),
        ("--columns time,us", ["time,user"]),
        ("--last 2", ["24h"]),
        ("query is:fai", ["is:failed"]),
        ("query 'is:write -is:ser", ["is:write -is:service"]),
        ('query "(is:fai', ["(is:failed"]),
        ("--filter 'is:denied regi", ["is:denied region:"]),
        ("query 'region:eu-south-", ["region:eu-south-1", "region:eu-south-2"]),
        ("query --demo is:roo", ["is:root"]),
        ("query --limit 3 is:roo", ["is:root"]),
        ("query is:root is:fai", []),
        ("query 'it''s \"", []),
    ],
)
def test_values(home: Path, line: str, words: list[str]) -> None:
    assert after(line) == words


def test_kept_buckets(home: Path) -> None:
    cache = open_cache(None, 1 << 30)
    for name in ("my-logs", "other"):
        now = datetime.now(UTC)
        Listings(cache, name).put("", [Page(["AWSLogs/"])], now)
        keep_bucket(cache, name, "", (f"s3://{name}/", "--profile", "x"), now)
    cache.close()
    assert after("--bucket ") == ["other", "my-logs"]
    assert after("query '' s3://m") == ["s3://my-logs"]


def test_bash_gets_what_stands_behind_its_own_word(home: Path) -> None:
    assert offered("ctexplore query is:fai", COMMANDS, last="fai") == ["failed"]
    assert offered("ctexplore query 'is:root is:fai", COMMANDS, last="is:root is:fai") == [
        "is:root is:failed"
    ]


def test_hostile_names_do_not_reach_the_terminal(home: Path) -> None:
    (home / ".aws" / "config").write_text("[profile a\x1b[31m]\n[profile ok]\n", "utf-8")
    assert after("--profile ") == ["ok", "default", "old%40"]


# -- the shells

START = {
    "bash": (["bash", "--norc", "-i"], "source <(ctexplore completion bash)"),
    "zsh": (
        ["zsh", "-f", "-i"],
        "autoload -Uz compinit; compinit -u -D; source <(ctexplore completion zsh)",
    ),
}
TYPED = [
    ("ctexplore que", "ctexplore query "),
    ("ctexplore query 'is:fai", "ctexplore query 'is:failed'"),
    ("ctexplore query is:fai", "ctexplore query is:failed "),
    ("ctexplore --profile au", "ctexplore --profile audit "),
]


def shell_home(home: Path) -> dict[str, str]:
    """An environment in which ``ctexplore`` is this checkout."""
    program = home / "bin" / "ctexplore"
    program.parent.mkdir()
    root = Path(cli.__file__).parents[1]
    program.write_text(f'#!/bin/sh\nPYTHONPATH={root} exec {sys.executable} -m ctexplore "$@"\n')
    program.chmod(0o755)
    return {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "TERM": "xterm"}


@pytest.mark.parametrize("shell", START)
def test_a_shell_completes(home: Path, shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here")
    environment = shell_home(home) | {"PS1": "> ", "HOME": str(home)}
    words, first = START[shell]
    process, terminal = pty.fork()
    if process == 0:
        os.execvpe(words[0], words, environment)
    try:
        os.write(terminal, f"{first}; echo rea''dy\n".encode())
        _until(terminal, "ready\r\n")
        for typed, wanted in TYPED:
            os.write(terminal, f"{typed}\t".encode())
            _until(terminal, _shown(typed, wanted))
            os.write(terminal, b"\x15")  # an empty line again
    finally:
        os.kill(process, 9)
        os.waitpid(process, 0)
        os.close(terminal)


def _shown(typed: str, wanted: str) -> str:
    """What the shell writes behind what was typed."""
    return wanted[len(typed) :].rstrip().rstrip("'")


def _until(terminal: int, wanted: str) -> None:
    """Read until a text comes; the clock guards against a hang only."""
    said, end = "", time.monotonic() + 60
    while wanted not in said:
        assert time.monotonic() < end, f"never came: {wanted!r} in {said!r}"
        if select.select([terminal], [], [], 1)[0]:
            said += os.read(terminal, 65536).decode("utf-8", "replace")


def test_fish_completes(home: Path) -> None:
    if not (fish := shutil.which("fish")):
        pytest.skip("no fish here")
    asked = "; ".join(
        f"complete -C {line!r}" for line in ("ctexplore que", "ctexplore --profile au")
    )
    script = f"ctexplore completion fish | source; {asked}"
    done = subprocess.run(
        [fish, "--no-config", "-c", script],
        env=shell_home(home),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["query", "audit"]
