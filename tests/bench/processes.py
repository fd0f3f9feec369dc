"""Whole processes, timed by the kernel: wall clock, processor, peak memory."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct

_SET_CHILD_SUBREAPER = 36
# ru_maxrss counts kilobytes on Linux, bytes on macOS (getrusage(2) of each).
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


class Cost(Struct, frozen=True):
    """wall, cpu: seconds, cpu of the process and of all below it; those that it left behind count
    on Linux only. peak: bytes, of the largest of these processes. output: what the process that
    was timed last printed."""

    wall: float
    cpu: float
    peak: int
    status: int = 0
    output: str = ""


class Job(Struct, frozen=True):
    """before: brings the disk into the state the job is to find; not timed."""

    argv: Sequence[str]
    env: Mapping[str, str] | None = None
    before: Callable[[], object] | None = None


def run(job: Job) -> Cost:
    """Run to the end, standard error thrown away. Status 127: could not be started.

    Linux counts the peak of a new process from the memory of the one that starts it, so this
    program keeps small and measures inside other processes only.
    """
    if job.before:
        job.before()
    env = dict(job.env if job.env is not None else os.environ)
    with tempfile.TemporaryFile() as output, Path(os.devnull).open("r+b") as null:
        streams = [
            (os.POSIX_SPAWN_DUP2, null.fileno(), 0),
            (os.POSIX_SPAWN_DUP2, output.fileno(), 1),
            (os.POSIX_SPAWN_DUP2, null.fileno(), 2),
        ]
        before = _children()
        started = time.perf_counter()
        try:
            pid = os.posix_spawnp(job.argv[0], list(job.argv), env, file_actions=streams)
        except OSError:
            return Cost(0.0, 0.0, 0, 127)
        try:
            _, status, usage = os.wait4(pid, 0)
        except BaseException:
            os.kill(pid, signal.SIGTERM)
            raise
        wall = time.perf_counter() - started
        usages = [usage, *(os.wait4(left, 0)[2] for left in _children() - before)]
        output.seek(0)
        text = output.read().decode(errors="replace")
    return Cost(
        wall,
        sum(used.ru_utime + used.ru_stime for used in usages),
        max(used.ru_maxrss for used in usages) * _RSS_UNIT,
        os.waitstatus_to_exitcode(status),
        text,
    )


def _children() -> frozenset[int]:
    """This process's, among them those that a process it started has left behind."""
    try:
        _adopt()
        told = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    except OSError:
        return frozenset()
    return frozenset(map(int, told.split()))


@cache
def _adopt() -> None:
    """Become the parent of what processes that end leave behind: prctl(2)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def measure(
    jobs: Mapping[str, Job], rounds: int, known: Mapping[str, Cost] | None = None
) -> dict[str, Cost]:
    """Medians. The jobs take turns, so that a machine that slows down slows them all.

    known: costs of one run made before, which counts as a round. Raises RuntimeError when a job
    fails: its time would mean nothing.
    """
    costs = {name: [known[name]] if known else [] for name in jobs}
    for _ in range(rounds - 1 if known else rounds):
        for name, job in jobs.items():
            cost = run(job)
            if cost.status:
                raise RuntimeError(f"{name} ended with status {cost.status}")
            costs[name].append(cost)
    return {name: _median(each) for name, each in costs.items()}


def _median(costs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(c.wall for c in costs),
        statistics.median(c.cpu for c in costs),
        int(statistics.median(c.peak for c in costs)),
        costs[-1].status,
        costs[-1].output,
    )
