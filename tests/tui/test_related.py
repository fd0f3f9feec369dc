"""Going from an event to what belongs with it, and to the calls beneath an Insight."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ctexplore.store.cache.cache import MemoryCache
from ctexplore.store.scope import Scope
from ctexplore.store.session import Session
from ctexplore.trail.insight import Insight
from ctexplore.tui.detail.beneath import beneath, inside
from ctexplore.tui.detail.related import related
from tests.build import event, gz, log
from tests.sources.memory_source import MemorySource
from tests.tui.explorer import Explorer, opened

PLACE = "AWSLogs/111122223333/{}/us-east-1/2024/03/05/111122223333_{}_us-east-1_{}Z_{}.json.gz"
SHARED = "5ca1ab1e-0000-4000-8000-000000000001"


def key(kind: str, time: str, unique: str = "0123456789abcdef") -> str:
    return PLACE.format(kind, kind, f"20240305T{time}", unique)


def insight(state: str, time: str, number: int, shared: str = SHARED) -> dict[str, Any]:
    return {
        "eventVersion": "1.11",
        "eventTime": f"2024-03-05T{time}Z",
        "awsRegion": "us-east-1",
        "eventID": f"{number:08x}-0000-4000-8000-{number:012x}",
        "eventType": "AwsCloudTrailInsight",
        "recipientAccountId": "111122223333",
        "sharedEventID": shared,
        "insightDetails": {
            "state": state,
            "eventSource": "ec2.amazonaws.com",
            "eventName": "RunInstances",
            "insightType": "ApiCallRateInsight",
            "insightContext": {
                "statistics": {
                    "baseline": {"average": 0.5},
                    "insight": {"average": 8},
                    "insightDuration": 1 if state == "Start" else 30,
                    "baselineDuration": 10080,
                }
            },
        },
        "eventCategory": "Insight",
    }


def run(number: int, time: str, **changes: Any) -> dict[str, Any]:
    return event(
        number,
        eventTime=f"2024-03-05T{time}Z",
        eventName="RunInstances",
        awsRegion="us-east-1",
        **changes,
    )


TRAIL = {
    key("CloudTrail", "1000"): gz(
        log(run(1, "08:00:00"), run(2, "09:10:00"), run(3, "09:29:59"), run(4, "09:45:00"))
    ),
    key("CloudTrail-Insight", "0907"): gz(log(insight("Start", "09:00:00", 101))),
    key("CloudTrail-Insight", "0937"): gz(log(insight("End", "09:30:00", 102))),
    key("CloudTrail-Insight", "1137", "another000000000"): gz(
        log(insight("Start", "11:30:00", 103, "5ca1ab1e-0000-4000-8000-000000000002"))
    ),
}


def local(files: dict[str, bytes]) -> MemorySource:
    source = MemorySource(files)
    source.local = True
    return source


async def related_shown(explorer: Explorer, said: str) -> None:
    await explorer.until(lambda: f"& {said}" in explorer.text, said)


async def test_the_start_of_an_insight_leads_to_its_end_and_back():
    async with opened(local(TRAIL), text="is:insight", size=(160, 48)) as explorer:
        await explorer.press("G")
        await related_shown(explorer, "its End: 2024-03-05T09:30:00Z")
        assert "unusual" in explorer.text and "16 times the usual" in explorer.text
        await explorer.press("ampersand")
        assert "09:30:00" in explorer.here
        await related_shown(explorer, "its Start: 2024-03-05T09:00:00Z")


async def test_an_end_that_is_not_loaded_is_said_and_the_key_goes_nowhere():
    async with opened(local(TRAIL), text="is:insight", size=(160, 48)) as explorer:
        await related_shown(explorer, "its End is not loaded")
        await explorer.press("ampersand")
        assert "11:30:00" in explorer.here
        assert "its End is not loaded" in explorer.notices


async def test_the_calls_beneath_an_insight():
    async with opened(local(TRAIL), text="is:insight", size=(160, 48)) as explorer:
        await explorer.press("G", "B")
        await explorer.until(lambda: len(explorer.rows) == 2, "two calls")
        listed = " ".join(explorer.rows)
        assert listed.index("09:29:59") < listed.index("09:10:00")
        assert "name:RunInstances" in explorer.screen.bar.text
        await explorer.press("u")
        await explorer.until(lambda: len(explorer.rows) == 3, "the insights again")


async def test_beneath_opens_the_log_folder_where_only_insights_are_open():
    folder = "AWSLogs/111122223333/CloudTrail-Insight/us-east-1/"
    async with opened(local(TRAIL), size=(160, 48)) as explorer:
        explorer.screen.open((folder,))
        await explorer.until(lambda: len(explorer.rows) == 3, "three insights")
        await explorer.press("G", "B")
        await explorer.until(lambda: len(explorer.rows) == 2, "two calls")
        assert explorer.screen.desk.folders == (
            "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/05/",
        )


ORIGINAL = run(1, "09:00:00")
CORRECTION = run(2, "09:00:00", addendum={
    "reason": "UPDATED_DATA",
    "updatedFields": "responseElements",
    "originalEventID": ORIGINAL["eventID"],
})  # fmt: skip


async def test_a_correction_is_told_on_both_sides():
    trail = {
        key("CloudTrail", "0905"): gz(log(ORIGINAL, run(3, "08:00:00"))),
        key("CloudTrail", "1205"): gz(log(CORRECTION, run(4, "07:00:00"))),
    }
    async with opened(local(trail), size=(160, 48)) as explorer:
        await related_shown(explorer, "corrects 2024-03-05T09:00:00Z")
        assert f"corrects event {ORIGINAL['eventID']} (UPDATED_DATA)"[:20] in explorer.text
        await explorer.press("ampersand")
        await related_shown(explorer, "corrected by 2024-03-05T09:00:00Z")


async def test_a_correction_is_found_whatever_its_time_among_any_number_of_calls():
    alike = [run(100 + n, "09:00:00") for n in range(30)]
    late = CORRECTION | {"eventTime": "2024-03-05T09:30:00Z", "eventName": "StopInstances"}
    trail = {
        key("CloudTrail", "0905"): gz(log(ORIGINAL)),
        key("CloudTrail", "0910", "another000000000"): gz(log(*alike)),
        key("CloudTrail", "1205"): gz(log(late)),
    }
    async with opened(local(trail), text=f"id:{ORIGINAL['eventID']}", size=(160, 48)) as explorer:
        await related_shown(explorer, "corrected by 2024-03-05T09:30:00Z")
        await explorer.press("ampersand")
        assert "the filter hides it" in explorer.notices


def test_what_belongs_together_is_found_without_reading_a_record():
    insights = {key: stored for key, stored in TRAIL.items() if "Insight" in key}
    trail = insights | {
        key("CloudTrail", "0905"): gz(log(ORIGINAL)),
        key("CloudTrail", "1205"): gz(log(CORRECTION)),
    }
    session = Session(local(trail), MemoryCache(), Scope(("",)))
    for _ in session.load():
        pass
    rows = range(session.table.count)
    records = {row: session.records.one(row) for row in rows}
    session.records = None  # type: ignore[assignment]
    found = {
        json.loads(record)["eventID"][:8]: [
            (r.said[:12], r.row) for r in related(session, row, record)
        ]
        for row, record in records.items()
    }
    at = {json.loads(record)["eventID"][:8]: row for row, record in records.items()}
    assert {about: said for about, said in found.items() if said} == {
        "00000065": [("its End: 202", at["00000066"])],
        "00000066": [("its Start: 2", at["00000065"])],
        "00000067": [("its End is n", None)],
        ORIGINAL["eventID"][:8]: [("corrected by", at[CORRECTION["eventID"][:8]])],
        CORRECTION["eventID"][:8]: [("corrects 202", at[ORIGINAL["eventID"][:8]])],
    }


async def test_a_correction_of_what_is_not_loaded():
    trail = {key("CloudTrail", "1205"): gz(log(CORRECTION))}
    async with opened(local(trail), size=(160, 48)) as explorer:
        await related_shown(explorer, f"corrects {ORIGINAL['eventID']}"[:30])


async def test_one_id_with_other_bytes_is_kept_flagged_and_told():
    forged = ORIGINAL | {"sourceIPAddress": "198.51.100.1"}
    trail = {
        key("CloudTrail", "0905"): gz(log(ORIGINAL, run(3, "08:00:00"))),
        key("CloudTrail", "0910"): gz(log(forged)),
    }
    async with opened(local(trail), size=(160, 48)) as explorer:
        assert len(explorer.rows) == 3
        await related_shown(explorer, "same id, other bytes: 2024-03-05T09:00:00Z")
        assert sum("≠" in row for row in explorer.rows) == 2
        row = explorer.screen.events.cursor_row
        await explorer.press("ampersand")
        assert explorer.screen.events.cursor_row not in (None, row)


async def test_an_ordinary_event_has_neither_key():
    async with opened(local(TRAIL), text="-is:insight", size=(160, 48)) as explorer:
        keys = explorer.screen.active_bindings
        assert "B" not in keys and "ampersand" not in keys


@pytest.mark.parametrize(
    "state,minutes,other,since,until",
    [
        ("Start", "1", None, "09:00:00", "09:01:01"),
        ("End", "30", None, "08:30:00", "09:00:01"),
        ("Start", "1", ("End", "30", "2024-03-05T09:30:00Z"), "09:00:00", "09:30:01"),
    ],
)
def test_the_times_beneath(state, minutes, other, since, until):
    def made(state: str, minutes: str, time: str) -> Insight:
        return Insight(state, "s3.amazonaws.com", "GetObject", minutes=minutes, time=time)

    found = beneath(
        made(state, minutes, "2024-03-05T09:00:00Z"), made(*other) if other else None, "", "", ""
    )
    assert found is not None
    assert found.filter == (
        f"source:s3 name:GetObject -is:insight since:2024-03-05T{since}Z until:2024-03-05T{until}Z"
    )
    assert found.folders == ()


def test_beneath_after_midnight_opens_both_days_folders():
    about = Insight("Start", "s3", "GetObject", minutes="5", time="2024-03-05T23:50:00Z")
    at = "p/AWSLogs/o-abcdefghij/1/CloudTrail-Insight/eu-west-1/2024/03/06/1_x.json.gz"
    found = beneath(about, None, at, "eu-west-1", "1")
    assert found is not None
    assert found.folders == (
        "p/AWSLogs/o-abcdefghij/1/CloudTrail/eu-west-1/2024/03/05/",
        "p/AWSLogs/o-abcdefghij/1/CloudTrail/eu-west-1/2024/03/06/",
    )
    assert inside(found.folders[0], ("p/AWSLogs/",)) and not inside(found.folders[0], ("q/",))


def test_an_insight_without_a_time_leads_nowhere():
    assert beneath(Insight("Start", "s3", "GetObject"), None, "", "", "") is None


async def test_a_folder_of_insights_shows_their_columns():
    folder = "AWSLogs/111122223333/CloudTrail-Insight/us-east-1/"
    async with opened(local(TRAIL), size=(160, 48)) as explorer:
        assert "now/min" not in explorer.text
        explorer.screen.open((folder,))
        await explorer.until(lambda: "now/min" in explorer.text, "the columns of Insights")
        assert "WHO" not in explorer.lines[3]
        await explorer.until(lambda: "ApiC" in explorer.text, "a cell that was read")
        explorer.screen.open(("",))
        await explorer.until(lambda: "now/min" not in explorer.text, "the usual columns")
