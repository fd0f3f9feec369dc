"""``python -m tests``: everything that must hold before a change lands.

Tests run in a process for each core, a file of tests whole in one of them.
"""

from __future__ import annotations

import subprocess
import sys

COMMANDS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy", "--strict", "ctexplore"),
    ("pytest", "-n", "logical", "--dist", "loadfile", *sys.argv[1:]),
)


def run(*command: str) -> int:
    return subprocess.run([sys.executable, "-m", *command], check=False).returncode


def passes_alone(*command: str) -> bool:
    """Whether what failed passes a second time, alone: on a busy machine a screen may be late."""
    if command[0] != "pytest":
        return False
    print("+ pytest --last-failed (the failed ones again, alone)", flush=True)
    again = (*command, "-n", "0", "--last-failed", "--last-failed-no-failures", "none")
    return run(*again) == 0


def main() -> int:
    """Run each command, all of them even when one fails; 0 when all passed."""
    failed = []
    for command in COMMANDS:
        print(f"+ {' '.join(command)}", flush=True)
        if run(*command) and not passes_alone(*command):
            failed.append(command[0])
    if failed:
        print(f"failed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
