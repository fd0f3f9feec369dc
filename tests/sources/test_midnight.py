"""A day that is opened is whole: its last events lie in the first files of the next day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ctexplore.sources.folder import FolderSource
from ctexplore.sources.midnight import next_days
from ctexplore.sources.several import SeveralSource
from ctexplore.sources.source import SourceError
from ctexplore.sources.walk import Walk
from tests.fakes3 import FakeS3, Reply, Request, error, item, listing
from tests.sources.memory_source import MemorySource, denied, log_key
from tests.sources.s3_at import s3_at

EAST = "AWSLogs/111122223333/CloudTrail/us-east-1/"
DAY, NEXT = EAST + "2024/01/15/", EAST + "2024/01/16/"
LATE = [log_key("2024/01/16", time) for time in ("0000", "0005", "0015", "0020", "0900")]
FILES = [log_key("2024/01/15", "2355"), *LATE, log_key("2024/01/17", "0000")]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def walked(source: MemorySource, *folders: str, **scope: object) -> list[str]:
    found = Walk(source, **scope).walk(folders)  # type: ignore[arg-type]
    return [file.key for page in found for file in page.files]


@pytest.mark.parametrize(
    ("folders", "after"),
    [
        ([DAY], [NEXT]),
        ([DAY, NEXT], [EAST + "2024/01/17/"]),
        ([DAY, EAST + "2024/01/17/"], [NEXT, EAST + "2024/01/18/"]),
        ([EAST + "2024/02/"], [EAST + "2024/03/01/"]),
        ([EAST + "2023/"], [EAST + "2024/01/01/"]),
        ([EAST + "2023/", EAST + "2024/"], [EAST + "2025/01/01/"]),
        ([DAY, EAST], []),
        ([EAST], []),
        ([""], []),
        (["us-east-1/2024/02/29/"], ["us-east-1/2024/03/01/"]),
        (["2024/01/15/"], ["2024/01/16/"]),  # a copy that begins at a region
        (["2024/"], ["2025/01/01/"]),
        (["case/2024/01/15/"], []),  # nothing says that this is a day of a trail
        (["AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2024/01/15/"], []),
        (["AWSLogs/111122223333/Config/us-east-1/2024/1/5/"], []),
    ],
)
def test_the_day_after_what_is_opened(folders: list[str], after: list[str]) -> None:
    assert next_days(folders) == after


def test_of_the_next_day_the_first_quarter_of_an_hour_is_read() -> None:
    source = MemorySource(FILES)
    assert walked(source, DAY) == [*LATE[:3], FILES[0]]
    assert source.requests == [NEXT, DAY]


def test_its_listing_ends_with_the_first_name_that_is_too_late() -> None:
    source = MemorySource(FILES, page_size=1)
    walked(source, DAY)
    assert source.requests.count(NEXT) == 4


def test_insights_may_come_half_an_hour_later() -> None:
    kind = "CloudTrail-Insight"
    keys = [log_key("2024/01/16", time, kind=kind) for time in ("0025", "0031")]
    day = f"AWSLogs/111122223333/{kind}/us-east-1/2024/01/15/"
    assert walked(MemorySource(keys), day) == keys[:1]


def test_other_files_of_the_next_day_are_not_asked_for_and_not_counted() -> None:
    day = [NEXT + name for name in ("0-notes.pdf", "0-copy.json", "retry/x.json.gz")]
    found = list(Walk(MemorySource([*FILES, *day])).walk([DAY]))
    assert [f.key for page in found for f in page.files] == [*LATE[:3], FILES[0]]
    assert not [page for page in found if page.skipped or page.unread or page.problems]


@pytest.mark.parametrize(
    "scope",
    [
        {"since": at("2024-01-16 00:00")},
        {"until": at("2024-01-15 23:44")},
        {"regions": {"eu-west-1"}},
        {"accounts": {"444455556666"}},
    ],
)
def test_it_is_not_listed_where_it_can_hold_nothing_in_scope(scope: dict[str, object]) -> None:
    source = MemorySource(FILES)
    walked(source, DAY, **scope)
    assert NEXT not in source.requests


def test_an_earlier_end_leaves_out_later_files() -> None:
    source = MemorySource(FILES)
    assert walked(source, DAY, until=at("2024-01-15 23:50"))[:2] == LATE[:2]


def test_a_day_that_has_not_begun_costs_no_request() -> None:
    today = datetime.now(UTC).date()
    day = f"{EAST}{today - timedelta(days=1):%Y/%m/%d}/"
    source = MemorySource([f"{day}x.json.gz"])
    walked(source, f"{EAST}{today + timedelta(days=1):%Y/%m/%d}/")
    assert len(source.requests) == 1
    walked(source, day)
    assert len(source.requests) == 3


def test_a_refusal_is_told_but_hides_nothing_that_was_asked_for() -> None:
    source = MemorySource(FILES)
    source.refused[NEXT] = denied("s3://my-logs/16/")
    found = list(Walk(source).walk([DAY]))
    assert [str(e) for page in found for e in page.noted] == [
        "s3://my-logs/16/: the last events of the day before may be missing: "
        "not allowed to list this prefix (allow s3:ListBucket)"
    ]
    assert not [p for page in found for p in page.problems]


def test_expired_credentials_end_the_walk_here_too() -> None:
    source = MemorySource(FILES)
    source.refused[NEXT] = SourceError("s3://my-logs", "expired", fatal=True)
    assert walked(source, DAY) == []


def test_local_folders_are_looked_for_first(tmp_path: Path) -> None:
    for key in FILES[:3]:
        file = tmp_path / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"{}")
    source = FolderSource(tmp_path)
    for place, above in ((source, ""), (SeveralSource([source]), f"{tmp_path.name}/")):
        found = list(Walk(place).walk([above + DAY]))
        files = [f.key for page in found for f in page.files]
        assert files == [above + key for key in (*FILES[1:3], FILES[0])]
        assert not [e for f in Walk(place).walk([above + NEXT]) for e in (*f.noted, *f.problems)]


@pytest.mark.usefixtures("aws")
def test_in_s3_a_range_asks_for_its_names_only() -> None:
    """Six hours around midnight of one region: two LISTs, each from the first name that can hold
    an event to the page on which the last one lies."""
    names = [
        log_key(day, f"{hour:02}{minute:02}")
        for day in ("2024/01/15", "2024/01/16")
        for hour in range(24)
        for minute in range(0, 60, 5)
    ]

    def script(request: Request) -> Reply:
        if request.operation != "ListObjectsV2":
            return error("AccessDenied", 403)
        prefix, after = request.query["prefix"], request.query.get("start-after", "")
        token = request.query.get("continuation-token", "")
        left = [n for n in names if n.startswith(prefix) and n > max(after, token)]
        return listing(map(item, left[:100]), token=left[99] if len(left) > 100 else "")

    with FakeS3(script) as fake:
        source = s3_at(fake.url)
        scope = {"since": at("2024-01-15 21:00"), "until": at("2024-01-16 03:00")}
        found = list(Walk(source, **scope).walk([DAY, NEXT]))  # type: ignore[arg-type]
        source.close()
    assert len([f for page in found for f in page.files]) == 36 + 12 * 3 + 4
    asked = [(r.query["prefix"], r.query.get("start-after", "")) for r in fake.requests]
    first = f"{DAY}111122223333_CloudTrail_us-east-1_20240115T2100Z"
    assert asked == [(NEXT, ""), (DAY, first)]
    assert source.requests.list == 2
