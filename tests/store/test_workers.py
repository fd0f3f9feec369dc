"""Decoding in other processes: the same columns, nothing lost, nobody left behind."""

from __future__ import annotations

import contextlib
import gzip
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.sources.source import LogFile, SourceError
from ctexplore.store.cache.cache import MemoryCache, NoCache
from ctexplore.store.columns import workers
from ctexplore.store.columns.decode import Decoded, decode
from ctexplore.store.columns.workers import ENOUGH, Decoders, Decoding, Files, InPlace
from ctexplore.store.loader import Loader
from ctexplore.store.scope import Scope
from ctexplore.store.steps import Halt, Loaded
from ctexplore.store.tally import Tally
from tests import build
from tests.sources.memory_source import MemorySource, log_key

# A guard against a hang; no test measures time.
PATIENCE = 60.0


def wait_until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def started(processes: int) -> Decoders:
    """All of them up and waiting for files."""
    decoders = Decoders(processes, enough=0)
    decoders.decode(list, 1)
    wait_until(lambda: decoders.ready == processes)
    return decoders


@pytest.fixture(autouse=True, scope="module")
def never_copied() -> Iterator[None]:
    """Whatever else runs in this process; copies are tested in processes of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "may_copy", lambda: False)
        yield


@pytest.fixture(scope="module")
def one() -> Iterator[Decoders]:
    decoders = started(1)
    yield decoders
    decoders.close()


@pytest.fixture(scope="module")
def two() -> Iterator[Decoders]:
    decoders = started(2)
    yield decoders
    decoders.close()


def alive(pid: int) -> bool:
    """False for a process that has ended and only waits to be buried, too."""
    with contextlib.suppress(OSError):
        if (stat := Path(f"/proc/{pid}/stat")).exists():
            return stat.read_text().rpartition(")")[2].split()[0] not in "ZX"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def zipped(*numbers: int) -> bytes:
    return gzip.compress(build.log(*build.events(*numbers)), mtime=0)


def told(decoded: Decoded) -> tuple[Any, ...]:
    """All that a decoded group says, its columns by value."""
    batch = decoded.batch
    columns = {name: [batch.entries[name][c] for c in batch.codes[name]] for name in batch.codes}
    arrays = [getattr(batch, name).tolist() for name in ("time", "ids", "crc", "file", "index")]
    return arrays, columns, decoded.read, decoded.problems, decoded.unpacked, decoded.rejected


NUMBERS = st.lists(st.integers(0, 2**31), max_size=5)
CONTENTS = st.one_of(
    NUMBERS.map(lambda numbers: zipped(*numbers)),
    NUMBERS.map(lambda numbers: zipped(*numbers)[:-9]),
    NUMBERS.map(lambda numbers: build.log(*build.events(*numbers), 5, "not a record")),
    st.just(b'{"Records":[{"eventName":"\\ud800","eventTime":"soon","eventID":7}]}'),
    st.binary(max_size=40),
)
NAMES = st.text(max_size=8) | st.just("no text \udcff")


@given(st.lists(st.tuples(NAMES, CONTENTS), max_size=6))
def test_no_one_and_two_processes_decode_alike(
    one: Decoders, two: Decoders, files: list[tuple[str, bytes]]
) -> None:
    assert one.ready == 1
    assert two.ready == 2
    wanted = told(decode(files))
    assert told(Decoders(0).decode(lambda: files, ENOUGH + 1).result()) == wanted
    assert told(one.decode(lambda: files, 1).result()) == wanted
    begun = [two.decode(lambda: files, 1) for _ in range(3)]
    assert [told(each.result()) for each in begun] == [wanted] * 3


def test_nothing_is_started_for_a_small_load() -> None:
    decoders = Decoders(2)
    decoding = decoders.decode(lambda: [("a", zipped(1))], ENOUGH)
    assert not decoding.waiting
    assert len(decoding.result().batch) == 1
    assert decoders.pids == []
    assert decoders.ready == 0


def test_while_processes_start_decoding_does_not_wait_for_them() -> None:
    decoders = Decoders(1, enough=0)
    decoding = decoders.decode(lambda: [("a", zipped(1, 2))], 1)
    assert not decoding.waiting
    assert len(decoding.result().batch) == 2
    wait_until(lambda: decoders.ready)
    decoders.close()


def many() -> list[tuple[str, bytes]]:
    """Enough to be at work for a good while."""
    content = zipped(*range(500))
    return [(f"file {n}", content) for n in range(60)]


def test_what_a_killed_process_had_in_hand_or_before_it_is_not_lost() -> None:
    decoders = started(1)
    (pid,) = decoders.pids
    begun = [decoders.decode(many, 1) for _ in range(3)]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not decoders.ready)
    assert [len(each.result().batch) for each in begun] == [30_000] * 3
    assert len(decoders.decode(lambda: [("a", zipped(1))], 1).result().batch) == 1
    decoders.close()


def test_what_a_killed_process_had_in_hand_is_had_once_more() -> None:
    decoders = started(1)
    asked = []

    def files() -> list[tuple[str, bytes]]:
        asked.append(threading.current_thread() is threading.main_thread())
        return many()

    begun = [decoders.decode(files, 1) for _ in range(2)]
    wait_until(lambda: asked)
    os.kill(decoders.pids[0], signal.SIGKILL)
    assert [len(each.result().batch) for each in begun] == [30_000] * 2
    assert asked == [False, True, True]
    decoders.close()


def test_what_cannot_be_had_is_told_where_the_result_is_asked_for(one: Decoders) -> None:
    def files() -> Iterator[tuple[str, bytes]]:
        yield "a", zipped(1)
        raise LookupError("no more")

    decoding = one.decode(files, 1)
    with pytest.raises(LookupError, match="no more"):
        decoding.result()
    assert one.ready == 1
    assert len(one.decode(lambda: [("b", zipped(2))], 1).result().batch) == 1


@pytest.mark.parametrize("processes", [0, 1])
def test_files_that_cannot_be_read_are_told_and_a_refusal_halts(processes: int) -> None:
    """Of a local source, whose files are read when they are decoded."""
    source = some_days()
    source.local = True
    read, (first, *_, last) = source.read, sorted(source.files)
    refusals = [SourceError(first, "nothing can be read now", fatal=True)]

    def reading(file: LogFile) -> bytes:
        if file.key == last:
            raise SourceError(last, "deleted since it was listed", retry=True)
        if file.key == first and threading.current_thread() is threading.main_thread():
            while refusals:
                raise refusals.pop()
        elif file.key == first and refusals:
            raise refusals[0]
        return read(file)

    source.read = reading  # type: ignore[method-assign]
    decoders = started(processes) if processes else Decoders(0)
    loader = Loader(source, NoCache(""), Scope(("",)), decoders=lambda: decoders)
    steps = list(loader.run())
    assert [str(step.error) for step in steps if isinstance(step, Halt)] == [
        f"{first}: nothing can be read now"
    ]
    assert sum(len(step.files) for step in steps if isinstance(step, Loaded)) == 35
    assert (loader.tally.read, loader.tally.failed, loader.can_retry) == (35, 1, 1)
    assert last in {problem.key for problem in loader.tally.problems}


def test_the_other_process_goes_on_when_one_is_killed() -> None:
    decoders = started(2)
    os.kill(decoders.pids[0], signal.SIGKILL)

    def decoded_by_one() -> bool:
        begun = [decoders.decode(lambda n=n: [("a", zipped(n))], 1) for n in range(9)]
        assert [len(each.result().batch) for each in begun] == [1] * 9
        return decoders.ready == 1

    wait_until(decoded_by_one)
    assert decoded_by_one()
    decoders.close()


def test_closing_ends_processes_at_work_and_loses_nothing() -> None:
    decoders = started(2)
    pids = decoders.pids
    begun = [decoders.decode(many, 1) for _ in range(5)]
    decoders.close()
    wait_until(lambda: not any(map(alive, pids)))
    assert [len(each.result().batch) for each in begun] == [30_000] * 5
    assert len(decoders.decode(lambda: [("a", zipped(1))], ENOUGH + 1).result().batch) == 1
    assert decoders.pids == []


_PARENT = """
import os, signal, sys, threading
os.environ["OPENBLAS_NUM_THREADS"] = "1"
# A shell's background jobs inherit that it is ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
from ctexplore.store.process import may_copy
from tests.store.test_workers import many, started

