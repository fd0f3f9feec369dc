"""What tests of decoding share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ctexplore.store.columns import quick


@pytest.fixture(scope="module", params=["compiled", "in Python"])
def way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Both ways to decode, for tests that ask for it."""
    if request.param == "compiled" and not quick.AVAILABLE:
        pytest.skip("there was no C compiler when ctexplore was installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ctexplore.store.columns.decode.AVAILABLE", request.param == "compiled")
        yield
