"""The bytes in tests/corpus again, each by its target."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parents[1] / "corpus"


@pytest.mark.parametrize("name", TARGETS)
def test_what_was_found_once(name: str) -> None:
    files = sorted((CORPUS / name).iterdir())
    assert files
    for path in files:
        TARGETS[name](path.read_bytes())
