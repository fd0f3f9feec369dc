"""``ctexplore.pyz``: one file that runs with only a ``python3``; a wrong Python gets a line.

The build takes a minute or two and asks the package index: ``python -m pytest -m slow
tests/test_pyz.py``, with shiv installed.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from ctexplore import __version__
from ctexplore.store.columns import quick
from pyz import __main__ as pyz
from tests.e2e.terminal import Terminal

THIS = f"{sys.version_info.major}.{sys.version_info.minor}"
MACHINE = os.uname().machine
PYTHONS = ("python2", "python2.7", *(f"python3.{minor}" for minor in range(4, 16)))
MOST = 60_000_000  # bytes of the file
MOST_UNPACKED = 160_000_000


def start_file(folder: Path, *pythons: str, machine: str = MACHINE) -> Path:
    """An archive that has only its beginning, and a program that says that it was reached."""
    file = folder / "start.pyz"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("__main__.py", pyz._start(pythons, machine))
        reached = "import os\ndef bootstrap():\n    print('reached ' + os.environ['SHIV_ROOT'])\n"
        archive.writestr("_bootstrap.py", reached)
    return file


def run(python: str, file: Path, home: Path, **more: str) -> tuple[int, str, str]:
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", **more}
    done = subprocess.run(
        [python, str(file), "--version"], env=environment, capture_output=True, text=True
    )
    return done.returncode, done.stdout, done.stderr


def test_the_beginning_is_read_by_every_python(tmp_path: Path) -> None:
    """By those that are here; what newer ones brought is not in it."""
    tree = ast.parse((pyz.HERE / "start.py").read_text(), feature_version=(3, 4))
    new = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match, ast.AsyncFunctionDef)
    assert not [node for node in ast.walk(tree) if isinstance(node, new)]
    file = start_file(tmp_path, "3.99")
    for python in filter(None, map(shutil.which, (*PYTHONS, sys.executable))):
        status, out, told = run(python, file, tmp_path)
        if "pyenv" in told:  # a name without a Python behind it
            continue
        assert (status, out) == (2, ""), python
        assert told.startswith(f"ctexplore: this file is for CPython 3.99 on Linux {MACHINE}, not")
        assert told.count("\n") == 1


def test_another_machine_is_told(tmp_path: Path) -> None:
    status, _, told = run(sys.executable, start_file(tmp_path, THIS, machine="riscv64"), tmp_path)
    assert status == 2
    assert f"for CPython {THIS} on Linux riscv64, not for CPython {THIS} on Linux {MACHINE}" in told


def test_what_a_library_asks_of_glibc() -> None:
    assert pyz.newest_glibc(b"..GLIBC_2.2.5\0GLIBC_2.14\0GLIBC_2.9\0") == (2, 14)
    assert pyz.newest_glibc(b"") == (0, 0)
    if quick.AVAILABLE and sys.platform == "linux":
        from ctexplore.store.columns import _fields

        assert (0, 0) < pyz.newest_glibc(Path(_fields.__file__).read_bytes()) <= pyz.GLIBC


def test_it_is_unpacked_where_nobody_else_may_write(tmp_path: Path) -> None:
    file = start_file(tmp_path, "3.7", THIS)
    place = tmp_path / "cache" / "ctexplore" / "pyz"
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    assert run(sys.executable, file, tmp_path, **cache) == (0, f"reached {place}\n", "")
    assert place.stat().st_mode & 0o777 == 0o700
    place.chmod(0o777)
    elsewhere = run(sys.executable, file, tmp_path, **cache)[1]
    assert elsewhere == f"reached /var/tmp/ctexplore-{os.getuid()}\n"
    named = run(sys.executable, file, tmp_path, SHIV_ROOT="/somewhere")[1]
    assert named == "reached /somewhere\n"


def test_without_a_home_it_goes_to_a_folder_of_this_user(tmp_path: Path) -> None:
    file = start_file(tmp_path, THIS)
    said = run(sys.executable, file, Path("/proc/nowhere"))[1]
    assert said == f"reached /var/tmp/ctexplore-{os.getuid()}\n"


@pytest.mark.slow
def test_one_file_with_only_a_python(tmp_path: Path) -> None:
    if find_spec("shiv") is None:
        pytest.skip("shiv is not installed")
    file = tmp_path / "ctexplore.pyz"
    subprocess.run([sys.executable, "-m", "pyz", "-o", file], cwd=pyz.ROOT, check=True)
    assert file.stat().st_size < MOST
    home = tmp_path / "home"
    home.mkdir()
    python = [getattr(sys, "_base_executable", sys.executable), "-I", "-S", str(file)]
    # Another network namespace, where one may be made: it has no interface that is up.
    apart = ["unshare", "-rn"]
    if subprocess.run([*apart, "true"], capture_output=True).returncode == 0:
        python = [*apart, *python]
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}

    def said(*words: str) -> str:
        done = subprocess.run([*python, *words], env=environment, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), words
        return done.stdout

    assert said("--version") == f"ctexplore {__version__}\n"
    unpacked = sum(p.stat().st_size for p in home.rglob("*") if p.is_file())
    assert unpacked < MOST_UNPACKED
    assert bool(list(home.rglob("_fields.abi3.so"))) == quick.AVAILABLE
    assert int(said("query", "is:denied ip:192.0.2.66", "--demo", "--count")) > 0
    assert "high-contrast" in said("completion", "ask", "--", "ctexplore --theme ")
    said("demo", str(tmp_path / "trail"), "--events", "20000", "--shape", "dense")
    assert said("query", "", str(tmp_path / "trail"), "--count") == "20000\n"
    screen = {**environment, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    with Terminal(["--demo"], screen, program=[shutil.which(python[0]) or "", *python[1:]]) as run:
        run.wait_for("f Filter")
        run.press("q")
        assert run.status() == 0
        run.assert_restored()
