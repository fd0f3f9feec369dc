"""``python -m pyz``: make ``ctexplore.pyz``, which runs with only that ``python3``.

shiv packs and unpacks; what is done here is to put several Pythons into one file, to leave out what
ctexplore never asks for, and to begin with ``start.py``, which refuses a wrong Python in a line.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
# The oldest glibc for which all libraries have wheels; Debian 10, Ubuntu 20.04, RHEL 8 have it.
GLIBC = (2, 28)
# botocore knows 400 services; the credential providers need sso, sso-oidc and signin.
SERVICES = frozenset(
    {"s3", "sts", "cloudtrail", "organizations", "sso", "sso-oidc", "signin", "iam"}
)
_UNUSED = re.compile(r"(^|/)(tests?|__pycache__)/|^numpy/f2py/|\.(a|h|pyi)$|^bin/")


def build(pythons: Sequence[str], machine: str, output: Path) -> None:
    """Make the file. Raises SystemExit where pip cannot find a wheel for each library."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        site = folder / "site"
        for python in pythons:
            _install(python, machine, folder / python)
            _merge(folder / python, site)
        _thin(site)
        packed = folder / "packed.pyz"
        _run("-m", "shiv", "--site-packages", site, "-e", "ctexplore.cli:run", "-o", packed)
        _finish(packed, _start(pythons, machine), output)


def _install(python: str, machine: str, target: Path) -> None:
    words: list[object] = ["-m", "pip", "install", "--quiet", "--no-compile", "--target", target]
    if sys.platform != "linux" and (python, machine) != (_this_python(), os.uname().machine):
        raise SystemExit("on this system for this Python and machine only")
    if sys.platform == "linux":
        # Also for this Python: a wheel for a newer glibc would be taken otherwise.
        words += ["--only-binary=:all:", "--implementation", "cp", "--python-version", python]
        for minor in range(GLIBC[1], 16, -1):
            words += ["--platform", f"manylinux_2_{minor}_{machine}"]
        # The last is what is built here: ctexplore's own compiled part.
        words += ["--platform", f"manylinux2014_{machine}", "--platform", f"linux_{machine}"]
    # What this compiler makes is of no use to another machine.
    foreign = machine != os.uname().machine
    _run(*words, ROOT, **({"HATCH_BUILD_NO_HOOKS": "1"} if foreign else {}))
    for library in target.glob("ctexplore/**/*.so"):
        if newest_glibc(library.read_bytes()) > GLIBC:
            print(f"without {library.name}, which needs a newer glibc: reading will take longer")
            library.unlink()


def newest_glibc(library: bytes) -> tuple[int, int]:
    """The newest version of glibc that a library asks for; (0, 0) where it asks for none."""
    versions = re.findall(rb"GLIBC_([0-9]+)\.([0-9]+)", library)
    return max(((int(major), int(minor)) for major, minor in versions), default=(0, 0))


def _merge(one: Path, site: Path) -> None:
    """Add files. Compiled ones carry the Python in their names; two of one name must be equal."""
    for path in sorted(one.rglob("*")):
        target = site / path.relative_to(one)
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
        elif ".so" in path.name and not filecmp.cmp(path, target, shallow=False):
            raise SystemExit(f"{path.relative_to(one)} differs between Pythons: build two files")


def _thin(site: Path) -> None:
    data = site / "botocore" / "data"
    for folder in data.iterdir():
        if folder.is_dir() and folder.name not in SERVICES:
            shutil.rmtree(folder)
    for path in sorted(site.rglob("*"), reverse=True):
        name = path.relative_to(site).as_posix()
        if path.is_file() and _UNUSED.search(name) and not name.startswith("ctexplore/"):
            path.unlink()


def _start(pythons: Iterable[str], machine: str) -> str:
    """The first file, with what the whole is for."""
    text = (HERE / "start.py").read_text()
    glibc = GLIBC if sys.platform == "linux" else ()
    for name, value in (
        ("PYTHONS", tuple(tuple(map(int, python.split("."))) for python in pythons)),
        ("SYSTEM", os.uname().sysname),
        ("MACHINE", machine),
        ("GLIBC", glibc),
    ):
        text = re.sub(rf"^{name} = .*$", f"{name} = {value!r}", text, count=1, flags=re.M)
    return text


def _finish(packed: Path, start: str, output: Path) -> None:
    """The archive with another beginning, as small as it gets."""
    part = output.with_name(f"{output.name}.part")
    with zipfile.ZipFile(packed) as before, part.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as after:
            after.writestr("__main__.py", start)
            for entry in before.infolist():
                if entry.filename != "__main__.py":
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    after.writestr(entry, before.read(entry), compresslevel=9)
    part.chmod(0o755)
    part.replace(output)


def _run(*words: object, **environment: str) -> None:
    command = [sys.executable, *map(str, words)]
    if subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=False).returncode:
        raise SystemExit(f"failed: python {' '.join(map(str, words))}")


def _this_python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m pyz", description=__doc__)
    parser.add_argument(
        "--python", action="append", default=[], metavar="3.N", help="may be said several times"
    )
    parser.add_argument("--machine", default=os.uname().machine, help="x86_64, aarch64")
    parser.add_argument("-o", "--output", type=Path, default=Path("ctexplore.pyz"))
    args = parser.parse_args()
    pythons = args.python or [_this_python()]
    build(pythons, args.machine, args.output.absolute())
    size = args.output.stat().st_size
    print(f"{args.output}: {size / 1e6:.1f} MB, for Python {', '.join(pythons)}, {args.machine}")


if __name__ == "__main__":
    main()