if "copied" in sys.argv:
    assert may_copy()
else:
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    assert not may_copy()
decoders = started(2)
begun = [decoders.decode(many, 1) for _ in range(9)]
print(*decoders.pids, flush=True)
if "stay" in sys.argv:
    threading.Event().wait()
"""

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of all threads")
WAYS = pytest.mark.parametrize("way", ["started", pytest.param("copied", marks=ON_LINUX)])


def run_parent(*what: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _PARENT, *what], stdout=subprocess.PIPE, text=True
    )


@WAYS
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_outlives_a_parent_that_is_killed(number: signal.Signals, way: str) -> None:
    with run_parent("stay", way) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2
        parent.send_signal(number)
        parent.wait(PATIENCE)
    wait_until(lambda: not any(map(alive, pids)))


@WAYS
def test_a_parent_ends_without_waiting_for_what_was_begun(way: str) -> None:
    with run_parent("leave", way) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert parent.wait(PATIENCE) == 0
    wait_until(lambda: not any(map(alive, pids)))


_COPYING = """
import atexit, os, signal, sys
os.environ["OPENBLAS_NUM_THREADS"] = "1"
from ctexplore.store.columns.decode import decode
from ctexplore.store.columns.workers import ENOUGH_TO_COPY, Decoders
from tests.store.test_workers import alive, many, told, wait_until

