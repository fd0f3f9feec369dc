from __future__ import annotations

from datetime import date

import pytest

from ctexplore.sources.newest import newest_day
from ctexplore.sources.outline import Outline
from ctexplore.sources.source import SourceError
from ctexplore.trail.layout import Place
from tests.sources.memory_source import MemorySource, denied, log_key

TODAY = date(2024, 1, 16)
ORG = "o-exampleorgid"
MEMBER = "444455556666"
TRAIL = "AWSLogs/111122223333/CloudTrail/"


def newest(source: MemorySource, start: str = "", **options: object) -> list[str] | None:
    options.setdefault("today", TODAY)
    return newest_day(Outline(source), start, **options)  # type: ignore[arg-type]


def test_one_listing_a_level_when_the_trail_is_live() -> None:
    regions = ["ap-south-1", "eu-west-1", "us-east-1", "us-west-2"]
    days = ["2023/12/31", "2024/01/15", "2024/01/16"]
    keys = [
        log_key(day, region=r, account=a)
        for day in days
        for r in regions
        for a in ("111122223333", MEMBER)
    ]
    source = MemorySource(keys)
    assert newest(source) == [TRAIL + "us-east-1/2024/01/16/"]
    levels = ["", "AWSLogs/", "AWSLogs/111122223333/", TRAIL]
    region = [TRAIL + "us-east-1/" + part for part in ("", "2024/", "2024/01/")]
    assert source.requests == levels + region


def test_the_region_with_the_newest_day_is_taken() -> None:
    source = MemorySource(
        [
            log_key("2024/01/10"),
            log_key("2024/01/14", region="eu-west-1"),
            log_key("2024/01/12", region="sa-east-1"),
        ]
    )
    assert newest(source) == [TRAIL + "eu-west-1/2024/01/14/"]


def test_a_region_that_is_years_behind_costs_one_listing() -> None:
    source = MemorySource(
        [log_key("2024/01/10"), log_key("2021/05/06", region="eu-west-1"), log_key("2023/12/01")]
    )
    assert newest(source) == [TRAIL + "us-east-1/2024/01/10/"]
    assert [r for r in source.requests if "eu-west-1" in r] == [TRAIL + "eu-west-1/"]


def test_a_frozen_account_gives_way_to_one_that_is_live() -> None:
    source = MemorySource([log_key("2022/03/04"), log_key("2024/01/16", account=MEMBER)])
    assert newest(source) == [f"AWSLogs/{MEMBER}/CloudTrail/us-east-1/2024/01/16/"]


def test_equal_days_go_to_the_first_account_and_us_east_1() -> None:
    keys = [
        log_key("2024/01/10", account=account, region=region, above=above)
        for account in (MEMBER, "111122223333")
        for region in ("ap-south-1", "us-east-1")
        for above in ("AWSLogs/", f"AWSLogs/{ORG}/")
    ]
    assert newest(MemorySource(keys)) == [TRAIL + "us-east-1/2024/01/10/"]


@pytest.mark.parametrize(
    "above", ["deep/er/AWSLogs/", f"{ORG}/AWSLogs/{ORG}/", f"{ORG}/AWSLogs/", f"AWSLogs/{ORG}/"]
)
def test_every_layout_has_a_newest_day(above: str) -> None:
    source = MemorySource([log_key("2024/01/02", above=above), log_key("2024/01/10", above=above)])
    assert newest(source) == [f"{above}111122223333/CloudTrail/us-east-1/2024/01/10/"]


def test_awslogs_is_tried_before_other_folders() -> None:
    others = [f"{name}/{n}/x.bin" for name in ("backup", "A") for n in range(60)]
    source = MemorySource([*others, log_key("2024/01/16")])
    assert newest(source) == [TRAIL + "us-east-1/2024/01/16/"]
    assert not any(request.startswith(("backup", "A/")) for request in source.requests)


