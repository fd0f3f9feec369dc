"""Unzip every log file of a folder with isal and keep nothing: what no reader can be under.

python -m tests.bench.inside.unzip DIR
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from isal import isal_zlib


def main(folder: str) -> None:
    files = sorted(Path(folder).rglob("*.json.gz"))
    other = os.fork()
    _unzip(files[bool(other) :: 2])
    if not other:
        os._exit(0)
    os.waitpid(other, 0)


def _unzip(files: list[Path]) -> None:
    for path in files:
        isal_zlib.decompress(path.read_bytes(), 31)


if __name__ == "__main__":
    main(sys.argv[1])
