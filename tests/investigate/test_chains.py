"""Credentials followed up and down: what is proven, and that nothing else is."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from itertools import chain as flat

import pytest

from ctexplore.investigate.chains.caller import Caller, Chain
from ctexplore.investigate.chains.chain import NoChain, follow
from ctexplore.investigate.chains.tell import as_data, text_lines
from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.store.session import Session
from tests.build import ACCOUNT, event
from tests.investigate.credentials import at, call, planted, session_of, taken, user
from tests.investigate.loaded import LOGS, load, real

LEAKED, STOLEN, KEPT = "AKIALEAKED", "ASIASTOLEN", "AKIAPLANTED"
THIEF = user("ci-deploy", LEAKED)
ADMIN = session_of("admin", STOLEN, made=at(1))


def tree(chain: Chain) -> list[str]:
    """``  key events`` a line, indented by depth; the one asked for has a star."""
    return [
        f"{'  ' * depth}{'*' * (c is chain.here)}{c.key or c.who} {c.use.events}"
        for depth, c in chain.root.walk()
    ]


def rows_of(session: Session, caller: Caller) -> int:
    """How many events the filter of a caller lets through."""
    wanted = Filter(parse(caller.filter, datetime.now(UTC)))
    return len(session.order.view(wanted.mask(session.table, 0, session.order.count)))


INTRUSION = (
    call(1, THIEF, at(0), "GetCallerIdentity"),
    taken(2, THIEF, at(1), "admin", STOLEN),
    call(3, ADMIN, at(1, 5)),
    planted(4, ADMIN, at(2), "backup", KEPT),
    call(5, ADMIN, at(3), "DeleteBucket", errorCode="AccessDenied"),
    call(6, user("backup", KEPT), at(9), "StopLogging", eventSource="cloudtrail.amazonaws.com"),
    call(7, user("bob", "AKIABOB"), at(9)),
)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (LEAKED, ["*AKIALEAKED 2", "  ASIASTOLEN 3", "    AKIAPLANTED 1"]),
        (STOLEN, ["AKIALEAKED 2", "  *ASIASTOLEN 3", "    AKIAPLANTED 1"]),
        (KEPT, ["AKIALEAKED 2", "  ASIASTOLEN 3", "    *AKIAPLANTED 1"]),
        (1, ["AKIALEAKED 2", "  *ASIASTOLEN 3", "    AKIAPLANTED 1"]),  # the event that issued it
        (5, ["AKIALEAKED 2", "  ASIASTOLEN 3", "    *AKIAPLANTED 1"]),
        ("AKIABOB", ["*AKIABOB 1"]),
    ],
)
def test_up_to_the_first_and_down_to_the_last(asked: str | int, expected: list[str]) -> None:
    session = load(*INTRUSION)
    chain = follow(session, asked)
    assert tree(chain) == expected
    for _, caller in chain.root.walk():
        assert rows_of(session, caller) == caller.use.events


def test_what_each_did_and_what_proves_it() -> None:
    chain = follow(load(*INTRUSION), KEPT)
    leaked, stolen, kept = (caller for _, caller in chain.root.walk())
    assert chain.behind == f"ci-deploy (IAM user of {ACCOUNT})"
    assert leaked.began is None and leaked.use.failed == 0
    assert stolen.began is not None and not stolen.began.likely
    assert ("responseElements.credentials.accessKeyId", "userIdentity.accessKeyId") in (
        stolen.began.fields
    )
    assert (stolen.use.failed, stolen.use.sensitive_calls) == (1, 2)
    assert dict(stolen.use.sensitive) == {"CreateAccessKey": 1, "DeleteBucket": 1}
    assert kept.began is not None and kept.began.name == "CreateAccessKey"
    assert dict(kept.use.sensitive) == {"StopLogging": 1}


def test_copies_of_one_event_count_once() -> None:
    chain = follow(load(*INTRUSION, copies=2), LEAKED)
    assert tree(chain) == ["*AKIALEAKED 2", "  ASIASTOLEN 3", "    AKIAPLANTED 1"]


@pytest.mark.parametrize(
    "decoy",
    [
        # The same role, the same session's name: another session all the same.
        taken(20, THIEF, at(1), "admin", "ASIAOTHER"),
        taken(20, user("bob", "AKIABOB"), at(1), "admin", "ASIAOTHER"),
        call(20, session_of("admin", "ASIAUNSAID", made=at(1)), at(4)),
        call(20, session_of("admin", "ASIAOTHER", session="other"), at(4)),
        # Names of keys in other places than an answer.
        call(20, THIEF, at(2), requestParameters={"accessKeyId": "AKIABOB"}),
        call(20, THIEF, at(2), "AssumeRole", responseElements={"role": "ASIAUNSAID"}),
    ],
)
def test_decoys_are_no_links(decoy: dict[str, object]) -> None:
    others = (
        call(30, session_of("admin", "ASIAUNSAID", session="late", made=at(7)), at(8)),
        call(31, session_of("readonly", "ASIAOTHER2"), at(8)),
    )
    before = tree(follow(load(*INTRUSION), STOLEN))[1:]
    assert tree(follow(load(*INTRUSION, *others, decoy), STOLEN))[1:] == before


def test_a_key_that_was_used_before_is_not_issued_by_that_event() -> None:
    early = call(20, session_of("admin", STOLEN), "2024-03-05T08:00:00Z")
    session = load(*INTRUSION, early)
    chain = follow(session, LEAKED)
    assert tree(chain) == ["*AKIALEAKED 2"]
    assert chain.root.refused == [(1, STOLEN, "the key was used before")]
    assert tree(follow(session, STOLEN)) == ["*ASIASTOLEN 4", "  AKIAPLANTED 1"]


def test_a_key_in_another_identitys_hands_is_not_linked() -> None:
    other = session_of("readonly", "ASIATHEIRS")
    session = load(taken(1, THIEF, at(1), "admin", "ASIATHEIRS"), call(2, other, at(2)))
    chain = follow(session, LEAKED)
    assert tree(chain) == ["*AKIALEAKED 1"]
    assert chain.root.refused == [(0, "ASIATHEIRS", "another identity uses the key")]
    assert tree(follow(session, "ASIATHEIRS")) == ["*ASIATHEIRS 1"]


def test_two_events_that_claim_one_key_leave_it_at_likely() -> None:
    rival = taken(20, user("bob", "AKIABOB"), at(1), "admin", STOLEN)
    chain = follow(load(*INTRUSION, rival), STOLEN)
    assert chain.here.began is not None
    assert chain.here.began.lacks == "another event says that it issued this key"


def test_both_accounts_logs_of_one_call_are_one_link() -> None:
    theirs = {"type": "AWSAccount", "principalId": "AIDAEXAMPLE", "accountId": ACCOUNT}
    call_of = {"role": "audit", "key": "ASIAACROSS", "account": "777788889999"}
    session = load(
        taken(1, theirs, at(1), **call_of, recipientAccountId="777788889999"),
        taken(2, THIEF, at(1), **call_of),
        call(3, session_of("audit", "ASIAACROSS", account="777788889999"), at(2)),
    )
    chain = follow(session, "ASIAACROSS")
    assert tree(chain) == ["AKIALEAKED 1", "  *ASIAACROSS 1"]
    assert chain.here.began is not None and chain.here.began.others == (0,)
    assert not chain.here.began.likely
    # Where only the role's account is loaded, it says which account called.
    session = load(
        taken(1, theirs, at(1), **call_of),
        call(3, session_of("audit", "ASIAACROSS", account="777788889999"), at(2)),
    )
    chain = follow(session, "ASIAACROSS")
    assert tree(chain) == [f"account {ACCOUNT}/AIDAEXAMPLE 1", "  *ASIAACROSS 1"]
    assert "whose own log is not loaded" in chain.behind


def test_a_ring_of_keys_has_an_end() -> None:
    first, second = session_of("a", "ASIAONE"), session_of("b", "ASIATWO")
    session = load(
        taken(1, first, at(1), "b", "ASIATWO"),
        taken(2, second, at(1), "a", "ASIAONE"),
    )
    assert tree(follow(session, "ASIAONE")) == ["ASIATWO 1", "  *ASIAONE 1"]


def test_a_service_is_no_person() -> None:
    service = {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}
    session = load(
        taken(1, service, at(1), "web", "ASIAWEB", session="i-0abc"),
        call(2, session_of("web", "ASIAWEB", session="i-0abc"), at(2)),
    )
    chain = follow(session, "ASIAWEB")
    assert tree(chain) == ["ec2.amazonaws.com 1", "  *ASIAWEB 1"]
    assert chain.behind == "no person: the service ec2.amazonaws.com"
    assert rows_of(session, chain.root) == 1


def test_a_source_identity_says_who_is_behind() -> None:
    session = load(
        taken(1, THIEF, at(1), "admin", STOLEN),
        call(2, session_of("admin", STOLEN, sourceIdentity="maya"), at(2)),
    )
    behind = follow(session, STOLEN).behind
    assert behind == "maya (userIdentity.sessionContext.sourceIdentity)"


@pytest.mark.parametrize("odd", [{"eventTime": "never"}, {"eventTime": None}])
def test_events_without_a_time_are_counted(odd: dict[str, object]) -> None:
    chain = follow(load(*INTRUSION, event(40, userIdentity=ADMIN, **odd)), STOLEN)
    assert tree(chain)[1] == "  *ASIASTOLEN 4"


@pytest.mark.parametrize("asked", ["AKIANOBODY", "", "x" * 3000])
def test_a_key_that_nobody_uses(asked: str) -> None:
    with pytest.raises(NoChain):
        follow(load(*INTRUSION), asked)


def test_the_chain_as_text_and_as_data() -> None:
    session = load(*INTRUSION)
    chain = follow(session, STOLEN)
    lines = list(text_lines(chain))
    assert lines[0].startswith("behind it: ci-deploy")
    assert any(line.startswith(">   ASIASTOLEN admin/work") for line in lines)
    data = json.loads(json.dumps(as_data(chain, session.table)))
    assert [c["key"] for c in data["callers"]] == [LEAKED, STOLEN, KEPT]
    assert [c["opened_by"] for c in data["callers"]] == [None, 0, 1]
    assert data["callers"][1]["began"]["proven"] is True
    assert data["callers"][1]["began"]["id"] == INTRUSION[1]["eventID"]


@pytest.mark.skipif(not LOGS, reason="CTEXPLORE_TEST_LOGS names no logs")
def test_on_real_logs_every_used_key_leads_to_exactly_its_events() -> None:
    session = real("invictus")
    table = session.table
    records = [json.loads(session.records.one(row)) for row in range(session.order.count)]
    used = Counter((r.get("userIdentity") or {}).get("accessKeyId") for r in records)
    issued = {
        key: row
        for row, r in enumerate(records)
        if (key := _issued(r.get("responseElements") or {}))
    }
    alive = {key: used[key] for key in issued if used[key]}
    assert sorted(alive.values()) == [1, 1, 1, 2, 8, 13, 15, 29]
    for key, events in alive.items():
        chain = follow(session, key)
        assert chain.here.key == key and chain.here.use.events == events
        assert chain.here.began is not None and chain.here.began.row == issued[key]
        assert not chain.here.began.likely
        assert rows_of(session, chain.here) == events
        # From where it was issued, too.
        assert follow(session, issued[key]).here.key == key
    owner = records[issued["ASIATFQR7NSCWLLE7IWW"]]["userIdentity"]["accessKeyId"]
    below = follow(session, owner).here
    theirs = {k for k in alive if table.text("key", issued[k]) == owner}
    assert {caller.key for caller in below.opened} == theirs
    assert len(below.unused) == sum(
        1 for k, row in issued.items() if table.text("key", row) == owner and k not in alive
    )
    assert not list(flat(*(caller.opened for caller in below.opened)))


def _issued(answer: dict[str, dict[str, str]]) -> str | None:
    return (answer.get("credentials") or answer.get("accessKey") or {}).get("accessKeyId")
