"""Reading a file again soon costs nothing, and holds no more than it may."""

from __future__ import annotations

from ctexplore.sources.source import LogFile
from ctexplore.store.recent import RecentSource
from tests.sources.memory_source import MemorySource


class Counting(MemorySource):
    def __init__(self) -> None:
        super().__init__({name: name.encode() * 10 for name in "abcd"})
        self.gets = ""

    def read(self, file: LogFile) -> bytes:
        self.gets += file.key
        return super().read(file)


def read(source: RecentSource, names: str) -> None:
    for name in names:
        assert source.read(LogFile(name, 10)) == name.encode() * 10


def test_a_file_is_asked_for_once_while_it_is_held() -> None:
    inner = Counting()
    read(RecentSource(inner, 30), "abcabcaa")
    assert inner.gets == "abc"


def test_the_oldest_goes_when_there_is_no_room() -> None:
    inner = Counting()
    read(RecentSource(inner, 30), "abcd" + "bcd" + "a")
    assert inner.gets == "abcd" + "a"


def test_another_version_is_another_file() -> None:
    inner = Counting()
    source = RecentSource(inner, 100)
    source.read(LogFile("a", 10, "1"))
    source.read(LogFile("a", 10, "2"))
    assert inner.gets == "aa"


def test_what_fits_nowhere_is_still_read() -> None:
    inner = Counting()
    read(RecentSource(inner, 5), "aa")
    assert inner.gets == "aa"


def test_everything_else_is_the_sources_own() -> None:
    inner = Counting()
    source = RecentSource(inner, 100)
    assert [file.key for page in source.children("") for file in page.files] == list("abcd")
    assert (source.identity, source.label, source.root) == (inner.identity, inner.label, "")
    assert source.uri("a") == inner.uri("a")
