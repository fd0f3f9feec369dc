"""Make a folder as ``ctexplore fetch`` leaves it: log files, and digests that list ten each.

python -m tests.bench.inside.digests DIR FILES RECORDS

A process of its own, as what it imports takes more memory than what is measured beside it.
"""

from __future__ import annotations

import gzip
import random
import shutil
import sys
from pathlib import Path

from tests.build import event, log
from tests.digests import Bucket

_A_DIGEST = 10  # log files each lists


def main(folder: Path, files: int, each: int) -> None:
    """files: thousands of log files, each: records in one."""
    dice = random.Random(1)
    bucket = Bucket()
    records = [[_record(dice) for _ in range(each)] for _ in range(_A_DIGEST)]
    for trail in range(files // 1000):
        bucket.deliver(
            account=f"{trail:012}",
            hours=100,
            logs=_A_DIGEST,
            contents=[gzip.compress(log(*some), mtime=0) for some in records],
        )
    # A run that was broken off leaves nothing that looks whole.
    begun = folder.with_suffix(".begun")
    shutil.rmtree(begun, ignore_errors=True)
    bucket.write(begun)
    begun.rename(folder)


def _record(dice: random.Random) -> dict[str, object]:
    words = [dice.randbytes(20).hex() for _ in range(16)]
    return event(dice.randrange(10**6), requestParameters={"names": words})


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
