"""Any faults, two in a row at most: every object is read, and nobody asks without end."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctexplore.sources.s3.download import Again
from ctexplore.sources.source import LogFile, SourceError
from tests.fakes3 import FakeS3, Reply, Request, data, etag
from tests.faults import FAULTS
from tests.sources.s3_at import s3_at

BODY = b"\x1f\x8b" + bytes(range(256)) * 3
PASSING = sorted(name for name, fault in FAULTS.items() if fault.becomes == "read" and fault.times)
LASTING = sorted(
    name for name, fault in FAULTS.items() if not fault.times and fault.becomes != "read"
)
# Three rounds of ours, in each of which botocore may try five times.
MOST = 15

_few = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def unhurried(aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Again, "wait", lambda self, tried: 0.0)


@_few
@given(st.lists(st.lists(st.sampled_from(PASSING), max_size=2), min_size=1, max_size=4))
def test_any_faults_with_two_in_a_row_end_well(scripts: list[list[str]]) -> None:
    """scripts: for each object, what its first answers are spoiled by."""
    seen: Counter[str] = Counter()

    def script(request: Request) -> Reply:
        faults = scripts[int(request.key)]
        number = seen[request.key]
        seen[request.key] += 1
        return FAULTS[faults[number]].spoil(data(BODY)) if number < len(faults) else data(BODY)

    with FakeS3(script) as fake:
        source = s3_at(fake.url)
        for number, faults in enumerate(scripts):
            assert source.read(LogFile(str(number), len(BODY), etag(BODY))) == BODY, faults
            assert seen[str(number)] <= len(faults) + 1
        assert source.requests.get == fake.count("GetObject")


@_few
@given(st.lists(st.sampled_from(LASTING), min_size=1, max_size=5))
def test_faults_that_last_cost_a_bounded_number_of_requests(names: list[str]) -> None:
    with FakeS3(lambda request: FAULTS[names[int(request.key)]].spoil(data(BODY))) as fake:
        source = s3_at(fake.url)
        for number in range(len(names)):
            with pytest.raises(SourceError):
                source.read(LogFile(str(number), len(BODY), etag(BODY)))
        assert source.requests.get == fake.count("GetObject") <= MOST * len(names)
