"""Names of accounts from the configuration file, on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ctexplore import cli
from ctexplore.sources.demo.layouts import write_layout
from ctexplore.trail.accounts import NAMES

PROD = "111122223333"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "ctexplore").mkdir()
    yield tmp_path / "ctexplore" / "config.toml"
    NAMES.forget()


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    write_layout(tmp_path / "logs", "organization")
    return tmp_path / "logs"


def count(capfd: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = cli.main(["query", *map(str, arguments), "--count", "--no-cache"])
    return status, *capfd.readouterr()


def test_a_name_filters_and_narrows(
    config: Path, logs: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    config.write_text(f"[accounts]\n{PROD} = 'prod'\n")
    ids = count(capfd, "", logs, "--account", PROD)
    assert ids == (0, "24\n", "")
    assert count(capfd, "", logs, "--account", "Prod") == ids
    assert count(capfd, "account:prod", logs) == ids
    assert count(capfd, "-account:prod", logs) == (0, "48\n", "")


def test_names_of_an_earlier_file_are_forgotten(
    config: Path, logs: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    config.write_text(f"[accounts]\n{PROD} = 'prod'\n")
    count(capfd, "", logs)
    config.unlink()
    assert count(capfd, "account:prod", logs)[:2] == (1, "0\n")


def test_an_account_that_nobody_knows(
    config: Path, logs: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    status, out, told = count(capfd, "", logs, "--account", "prod\x1b")
    assert (status, out) == (2, "")
    assert "is no account id: 12 digits" in told and "\x1b" not in told
    assert "[accounts]" in told


def test_a_mistake_in_the_file_is_told_with_its_line(
    config: Path, logs: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    config.write_text("[accounts]\n1111 = 'prod'\n")
    status, out, told = count(capfd, "", logs)
    assert (status, out) == (2, "")
    assert f"{config}, line 2: accounts.1111: is no account id: 12 digits" in told
