"""What tests/RELIABILITY.md says is held by tests that are there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from tests.store.test_bad_input import ROWS

HERE = Path(__file__).parent
PAGE = (HERE / "RELIABILITY.md").read_text()


@cache
def functions_of(file: str) -> set[str]:
    tree = ast.parse((HERE / f"{file}.py").read_bytes())
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, functions)}


def section(title: str) -> list[list[str]]:
    """The cells of each line of the first table below a head."""
    lines = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0].splitlines()
    table = [line.strip("|").split(" | ") for line in lines if line.startswith("|")]
    return [[cell.strip() for cell in cells] for cells in table[2:]]


def test_every_test_that_is_named_is_there() -> None:
    named = re.findall(r"`([\w/]+)::(\w+)`", PAGE)
    assert len(named) > 100
    missing = [(file, test) for file, test in named if test not in functions_of(file)]
    assert missing == []


def test_the_tables_are_whole_and_the_numbers_theirs() -> None:
    rows = section("Bad input")
    assert [row[0] for row in rows] == [str(number) for number in range(1, 76)]
    held = [sum(cell not in ("", "none") for cell in cells) for cells in zip(*rows, strict=True)][
        2:
    ]
    assert (
        f"{held[0]} of 75 bad inputs are held in the loader, {held[1]} in a query, "
        f"{held[2]} in the explorer"
    ) in " ".join(PAGE.split())
    for row in rows:
        if row[2].startswith("R: "):
            assert row[3:] == ["R", "R"], row
            names = re.findall("“(.+?)”", row[2])
            assert names and set(names) <= ROWS.keys(), row
    properties = section("Properties")
    assert [row[0] for row in properties] == [str(number) for number in range(1, 13)]
    whole = sum("::" in row[2] for row in properties)
    assert f"{whole} of 12 properties" in PAGE
