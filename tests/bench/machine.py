"""The line that says where numbers come from, and the page that keeps them."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_SHOWN = ("textual", "msgspec", "numpy", "isal", "deflate", "orjson", "boto3", "diskcache")

_PAGE = """\
# What was measured

`python -m tests.bench{option} --write` writes this page; `python -m tests.bench --help` says
which peers it looks for. Times are medians of whole processes on files that the system's disk
cache holds: "ctexplore" and the tool "beside" it took turns, and gave the same answer before
either was timed. "ratio" is wall clock, "cpu" processor time, each beside the peer. "meets" says
which of the two limits before it holds: "no" is below the floor.

```
{text}```
"""


def line() -> str:
    """``2 cores (model), Linux 6.1, Python 3.11.7, textual 8.2.8, …; 2026-01-01; load 0.1``."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    packages = ", ".join(f"{name} {_version(name)}" for name in _SHOWN)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}: {cores} cores ({_model()}), "
        f"{platform.system()} {platform.release().split('-')[0]}, load {os.getloadavg()[0]:.1f}\n"
        f"Python {platform.python_version()}, {packages}"
    )


def page(text: str, quick: bool) -> str:
    return _PAGE.format(text=text, option=" --quick" if quick else "")


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = (text.partition(":")[2].strip() for text in lines if text.startswith("model name"))
    return next(names, platform.machine())


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"
