from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctexplore.sources.folder import FolderSource
from ctexplore.sources.found import Entered, Found
from ctexplore.sources.source import SourceError
from ctexplore.sources.walk import Walk
from tests.sources.memory_source import MemorySource, denied, log_key

ORG = "o-exampleorgid"
MEMBER = "444455556666"
TRAIL = "AWSLogs/111122223333/CloudTrail/"
EAST = TRAIL + "us-east-1/"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def keys(found: Iterable[Found]) -> list[str]:
    return [file.key for page in found for file in page.files]


def skipped(found: Iterable[Found]) -> list[tuple[str, str]]:
    return [(file.name, reason) for page in found for file, reason in page.skipped]


def problems(found: Iterable[Found]) -> list[str]:
    return [str(problem) for page in found for problem in page.problems]


def trail(days: Sequence[str], regions: Sequence[str], accounts: Sequence[str]) -> MemorySource:
    return MemorySource(
        [log_key(d, region=r, account=a) for d in days for r in regions for a in accounts]
    )


@pytest.mark.parametrize(
    "above",
    [
        "AWSLogs/",
        "my/deep/prefix/AWSLogs/",
        f"AWSLogs/{ORG}/",
        f"{ORG}/AWSLogs/{ORG}/",
        f"{ORG}/AWSLogs/",
    ],
    ids=["account", "prefix", "organization", "control-tower-3", "control-tower-2"],
)
def test_every_layout_is_walked_to_its_log_files(above: str) -> None:
    expected = [
        log_key(day, region=region, account=account, above=above)
        for day in ("2024/01/16", "2024/01/15", "2023/12/31")
        for account in ("111122223333", MEMBER)
        for region in ("eu-west-1", "us-east-1")
    ]
    assert keys(Walk(MemorySource(expected)).walk([""])) == expected


def test_a_folder_of_regions_or_of_years_is_walked() -> None:
    regions = ["us-east-1/2021/07/29/a.json.gz", "eu-west-1/2021/07/30/b.json.gz"]
    assert keys(Walk(MemorySource(regions)).walk([""])) == regions[::-1]
    years = ["2021/07/29/a.json.gz", "2022/01/01/b.json.gz"]
    assert keys(Walk(MemorySource(years)).walk([""])) == years[::-1]


def test_the_survey_lists_down_to_the_days_and_not_into_them() -> None:
    source = trail(
        ["2024/01/15", "2024/01/16", "2023/12/31"], ["us-east-1", "eu-west-1"], ["111122223333"]
    )
    survey = Walk(source).day_folders([TRAIL])
    assert survey.days == [
        TRAIL + f"{region}/{day}/"
        for day in ("2024/01/16", "2024/01/15", "2023/12/31")
        for region in ("eu-west-1", "us-east-1")
    ]
    assert survey.found == []
    # the kind, then each region's folder, two years, and a month in each
    assert survey.listings == len(source.requests) == 1 + 2 * (1 + 2 + 2)
    source.requests.clear()
    assert len(keys(Walk(source).files_of(survey.days[0]))) == 1
    assert source.requests == [survey.days[0]]


def test_opening_a_day_lists_that_day_and_the_next_ones_first_page() -> None:
    source = trail(["2024/01/15", "2024/01/16"], ["us-east-1"], ["111122223333"])
    day = EAST + "2024/01/15/"
    assert keys(Walk(source).walk([day])) == [log_key("2024/01/15")]
    assert source.requests == [EAST + "2024/01/16/", day]


def test_accounts_and_regions_prune_whole_folders() -> None:
    source = trail(["2024/01/15"], ["us-east-1", "eu-west-1"], ["111122223333", MEMBER])
    walk = Walk(source, accounts={MEMBER}, regions={"eu-west-1"})
    assert keys(walk.walk([""])) == [log_key(account=MEMBER, region="eu-west-1")]
    region = f"AWSLogs/{MEMBER}/CloudTrail/eu-west-1/"
    assert source.requests == [
        "", "AWSLogs/", f"AWSLogs/{MEMBER}/", f"AWSLogs/{MEMBER}/CloudTrail/",
        region, region + "2024/", region + "2024/01/", region + "2024/01/15/",
    ]  # fmt: skip


def test_accounts_and_regions_narrow_a_flat_folder_by_file_name() -> None:
    names = [
        log_key(account=account, region=region).rsplit("/", 1)[-1]
        for account in ("111122223333", MEMBER)
        for region in ("us-east-1", "eu-west-1")
    ]
    source = MemorySource([*names, "renamed.json"])
    found = list(Walk(source, accounts={MEMBER}, regions={"us-east-1"}).walk([""]))
    assert keys(found) == [names[2], "renamed.json"]  # nothing speaks against the last
    assert skipped(found) == []


