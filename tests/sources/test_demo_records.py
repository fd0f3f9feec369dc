"""The records of the demo: fields, times, the mix of actors, and one of each oddity."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime, timedelta

import pytest

from tests.sources.test_demo import NAME, logged, whole

ALWAYS = {
    "eventVersion",
    "userIdentity",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "requestParameters",
    "responseElements",
    "eventID",
    "readOnly",
    "eventType",
    "managementEvent",
    "recipientAccountId",
    "eventCategory",
}


def test_fifty_thousand_events_in_seven_days() -> None:
    assert len(whole()) == 50_000
    timed = [record for _, record in whole() if "eventTime" in record]
    days = Counter(record["eventTime"][:10] for record in timed)
    assert set(days) == {f"2026-03-0{day}" for day in range(2, 9)}
    working = [days[f"2026-03-0{day}"] for day in range(2, 7)]
    assert min(working) > 1.5 * max(days["2026-03-07"], days["2026-03-08"])


def test_every_record_has_the_fields_of_its_kind() -> None:
    for key, record in logged():
        missing = ALWAYS - record.keys()
        assert not missing, (key, record["eventName"], missing)
        assert record["eventVersion"] == "1.11"
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", record["eventID"])
        assert record["managementEvent"] is (record["eventCategory"] == "Management")
        account, region = key.split("/")[1], key.split("/")[3]
        assert (record["recipientAccountId"], record["awsRegion"]) == (account, region)


def test_events_precede_their_file_by_ten_minutes_at_most() -> None:
    late = 0
    for key, record in logged():
        found = NAME.search(key)
        assert found
        delivered = datetime.strptime(found[3], "%Y%m%dT%H%M")
        delay = delivered - datetime.strptime(record["eventTime"], "%Y-%m-%dT%H:%M:%SZ")
        assert delay > timedelta(0)
        if delay > timedelta(minutes=10):
            late += 1
            assert "addendum" in record
        assert delivered.strftime("/%Y/%m/%d/") in key
    assert late == 1


def test_the_last_minutes_of_a_day_lie_in_the_next_days_folder() -> None:
    skewed = [
        record for key, record in logged() if record["eventTime"][:10].replace("-", "/") not in key
    ]
    assert skewed
    assert {record["eventTime"][11:15] for record in skewed if "addendum" not in record} == {"23:5"}


def test_global_services_are_logged_at_home() -> None:
    regions = {
        record["awsRegion"]
        for _, record in logged()
        if record["eventSource"] in ("iam.amazonaws.com", "organizations.amazonaws.com")
    }
    assert regions == {"us-east-1"}


def test_a_mix_that_a_person_would_recognise() -> None:
    records = [record for _, record in logged()]
    kinds = Counter(record["userIdentity"].get("type", "") for record in records)
    assert {"AssumedRole", "AWSService", "IAMUser", "Root", "AWSAccount", "IdentityCenterUser"} < (
        kinds.keys()
    )
    assert {"SAMLUser", "WebIdentityUser", ""} < kinds.keys()
    errors = Counter(record.get("errorCode", "") for record in records)
    assert 0.005 < 1 - errors[""] / len(records) < 0.03
    assert {"AccessDenied", "ThrottlingException", "Client.UnauthorizedOperation"} < errors.keys()
    assert 0.6 < sum(record["readOnly"] for record in records) / len(records) < 0.9
    data = sum(record["eventCategory"] == "Data" for record in records)
    assert 0.1 < data / len(records) < 0.4
    assert len({record["eventName"] for record in records}) > 200
    console = [record for record in records if record["eventName"] == "ConsoleLogin"]
    answers = Counter(record["responseElements"]["ConsoleLogin"] for record in console)
    assert answers["Success"] > 30 and answers["Failure"] >= 10
    assert {record["additionalEventData"]["MFAUsed"] for record in console} == {"Yes", "No"}


def test_day_and_night() -> None:
    hours = Counter(record["eventTime"][11:13] for _, record in logged())
    assert hours["14"] > 1.7 * hours["04"]


def test_oddities_are_there() -> None:
    text = [json.dumps(record) for _, record in whole()]
    assert any("\\u001b" in each for each in text)
    assert any("HIDDEN_DUE_TO_SECURITY_REASONS" in each for each in text)
    assert any("%7B%22Version%22" in each for each in text)
    assert any('"ARNPrefix"' in each for each in text)
    assert any('"vpcEndpointId"' in each for each in text)
    roots = [record for _, record in logged() if record["userIdentity"].get("type") == "Root"]
    assert [record["eventName"] for record in roots].count("ConsoleLogin") == 1


def test_copies_are_identical_and_in_two_files() -> None:
    found: dict[str, list[tuple[str, str]]] = {}
    for key, record in logged():
        found.setdefault(record["eventID"], []).append((key, json.dumps(record)))
    copies = [each for each in found.values() if len(each) > 1]
    assert len(copies) == 38
    for pair in copies:
        assert len(pair) == 2
        assert pair[0][0] != pair[1][0] and pair[0][1] == pair[1][1]


def test_a_correction_names_the_event_it_corrects() -> None:
    [correction] = [record for _, record in logged() if "addendum" in record]
    by_id = {record["eventID"]: record for _, record in logged()}
    original = by_id[correction["addendum"]["originalEventID"]]
    assert original["requestID"] == correction["addendum"]["originalRequestID"]
    assert original["responseElements"] is None and correction["responseElements"]


def test_insights_come_in_pairs() -> None:
    insights = [record for _, record in whole() if record["eventCategory"] == "Insight"]
    states: dict[str, list[str]] = {}
    for record in insights:
        states.setdefault(record["sharedEventID"], []).append(record["insightDetails"]["state"])
    assert [sorted(pair) for pair in states.values()] == [["End", "Start"]] * 2


def test_network_activity_has_its_own_fields() -> None:
    events = [record for key, record in whole() if "/CloudTrail-NetworkActivity/" in key]
    assert len(events) == 3
    for record in events:
        assert record["eventType"] == "AwsVpceEvent" and record["errorCode"] == "VpceAccessDenied"
        assert "userAgent" not in record and "requestParameters" not in record


def test_insights_say_whose_calls_they_were_and_whose_they_usually_are() -> None:
    insights = [record for _, record in whole() if record["eventCategory"] == "Insight"]
    for record in insights:
        context = record["insightDetails"]["insightContext"]
        rate = context["statistics"]["insight"]["average"]
        assert [each["attribute"] for each in context["attributions"]] == [
            "userIdentityArn", "userAgent", "errorCode",
        ]  # fmt: skip
        for each in context["attributions"]:
            assert sum(value["average"] for value in each["insight"]) == pytest.approx(rate)
            assert each["baseline"]


def test_aggregated_events_have_names_of_their_own_and_each_template() -> None:
    events = [record for key, record in whole() if "/CloudTrail-Aggregated/" in key]
    primary = [record["summary"]["primaryDimension"] for record in events]
    assert {each["dimension"] for each in primary} == {"eventName", "resourceARN", "userIdentity"}
    for record in events:
        assert "eventID" not in record and "eventTime" not in record and record["eventId"]
        assert record["timeWindow"]["windowSize"] == "PT5M"
        counts = [
            sum(v["value"] for v in each["statistics"]) for each in record["summary"]["details"]
        ]
        (total,) = {value["value"] for value in record["summary"]["primaryDimension"]["statistics"]}
        assert set(counts) == {total}
