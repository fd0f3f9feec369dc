"""The filters of earlier runs."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ctexplore.tui.filter.history import KEPT, History, own_history


def test_the_newest_first_each_once_and_across_runs(tmp_path: Path) -> None:
    file = tmp_path / "state" / "filters"
    first = History(file)
    assert first.texts == []
    for text in ("is:write", "who:alice", " is:write ", "is:write"):
        first.add(text)
    assert first.texts == ["is:write", "who:alice"]
    assert History(file).texts == first.texts
    assert file.read_text() == "is:write\nwho:alice\nis:write\n"


def test_two_runs_at_once_lose_nothing(tmp_path: Path) -> None:
    one, other = History(tmp_path / "filters"), History(tmp_path / "filters")
    one.add("a")
    other.add("b")
    one.add("c")
    assert set(History(tmp_path / "filters").texts) == {"a", "b", "c"}


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "state" / "filters"
    History(file).add("who:alice")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_what_was_not_typed_is_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "filters"
    history = History(file)
    for text in ("", "  ", "a\nb", "a\x1b[31m", "x" * 5000):
        history.add(text)
    assert history.texts == []
    assert not file.exists()
    file.write_bytes(b"good\n\x1b[31mbad\nalso \xff\n")
    assert History(file).texts == ["also \ufffd", "good"]


def test_the_file_stays_small(tmp_path: Path) -> None:
    file = tmp_path / "filters"
    file.write_text("".join(f"name:A{n}\n" for n in range(3 * KEPT)))
    history = History(file)
    assert len(history.texts) == KEPT
    assert history.texts[0] == f"name:A{3 * KEPT - 1}"
    assert len(file.read_text().splitlines()) == KEPT
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [f.name for f in tmp_path.iterdir()] == ["filters"]


def test_a_place_that_cannot_be_written_is_said_and_does_no_harm(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    history = History(blocked / "filters")
    history.add("is:write")
    assert str(blocked) in history.problem
    assert history.texts == ["is:write"]


def test_stepping_through() -> None:
    history = History(None)
    assert history.beside("typed", 1) == "typed"
    for text in "abc":
        history.add(text)
    assert [history.beside(t, 1) for t in ("", "c", "b", "a")] == ["c", "b", "a", "a"]
    assert [history.beside(t, -1) for t in ("a", "b", "c")] == ["b", "c", ""]


def test_without_a_home_it_lasts_as_long_as_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError

    monkeypatch.setattr("ctexplore.tui.filter.history.state_dir", nowhere)
    history = own_history()
    history.add("is:write")
    assert history.texts == ["is:write"]
    assert not history.problem