atexit.register(print, "ended")
signal.signal(signal.SIGTERM, lambda *_: print("a copy got it", flush=True))
sys.stdout.write("begun ")
small = Decoders(2)
assert len(small.decode(many, ENOUGH_TO_COPY).result().batch) == 30_000
assert small.ready == 0
decoders = Decoders(2)
begun = [decoders.decode(many, ENOUGH_TO_COPY + 1) for _ in range(3)]
# At once, without a word from them.
assert decoders.ready == 2
assert all(each.waiting for each in begun)
pids = decoders.pids
wanted = told(decode(many()))
assert [told(each.result()) for each in begun] == [wanted] * 3
# Each has its own link and nothing else of this process's.
assert [sorted(os.listdir(f"/proc/{pid}/fd")) for pid in pids] == [["0", "1", "2"]] * 2
assert all(os.getpgid(pid) == pid for pid in pids)
begun = [decoders.decode(many, 1) for _ in range(5)]
os.kill(pids[0], signal.SIGTERM)
os.kill(pids[1], signal.SIGKILL)
assert [len(each.result().batch) for each in begun] == [30_000] * 5
wait_until(lambda: not any(map(alive, pids)))
decoders.close()
"""


@ON_LINUX
def test_a_copy_decodes_at_once_and_does_nothing_else_of_what_this_process_was_about_to_do() -> (
    None
):
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", _COPYING], capture_output=True, text=True
    )
    assert ran.stderr == ""
    assert (ran.returncode, ran.stdout) == (0, "begun ended\n")


def test_keys_that_end_a_program_in_its_terminal_do_not_reach_the_processes(one: Decoders) -> None:
    (pid,) = one.pids
    assert os.getpgid(pid) != os.getpgid(0)
    os.kill(pid, signal.SIGINT)
    assert len(one.decode(lambda: [("a", zipped(1))], 1).result().batch) == 1
    assert one.pids == [pid]


def test_a_process_finds_the_program_whatever_lies_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ctexplore", "json", "socket", "numpy"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    decoders = started(1)
    assert len(decoders.decode(lambda: [("a", zipped(1))], 1).result().batch) == 1
    decoders.close()


def some_days() -> MemorySource:
    """Twelve days of three files, one of which is damaged."""
    files = {
        log_key(f"2024/01/{day:02}", f"09{file:02}", unique=f"{day:08}{file:08}"): zipped(
            *range(100 * day + 10 * file, 100 * day + 10 * file + 10)
        )
        for day in range(1, 13)
        for file in range(3)
    }
    first = next(iter(files))
    return MemorySource({**files, first: files[first][:-12]})


def loaded(loader: Loader) -> list[tuple[Any, list[str]]]:
    """The batches in their order, each with its files."""
    return [
        (told(Decoded(step.batch, [])), [file.key for file in step.files])
        for step in loader.run()
        if isinstance(step, Loaded)
    ]


def load(processes: int, *, local: bool) -> tuple[list[tuple[Any, list[str]]], Tally]:
    source = some_days()
    source.local = local
    decoders = started(processes) if processes else Decoders(0)
    loader = Loader(source, NoCache(""), Scope(("",)), decoders=lambda: decoders)
    found = loaded(loader)
    wait_until(lambda: not decoders.pids)
    return found, loader.tally


@pytest.mark.parametrize("local", [True, False])
def test_a_load_is_the_same_whoever_decodes(local: bool) -> None:
    alone, tally = load(0, local=local)
    assert len(alone) == 12
    assert tally.found == tally.read == 36
    assert tally.problems
    assert load(1, local=local) == load(2, local=local) == (alone, tally)


def test_columns_that_another_process_decoded_are_cached() -> None:
    source, cache = some_days(), MemoryCache()
    first = Loader(source, cache, Scope(("",)), decoders=lambda: started(1))
    cold = loaded(first)
    again = Loader(source, cache, Scope(("",)), decoders=lambda: Decoders(0))
    assert loaded(again) == cold
    assert again.tally.cached == 36
    assert again.tally.problems == first.tally.problems


class Noting(Decoders):
    """Notes how much it is told is left."""

    def __init__(self) -> None:
        super().__init__(0)
        self.left: list[int] = []

    def decode(self, files: Files, left: int, in_place: InPlace | None = None) -> Decoding:
        self.left.append(left)
        return super().decode(files, left, in_place)


def test_what_is_left_is_guessed_from_the_days_listed_so_far() -> None:
    source, noting = some_days(), Noting()
    source.local = True
    loaded(Loader(source, NoCache(""), Scope(("",)), decoders=lambda: noting))
    stored = [len(data) for data in source.files.values()]
    assert noting.left[0] == pytest.approx(sum(stored), rel=0.05)
    # The newest day is read first.
    assert noting.left[-1] == sum(stored[:3])
