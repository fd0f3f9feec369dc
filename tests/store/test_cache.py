"""The cache on disk: what it keeps, what makes it stop, and that it never gets in the way."""

from __future__ import annotations

import gc
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from ctexplore.store.cache import database, diskcached
from ctexplore.store.cache.cache import Cache, MemoryCache, NoCache
from ctexplore.store.cache.cachedir import disk_usage, value_files
from ctexplore.store.cache.diskcached import DiskCache
from ctexplore.store.cache.opencache import open_cache

MB = 1 << 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def opened(folder: Path) -> Iterator[Callable[..., Cache]]:
    """Opens the cache; what it opened is closed at the end."""
    caches = []

    def opened(limit: int = 64 * MB, reserve: int = 0) -> Cache:
        caches.append(open_cache(folder, limit, reserve=reserve))
        return caches[-1]

    yield opened
    for cache in caches:
        cache.close()


@pytest.mark.parametrize("size", [0, 1, 1000, 32 << 10, 5 * MB])
def test_put_and_get(opened, size):
    value = random.Random(size).randbytes(size)
    cache = opened()
    assert cache.get("key") is None
    assert cache.put("key", value)
    assert cache.get("key") == value
    cache.close()
    assert cache.get("key") is None
    assert not cache.put("key", value)

    again = opened()
    assert again.get("key") == value
    assert again.stats().entries == 1
    again.delete("key")
    again.delete("never there")
    assert again.get("key") is None
    assert again.stats().entries == 0


def test_a_later_value_replaces_the_first(opened, folder):
    cache = opened()
    for size in (MB, 10, 2 * MB, MB):
        assert cache.put("key", b"x" * size)
        assert cache.get("key") == b"x" * size
    assert len(list(value_files(folder))) == 1


def test_stats(opened, folder):
    cache = opened()
    cache.put("a", b"x" * MB)
    cache.put("b", b"x")
    stats = cache.stats()
    assert (stats.path, stats.entries, stats.limit, stats.note) == (folder, 2, 64 * MB, "")
    assert MB < stats.size == disk_usage(folder) < 2 * MB


def test_clear(opened, folder):
    cache = opened()
    cache.put("a", b"x" * MB)
    cache.put("b", b"x")
    freed = cache.clear()
    assert freed > MB
    assert cache.get("a") is cache.get("b") is None
    assert cache.stats().size < 100_000
    assert cache.put("a", b"again")
    assert cache.get("a") == b"again"


@pytest.mark.parametrize("how", ["clear", "remove the folder"])
def test_another_process_empties_the_cache(opened, folder, how):
    mine, other = opened(), opened()
    mine.put("a", b"x" * MB)
    if how == "clear":
        other.clear()
    else:
        other.close()
        shutil.rmtree(folder)
    assert mine.get("a") is None
    assert mine.put("b", b"y" * MB)
    assert mine.get("b") == b"y" * MB
    third = opened()
    assert third.get("b") == b"y" * MB
    assert third.stats().note == mine.stats().note == ""


# The limit


def test_the_limit_holds(opened, folder):
    limit = 8 * MB
    cache = opened(limit)
    chance = random.Random(1)
    for number in range(150):
        size = int(10 ** chance.uniform(0, 6.3))
        assert cache.put(f"key {number}", bytes(size))
        assert disk_usage(folder) <= limit
    assert cache.get("key 149") is not None
    assert cache.get("key 0") is None
    # It is used, too.
    assert disk_usage(folder) > limit // 2


def test_many_small_values_count(opened, folder):
    limit = 4 * MB
    cache = opened(limit)
    for number in range(700):
        assert cache.put(f"key {number}", os.urandom(20_000))
    assert MB < disk_usage(folder) <= limit


def test_a_value_above_a_quarter_of_the_limit_is_not_kept(opened, folder):
    cache = opened(8 * MB)
    assert cache.put("kept", b"x")
    assert not cache.put("large", bytes(2 * MB + 1))
    assert cache.put("fits", bytes(2 * MB))
    assert cache.get("large") is None
    assert cache.get("kept") == b"x"
    assert cache.stats().note == ""


