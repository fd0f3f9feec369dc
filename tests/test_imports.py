"""Who may import whom, and what is not imported before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import ctexplore

PACKAGE = Path(ctexplore.__file__).parent
# Top to bottom; a room imports itself and those after it.
ROOMS = (
    *("cli", "commands", "tui", "investigate", "export", "engines"),
    *("query", "store", "sources", "trail", "text", "crash", "config"),
)
MODULES = sorted(
    ".".join(("ctexplore", *path.relative_to(PACKAGE).with_suffix("").parts))
    for path in PACKAGE.rglob("*.py")
    # A folder that is no package holds what is compiled, and what compiles it.
    if path.name not in ("__init__.py", "__main__.py") and (path.parent / "__init__.py").exists()
)
BELOW_TUI = [name for name in MODULES if name.split(".")[1] in ROOMS[ROOMS.index("tui") + 1 :]]


def loaded(code: str, *names: str) -> list[str]:
    """Which of these packages are imported after ``code`` ran in a fresh Python."""
    asked = f"{code}\nimport sys\nprint(*({set(names)!r} & set(sys.modules)))"
    environment = {"PYTHONPATH": str(PACKAGE.parent), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True
    )
    return sorted(done.stdout.splitlines()[-1].split())


def test_nothing_below_the_screen_knows_textual() -> None:
    assert BELOW_TUI
    code = "".join(f"import {name}\n" for name in BELOW_TUI)
    assert loaded(code, "textual", "rich") == []


def test_commands_know_textual_only_when_the_explorer_opens() -> None:
    code = "".join(f"import {name}\n" for name in MODULES if name.split(".")[1] == "commands")
    heavy = ("textual", "rich", "numpy", "boto3", "botocore", "diskcache", "sqlite3")
    light = "".join(line for line in code.splitlines(True) if ".print_" not in line)
    assert loaded(code, "textual", "rich") == []
    assert loaded(light, *heavy) == []


def test_the_version_costs_nothing() -> None:
    code = "from ctexplore.cli import main\nmain(['--version'])"
    heavy = ("boto3", "botocore", "numpy", "textual", "rich", "diskcache", "orjson", "msgspec")
    assert (
        loaded(
            code, *heavy, "isal", "deflate", "re2", "dateutil", "sqlite3", "asyncio", "cryptography"
        )
        == []
    )


def test_a_query_over_a_folder_needs_no_aws_and_no_screen(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"Records": []}')
    code = f"from ctexplore.cli import main\nmain(['query', '', {str(tmp_path)!r}, '--no-cache'])"
    unneeded = ("boto3", "botocore", "textual", "rich", "diskcache", "cryptography")
    assert loaded(code, *unneeded) == []


def imported(module: str) -> Iterator[tuple[int, str]]:
    """Line and full name of what a module of ours imports, inside functions and checks too."""
    path = PACKAGE.parent / (module.replace(".", "/") + ".py")
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}:{node.lineno} imports by a relative name"
            if node.module == "ctexplore":
                yield from ((node.lineno, f"ctexplore.{alias.name}") for alias in node.names)
            elif node.module:
                yield node.lineno, node.module


@pytest.mark.parametrize("module", MODULES)
def test_rooms_import_only_from_rooms_below(module: str) -> None:
    room = module.split(".")[1]
    assert room in ROOMS, f"{room} has no place among the rooms"
    for line, name in imported(module):
        parts = name.split(".")
        if parts[0] == "ctexplore" and len(parts) > 1 and parts[1] in ROOMS:
            assert ROOMS.index(parts[1]) >= ROOMS.index(room), f"{module}:{line} imports {name}"


def test_one_file_knows_boto3() -> None:
    """Operations other than those of the least-privilege policy would need another client."""
    knowing = {
        module
        for module in MODULES
        for _, name in imported(module)
        if name.split(".")[0] == "boto3"
    }
    assert knowing == {"ctexplore.sources.aws.session"}
