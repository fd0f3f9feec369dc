"""What was learned of files without a telling name is kept for the next run."""

from __future__ import annotations

from collections import Counter

from ctexplore.sources.arranged import arrange
from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.store.cache.cache import MemoryCache
from ctexplore.store.cache.kept import KeptSource
from ctexplore.store.cache.places import KeptPlaces
from ctexplore.store.peek import peek
from tests.build import event, gz, log
from tests.sources.memory_source import MemorySource
from tests.sources.s3_at import merged

DAY = "111122223333/eu-west-1/2024/03/05/"


class Counting(MemorySource):
    def __init__(self) -> None:
        names = ("a.json", "b.json", "c \udcff.json")
        super().__init__({name: gz(log(event(n))) for n, name in enumerate(names)})
        self.identity = "memory:places"
        self.gets: Counter[str] = Counter()
        self.broken = ""

    def read(self, file: LogFile) -> bytes:
        self.gets[file.key] += 1
        if file.key == self.broken:
            raise SourceError(file.key, "reset", retry=True)
        return super().read(file)


def started(source: Source, cache: MemoryCache, *, offline: bool = False) -> Source:
    """As a new process would open it."""
    kept = KeptSource(source, cache, offline=offline)
    return arrange(kept, peek, KeptPlaces(cache, kept.identity))


def tree(source: Source) -> list[str]:
    return [file.key for file in merged(source, DAY).files]


def test_each_file_is_read_for_its_place_in_the_first_run_only() -> None:
    source, cache = Counting(), MemoryCache()
    files = tree(started(source, cache))
    assert files == sorted(source.files)
    assert tree(started(source, cache)) == files
    assert tree(started(source, cache, offline=True)) == files
    assert source.gets == dict.fromkeys(source.files, 1)


def test_a_file_that_is_new_or_has_changed_is_read() -> None:
    source, cache = Counting(), MemoryCache()
    tree(started(source, cache))
    source.files["a.json"] = gz(log(event(7), event(8)))
    source.files["new.json"] = gz(log(event(9)))
    assert tree(started(source, cache)) == sorted(source.files)
    assert source.gets == {"a.json": 2, "b.json": 1, "c \udcff.json": 1, "new.json": 1}


def test_a_file_that_could_not_be_read_is_tried_by_the_next_run() -> None:
    source, cache = Counting(), MemoryCache()
    source.broken = "a.json"
    first = started(source, cache)
    assert tree(first) == ["b.json", "c \udcff.json"]
    assert [f.key for f in merged(first, "other/").files] == ["a.json"]
    source.broken = ""
    assert tree(started(source, cache)) == sorted(source.files)
    assert source.gets == {"a.json": 2, "b.json": 1, "c \udcff.json": 1}


def test_a_value_that_is_none_is_a_miss() -> None:
    put: list[tuple[str, bytes]] = []

    class Noting(MemoryCache):
        def put(self, key: str, value: bytes) -> bool:
            put.append((key, value))
            return super().put(key, value)

    cache = Noting()
    places = KeptPlaces(cache, "s3:aws/logs")
    places.put("", {LogFile("a.json", 1, "v"): DAY})
    [(key, good)] = put
    for value in (b"", b"ctexplore places 1\n", b"ctexplore places 2\nxx", good[:-3]):
        cache.put(key, value)
        assert places.get("") == {}
    cache.put(key, good)
    assert places.get("") == {LogFile("a.json", 1, "v"): DAY}
    assert KeptPlaces(cache, "s3:aws/other").get("") == {}