def test_a_smaller_limit_holds_from_the_next_put(opened, folder):
    cache = opened(64 * MB)
    for number in range(25):
        cache.put(f"key {number}", bytes(MB))
    cache.close()
    cache = opened(8 * MB)
    assert cache.put("new", b"x")
    assert disk_usage(folder) <= 8 * MB
    # diskcache evicts ten at a time.
    assert cache.get("key 24") is not None
    assert cache.get("key 14") is None


def plant_orphans(folder: Path, count: int) -> None:
    """What killed writers leave: files without row, and more + than - in the lock file."""
    for number in range(count):
        path = folder / f"{number:02x}" / "00" / f"{number:028x}.val"
        path.parent.mkdir(parents=True)
        path.write_bytes(bytes(MB))
    with (folder / "ctexplore.lock").open("ab") as lock:
        lock.write(b"+" * count)


def test_files_of_killed_writers_are_swept_by_the_next_put(opened, folder):
    cache = opened(8 * MB)
    cache.put("small", b"x")
    cache.put("large", bytes(MB))
    cache.close()
    plant_orphans(folder, 20)
    cache = opened(8 * MB)
    assert cache.put("new", b"x")
    assert disk_usage(folder) <= 8 * MB
    assert len(list(value_files(folder))) == 1
    assert cache.get("small") == b"x"
    assert cache.get("large") == bytes(MB)
    assert not (folder / "00").exists()


def test_nothing_is_swept_while_others_have_it_open(opened, folder):
    cache, other = opened(), opened()
    other.put("large", bytes(MB))
    plant_orphans(folder, 2)
    assert cache.sweep() == 0
    assert cache.put("key", b"x")
    assert len(list(value_files(folder))) == 3
    other.close()
    assert cache.sweep() == 2 * MB
    assert cache.get("large") == bytes(MB)


def test_sweeping_is_daily_without_a_kill(opened, folder, monkeypatch):
    cache = opened()
    cache.put("key", b"x")
    plant_orphans(folder, 1)
    assert cache.sweep() == MB
    orphan = folder / "aa" / "aa" / ("a" * 28 + ".val")
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"x")
    for _ in range(2):
        cache.put("key", b"x")
        assert cache.sweep() == 0
        assert orphan.exists()
        cache.close()
        cache = opened()
    real = diskcached.time.time()
    monkeypatch.setattr("ctexplore.store.cache.cachelock.time.time", lambda: real + 24 * 3600)
    cache.put("key", b"x")
    assert not orphan.exists()


# Other processes


@pytest.fixture
def short_waits(monkeypatch):
    monkeypatch.setattr(diskcached, "_OPEN_WAIT", 0.2)
    monkeypatch.setattr(database, "BUSY_WAIT", 0.05)


@pytest.fixture
def write_lock(folder: Path) -> Iterator[sqlite3.Connection]:
    folder.mkdir(mode=0o700)
    with closing(sqlite3.connect(folder / "cache.db", isolation_level=None)) as connection:
        yield connection


@pytest.mark.parametrize("mode", ["IMMEDIATE", "EXCLUSIVE"])
@pytest.mark.parametrize("exists", [True, False])
def test_a_foreign_write_lock_makes_no_cache(opened, folder, write_lock, short_waits, mode, exists):
    if exists:
        opened().put("key", b"x")
    write_lock.execute(f"BEGIN {mode}")
    with ThreadPoolExecutor(1) as pool:
        # diskcache by itself comes back after 60 seconds.
        cache = pool.submit(opened).result(timeout=30)
    assert isinstance(cache, NoCache)
    assert cache.stats().note.startswith("cache busy: another program holds")
    assert str(folder) in cache.stats().note
    write_lock.execute("ROLLBACK")
    assert opened().get("key") == (b"x" if exists else None)


