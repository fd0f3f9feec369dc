"""How this checkout's ctexplore, and the measuring programs beside this file, are started."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from tests.bench.processes import Job

ROOT = Path(__file__).parents[2]

_NOBODYS = ("AWS_", "TEXTUAL", "CTEXPLORE", "PYTHON")

# The checkout comes first whatever is installed; nobody's configuration takes part, and modules
# are compiled once, as pip compiles those it installs.
ENV = {
    **{k: v for k, v in os.environ.items() if not k.startswith(_NOBODYS)},
    "PYTHONPATH": str(ROOT),
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST",
    "AWS_SECRET_ACCESS_KEY": "test-secret",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def ctexplore(*arguments: str, before: Callable[[], object] | None = None) -> Job:
    return Job([sys.executable, "-m", "ctexplore", *arguments], ENV, before)


def inside(program: str, *arguments: str) -> Job:
    """A measuring program of tests/bench/inside, which prints JSON. As in ctexplore, numpy's linear
    algebra starts no threads."""
    env = {**ENV, "OPENBLAS_NUM_THREADS": "1"}
    return Job([sys.executable, "-m", f"tests.bench.inside.{program}", *arguments], env)


def count(
    text: str, folder: Path, *options: str, before: Callable[[], object] | None = None
) -> Job:
    return ctexplore("query", text, str(folder), "--count", *options, before=before)
