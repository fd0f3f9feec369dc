"""What would fill the memory is stopped or fits: measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.build import event, log, raw

MB = 1 << 20
_RUN = """
import sys
from ctexplore import cli
status = cli.main(sys.argv[1:])
# Not ru_maxrss, which a process inherits from the one that started it.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print("peak", int(peak.split()[1]) >> 10, file=sys.stderr)
sys.exit(status)
"""


def query(folder: Path, *options: str) -> tuple[int, str, list[str], int]:
    """Exit status, output, what was said, and the most memory it took in MB."""
    arguments = ["query", "", str(folder), "--no-cache", *options]
    ran = subprocess.run(
        [sys.executable, "-c", _RUN, *arguments], capture_output=True, text=True, timeout=600
    )
    *said, peak = ran.stderr.splitlines()
    return ran.returncode, ran.stdout, said, int(peak.split()[1])


def packed(parts: Iterator[bytes]) -> bytes:
    packer = zlib.compressobj(1, wbits=31)
    return b"".join(map(packer.compress, parts)) + packer.flush()


def one_record_of(size: int) -> Iterator[bytes]:
    head, tail = log(event(1, errorMessage="@")).split(b"@")
    yield head
    for _ in range(size // MB):
        yield b"y" * MB
    yield tail


def test_memory_is_bounded(tmp_path: Path) -> None:
    """A record of 300 MB, 300 MB of zeros, and a text of 50 MB that is read, beside a good file."""
    (tmp_path / "good.json").write_bytes(log(event(2)))
    (tmp_path / "record.json.gz").write_bytes(packed(one_record_of(300 * MB)))
    (tmp_path / "zeros.json.gz").write_bytes(packed(bytes(MB) for _ in range(300)))
    (tmp_path / "text.json.gz").write_bytes(packed(one_record_of(50 * MB)))
    status, out, said, peak = query(tmp_path, "--count")
    assert (status, out) == (3, "2\n")
    for name in ("record", "zeros"):
        assert any(f"{name}.json.gz: unpacks to more than 256 MB" in line for line in said), said
    assert "4 files = 2 read + 2 failed + 0 skipped" in said[-1]
    assert peak < 800


@pytest.mark.slow
def test_a_million_tiny_records(tmp_path: Path) -> None:
    records = b",".join(
        raw({"eventName": f"E{n % 7}", "eventID": f"{n:x}"}) for n in range(1_000_000)
    )
    (tmp_path / "tiny.json").write_bytes(b'{"Records":[' + records + b"]}")
    status, out, _, peak = query(tmp_path, "--count")
    assert (status, out) == (0, "1000000\n")
    assert peak < 1500
