"""Copies of the process read local files by themselves, and nobody can tell from what is loaded."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.build import events, gz, log
from tests.sources.memory_source import log_key

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of all threads")

# Prints how many files this process read with copies, and how many without.
_LOADING = """
import os, sys
os.environ["OPENBLAS_NUM_THREADS"] = "1"
from ctexplore.sources.folder import FolderSource
from ctexplore.sources.sniffed import SniffedFolder
from ctexplore.sources.source import LogFile, in_place
from ctexplore.store.cache.cache import NoCache
from ctexplore.store.columns.workers import Decoders
from ctexplore.store.loader import Loader
from ctexplore.store.scope import Scope
from tests.store.test_workers import loaded, wait_until

folder, claimed = sys.argv[1:]

class Claiming(FolderSource):
    def children(self, within, start_after=""):
        for page in super().children(within, start_after):
            if claimed and page.files and within == os.path.dirname(claimed) + "/":
                page.files.append(LogFile(claimed, 9, "1"))
            yield page

def load(processes):
    source = SniffedFolder(Claiming(folder))
    read, own = [], source.read
    def counted(file):
        read.append(file.key)
        return own(file)
    source.read = counted
    decoders = Decoders(processes, enough=0)
    loader = Loader(source, NoCache(""), Scope(("",)), decoders=lambda: decoders)
    found = loaded(loader), loader.tally
    wait_until(lambda: not decoders.pids)
    return found, read, in_place(source)

there, few, whole = load(2)
here, all_of_them, _ = load(0)
assert there == here
print(len(few), len(all_of_them), whole)
"""


def read_here(folder: Path, claimed: str = "") -> str:
    """Raises AssertionError unless both ways load the same."""
    line = [sys.executable, "-W", "error", "-c", _LOADING, str(folder), claimed]
    ran = subprocess.run(line, capture_output=True, text=True)
    assert (ran.stderr, ran.returncode) == ("", 0)
    return ran.stdout.strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four days of three files, one of which is damaged."""
    for day in range(1, 5):
        for file in range(3):
            key = log_key(f"2024/01/{day:02}", f"09{file:02}", unique=f"{day:08}{file:08}")
            data = gz(log(*events(10 * day + 2 * file, 10 * day + 2 * file + 1)))
            path = tmp_path / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data[:-9] if (day, file) == (2, 1) else data)
    return tmp_path


def test_copies_read_every_file(folder: Path) -> None:
    assert read_here(folder) == "0 12 True"


def test_a_name_that_is_no_text(folder: Path) -> None:
    day = next(folder.rglob("*.json.gz")).parent
    (day / b"9\xff.json.gz".decode(errors="surrogateescape")).write_bytes(gz(log(*events(99))))
    assert read_here(folder) == "0 13 True"


def test_what_a_copy_cannot_read_is_told_here(folder: Path) -> None:
    day = next(path for path in folder.rglob("*.json.gz")).parent.relative_to(folder)
    # The three files of its day are read once more, to say which one is gone.
    assert read_here(folder, f"{day}/gone.json.gz") == "4 13 True"


def test_members_of_an_archive_are_handed_over(folder: Path) -> None:
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.writestr("one.json.gz", gz(log(*events(200))))
        archive.writestr("two.json.gz", gz(log(*events(201))))
    here, everything, whole = read_here(folder).split()
    # Whatever is read after the archive was opened.
    assert 2 <= int(here) <= 14
    assert (everything, whole) == ("14", "False")
