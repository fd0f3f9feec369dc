"""``ctexplore config``."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctexplore import cli


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    (tmp_path / "config" / "ctexplore").mkdir(parents=True)
    return tmp_path / "config" / "ctexplore" / "config.toml"


def told(capsys: pytest.CaptureFixture[str], status: int = 0) -> tuple[dict[str, str], str]:
    """The lines of ``config show`` by their first word, and what it says is wrong."""
    assert cli.main(["config", "show"]) == status
    said = capsys.readouterr()
    lines = (line.partition(" ") for line in said.out.splitlines() if line)
    return {name: rest.strip() for name, _, rest in lines}, said.err


def test_path(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["config", "path"]) == 0
    assert capsys.readouterr().out == f"{file}\n"


def test_without_a_file(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines, wrong = told(capsys)
    assert lines["file"] == f"{file}   (is not there)"
    assert (lines["profile"], lines["offline"], lines["seed"]) == ("-", "no", "1")
    assert (lines["views"], lines["keys"], wrong) == ("0", "0", "")


@pytest.mark.parametrize(("there", "how"), [(True, "in C"), (False, "in Python   (no C compiler")])
def test_how_log_files_are_read(
    there: bool,
    how: str,
    file: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ctexplore.commands.config.find_spec", lambda _: file if there else None)
    lines, _ = told(capsys)
    assert lines["reading"].startswith(how)


def test_what_is_in_force_and_where_it_comes_from(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTEXPLORE_ROLE_ARN", "arn:aws:iam::111122223333:role/x")
    file.write_text(
        "[defaults]\nregion = ['a', 'b']\n[query]\nformat = 'csv'\n"
        "[views]\n'on call' = 'is:root'\n[accounts]\n111122223333 = 'prod'\n"
    )
    lines, wrong = told(capsys)
    assert wrong == ""
    assert lines["region"] == "a,b   config.toml, line 2"
    assert lines["role-arn"] == "arn:aws:iam::111122223333:role/x   CTEXPLORE_ROLE_ARN"
    assert lines["query.format"] == "csv   config.toml, line 4"
    assert (lines["verify.format"], lines["follow.format"]) == ("text", "table")
    assert lines["views"] == "1   on call"
    assert lines["accounts"] == "1   111122223333"


def test_columns_chosen_in_the_explorer(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("[defaults]\ncolumns = ['time', 'who']\n")
    assert told(capsys)[0]["columns"] == "time,who   config.toml, line 2"
    chosen = file.parents[2] / "state" / "ctexplore" / "columns"
    chosen.parent.mkdir(parents=True)
    chosen.write_text("time\nip\n")
    assert told(capsys)[0]["columns"] == f"time,ip   {chosen}"


def test_no_password_is_printed(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    monkeypatch.setenv("CTEXPLORE_ENDPOINT_URL", "https://me:hunter2@minio.example:9000/")
    assert cli.main(["config", "show"]) == 0
    said = capsys.readouterr()
    assert "hunter2" not in said.out + said.err
    assert "https://…@minio.example:9000/" in said.out


def test_all_that_is_wrong_is_told(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTEXPLORE_MAX_OBJECT", "3")
    monkeypatch.setenv("CTEXPLORE_LAST", "24x")
    file.write_text(
        "x = 1\n[defaults]\nregoin = 'a'\nlimit = 0\n[views]\na = 3\n"
        "[keys]\n'app.fliter' = 'f'\n'app.goto' = 'crtl+g'\n"
    )
    _, wrong = told(capsys, 2)
    for expected in (
        "line 1: x: stands below no table",
        "line 3: defaults.regoin: is no option; region is one",
        "line 4: defaults.limit: '0' is no whole number",
        "line 6: views.a: must be a filter",
        "line 8: keys.app.fliter: is nothing that a key does; app.filter is one",
        "line 9: keys.app.goto: 'crtl+g' is no key",
        "CTEXPLORE_MAX_OBJECT sets no option",
        'CTEXPLORE_LAST: "24x" is no span',
    ):
        assert wrong.count(expected) == 1, expected


def test_a_file_that_is_no_toml(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("[defaults\n")
    assert "line 1: not TOML" in told(capsys, 2)[1]


def test_keys(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("[keys]\n'app.filter' = ['ctrl+f', 'f3']\n")
    assert cli.main(["config", "keys"]) == 0
    lines = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines()}
    assert lines["app.filter"] == ["ctrl+f,f3", "Type", "a", "filter"]
    assert lines["app.goto"][0] == "colon"
