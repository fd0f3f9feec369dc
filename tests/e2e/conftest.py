from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ctexplore.sources.demo.write import write_trail
from tests.e2e.bucket import CountedBucket
from tests.e2e.terminal import environment


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def env(home: Path) -> dict[str, str]:
    return environment(home)


@pytest.fixture(scope="session")
def trail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up trail of 400 events in 50 files, laid out like its bucket."""
    folder = tmp_path_factory.mktemp("trail")
    write_trail(folder, 400, seed=3, shape="tiny")
    return folder


@pytest.fixture(scope="module")
def bucket(trail: Path) -> Iterator[CountedBucket]:
    """A bucket that holds the trail. Tests that change it take away what they put."""
    with CountedBucket() as made:
        made.put((str(path.relative_to(trail)), path.read_bytes()) for path in files_of(trail))
        made.forget()
        yield made


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
