"""Real logs in a bucket are the events that they are in a folder."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import orjson
import pytest

from tests.e2e.bucket import BUCKET, CountedBucket
from tests.e2e.conftest import files_of
from tests.e2e.terminal import GUARD, Terminal

LOGS = os.environ.get("CTEXPLORE_TEST_LOGS", "")
ACCOUNT = "AWSLogs/342082656213/CloudTrail/"
pytestmark = pytest.mark.skipif(not LOGS, reason="CTEXPLORE_TEST_LOGS names no real logs")


@pytest.mark.parametrize("step", [13, pytest.param(1, marks=pytest.mark.slow)])
def test_sans504_is_the_same_from_a_bucket(tmp_path: Path, env: dict[str, str], step: int) -> None:
    """Every ``step``-th file; moto answers some 300 requests a second."""
    logs, folder = Path(LOGS) / "sans504", tmp_path / "logs"
    expected: Counter[bytes] = Counter()
    ids: set[str] = set()
    with CountedBucket() as bucket:
        for path in files_of(logs)[::step]:
            name = path.relative_to(logs)
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / name)
            bucket.put([(ACCOUNT + str(name), path.read_bytes())])
            for record in orjson.loads(gzip.decompress(path.read_bytes()))["Records"]:
                expected[canonical(record)] += 1
                ids.add(record["eventID"])
        here = [f"s3://{BUCKET}", "--endpoint-url", bucket.url]
        assert records(env, *here) == records(env, str(folder)) == expected
        assert len(bucket.gets) == len(set(bucket.gets)) == len(files_of(folder))

        with Terminal([*here, "--since", "2000-01-01", "--offline"], env) as terminal:
            files = f"{len(files_of(folder)):,}"
            terminal.wait_for(f"{files} files = {files} read + 0 failed + 0 skipped")
            terminal.wait_for(f"{len(ids):,} of {len(ids):,}")
            terminal.press("q")
            assert terminal.status() == 0


def records(env: dict[str, str], *source: str) -> Counter[bytes]:
    """Every record that ``query`` prints, copies too."""
    command = [sys.executable, "-m", "ctexplore", "query", "", "--format", "jsonl"]
    done = subprocess.run(
        [*command, "--duplicates", "keep", *source],
        env=env,
        capture_output=True,
        check=True,
        timeout=5 * GUARD,
    )
    assert done.stderr == b""
    return Counter(canonical(orjson.loads(line)) for line in done.stdout.splitlines())


def canonical(record: object) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
