from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ctexplore.sources.source import LogFile, Page, SourceError
from ctexplore.store.cache.cache import MemoryCache, NoCache
from ctexplore.store.cache.opencache import open_cache
from ctexplore.store.cache.packs import Columns, Listings, Packs, group_id

SOURCE = "s3:https://s3.amazonaws.com/my-logs"
FOLDER = "AWSLogs/123456789012/CloudTrail/eu-west-1/2024/02/29/"

# Any text at all: lone surrogates stand for the bytes of file names that are not UTF-8.
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=8)


def log_file(name: str, content: bytes, version: str = "etag", folder: str = FOLDER) -> LogFile:
    return LogFile(folder + name, len(content), f'"{version}"')


def some_files(count: int, seed: int = 0) -> list[tuple[LogFile, bytes]]:
    chance = random.Random(seed)
    contents = [chance.randbytes(chance.randrange(1, 3000)) for _ in range(count)]
    return [(log_file(f"{seed}-{n}.json.gz", data), data) for n, data in enumerate(contents)]


@pytest.fixture
def cache() -> MemoryCache:
    return MemoryCache()


@pytest.fixture
def packs(cache) -> Packs:
    return Packs(cache, SOURCE)


def test_files_come_back_one_by_one_and_as_a_pack(packs):
    files = some_files(20)
    pack = packs.add(FOLDER, files)
    assert pack is not None
    whole = packs.read_pack(pack)
    index = packs.index(FOLDER)
    assert list(index) == [file.key for file, _ in files]
    for file, content in files:
        stored = index[file.key]
        assert (stored.version, stored.size, stored.pack) == (file.version, file.size, pack)
        assert whole[stored.offset : stored.offset + stored.size] == content
        assert packs.read(FOLDER, file) == content


def test_through_the_disk(tmp_path):
    files = some_files(300)
    cache = open_cache(tmp_path / "cache", reserve=0)
    pack = Packs(cache, SOURCE).add(FOLDER, files)
    cache.close()
    cache = open_cache(tmp_path / "cache", reserve=0)
    packs = Packs(cache, SOURCE)
    assert len(packs.index(FOLDER)) == 300
    assert packs.read(FOLDER, files[299][0]) == files[299][1]
    assert len(packs.read_pack(pack)) > sum(file.size for file, _ in files)
    cache.close()


def test_nothing_known_is_a_miss(packs):
    assert packs.index(FOLDER) == {}
    assert packs.read_pack("0" * 32) is None
    assert packs.read(FOLDER, log_file("x", b"x")) is None


def test_a_new_version_is_a_miss_until_it_is_added(packs):
    old, new = log_file("a", b"old", "1"), log_file("a", b"new", "2")
    packs.add(FOLDER, [(old, b"old")])
    assert packs.read(FOLDER, new) is None
    packs.add(FOLDER, [(new, b"new")])
    assert packs.read(FOLDER, new) == b"new"
    assert packs.read(FOLDER, old) is None
    packs.add(FOLDER, [(old, b"old")])
    assert packs.read(FOLDER, old) == b"old"


def test_another_size_is_a_miss(packs):
    file = log_file("a", b"abc")
    packs.add(FOLDER, [(file, b"abc")])
    assert packs.read(FOLDER, LogFile(file.key, 4, file.version)) is None
    assert packs.read(FOLDER, LogFile(file.key + "x", 3, file.version)) is None


def test_equal_buckets_and_keys_behind_two_endpoints(cache):
    here, there = Packs(cache, SOURCE), Packs(cache, "s3:http://localhost:5000/my-logs")
    file = log_file("a", b"here!")
    pack = here.add(FOLDER, [(file, b"here!")])
    assert there.index(FOLDER) == {}
    assert there.read(FOLDER, file) is None
    assert there.read_pack(pack) is None
    there.add(FOLDER, [(file, b"there")])
    assert (here.read(FOLDER, file), there.read(FOLDER, file)) == (b"here!", b"there")
    here_too = Listings(cache, SOURCE)
    here_too.put(FOLDER, [Page(files=[file])], datetime.now(UTC))
    assert Listings(cache, "s3:http://localhost:5000/my-logs").get(FOLDER) is None


def test_folders_do_not_mix(packs):
    file = log_file("a", b"abc")
    packs.add(FOLDER, [(file, b"abc")])
    assert packs.index(FOLDER + "a/") == packs.index(FOLDER[:-1]) == packs.index("") == {}


def test_the_same_content_under_other_names_is_another_pack(packs):
    first, second = log_file("a", b"abc"), log_file("b", b"abc")
    one, two = packs.add(FOLDER, [(first, b"abc")]), packs.add(FOLDER, [(second, b"abc")])
    assert one != two
    assert packs.add(FOLDER, [(first, b"abc")]) == one
    assert packs.read(FOLDER, first) == packs.read(FOLDER, second) == b"abc"