def test_times_prune_years_months_and_days() -> None:
    source = trail(
        ["2022/05/05", "2023/12/31", "2024/01/14", "2024/01/15", "2024/01/16", "2024/02/01"],
        ["us-east-1"],
        ["111122223333"],
    )
    walk = Walk(source, since=at("2024-01-15 06:00"), until=at("2024-01-15 12:00"))
    assert keys(walk.walk([EAST])) == [log_key("2024/01/15")]
    assert source.requests == [EAST + part for part in ("", "2024/", "2024/01/", "2024/01/15/")]


def test_a_range_up_to_midnight_reads_a_quarter_of_an_hour_of_the_next_day() -> None:
    day, next_day = "2024/01/15", "2024/01/16"
    late = [log_key(next_day, time) for time in ("0000", "0005", "0015", "0020", "1200")]
    source = MemorySource([log_key(day, "2355"), *late], page_size=1)
    walk = Walk(source, since=at("2024-01-15 00:00"), until=at("2024-01-16 00:00"))
    assert sorted(keys(walk.walk([EAST]))) == [log_key(day, "2355"), *late[:3]]
    # three pages in scope and the one that ends the listing; 12:00 is never asked for
    assert source.requests.count(EAST + next_day + "/") == 4


def test_since_starts_the_listing_of_its_day_at_that_minute() -> None:
    source = MemorySource(
        [log_key(time=f"{n // 60:02}{n % 60:02}") for n in range(0, 1440, 5)], page_size=10
    )
    day = EAST + "2024/01/15/"
    walk = Walk(source, since=at("2024-01-15 23:00"), until=at("2024-01-15 23:40"))
    assert len(keys(walk.walk([day]))) == 12
    assert source.requests == [day, day]
    assert source.starts[0].startswith(day + "111122223333_CloudTrail_us-east-1_20240115T2300Z")


def test_a_name_tells_the_minute_so_that_minute_is_read() -> None:
    day = EAST + "2024/01/15/"
    source = MemorySource([log_key(time="0859"), log_key(time="0900")])
    walk = Walk(source, since=at("2024-01-15 09:00:30"))
    assert keys(walk.walk([day])) == [log_key(time="0900")]
    flat = MemorySource([key.rsplit("/", 1)[-1] for key in source.files])
    walk = Walk(flat, since=at("2024-01-15 09:00:30"))
    assert keys(walk.walk([""])) == [log_key(time="0900").rsplit("/", 1)[-1]]


def test_times_narrow_files_whose_folders_have_no_dates() -> None:
    names = [log_key(time=time).rsplit("/", 1)[-1] for time in ("0855", "0900", "1010", "1020")]
    other = log_key(time="0930", account=MEMBER).rsplit("/", 1)[-1]
    source = MemorySource([*names, other], page_size=1)
    walk = Walk(source, since=at("2024-01-15 09:00"), until=at("2024-01-15 10:00"))
    # names of two accounts do not sort by time: the listing goes on to its end
    assert keys(walk.walk([""])) == [names[1], names[2], other]


def test_a_stray_name_in_a_day_does_not_end_its_listing() -> None:
    day = EAST + "2024/01/15/"
    stray = log_key(time="2300", account="000000000000").rsplit("/", 1)[-1]
    source = MemorySource([day + stray, log_key(time="0905")])
    walk = Walk(source, until=at("2024-01-15 12:00"))
    assert keys(walk.walk([day])) == [log_key(time="0905")]


def test_other_services_and_digests_are_not_entered() -> None:
    account = "AWSLogs/111122223333/"
    digest = account + "CloudTrail-Digest/us-east-1/2024/01/15/d.json.gz"
    source = MemorySource(
        [
            log_key(),
            log_key(kind="CloudTrail-Insight"),
            digest,
            account + "Config/us-east-1/2024/1/5/ConfigHistory/x.json.gz",
            account + "GuardDuty/x.jsonl.gz",
        ]
    )
    found = list(Walk(source).walk([""]))
    assert keys(found) == [log_key(kind="CloudTrail-Insight"), log_key()]
    assert skipped(found) == []
    entered = "".join(source.requests)
    assert "Digest" not in entered
    assert "Config/" not in entered
    assert "GuardDuty" not in entered
    assert digest in keys(Walk(source, digests=True).walk([""]))


def test_an_unwanted_folder_that_is_opened_by_name_tells_why_nothing_loads() -> None:
    account = "AWSLogs/111122223333/"
    source = MemorySource(
        [
            account + "CloudTrail-Digest/us-east-1/2024/01/15/d.json.gz",
            account + "Config/us-east-1/2024/1/5/x.json.gz",
        ]
    )
    found = list(Walk(source).walk([account + "CloudTrail-Digest/us-east-1/2024/01/15/"]))
    assert keys(found) == []
    assert skipped(found) == [
        ("d.json.gz", "a digest file: it proves log files and holds no events")
    ]
    found = list(Walk(source).walk([account + "Config/us-east-1/2024/1/5/"]))
    assert skipped(found) == [("x.json.gz", "another service's log")]


