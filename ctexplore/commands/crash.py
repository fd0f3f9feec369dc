"""What is left of an error nobody expected: one line on screen, the way there in a private file."""

from __future__ import annotations

import sys
import traceback

from ctexplore import __version__, config


def report(error: BaseException) -> None:
    """Never shows local variables: they hold log records and credentials."""
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
    except OSError:
        pass
    print(f"ctexplore: internal error, {type(error).__name__}{where}", file=sys.stderr)
