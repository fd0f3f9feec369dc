"""An actor's profile: the same counts as plain Python makes of the records."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from ctexplore import cli
from ctexplore.investigate.profile.profile import NoActor, actors_named, profile
from ctexplore.investigate.profile.tell import as_data, text_lines
from tests.build import event, gz, log
from tests.investigate.credentials import at, call, session_of, user
from tests.investigate.loaded import LOGS, load, real

ALICE = user("alice", "AKIAALICE")
OTHER_KEY = user("alice", "AKIASECOND")
DENIED = {"errorCode": "AccessDenied", "errorMessage": "no"}
EVENTS = (
    call(1, ALICE, at(0), "ListUsers", sourceIPAddress="192.0.2.1"),
    call(2, ALICE, at(1), "CreateUser", **DENIED, requestParameters={"userName": "x"}),
    call(3, ALICE, at(2), "CreateUser", **DENIED, requestParameters={"userName": "y"}),
    call(4, OTHER_KEY, at(3), "CreateUser", requestParameters={"userName": "y"}),
    call(5, ALICE, at(4), "GetObject", errorCode="NoSuchKey"),
    call(6, user("bob", "AKIABOB"), at(5), "CreateUser", **DENIED),
    call(7, ALICE, at(6), "DeleteUser", errorCode="Client.UnauthorizedOperation"),
    # Allowed before it was denied is no success after a denial.
    call(8, ALICE, at(0), "DeleteUser"),
    event(9, userIdentity=ALICE, eventTime="never", eventName="ListUsers"),
)
ARN = ALICE["arn"]


def test_what_an_actor_did() -> None:
    found = profile(load(*EVENTS), ARN)
    assert (found.events, found.failed) == (8, 4)
    assert found.who == ("alice",)
    keys = {v.text: (v.events, v.failed) for v in found.sections["key"]}
    assert keys == {"AKIAALICE": (7, 4), "AKIASECOND": (1, 0)}
    assert found.sections["name"][0].text == "CreateUser"
    assert {v.text: v.events for v in found.sections["ip"]} == {"192.0.2.1": 1, "192.0.2.7": 7}
    assert {v.text: v.events for v in found.errors} == {
        "AccessDenied": 2, "NoSuchKey": 1, "Client.UnauthorizedOperation": 1,
    }  # fmt: skip
    assert found.last is not None and found.first is not None
    assert found.last - found.first == 6 * 60_000


def test_the_access_denied_matrix() -> None:
    created, deleted = profile(load(*EVENTS), ARN).denied
    assert (created.name, created.denied, dict(created.targets)) == (
        "CreateUser", 2, {"x": 1, "y": 1},
    )  # fmt: skip
    assert created.allowed is not None and created.first is not None
    assert created.allowed - created.first == 2 * 60_000 and created.again == 1
    assert (deleted.name, deleted.denied, deleted.allowed, deleted.again) == (
        "DeleteUser", 1, None, 0,
    )  # fmt: skip


def test_copies_count_once() -> None:
    assert profile(load(*EVENTS, copies=3), ARN).events == 8


@pytest.mark.parametrize("text", [ARN, "AKIASECOND", "alice", "ALICE"])
def test_by_what_an_actor_is_called(text: str) -> None:
    assert actors_named(load(*EVENTS), text) == [ARN]


def test_a_name_of_several_and_of_nobody() -> None:
    session = load(
        call(1, session_of("a", "ASIA1", session="same"), at(1)),
        call(2, session_of("b", "ASIA2", session="same"), at(1)),
    )
    assert len(actors_named(session, "same")) == 2
    assert actors_named(session, "") == []
    assert actors_named(session, "nobody") == []
    with pytest.raises(NoActor):
        profile(session, "nobody")


def test_as_text_and_as_data() -> None:
    found = profile(load(*EVENTS), ARN)
    lines = list(text_lines(found))
    assert lines[0] == ARN
    assert any("CreateUser: 2 times on 2 targets" in line for line in lines)
    data = json.loads(json.dumps(as_data(found)))
    assert data["denied"][0]["allowed"] == 1 and data["events"] == 8


@pytest.mark.skipif(not LOGS, reason="CTEXPLORE_TEST_LOGS names no logs")
def test_on_real_logs_counts_are_those_of_the_records() -> None:
    session = real("invictus")
    records = [json.loads(session.records.one(row)) for row in range(session.order.count)]
    arn = "arn:aws:iam::123837392027:user/bert-jan"
    mine = [r for r in records if (r.get("userIdentity") or {}).get("arn") == arn]
    found = profile(session, arn)
    assert found.events == len(mine) > 2000
    for name, field in (
        ("name", "eventName"), ("ip", "sourceIPAddress"), ("agent", "userAgent"),
        ("region", "awsRegion"),
    ):  # fmt: skip
        assert {v.text: v.events for v in found.sections[name]} == Counter(
            r[field] for r in mine if r.get(field)
        )
    failed = [r for r in mine if r.get("errorCode") or r.get("errorMessage")]
    assert found.failed == len(failed)
    denied = Counter(
        r["eventName"]
        for r in failed
        if r.get("errorCode") in ("AccessDenied", "AccessDeniedException",
                                  "Client.UnauthorizedOperation", "UnauthorizedOperation")
    )  # fmt: skip
    assert {d.name: d.denied for d in found.denied} == denied


def command(*arguments: object) -> int:
    return cli.main(["profile", *map(str, arguments), "--no-cache"])


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "log.json.gz").write_bytes(gz(log(*EVENTS)))
    assert command("alice", tmp_path) == 0
    assert capsys.readouterr().out.startswith(ARN)
    assert command("AKIABOB", tmp_path, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["who"] == ["bob"]
    assert command("nobody", tmp_path) == 1
    two = user("x", "AKIABOB")
    (tmp_path / "more.json.gz").write_bytes(gz(log(call(20, two, at(9)))))
    assert command("AKIABOB", tmp_path) == 2
    assert "several actors" in capsys.readouterr().err
