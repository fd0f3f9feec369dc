"""Files of ours that nobody else may read, or may have put there before us."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def prepare(file: Path) -> None:
    """Make the file and its folder where they are missing, for their owner alone.

    Raises OSError, also where the file is no regular file of ours.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    opened = os.open(file, flags, 0o600)
    try:
        status = os.fstat(opened)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
            raise OSError(0, "not a file of yours", str(file))
        os.fchmod(opened, 0o600)
    finally:
        os.close(opened)
