"""The log files that everything is measured on, made once and kept in the temporary folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from tests.bench import ours
from tests.bench.processes import run

_MAKERS = ours.ROOT / "ctexplore" / "sources" / "demo"


class Corpus(Struct, frozen=True, dict=True):
    """A folder of gzipped log files, laid out like a bucket. wanted: the event name of the
    filter that is timed."""

    name: str
    folder: Path
    wanted: str = "AssumeRole"

    @cached_property
    def files(self) -> list[Path]:
        return sorted(self.folder.rglob("*.json.gz"))

    @cached_property
    def stored(self) -> int:
        """Compressed bytes."""
        return sum(f.stat().st_size for f in self.files)


def scratch() -> Path:
    """This user's folder for corpora and caches; removing it costs the next run some minutes."""
    path = Path(tempfile.gettempdir()) / f"ctexplore-bench-{os.getuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid != os.getuid():
        raise SystemExit(f"{path} belongs to somebody else: remove it or set TMPDIR")
    return path


def made(shape: str, events: int) -> Corpus:
    """A corpus of ``ctexplore demo``, made anew when the program that makes it has changed."""
    folder = scratch() / f"{shape}-{events}-{_makers_digest()}"
    if not folder.exists():
        for older in scratch().glob(f"{shape}-{events}-*"):
            shutil.rmtree(older)
        unfinished = folder.with_suffix(f".{os.getpid()}")
        cost = run(
            ours.ctexplore(
                "demo", str(unfinished), "--events", str(events), "--seed", "1", "--shape", shape
            )
        )
        if cost.status:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise SystemExit(f"ctexplore demo ended with status {cost.status}")
        unfinished.rename(folder)
    return Corpus(f"{shape} {thousands(events)}", folder)


def real() -> Corpus | None:
    """sans504 below CTEXPLORE_TEST_LOGS, if it is there."""
    folder = Path(os.environ.get("CTEXPLORE_TEST_LOGS", "")) / "sans504"
    return Corpus("sans504", folder, "GetObject") if folder.is_dir() else None


def thousands(events: int) -> str:
    return f"{events / 1e6:g} M" if events >= 1_000_000 else f"{events // 1000} k"


def _makers_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(_MAKERS.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
