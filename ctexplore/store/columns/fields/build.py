"""Compiles what is in this folder when ctexplore is installed; hatchling calls it.

Where there is no C compiler, ctexplore is installed without it and reads the same in more time.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import sys_tags
from setuptools import Distribution, Extension
from setuptools.command.build_ext import build_ext

HERE = Path(__file__).parent
NAME = "ctexplore.store.columns._fields"
# One library for this Python and all newer ones: PEP 384.
LIMITED = "0x030B0000"
TAG = "cp311-abi3"


class FieldsHook(BuildHookInterface[Any]):
    """Adds the library to a wheel, or to the checkout when that is installed editable."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # Removed with this object, after the wheel was written.
        self._scratch = TemporaryDirectory()
        folder = Path(self.root if version == "editable" else self._scratch.name)
        library = compiled(folder)
        if not library.exists():
            self.app.display_warning("not compiled: ctexplore will take longer to read log files")
        elif version != "editable":
            build_data["pure_python"] = False
            build_data["tag"] = f"{TAG}-{_platform()}"
            build_data["force_include"][str(library)] = library.relative_to(folder).as_posix()


def compiled(folder: Path) -> Path:
    """The library, put below ``folder`` where its package is; not there when that failed."""
    sources = sorted(HERE.glob("*.[ch]"))
    digest = hashlib.sha256(b"".join(map(Path.read_bytes, sources))).hexdigest()
    extension = Extension(
        NAME,
        [str(source) for source in sources if source.suffix == ".c"],
        define_macros=[("Py_LIMITED_API", LIMITED), ("SOURCES", f'"{digest}"')],
        # Last, so they win over what this Python was built with.
        extra_compile_args=["-O3", "-g0", "-Wall", "-Wextra"],
        py_limited_api=True,
        optional=True,
    )
    with TemporaryDirectory() as scratch:
        command = build_ext(Distribution({"name": "ctexplore", "ext_modules": [extension]}))
        command.build_lib, command.build_temp = str(folder), scratch
        command.ensure_finalized()
        library = folder / command.get_ext_filename(NAME)
        library.unlink(missing_ok=True)
        command.run()
    return library


def _platform() -> str:
    """This machine's, by the name that says nothing of other machines."""
    platforms = (tag.platform for tag in sys_tags())
    return next(p for p in platforms if "manylinux" not in p and "musllinux" not in p)
