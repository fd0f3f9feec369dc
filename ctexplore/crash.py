"""What is left of an error nobody expected: a line to show, and the way there in a private file."""

from __future__ import annotations

import sys
import traceback

from ctexplore import __version__, config


def keep(error: BaseException) -> str:
    """Write where it happened to a file of ours; a line that names the error and that file.

    Neither holds the error's message or local variables: those hold log records and credentials.
    """
    where = ""
    try:
        path = config.state_dir() / "crash.log"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(
            f"ctexplore {__version__}, Python {sys.version}\n"
            + "".join(traceback.format_tb(error.__traceback__))
            + f"{type(error).__name__}\n"
        )
        path.chmod(0o600)
        where = f" (where: {path})"
    except (OSError, RuntimeError):
        pass
    return f"internal error, {type(error).__name__}{where}"
