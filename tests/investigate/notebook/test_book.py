"""A notebook keeps what was written, whoever else writes and whenever it is killed."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ctexplore.investigate.notebook.book import Notebook, NotebookError, notebook_file
from ctexplore.investigate.notebook.entries import Entry, filter_entry


def entry(n: int | str) -> Entry:
    return Entry(f"id{n}", "filter", "2026-03-07T04:00:00Z", f"note {n}", "is:write")


def texts(book: Notebook) -> list[str]:
    return [e.text for e in book.entries.values()]


def test_entries_are_there_again(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "case.jsonl"
    book = Notebook(file, "s3://my-logs")
    assert not file.exists()
    book.put(entry(1), entry(2))
    book.keep_records([("id1", b'{"a":"\xff"}')])
    book.put(Entry("id1", "filter", "x", "changed"))
    book.take_out("id2")
    again = Notebook(file)
    assert (texts(again), again.source, again.unread) == (["changed"], "s3://my-logs", 0)
    assert again.record("id1") == b'{"a":"\xff"}'
    assert again.record("id2") is None
    again.put(entry(2))
    assert texts(again) == ["changed", "note 2"]


def test_it_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "books" / "case.jsonl"
    Notebook(file).put(entry(1))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    file.unlink()
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotebookError):
        Notebook(file).put(entry(1))
    assert not (tmp_path / "elsewhere").exists()


def test_two_programs_lose_nothing_of_each_other(tmp_path: Path) -> None:
    file = tmp_path / "case.jsonl"
    code = (
        "import sys; from pathlib import Path\n"
        "from ctexplore.investigate.notebook.book import Notebook\n"
        "from ctexplore.investigate.notebook.entries import Entry\n"
        "book = Notebook(Path(sys.argv[1]))\n"
        "for n in range(40): book.put(Entry(f'{sys.argv[2]}{n}', 'filter', 'x', 'y' * 5000))\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(file), who]) for who in "ab"]
    assert [each.wait(60) for each in running] == [0, 0]
    book = Notebook(file)
    assert (len(book.entries), book.unread) == (80, 0)
    assert sum(line.startswith(b'{"ctexplore"') for line in file.read_bytes().splitlines()) == 1


def test_another_program_s_entries_come_in(tmp_path: Path) -> None:
    here, there = Notebook(tmp_path / "case.jsonl"), Notebook(tmp_path / "case.jsonl")
    here.put(entry(1))
    there.put(entry(2))
    assert texts(there) == ["note 1", "note 2"]
    assert here.refresh()
    assert texts(here) == ["note 1", "note 2"]
    assert not here.refresh()


def test_a_line_cut_short_costs_only_itself(tmp_path: Path) -> None:
    file = tmp_path / "case.jsonl"
    Notebook(file).put(entry(1), entry(2))
    whole = file.read_bytes()
    last = whole.rindex(b"\n", 0, -1) + 1
    for cut in range(last + 1, len(whole)):
        file.write_bytes(whole[:cut])
        book = Notebook(file)
        assert texts(book) == ["note 1"]
        book.put(entry(3))
        again = Notebook(file)
        # With nothing but its end missing, the line is whole again.
        assert texts(again) in (["note 1", "note 3"], ["note 1", "note 2", "note 3"])
        assert again.unread == (cut < len(whole) - 1)


def test_what_was_said_to_be_kept_survives_kill_9(tmp_path: Path) -> None:
    file = tmp_path / "case.jsonl"
    code = (
        "import sys; from pathlib import Path\n"
        "from ctexplore.investigate.notebook.book import Notebook\n"
        "from ctexplore.investigate.notebook.entries import Entry\n"
        "book = Notebook(Path(sys.argv[1]))\n"
        "n = 0\n"
        "while True:\n"
        "    book.put(Entry(str(n), 'filter', 'x', 'y' * 3000)); print(n, flush=True); n += 1\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", code, str(file)], stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    while int(running.stdout.readline()) < 20:
        pass
    os.kill(running.pid, signal.SIGKILL)
    told = [int(n) for n in running.stdout.read().split()]
    running.wait()
    kept = Notebook(file).entries
    assert set(map(str, range(max([20, *told]) + 1))) <= set(kept)


def test_damage_and_newer_versions_are_told(tmp_path: Path) -> None:
    file = tmp_path / "case.jsonl"
    Notebook(file).put(entry(1))
    with file.open("ab") as opened:
        opened.write(b"no JSON\n\xff\n[1]\n{}\n\n")
    book = Notebook(file)
    assert (texts(book), book.unread) == (["note 1"], 3)
    file.write_bytes(b'{"ctexplore":"notebook","version":2}\n')
    with pytest.raises(NotebookError, match="newer version"):
        Notebook(file)


def test_names_and_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    folder = tmp_path / "ctexplore" / "notebooks"
    assert notebook_file("case 7") == folder / "case 7.jsonl"
    assert notebook_file("./x/y") == Path("x/y")
    assert notebook_file("y.jsonl") == Path("y.jsonl")
    mine, other = (notebook_file("", i, "s3://my-logs") for i in ("s3:a", "s3:b"))
    assert mine.parent == folder and mine.name.startswith("s3-my-logs-") and mine != other
    for odd in ("..", ".x", "a\nb", "x" * 101):
        with pytest.raises(NotebookError):
            notebook_file(odd)


def test_texts_that_are_no_utf_8_are_kept_readable(tmp_path: Path) -> None:
    book = Notebook(tmp_path / "case.jsonl")
    book.put(filter_entry("a\udcffb", "agent:\udcff"))
    assert texts(Notebook(book.file)) == ["a\\udcffb"]
