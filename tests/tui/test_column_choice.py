"""The columns a person chose, between two runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctexplore.tui.events.column_choice import checked, choice_file, load, save
from ctexplore.tui.events.columns import DEFAULT

CHOICE = ("time", "name", 'requestParameters."a key"', "agent")


def test_kept_for_the_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "state" / "ctexplore" / "columns"
    assert load(file) == (DEFAULT, "")
    assert save(file, CHOICE) == ""
    assert load(file) == (CHOICE, "")
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [p.name for p in file.parent.iterdir()] == ["columns"]


def test_the_default_leaves_no_file(tmp_path: Path) -> None:
    file = tmp_path / "columns"
    save(file, CHOICE)
    assert save(file, DEFAULT) == ""
    assert not file.exists()
    assert save(file, DEFAULT) == ""


def test_without_a_home_it_lasts_as_long_as_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)

    def no_home() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", no_home)
    assert choice_file() is None
    assert load(None) == (DEFAULT, "")
    assert save(None, CHOICE) == ""


def test_it_lies_in_the_state_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert choice_file() == tmp_path / "ctexplore" / "columns"


def test_a_name_that_is_none_is_left_out_and_named(tmp_path: Path) -> None:
    file = tmp_path / "columns"
    file.write_bytes(b"time\n\nnmae\nwho\nWHO\n\xff\xfe\n")
    names, problem = load(file)
    assert names == ("name", "time", "who")
    assert problem == f'{file}, line 3: there is no field "nmae" (did you mean name?)'


def test_a_file_of_nothing_is_the_default(tmp_path: Path) -> None:
    file = tmp_path / "columns"
    file.write_text("\n\n")
    assert load(file) == (DEFAULT, "")


def test_what_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "columns"
    folder.mkdir()
    names, problem = load(folder)
    assert names == DEFAULT
    assert str(folder) in problem
    (tmp_path / "file").write_text("")
    assert str(tmp_path / "file") in save(tmp_path / "file" / "columns", CHOICE)


def test_more_columns_than_anybody_needs() -> None:
    names, problem = checked((f"requestParameters.p{n}" for n in range(500)), "here")
    assert (len(names), names[0], problem) == (50, "name", "")