def test_start_below_awslogs_or_at_a_day() -> None:
    source = MemorySource(["eu-west-1/2021/07/29/a.json.gz", "us-west-1/2021/08/02/a.json.gz"])
    assert newest(source) == ["us-west-1/2021/08/02/"]
    source.requests.clear()
    assert newest(source, "eu-west-1/2021/07/29/") == ["eu-west-1/2021/07/29/"]
    assert source.requests == []


def test_only_events_count_not_digests_nor_other_services() -> None:
    account = "AWSLogs/111122223333/"
    source = MemorySource(
        [
            log_key("2024/01/10"),
            log_key("2024/01/16", kind="CloudTrail-Insight"),
            account + "CloudTrail-Digest/us-east-1/2024/01/15/d.json.gz",
            account + "Config/us-east-1/2024/01/15/x.json.gz",
        ]
    )
    assert newest(source) == [TRAIL + "us-east-1/2024/01/10/"]
    source.files.pop(log_key("2024/01/10"))
    assert newest(source) == [f"{account}CloudTrail-Insight/us-east-1/2024/01/16/"]


def test_accept_narrows_accounts_regions_and_days() -> None:
    keys = [
        log_key(day, account=account, region=region)
        for account in ("111122223333", MEMBER)
        for region in ("us-east-1", "eu-west-1")
        for day in ("2024/01/10", "2024/01/16")
    ]

    def accept(place: Place) -> bool:
        return (
            place.account in ("", MEMBER)
            and place.region in ("", "eu-west-1")
            and place.day in (None, 10)
        )

    found = newest(MemorySource(keys), accept=accept)
    assert found == [f"AWSLogs/{MEMBER}/CloudTrail/eu-west-1/2024/01/10/"]


def test_no_more_listings_than_allowed_then_the_newest_so_far() -> None:
    regions = [f"eu-west-{n}" for n in range(1, 60)]
    source = MemorySource(
        [log_key(f"2024/01/{n % 14 + 1:02}", region=r) for n, r in enumerate(regions)]
    )
    found = newest(source, limit=12)
    assert len(source.requests) == 1 + 12
    assert found == [TRAIL + "eu-west-11/2024/01/11/"]
    assert newest(MemorySource(source.files), limit=3) is None


def test_flat_log_files_are_opened_where_they_lie() -> None:
    name = log_key().rsplit("/", 1)[-1]
    assert newest(MemorySource([name])) == [""]
    assert newest(MemorySource([f"case-7/export/{name}"])) == ["case-7/export/"]


def test_nothing_to_open() -> None:
    assert newest(MemorySource(["photos/a.png", "readme.txt"])) is None
    assert newest(MemorySource([])) is None


def test_a_refused_account_is_passed_over_but_a_refused_start_is_told() -> None:
    source = MemorySource([log_key("2024/01/10"), log_key("2024/01/09", account=MEMBER)])
    source.refused["AWSLogs/111122223333/"] = denied("s3://my-logs/AWSLogs/111122223333/")
    assert newest(source) == [f"AWSLogs/{MEMBER}/CloudTrail/us-east-1/2024/01/09/"]
    source.refused[""] = denied("s3://my-logs/")
    with pytest.raises(SourceError):
        newest(source)


def test_expired_credentials_end_the_search() -> None:
    source = MemorySource([log_key("2024/01/10"), log_key("2024/01/09", account=MEMBER)])
    source.refused["AWSLogs/111122223333/"] = SourceError("s3://my-logs", "expired", fatal=True)
    with pytest.raises(SourceError, match="expired"):
        newest(source)


def test_what_the_search_listed_the_tree_does_not_list_again() -> None:
    source = MemorySource([log_key("2024/01/16"), log_key("2024/01/16", region="eu-west-1")])
    outline = Outline(source)
    newest_day(outline, "", today=TODAY)
    source.requests.clear()
    outline.children("")
    outline.children(TRAIL)
    outline.children(TRAIL + "us-east-1/")
    assert source.requests == []