def test_markers_are_not_counted_and_other_files_are_skipped_with_a_reason() -> None:
    day = EAST + "2024/01/15/"
    source = MemorySource({day: b"", log_key(): b"x", day + "notes.pdf": b"x"})
    found = list(Walk(source).walk([""]))
    assert keys(found) == [log_key()]
    assert skipped(found) == [("notes.pdf", "not named like a log file")]


def test_archived_files_are_skipped_without_a_request() -> None:
    source = MemorySource([log_key(), log_key(time="1000")])
    source.storage[log_key()] = "GLACIER"
    found = list(Walk(source).walk([""]))
    assert keys(found) == [log_key(time="1000")]
    assert [reason for _, reason in skipped(found)] == ["archived (GLACIER): restore it to read it"]


def test_log_files_at_several_levels() -> None:
    files = ["a.json.gz", "case/b.json.gz", "case/more/c.json", EAST + "d.json.gz", log_key()]
    source = MemorySource([*files, EAST + "2024/01/15/retry/e.json.gz"])
    walk = Walk(source)
    assert sorted(keys(walk.walk([""]))) == sorted(source.files)
    survey = walk.day_folders([""])
    assert sorted(keys(survey.found)) == sorted(files[:-1])
    assert survey.days == [EAST + "2024/01/15/"]


def test_folders_that_lie_in_each_other_are_walked_once() -> None:
    source = trail(["2024/01/15", "2024/01/16"], ["us-east-1"], ["111122223333"])
    sub = EAST + "2024/01/15/retry/e.json.gz"
    source.files[sub] = b"x"
    day = EAST + "2024/01/15/"
    marked = [day + "retry/", EAST, day, "AWSLogs/", day]
    found = keys(Walk(source).walk(marked))
    assert sorted(found) == sorted(source.files)
    assert len(source.requests) == len(set(source.requests))


def test_a_refused_folder_is_a_problem_and_its_siblings_go_on() -> None:
    source = trail(["2024/01/15"], ["eu-west-1", "us-east-1"], ["111122223333"])
    source.refused[TRAIL + "eu-west-1/"] = denied("s3://my-logs/eu-west-1/")
    found = list(Walk(source).walk([""]))
    assert keys(found) == [log_key()]
    assert problems(found) == [
        "s3://my-logs/eu-west-1/: not allowed to list this prefix (allow s3:ListBucket)"
    ]
    assert [page.folder for page in found if page.problems] == [TRAIL + "eu-west-1/"]


def test_a_day_whose_listing_breaks_off_keeps_its_pages() -> None:
    source = MemorySource([log_key(time=f"09{n:02}") for n in range(30)], page_size=10)
    day = EAST + "2024/01/15/"
    source.breaks_after[day] = 2
    found = list(Walk(source).files_of(day))
    assert [len(page.files) for page in found] == [10, 10, 0]
    assert problems(found) == [f"s3://my-logs/{day}: cut off"]


def test_expired_credentials_end_the_walk() -> None:
    regions = ["eu-west-1", "eu-west-2", "us-east-1"]
    source = trail(["2024/01/15"], regions, ["111122223333"])
    expired = SourceError("s3://my-logs", "the credentials have expired", fatal=True)
    source.refused[TRAIL] = expired
    found = list(Walk(source).walk([""]))
    assert (keys(found), problems(found)) == ([], [str(expired)])
    assert Walk(source).day_folders([""]).fatal is expired
    source.refused = {TRAIL + "eu-west-1/2024/01/15/": expired}
    source.requests.clear()
    assert keys(Walk(source).walk([TRAIL])) == []
    assert TRAIL + "eu-west-2/2024/01/15/" not in source.requests


def test_a_level_can_be_listed_by_several_threads() -> None:
    source = trail(["2024/01/15"], ["eu-west-1", "eu-west-2", "us-east-1"], ["111122223333"])
    levels: list[int] = []
    with ThreadPoolExecutor(4) as pool:

        def each(enter: Callable[[str], Entered], folders: Sequence[str]) -> Iterable[Entered]:
            levels.append(len(folders))
            return pool.map(enter, folders)

        survey = Walk(source).day_folders([TRAIL], each)
    assert levels == [1, 3, 3, 3]
    assert survey.days == Walk(source).day_folders([TRAIL]).days


LOGS = os.environ.get("CTEXPLORE_TEST_LOGS")


@pytest.mark.skipif(not LOGS, reason="needs the real logs")
def test_real_logs_below_their_regions() -> None:
    walk = Walk(FolderSource(Path(LOGS or "") / "sans504"))
    survey = walk.day_folders([""])
    assert survey.found == []
    assert survey.days[0] == "us-west-1/2021/08/02/"
    assert len(keys(page for day in survey.days for page in walk.files_of(day))) == 3872


def test_hostile_names_are_walked_like_any_other() -> None:
    names = ["a\nb/x.json", "\x1b[31m/x.json", "../x.json", "//x.json", "%2e/\u202etxt.json"]
    source = MemorySource(names)
    assert sorted(keys(Walk(source).walk([""]))) == sorted(names)
