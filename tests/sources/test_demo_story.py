"""The intrusion in the demo: every step is there, and its links hold."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest

import ctexplore.sources.demo as demo
from ctexplore.sources.demo import clues
from ctexplore.sources.demo.clock import stamp
from ctexplore.sources.demo.story import STORY, Step
from tests.sources.test_demo import PROD, logged

SECURITY = "777788889999"
STEPS = {step.name: step for step in STORY}


@cache
def by_id() -> dict[str, dict[str, Any]]:
    return {record["eventID"]: record for _, record in logged()}


def of_key(key: str) -> list[dict[str, Any]]:
    return [record for _, record in logged() if record["userIdentity"].get("accessKeyId") == key]


def times(records: Iterable[dict[str, Any]]) -> list[str]:
    return sorted(record["eventTime"] for record in records)


@pytest.mark.parametrize("step", STORY, ids=lambda step: step.name)
def test_every_step_is_logged(step: Step) -> None:
    record = by_id()[step.event_id]
    assert record["eventName"] == step.call.name
    assert record["eventTime"] == f"2026-{step.time.replace(' ', 'T')}Z"
    assert record["awsRegion"] == step.region
    assert record["userIdentity"]["accessKeyId"] == step.key
    if step.issued:
        assert step.issued in json.dumps(record["responseElements"])


def test_names_are_unique_and_in_order() -> None:
    assert len(STEPS) == len(STORY)
    assert [step.second for step in STORY] == sorted(step.second for step in STORY)


def test_the_packages_docstring_names_what_happens() -> None:
    told = demo.__doc__ or ""
    for word in (
        *(clues.LEAKED_KEY, clues.ROLE_KEY, clues.PLANTED_KEY, clues.RESPONSE_KEY),
        *(clues.LEAKED_USER, clues.PLANTED_USER, clues.ADMIN_ROLE, clues.RESPONSE_ROLE),
        *(clues.BUCKET, clues.STRANGER, clues.GROUP, clues.SNAPSHOT, *clues.THIEF_ADDRESSES),
        stamp(clues.STOPPED)[5:19].replace("T", " "),
        stamp(clues.STARTED)[5:19].replace("T", " "),
        STEPS["first use"].time,
    ):
        assert word in told


def test_the_leaked_key_is_used_by_two() -> None:
    used = of_key(clues.LEAKED_KEY)
    assert {record["sourceIPAddress"] for record in used} == {
        "198.51.100.20",
        clues.THIEF_ADDRESSES[0],
    }
    thief = [record for record in used if record["sourceIPAddress"] == clues.THIEF_ADDRESSES[0]]
    assert times(thief)[0] == "2026-03-04T02:13:07Z"
    assert {record["awsRegion"] for record in thief} == {
        "us-east-1",
        "us-west-2",
        "eu-west-1",
        "ap-southeast-2",
    }
    denied = [record for record in thief if record.get("errorCode")]
    assert len(denied) > 60 and len(denied) / len(thief) > 0.7
    assert times(used)[-1] < "2026-03-07"


def test_each_issued_key_is_used_after_it_was_issued() -> None:
    issued = {step.issued: step for step in STORY if step.issued}
    assert issued.keys() == {clues.ROLE_KEY, clues.PLANTED_KEY}
    for key, step in issued.items():
        used = of_key(key)
        assert len(used) >= 5
        assert times(used)[0] > by_id()[step.event_id]["eventTime"]
    role = by_id()[STEPS["role taken"].event_id]["responseElements"]["assumedRoleUser"]
    for record in of_key(clues.ROLE_KEY):
        assert record["userIdentity"]["arn"] == role["arn"]
        assert record["userIdentity"]["principalId"] == role["assumedRoleId"]


def test_data_leaves_the_bucket() -> None:
    taken = [
        record
        for record in of_key(clues.PLANTED_KEY)
        if record["eventName"] == "GetObject"
        and record["requestParameters"]["bucketName"] == clues.BUCKET
    ]
    assert len(taken) == 640
    assert sum(each["additionalEventData"]["bytesTransferredOut"] for each in taken) > 50e9
    assert times(taken)[0] > STEPS["bucket opened"].time


def test_the_bucket_is_opened_and_closed() -> None:
    opened = by_id()[STEPS["bucket opened"].event_id]["requestParameters"]
    principals = opened["bucketPolicy"]["Statement"][0]["Principal"]["AWS"]
    assert f"arn:aws:iam::{clues.STRANGER}:root" in principals
    trust = by_id()[STEPS["trust widened"].event_id]["requestParameters"]["policyDocument"]
    assert clues.STRANGER in trust and json.loads(trust)["Version"] == "2012-10-17"
    restored = by_id()[STEPS["trust restored"].event_id]["requestParameters"]["policyDocument"]
    assert clues.STRANGER not in restored


def test_production_is_silent_while_logging_is_stopped() -> None:
    stopped, started = stamp(clues.STOPPED), stamp(clues.STARTED)
    silent = [
        record["eventName"]
        for key, record in logged()
        if PROD in key.split("/")[1] and stopped < record["eventTime"] < started
    ]
    assert silent == []
    elsewhere = [
        record
        for key, record in logged()
        if PROD not in key.split("/")[1] and stopped < record["eventTime"] < started
    ]
    assert len(elsewhere) > 50


def test_only_the_security_account_saw_the_response_begin() -> None:
    asked = [
        (key.split("/")[1], record)
        for key, record in logged()
        if clues.RESPONSE_KEY in json.dumps(record["responseElements"])
    ]
    assert [account for account, _ in asked] == [SECURITY]
    caller = asked[0][1]["userIdentity"]
    assert caller["principalId"].endswith(":maya.ortiz@corp.example")
    issued = [
        record
        for _, record in logged()
        if caller["accessKeyId"] in json.dumps(record["responseElements"])
    ]
    assert [record["eventName"] for record in issued] == ["AssumeRoleWithSAML"]
    assert len(of_key(clues.RESPONSE_KEY)) == 13


def test_the_background_has_chains_of_its_own() -> None:
    """Keys that are used were issued before, save by sessions older than the trail."""
    issued: dict[str, str] = {}
    for _, record in logged():
        answer = record["responseElements"]
        if isinstance(answer, dict) and "credentials" in answer:
            issued[answer["credentials"]["accessKeyId"]] = record["eventTime"]
    orphans, linked = [], 0
    for key, record in logged():
        used = record["userIdentity"].get("accessKeyId", "")
        if not used.startswith("ASIA"):
            continue
        if used in issued:
            assert issued[used] <= record["eventTime"]
            linked += 1
        else:
            created = record["userIdentity"]["sessionContext"]["attributes"]["creationDate"]
            account = key.split("/")[1]
            silent = stamp(clues.STOPPED) < created < stamp(clues.STARTED)
            if created >= "2026-03-02" and not (account == PROD and silent):
                orphans.append((account, created, record["userIdentity"]["arn"]))
    assert orphans == []
    assert linked > 20_000


def test_cross_account_calls_have_two_sides() -> None:
    sides: dict[str, list[dict[str, Any]]] = {}
    for _, record in logged():
        if "OrganizationSecurityAudit" in json.dumps(record["requestParameters"]):
            sides.setdefault(record.get("sharedEventID", record["eventID"]), []).append(record)
    pairs = [pair for pair in sides.values() if len(pair) == 2]
    assert len(pairs) > 40
    for pair in pairs:
        assert {each["userIdentity"]["type"] for each in pair} == {"AssumedRole", "AWSAccount"}
        assert pair[0]["requestID"] == pair[1]["requestID"]
        assert pair[0]["eventID"] != pair[1]["eventID"]
