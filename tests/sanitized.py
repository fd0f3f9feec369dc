"""``python -m tests.sanitized [options of pytest]``: the compiled part under AddressSanitizer.

Builds it with gcc's checks of every access and of undefined behaviour, into a scratch folder, and
runs the tests that feed it bytes. Ends with their status; a finding aborts them. Needs gcc.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
FIELDS = Path("ctexplore", "store", "columns", "fields")
TESTS = (
    "test_fields.py",
    "test_objects.py",
    "test_quick.py",
    "test_bad_input.py",
    "test_decode.py",
    "test_real_logs.py",
)
CHECKS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-O1", "-g")


def build(root: Path) -> None:
    sources = sorted((root / FIELDS).glob("*.[ch]"))
    digest = hashlib.sha256(b"".join(map(Path.read_bytes, sources))).hexdigest()
    library = root / FIELDS.parent / "_fields.abi3.so"
    library.unlink(missing_ok=True)
    subprocess.run(
        [
            *("gcc", "-shared", "-fPIC", *CHECKS, f"-I{sysconfig.get_path('include')}"),
            *("-DPy_LIMITED_API=0x030B0000", f'-DSOURCES="{digest}"'),
            *(source for source in sources if source.suffix == ".c"),
            *("-o", library),
        ],
        check=True,
    )


def main() -> None:
    sanitizer = subprocess.run(
        ["gcc", "-print-file-name=libasan.so"], check=True, capture_output=True, text=True
    )
    with TemporaryDirectory() as scratch:
        root = Path(scratch)
        for part in ("ctexplore", "tests", "pyproject.toml"):
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            copy(ROOT / part, root / part)
        build(root)
        environment = {
            **os.environ,
            "PYTHONPATH": scratch,
            "PYTHONMALLOC": "malloc",
            "LD_PRELOAD": sanitizer.stdout.strip(),
            # Python itself frees little at its end.
            "ASAN_OPTIONS": "detect_leaks=0",
        }
        tests = [str(Path("tests", "store", test)) for test in TESTS]
        command = [sys.executable, "-m", "pytest", "-p", "no:xdist", *sys.argv[1:], *tests]
        sys.exit(subprocess.run(command, cwd=root, env=environment, check=False).returncode)


if __name__ == "__main__":
    main()