def test_what_is_not_as_long_as_listed_is_left_out(packs):
    good, short = log_file("good", b"good"), LogFile(FOLDER + "short", 9, "v")
    packs.add(FOLDER, [(short, b"short"), (good, b"good")])
    assert list(packs.index(FOLDER)) == [good.key]
    assert packs.read(FOLDER, good) == b"good"
    assert packs.add(FOLDER, [(short, b"short")]) is None
    assert packs.add(FOLDER, []) is None


def test_an_empty_file(packs):
    file = log_file("empty", b"")
    packs.add(FOLDER, [(file, b"")])
    assert packs.read(FOLDER, file) == b""


def test_not_kept_is_said():
    assert Packs(NoCache("off"), SOURCE).add(FOLDER, some_files(2)) is None


def test_no_name_of_a_log_file_is_a_cache_key(cache, packs):
    packs.add("../../etc/\n", [(LogFile("../../etc/\npasswd", 1, "v"), b"x")])
    Listings(cache, SOURCE).put("../../etc/\n", [], datetime.now(UTC))
    Columns(cache).put(group_id([], SOURCE), 1, b"")
    assert len(cache._values) == 5
    assert all(key.replace(":", "").isalnum() and key.isascii() for key in cache._values)


@pytest.mark.parametrize("folder", [FOLDER, "", "\udcff/"])
@given(names=st.lists(ANY_TEXT, max_size=4), version=ANY_TEXT)
def test_any_name_comes_back(folder, names, version):
    cache = MemoryCache()
    files = [LogFile(folder + name, 1, version, version) for name in dict.fromkeys(names)]
    packs = Packs(cache, SOURCE)
    packs.add(folder, [(file, b"x") for file in files])
    assert list(packs.index(folder)) == [file.key for file in files]
    assert all(packs.read(folder, file) == b"x" for file in files)

    listings = Listings(cache, SOURCE)
    listings.put(folder, [Page(names, files)], datetime.now(UTC))
    assert listings.get(folder)[:2] == (names, files)


def test_keys_outside_their_folder(packs):
    files = [(LogFile("elsewhere/a", 1, "v"), b"a"), (LogFile(FOLDER + "b", 1, "v"), b"b")]
    packs.add(FOLDER, files)
    assert all(packs.read(FOLDER, file) == content for file, content in files)


@settings(max_examples=200)
@given(data=st.data(), seed=st.integers(0, 5))
def test_whatever_is_lost_or_damaged_no_wrong_byte_comes_back(data, seed):
    cache = MemoryCache()
    packs = Packs(cache, SOURCE)
    files = [entry for part in range(3) for entry in some_files(4, seed * 10 + part)]
    for part in range(3):
        packs.add(FOLDER, files[part * 4 : part * 4 + 4])
    listings = Listings(cache, SOURCE)
    listings.put(FOLDER, [Page(["x/"], [file for file, _ in files])], datetime.now(UTC))

    for key in data.draw(st.sets(st.sampled_from(sorted(cache._values)))):
        value = cache._values[key]
        harm = data.draw(st.sampled_from(["evict", "cut", "flip", "swap", "other version"]))
        place = data.draw(st.integers(0, len(value) - 1))
        if harm == "evict":
            cache.delete(key)
        elif harm == "cut":
            cache.put(key, value[:place])
        elif harm == "flip":
            flipped = value[place] ^ (1 << data.draw(st.integers(0, 7)))
            cache.put(key, value[:place] + bytes([flipped]) + value[place + 1 :])
        elif harm == "swap":
            cache.put(key, cache._values[data.draw(st.sampled_from(sorted(cache._values)))])
        else:
            cache.put(key, value.replace(b" 1\n", b" 2\n", 1))
    for file, content in files:
        assert packs.read(FOLDER, file) in (None, content)
    # Which name is wrong only the sums on the disk can tell; here nothing may be raised.
    listings.get(FOLDER)
    packs.index(FOLDER)

    # And all of it is repaired by adding again.
    packs.add(FOLDER, files)
    assert all(packs.read(FOLDER, file) == content for file, content in files)


def test_a_list_of_packs_that_is_not_text(cache, packs):
    packs.add(FOLDER, some_files(1))
    (key,) = (key for key in cache._values if key.startswith("packs:"))
    cache.put(key, cache._values[key][:-1] + b"\xff")
    assert packs.index(FOLDER) == {}


