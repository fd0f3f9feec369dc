"""What unpacking many log files costs the system in fresh pages."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.libc_ver()[0] != "glibc", reason="only glibc can be told"
)

# Prints the pages had from the system meanwhile, of which each file fills a hundred.
_UNPACKING = """
import resource, sys, threading
from ctexplore.store import memory
from ctexplore.store.containers.unpack import unpack
from tests.build import gz

stored = gz(b"{" + b" " * 400_000 + b"}")
if "keep" in sys.argv:
    memory.keep()
if "give back" in sys.argv:
    memory.give_back()

def work():
    for _ in range(200):
        unpack(stored)

def pages():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

work()
before = pages()
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(pages() - before)
"""


def pages(*what: str) -> int:
    ran = subprocess.run(
        [sys.executable, "-c", _UNPACKING, *what], capture_output=True, text=True, check=True
    )
    return int(ran.stdout)


def test_blocks_are_used_again() -> None:
    assert pages("keep") < 4_000


def test_or_go_back_at_once() -> None:
    assert pages("give back") > 30_000