def test_a_foreign_write_lock_later(opened, write_lock, short_waits, monkeypatch):
    cache = opened()
    cache.put("key", b"x")
    cache.put("large", bytes(MB))
    write_lock.execute("BEGIN IMMEDIATE")
    assert not cache.put("other", bytes(MB))
    assert cache.stats().note.startswith("cache busy")
    assert cache.get("key") == b"x"
    assert cache.get("large") == bytes(MB)
    cache.delete("key")
    write_lock.execute("ROLLBACK")
    assert not cache.put("other", b"still quiet")
    monkeypatch.setattr(cache, "_quiet_until", 0)
    assert cache.put("other", b"y")
    assert cache.stats().note == ""
    assert cache.get("key") == b"x"


def test_a_put_that_finds_the_database_locked_leaves_no_file(
    opened, folder, write_lock, short_waits
):
    cache = opened()
    cache.put("large", bytes(MB))
    write_lock.execute("BEGIN IMMEDIATE")
    assert not cache.put("other", bytes(MB))
    assert len(list(value_files(folder))) == 1


def test_a_put_that_cannot_make_room_harms_no_other(opened, folder, write_lock, short_waits):
    cache = opened(8 * MB)
    for number in range(6):
        assert cache.put(f"key {number}", bytes(MB))
    write_lock.execute("BEGIN IMMEDIATE")
    assert not cache.put("other", bytes(2 * MB))
    assert all(cache.get(f"key {number}") == bytes(MB) for number in range(6))


def test_somebody_sweeps_for_long(opened, folder, short_waits):
    cache = opened()
    with cache._users.alone() as alone:
        assert alone
        busy = opened()
        assert busy.stats().note.startswith("cache busy")
    assert opened().put("key", b"x")


def test_clearing_a_busy_cache(opened, folder, write_lock, short_waits):
    opened().put("large", bytes(MB))
    write_lock.execute("BEGIN IMMEDIATE")
    busy = opened()
    assert isinstance(busy, NoCache)
    assert busy.stats().size > MB
    assert busy.clear() > MB
    assert busy.stats().size < 100_000
    assert opened().put("key", b"x")


# Damage


def test_a_database_that_is_none_is_set_aside(opened, folder):
    cache = opened()
    cache.put("key", b"x")
    cache.put("large", bytes(MB))
    cache.close()
    good = (folder / "cache.db").read_bytes()
    for bad in (b"garbage" * 1000, good[: len(good) // 2], good[:100], bytes(4096) + good[4096:]):
        (folder / "cache.db").write_bytes(bad)
        cache = opened()
        assert cache.stats().note == (
            f"{folder / 'cache.db'} was damaged and is now cache.db.damaged; the cache starts empty"
        )
        assert cache.get("key") is None
        assert cache.put("key", b"y")
        assert (folder / "cache.db.damaged").read_bytes() == bad
        cache.close()
        again = opened()
        assert again.stats().note == ""
        assert again.get("key") == b"y"
        again.close()


def test_an_empty_database_is_a_new_one(opened, folder):
    folder.mkdir(mode=0o700)
    (folder / "cache.db").touch()
    cache = opened()
    assert cache.put("key", b"x")
    assert cache.stats().note == ""


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO Settings VALUES ('_disk', 'planted')",
        "INSERT INTO Settings VALUES ('sqlite_from_the_future', 1)",
        "INSERT INTO Settings VALUES ('disk_flux', 1)",
        "UPDATE Settings SET value = 'many' WHERE key = 'size'",
        "UPDATE Settings SET value = -99999999 WHERE key = 'size'",
        "ALTER TABLE Cache RENAME COLUMN filename TO path",
        "DROP TABLE Settings",
    ],
)
def test_a_database_of_another_version_is_set_aside(opened, folder, statement):
    cache = opened()
    cache.put("key", b"x")
    cache.close()
    with closing(sqlite3.connect(folder / "cache.db")) as connection, connection:
        connection.execute(statement)
    cache = opened()
    assert "is now cache.db.damaged" in cache.stats().note
    assert cache.put("key", b"y")
    assert cache.get("key") == b"y"


