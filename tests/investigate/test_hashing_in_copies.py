"""Log files hashed by copies of the process: the same verdicts, whatever happens to a copy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.digests import Bucket
from tests.investigate.damages import DAMAGES

_HASHING = """
import os, sys
from pathlib import Path
os.environ["OPENBLAS_NUM_THREADS"] = "1"
from ctexplore.investigate.integrity import logs
from ctexplore.investigate.integrity.keys import Beside
from ctexplore.sources.folder import FolderSource
from ctexplore.store.process import may_copy
from tests.investigate.test_integrity import found

content_of, parent = logs.content_of, os.getpid()
logs._PORTION = 2


def content_or_end(stored):
    content = content_of(stored)
    if sys.argv[2] == "end" and os.getpid() != parent and content.hash < "4":
        os._exit(1)
    return content


def verdicts(folder):
    source = FolderSource(folder)
    said = found(source, Beside(source).keys())
    return sorted((f.uri, f.status, f.reason) for f in said)


logs.content_of = content_or_end
made = 0


class Counted(logs.Copies):
    def __init__(self, count, work):
        global made
        made += 1
        super().__init__(count, work)


logs.Copies = Counted
folders = sorted(Path(sys.argv[1]).iterdir())
assert may_copy()
copied = [verdicts(folder) for folder in folders]
assert may_copy(), "no thread was started"
assert made >= len(folders)
logs.may_copy = lambda: False
assert copied == [verdicts(folder) for folder in folders]
print(sum(map(len, copied)), "verdicts")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of all threads")
@pytest.mark.parametrize("fate", ["live", "end"])
def test_copies_find_what_this_process_finds_for_every_damage(fate: str, tmp_path: Path) -> None:
    for damage in DAMAGES:
        made = Bucket()
        damage(made, made.deliver(hours=6, logs=3))
        made.deliver(hours=6, trail="other", region="eu-west-1")
        made.write(tmp_path / damage.__name__)
    ran = subprocess.run(
        [sys.executable, "-c", _HASHING, tmp_path, fate], capture_output=True, text=True
    )
    assert ran.stderr == ""
    count, word = ran.stdout.split()
    assert word == "verdicts"
    assert int(count) > 30 * len(DAMAGES)
