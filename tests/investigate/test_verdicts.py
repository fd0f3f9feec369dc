"""The verdict that files, folders, events and hours carry, against plain Python."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ctexplore.investigate.integrity.coverage import Coverage, Region
from ctexplore.investigate.integrity.result import Finding, Kind, Status
from ctexplore.investigate.integrity.verdicts import Verdict, Verdicts, in_words, summary
from ctexplore.query.facets import facet
from ctexplore.sources.source import LogFile
from ctexplore.store.columns.decode import decode
from ctexplore.store.columns.table import Table
from tests.build import event, log

WORDS = {
    Status.VALID: "verified",
    Status.NO_DIGEST: "uncovered",
    Status.MISSING: "missing",
    Status.UNREFERENCED: "unreferenced",
    Status.INVALID: "changed",
}
ORDER = list(WORDS.values())
START = datetime(2026, 3, 2, 22, tzinfo=UTC)


def key_of(account: str, region: str, hour: int) -> str:
    at = START + timedelta(hours=hour)
    name = f"{account}_CloudTrail_{region}_{at:%Y%m%dT%H%M}Z_abcdefghijklmnop.json.gz"
    return f"AWSLogs/{account}/CloudTrail/{region}/{at:%Y/%m/%d}/{name}"


found = st.builds(
    lambda account, region, hour, status: (
        Finding(
            Kind.LOG,
            f"s3://my-logs/{key_of(account, region, hour)}",
            status,
            "because" if status is not Status.VALID else "",
            account,
            region,
            key_of(account, region, hour),
        ),
        hour,
    ),
    st.sampled_from(("111122223333", "444455556666")),
    st.sampled_from(("us-east-1", "eu-west-1")),
    st.integers(0, 5),
    st.sampled_from(list(Status)),
)


def worst(words: list[str]) -> str | None:
    return max(words, key=ORDER.index) if words else None


@given(st.lists(found, max_size=12, unique_by=lambda each: each[0].key))
def test_files_folders_hours_and_days_agree_with_plain_python(
    given_: list[tuple[Finding, int]],
) -> None:
    verdicts, coverage = Verdicts(), Coverage()
    for finding, _ in given_:
        verdicts.add(finding)
        coverage.add(finding)
    known = {f.key: WORDS[f.status] for f, _ in given_}
    folders = {f.key[: i + 1] for f, _ in given_ for i, c in enumerate(f.key) if c == "/"} | {""}
    for folder in folders:
        wanted = worst([word for key, word in known.items() if key.startswith(folder)])
        assert verdicts.folder(folder) == wanted
    for key, word in known.items():
        assert verdicts.of(key) == (word, "because" if word != "verified" else "")
    assert verdicts.of("elsewhere") is None and verdicts.folder("elsewhere/") is None
    hours: dict[tuple[Region, datetime], list[str]] = {}
    for f, hour in given_:
        at = START + timedelta(hours=hour)
        hours.setdefault((Region(f.account, f.region), at), []).append(WORDS[f.status])
    for place in coverage.regions:
        for day in (date(2026, 3, 2), date(2026, 3, 3)):
            mine = {
                at.hour: worst(words)
                for (region, at), words in hours.items()
                if region == place and at.date() == day
            }
            assert coverage.hours(place, day) == mine
            assert coverage.day(place, day) == worst([w for w in mine.values() if w])
            folder = coverage.folder(place, day)
            assert ((not folder) == (not mine) and folder.endswith(f"{day:%Y/%m/%d}/")) or not mine
    assert {place for place, _ in hours} == set(coverage.regions)


@given(st.lists(st.sampled_from([*Status, None]), min_size=1, max_size=6))
def test_each_event_has_the_verdict_on_its_file(statuses: list[Status | None]) -> None:
    table, verdicts = Table(), Verdicts()
    for number, status in enumerate(statuses):
        key = f"folder/{number}.json.gz"
        made = decode([(key, log(*(event(number * 10 + n) for n in range(number + 1))))])
        table.append(made.batch, [LogFile(key, 1)])
        if status:
            verdicts.add(Finding(Kind.LOG, f"s3://b/{key}", status, "", "", "", key))
    verdicts.put(table)
    wanted: dict[str, int] = {}
    for number, status in enumerate(statuses):
        word = WORDS[status] if status else ""
        wanted[word] = wanted.get(word, 0) + number + 1
    assert dict(facet(table, None, "integrity")) == wanted


def test_a_file_that_is_missing_is_told_of_the_folder_that_it_lay_in() -> None:
    verdicts = Verdicts()
    here, gone = key_of("111122223333", "us-east-1", 0), key_of("111122223333", "us-east-1", 1)
    local = f"copy/{here}"
    place = ("111122223333", "us-east-1")
    verdicts.add(Finding(Kind.LOG, f"/x/{local}", Status.VALID, "", *place, local))
    verdicts.add(Finding(Kind.LOG, f"s3://my-logs/{gone}", Status.MISSING, "gone", *place))
    assert verdicts.folder(local.rpartition("/")[0] + "/") == Verdict.MISSING
    assert summary(verdicts) == "1 of 2 log files verified · 1 missing"


def test_hours_without_digests_are_not_covered() -> None:
    coverage, place = Coverage(), Region("111122223333", "us-east-1")
    span = (START + timedelta(minutes=7), START + timedelta(hours=3, minutes=7))
    said = (Kind.DIGEST, "s3://my-logs/x/", Status.NO_DIGEST, "", *place)
    coverage.add(Finding(*said, span=span))
    assert coverage.days == (date(2026, 3, 2), date(2026, 3, 3))
    assert list(coverage.hours(place, date(2026, 3, 2))) == [22, 23]
    assert list(coverage.hours(place, date(2026, 3, 3))) == [0]
    assert coverage.folder(place, date(2026, 3, 2)) == ""


def test_verdicts_in_words() -> None:
    assert in_words(None, "") == "unknown: not verified"
    assert in_words(Verdict.CHANGED, "its hash is another") == "changed: its hash is another"
    assert in_words(Verdict.VERIFIED, "").startswith("verified: ")