def test_two_processes_add_to_one_folder(cache):
    one, two = Packs(cache, SOURCE), Packs(cache, SOURCE)
    first, second = some_files(3, 1), some_files(3, 2)
    put = cache.put

    def put_late(key: str, value: bytes) -> bool:
        if key.startswith("packs:"):
            cache.put = put
            two.add(FOLDER, second)
        return put(key, value)

    cache.put = put_late
    one.add(FOLDER, first)
    kept = [one.read(FOLDER, file) for file, _ in second]
    assert kept in ([None] * 3, [content for _, content in second])
    assert all(one.read(FOLDER, file) == content for file, content in first)
    two.add(FOLDER, second)
    assert all(one.read(FOLDER, file) == content for file, content in first + second)


def test_many_threads_add_to_one_folder(cache, packs):
    get = cache.get

    def slow_get(key: str) -> bytes | None:
        value = get(key)
        time.sleep(0.001)
        return value

    cache.get = slow_get
    parts = [some_files(3, seed) for seed in range(20)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda part: packs.add(FOLDER, part), parts))
    assert len(packs.index(FOLDER)) == 60


def test_a_long_life_does_not_grow_the_list_for_ever(packs, monkeypatch):
    monkeypatch.setattr("ctexplore.store.cache.packs._MOST_PACKS", 3)
    for seed in range(5):
        packs.add(FOLDER, some_files(1, seed))
    assert [key.rpartition("/")[2] for key in packs.index(FOLDER)] == [
        f"{seed}-0.json.gz" for seed in (2, 3, 4)
    ]


# Listings


def test_a_listing_comes_back(cache):
    listings = Listings(cache, SOURCE)
    assert listings.get(FOLDER) is None
    files = [LogFile(FOLDER + f"{n}.gz", n, f"v{n}", "GLACIER" if n else "") for n in range(5)]
    taken = datetime(2024, 2, 29, 3, 4, 5, 678, timezone(timedelta(hours=2)))
    pages = [Page([FOLDER + "a/"], files[:3]), Page([FOLDER + "b/"], files[3:])]
    listings.put(FOLDER, pages, taken)
    assert listings.get(FOLDER) == ([FOLDER + "a/", FOLDER + "b/"], files, taken)
    listings.put(FOLDER, [], taken)
    assert listings.get(FOLDER) == ([], [], taken)


@pytest.mark.parametrize("what", ["problems", "unread"])
def test_a_listing_with_problems_is_not_kept(cache, what):
    listings = Listings(cache, SOURCE)
    problem = SourceError("s3://my-logs/x", "not allowed")
    listings.put(FOLDER, [Page(), Page(**{what: [problem]})], datetime.now(UTC))
    assert listings.get(FOLDER) is None


def test_a_listing_needs_a_time_zone(cache):
    with pytest.raises(ValueError, match="time zone"):
        Listings(cache, SOURCE).put(FOLDER, [], datetime(2024, 2, 29))


def test_files_of_one_pack_come_together_but_for_those_that_are_not_what_was_kept(cache):
    packs = Packs(cache, SOURCE)
    kept = [(log_file(f"{n}.gz", b"x" * n), b"x" * n) for n in range(1, 4)]
    pack = packs.add(FOLDER, kept)
    files = [file for file, _ in kept]
    assert packs.read_files(FOLDER, pack, files) == {file.key: body for file, body in kept}
    another = replace(files[0], version="another")
    assert packs.read_files(FOLDER, pack, [another, files[2]]) == {files[2].key: b"xxx"}
    assert packs.read_files(FOLDER, "gone", files) == {}


# Columns


def test_columns_belong_to_a_group_and_a_decoder(cache):
    columns = Columns(cache)
    assert columns.put("group", 1, b"columns")
    assert columns.get("group", 1) == b"columns"
    assert columns.get("group", 2) is None
    assert columns.get("other", 1) is None


def test_a_group_is_these_very_files():
    files = [log_file("a", b"abc"), log_file("b", b"abcd")]
    group = group_id(files, SOURCE)
    assert group == group_id(files[::-1], SOURCE)
    others = [
        group_id(files, SOURCE + "2"),
        group_id(files[:1], SOURCE),
        group_id([files[0], files[0]], SOURCE),
        group_id([log_file("a", b"abc", "new"), files[1]], SOURCE),
        group_id([log_file("a", b"ab"), files[1]], SOURCE),
        group_id([log_file("c", b"abc"), files[1]], SOURCE),
        group_id([], SOURCE),
        group_id([LogFile("ab", 1, "c")], SOURCE),
        group_id([LogFile("a", 1, "bc")], SOURCE),
        group_id([LogFile("\udcff", 1, "")], SOURCE),
    ]
    assert len({group, *others}) == len(others) + 1
