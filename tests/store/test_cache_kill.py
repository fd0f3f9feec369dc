"""Processes that are killed while they put, and processes that share one cache."""

from __future__ import annotations

import inspect
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctexplore.store.cache.cache import Cache
from ctexplore.store.cache.cachedir import disk_usage, value_files
from ctexplore.store.cache.opencache import open_cache

MB = 1 << 20
LIMIT = 8 * MB
KEYS = 60


def expected(number: int) -> bytes:
    """A tenth of the values are rows of the database, the rest files of up to 500 KB."""
    chance = random.Random(number)
    return chance.randbytes(chance.choice([20_000, *[number * 8000 + 33_000] * 9]))


# Puts values that can be told from their key, for ever or for a number of rounds.
WRITER = f"""
import random, sys
from pathlib import Path
from ctexplore.store.cache.opencache import open_cache
{inspect.getsource(expected)}
folder, seed, rounds = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
cache = open_cache(folder, {LIMIT}, reserve=0)
assert not cache.stats().note, cache.stats()
chance = random.Random(seed)
values = [expected(number) for number in range({KEYS})]
hits = wrong = 0
print("ready", flush=True)
while rounds:
    rounds -= 1
    number = chance.randrange({KEYS})
    key = "key %d" % number
    found = cache.get(key)
    hits += found is not None
    wrong += found not in (None, values[number])
    cache.put(key, values[number])
cache.close()
print(hits, wrong)
"""

VALUES = [expected(number) for number in range(KEYS)]


def start(folder: Path, seed: int, rounds: int = -1) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", WRITER, str(folder), str(seed), str(rounds)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(arguments, stdout=pipe, stderr=pipe, text=True)
    assert process.stdout is not None
    if process.stdout.readline() != "ready\n":
        process.wait(30)
        assert process.stderr is not None
        pytest.fail(process.stderr.read())
    return process


def opened(folder: Path) -> Cache:
    """The cache, clean, and with the right bytes or none for each key."""
    cache = open_cache(folder, LIMIT, reserve=0)
    assert cache.stats().note == ""
    assert {cache.get(f"key {number}") in (None, VALUES[number]) for number in range(KEYS)} == {
        True
    }
    return cache


@pytest.mark.parametrize("kills", [30, pytest.param(200, marks=pytest.mark.slow)])
def test_killed_while_putting(tmp_path, kills):
    folder = tmp_path / "cache"
    chance = random.Random(kills)
    for seed in range(kills):
        process = start(folder, seed)
        time.sleep(chance.uniform(0, 0.06))
        process.send_signal(signal.SIGKILL)
        assert process.wait(30) == -signal.SIGKILL
        process.communicate()
        opened(folder).close()
    cache = opened(folder)
    assert cache.stats().entries > 10
    assert cache.put("key 0", VALUES[0])
    assert disk_usage(folder) <= LIMIT * 1.05
    # A swept cache has a row for each file and a file for each row that says so.
    with_file = sum(
        cache.get(f"key {number}") is not None and len(VALUES[number]) > 32 << 10
        for number in range(KEYS)
    )
    assert len(list(value_files(folder))) == with_file
    cache.close()


@pytest.fixture
def killed_between_file_and_row(tmp_path) -> Iterator[Path]:
    """A folder whose writer was killed after the value file, before the row."""
    folder = tmp_path / "cache"
    script = """
import os, signal, sys
from pathlib import Path
from ctexplore.store.cache.opencache import open_cache
cache = open_cache(Path(sys.argv[1]), reserve=0)
cache.put("first", bytes(1 << 20))
store = cache._database.disk.store
def killed(*args, **keywords):
    store(*args, **keywords)
    os.kill(os.getpid(), signal.SIGKILL)
cache._database.disk.store = killed
cache.put("second", bytes(1 << 20))
"""
    run = subprocess.run([sys.executable, "-c", script, str(folder)], timeout=60)
    assert run.returncode == -signal.SIGKILL
    yield folder


def test_the_file_of_a_killed_put_is_swept(killed_between_file_and_row):
    folder = killed_between_file_and_row
    assert len(list(value_files(folder))) == 2
    cache = open_cache(folder, reserve=0)
    assert cache.get("second") is None
    assert cache.put("third", b"x")
    assert len(list(value_files(folder))) == 1
    assert cache.get("first") == bytes(MB)
    cache.close()


@pytest.mark.parametrize("count", [2, pytest.param(5, marks=pytest.mark.slow)])
def test_processes_share_a_cache(tmp_path, count):
    folder = tmp_path / "cache"
    processes = [start(folder, seed, 400) for seed in range(count)]
    killed = start(folder, 99)
    killed.kill()
    killed.communicate()
    hits = 0
    for process in processes:
        output, errors = process.communicate(timeout=120)
        assert errors == ""
        found, wrong = output.split()
        assert wrong == "0"
        hits += int(found)
    assert hits > 50
    # Each may be putting a value that the others' limit does not know of yet.
    assert disk_usage(folder) <= LIMIT + (count + 1) * MB
    cache = opened(folder)
    assert cache.put("key 0", VALUES[0])
    assert disk_usage(folder) <= LIMIT
    cache.close()
