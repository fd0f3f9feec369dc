"""``python -m tests``: everything that must hold before a change lands."""

from __future__ import annotations

import subprocess
import sys

COMMANDS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy", "--strict", "ctexplore"),
    ("pytest", *sys.argv[1:]),
)


def main() -> int:
    """Run each command, all of them even when one fails; 0 when all passed."""
    failed = []
    for command in COMMANDS:
        print(f"+ {' '.join(command)}", flush=True)
        if subprocess.run([sys.executable, "-m", *command], check=False).returncode:
            failed.append(command[0])
    if failed:
        print(f"failed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
