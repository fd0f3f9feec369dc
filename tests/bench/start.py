"""Rows: starting up, and what is installed."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

from tests.bench import ours
from tests.bench.processes import Job, measure
from tests.bench.table import Limit, Row, row, seconds, times


def version(rounds: int) -> Iterator[Row]:
    costs = measure(
        {
            "ours": ours.ctexplore("--version"),
            "pass": Job([sys.executable, "-c", "pass"], ours.ENV),
        },
        rounds * 3,
    )
    mine, least = costs["ours"], costs["pass"]
    yield row(
        "--version",
        seconds(mine.wall),
        mine.wall / least.wall,
        Limit(2.5, unit="×"),
        beside=f"python -c pass: {seconds(least.wall)}",
        ratio=times(mine.wall / least.wall),
        cpu=times(mine.cpu / least.cpu),
    )


def installed() -> Iterator[Row]:
    """The files that pip lists for ctexplore's dependencies, and the checkout's own package."""
    project = tomllib.loads((ours.ROOT / "pyproject.toml").read_text())["project"]
    found: dict[str, Distribution] = {}
    missing: list[str] = []
    _closure([Requirement(r) for r in project["dependencies"]], found, missing)
    package = [p for p in (ours.ROOT / "ctexplore").rglob("*") if p.is_file()]
    size = sum(map(_size, found.values())) + sum(p.stat().st_size for p in package)
    beside = f"missing: {', '.join(missing)}" if missing else f"{len(found)} distributions"
    yield row(
        "installed with all dependencies",
        f"{size / 1e6:.0f} MB",
        size / 1e6,
        Limit(160, unit=" MB"),
        beside=beside,
    )


def _closure(wanted: list[Requirement], found: dict[str, Distribution], missing: list[str]) -> None:
    for requirement in wanted:
        name = requirement.name.lower().replace("_", "-")
        if name in found or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            missing.append(name)
            continue
        _closure([Requirement(r) for r in found[name].requires or ()], found, missing)


def _size(of: Distribution) -> int:
    paths = (Path(str(of.locate_file(file))) for file in of.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file())