def test_settings_of_the_last_opening_do_not_win(opened, folder):
    opened().close()
    planted = {
        "statistics": 1,
        "eviction_policy": "least-recently-used",
        "cull_limit": 0,
        "disk_min_file_size": 1 << 30,
        "sqlite_mmap_size": 1 << 26,
    }
    with closing(sqlite3.connect(folder / "cache.db")) as connection, connection:
        for key, value in planted.items():
            connection.execute("UPDATE Settings SET value = ? WHERE key = ?", [value, key])
    cache = opened()
    cache.put("key", bytes(MB))
    assert len(list(value_files(folder))) == 1
    with closing(sqlite3.connect(folder / "cache.db")) as connection:
        found = dict(connection.execute("SELECT key, value FROM Settings"))
    assert found["eviction_policy"] == "least-recently-stored"
    assert not any(found[key] == value for key, value in planted.items())


def test_damage_while_it_is_open_is_repaired_once(opened, folder):
    cache = opened()
    for round_ in range(2):
        for number in range(200):
            cache.put(f"key {number}", os.urandom(1000))
        with closing(sqlite3.connect(folder / "cache.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        os.truncate(folder / "cache.db", 8192)
        answers = {cache.get(f"key {number}") for number in range(200)}
        assert None in answers
        kept = [cache.put(f"new {number}", b"x" * 1000) for number in range(200)]
        if round_ == 0:
            assert kept[-1]
            assert cache.get("new 199") == b"x" * 1000
            assert "cache.db.damaged" in cache.stats().note
        else:
            assert not kept[-1]
            assert "damaged twice" in cache.stats().note
    cache.clear()
    assert cache.put("key", b"x")


# The disk


def nearly_full(free: int) -> Callable[[object], SimpleNamespace]:
    return lambda path: SimpleNamespace(f_bavail=free, f_blocks=100 << 30, f_frsize=1)


def test_a_reserve_is_left_to_others(opened, monkeypatch):
    cache = opened(reserve=10 * MB)
    monkeypatch.setattr(os, "statvfs", nearly_full(12 * MB))
    assert cache.put("a", bytes(MB))
    assert not cache.put("b", bytes(3 * MB))
    assert cache.stats().note == (
        f"nothing more is cached: {cache.stats().path} has 12 MB free and 10 MB are left to others"
    )
    assert not cache.put("c", b"x")
    assert cache.get("a") == bytes(MB)
    monkeypatch.undo()
    cache.clear()
    assert cache.stats().note == ""
    assert cache.put("c", b"x")


@pytest.mark.parametrize(
    ("size", "free", "kept"),
    [(100 << 30, 5 << 30, False), (100 << 30, 6 << 30, True), (1 << 30, 190 * MB, False)],
)
def test_the_default_reserve(folder, monkeypatch, size, free, kept):
    cache = open_cache(folder)
    status = SimpleNamespace(f_bavail=free, f_blocks=size, f_frsize=1)
    monkeypatch.setattr(os, "statvfs", lambda path: status)
    assert cache.put("a", b"x") == kept
    cache.close()


FULL_DISK = """
import os, sys
from pathlib import Path
from ctexplore.store.cache.cache import NoCache
from ctexplore.store.cache.opencache import open_cache
from ctexplore.store.cache.cachedir import value_files
top = Path(sys.argv[1])
folder = top / "cache"
cache = open_cache(folder, 1 << 30, reserve=int(sys.argv[2]))
if not int(sys.argv[2]):
    cache._disk_is_low = lambda size: False   # somebody else was faster
value = os.urandom(200_000)
kept = 0
while cache.put(f"key {kept}", value):
    kept += 1
assert 20 < kept < 45, kept
assert cache.stats().note.startswith("nothing more is cached"), cache.stats()
assert len(list(value_files(folder))) == kept
assert all(cache.get(f"key {number}") == value for number in range(kept))

def fill():   # to the last byte
    with (top / "filler").open("ab", 0) as filler:
        try:
            while filler.write(bytes(4096)):
                pass
        except OSError:
            pass

fill()
assert not cache.put("small", b"x")
assert all(cache.get(f"key {number}") == value for number in range(kept))
cache.close()
fill()

full = open_cache(folder, 1 << 30, reserve=0)
note = full.stats().note
assert isinstance(full, NoCache) and "disk" in note, full.stats()
assert full.clear() > 4_000_000
cache = open_cache(folder, 1 << 30, reserve=0)
assert cache.put("key", value) and cache.get("key") == value
assert cache.clear() > 200_000
print("passed")
"""


def can_mount() -> bool:
    if os.geteuid() != 0 or not shutil.which("unshare"):
        return False
    test = ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(test, capture_output=True).returncode == 0


@pytest.mark.skipif(not can_mount(), reason="cannot mount a small disk here")
@pytest.mark.parametrize("reserve", [0, MB])
def test_a_full_disk(tmp_path, reserve):
    script = 'mount -t tmpfs -o size=8m,mode=0755 tmpfs "$1" && exec "$2" -c "$3" "$1" "$4"'
    arguments = [str(tmp_path), sys.executable, FULL_DISK, str(reserve)]
    run = ["unshare", "-m", "sh", "-ec", script, "sh", *arguments]
    result = subprocess.run(run, capture_output=True, text=True, timeout=60)
    assert (result.stdout, result.stderr) == ("passed\n", "")


# Threads


def test_many_threads(opened, folder):
    cache = opened(16 * MB)
    values = {f"key {n}": random.Random(n).randbytes(n * 3000) for n in range(40)}
    wrong: list[str] = []
    hits = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(60):
            key = chance.choice(list(values))
            if chance.random() < 0.4:
                cache.put(key, values[key])
            elif (found := cache.get(key)) is not None:
                hits.append(key)
                if found != values[key]:
                    wrong.append(key)
        if seed == 3:
            cache.clear()

    threads = [threading.Thread(target=work, args=[seed]) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(hits) > 20
    assert cache.stats().note == ""


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors")
def test_closing_closes_what_other_threads_opened(opened, folder):
    cache = opened()
    cache.put("key", b"x")
    done = threading.Event()

    def work() -> None:
        cache.get("key")
        reading.set()
        done.wait(10)

    for _ in range(3):
        reading = threading.Event()
        threading.Thread(target=work, daemon=True).start()
        reading.wait(10)

    def open_files() -> list[str]:
        found = []
        for link in Path("/proc/self/fd").iterdir():
            # The listing's own descriptor is gone by now.
            with suppress(FileNotFoundError):
                found.append(str(link.readlink()))
        return [path for path in found if path.startswith(str(folder))]

    assert len(open_files()) > 3
    cache.close()
    # A sqlite3.Connection refers to itself, so only the garbage collector ends it.
    gc.collect()
    assert open_files() == []
    done.set()


# Without a disk


def test_no_cache():
    cache = NoCache("switched off with --no-cache")
    assert not cache.put("key", b"x")
    assert cache.get("key") is None
    cache.delete("key")
    assert cache.clear() == 0
    assert cache.stats().note == "switched off with --no-cache"
    assert cache.stats().path is None
    cache.close()


def test_memory_cache():
    cache = MemoryCache()
    assert cache.put("key", b"four")
    assert cache.get("key") == b"four"
    assert cache.stats().entries == 1
    assert cache.clear() == 4
    cache.put("key", b"x")
    cache.delete("key")
    assert cache.get("key") is None


def test_a_python_without_sqlite(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "ctexplore.store.cache.diskcached", None)
    cache = open_cache(folder)
    assert isinstance(cache, NoCache)
    assert "cannot be used" in cache.stats().note


def test_knowing_the_cache_imports_neither_diskcache_nor_sqlite():
    code = """import sys, ctexplore.store.cache.cache
print({'diskcache', 'sqlite3'} & sys.modules.keys())"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"


def test_both_caches_answer_to_the_protocol(opened):
    disk: Cache = opened()
    assert isinstance(disk, DiskCache)
    memory: Cache = MemoryCache()
    assert memory.get("key") is None
