"""Each construct that public rules for CloudTrail use, against plain Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.build import event
from tests.investigate.sigma import reference
from tests.investigate.sigma.asking import matching, rows, rule_text, rules_in

SESSION = {
    "type": "AssumedRole",
    "arn": "arn:aws:sts::111122223333:assumed-role/Admin/alice",
    "sessionContext": {"sessionIssuer": {"type": "Role", "userName": "Admin"}},
}
EVENTS = (
    event(1, eventName="DeleteBucket", eventSource="s3.amazonaws.com"),
    event(2, eventName="DeleteBucket", errorCode="AccessDenied", errorMessage="not you"),
    event(3, eventName="deletetrail", errorMessage="gone"),
    event(4, userIdentity=SESSION, sourceIPAddress="10.1.2.3", userAgent="S3 Browser/9"),
    event(5, requestParameters={"layers": ["one", "Two"], "n": 5, "on": False, "empty": ""}),
    event(6, requestParameters={"policy": '{"Effect": "Allow", "Action": "s3:*"}'}),
    event(7, requestParameters={"userName": "alice", "other": {"name": "ALICE"}}),
    event(8, sourceIPAddress="2001:db8::1", requestParameters={"path": "C:\\Temp\\a.exe"}),
    event(9, eventTime="2024-03-05T23:10:00Z", additionalEventData={"x": "bGVha2Vk"}),
    event(10, requestParameters={"items": [{"cidr": "0.0.0.0/0"}, {"cidr": "10.0.0.0/8"}]}),
)


@pytest.mark.parametrize(
    ("detection", "expected"),
    [
        ({"s": {"eventName": "deleteBUCKET"}, "condition": "s"}, [0, 1]),
        ({"s": {"eventName": ["DeleteBucket", "DeleteTrail"]}, "condition": "s"}, [0, 1, 2]),
        ({"s": {"eventName|startswith": "Delete"}, "condition": "s"}, [0, 1, 2]),
        ({"s": {"eventName|endswith": "bucket"}, "condition": "s"}, [0, 1]),
        ({"s": {"eventName": "Delete*et"}, "condition": "s"}, [0, 1]),
        ({"s": {"eventName": "Delete?rail"}, "condition": "s"}, [2]),
        ({"s": {"eventName|cased": "deletetrail"}, "condition": "s"}, [2]),
        ({"s": {"eventName|cased": "DeleteTrail"}, "condition": "s"}, []),
        ({"s": {"eventName|cased|contains": "letet"}, "condition": "s"}, [2]),
        ({"s": {"eventName|re": "^Delete(Trail|Bucket)$"}, "condition": "s"}, [0, 1]),
        ({"s": {"eventName|re|i": "^Delete(Trail|Bucket)$"}, "condition": "s"}, [0, 1, 2]),
        ({"s": {"requestParameters.policy|re": "Allow.*s3"}, "condition": "s"}, [5]),
        ({"s": {"eventName": "DeleteBucket", "errorCode": None}, "condition": "s"}, [0]),
        ({"s": {"errorCode": None, "errorMessage": "*"}, "condition": "s"}, [2]),
        ({"s": {"errorCode|exists": True}, "condition": "s"}, [1]),
        ({"s": {"errorMessage|exists": True}, "condition": "s"}, [1, 2]),
        ({"s": {"errorCode": "accessdenied"}, "condition": "s"}, [1]),
        ({"s": {"sourceIPAddress|cidr": "10.0.0.0/8"}, "condition": "s"}, [3]),
        ({"s": {"sourceIPAddress|cidr": ["2001:db8::/32", "10.1.0.0/16"]}, "condition": "s"},
         [3, 7]),
        ({"s": {"requestParameters.layers|contains": "*"}, "condition": "s"}, [4]),
        ({"s": {"requestParameters.layers": "two"}, "condition": "s"}, [4]),
        ({"s": {"requestParameters.n": 5}, "condition": "s"}, [4]),
        ({"s": {"requestParameters.n": "5"}, "condition": "s"}, [4]),
        ({"s": {"requestParameters.on": "false"}, "condition": "s"}, [4]),
        ({"s": {"requestParameters.on": False}, "condition": "s"}, [4]),
        ({"s": {"requestParameters.n|gt": 4}, "condition": "s"}, [4]),
        ({"s": {"requestParameters.n|lte": 4}, "condition": "s"}, []),
        ({"s": {"requestParameters.empty": ""}, "condition": "not s"}, []),
        ({"s": {"requestParameters|contains|all": ['"Allow"', '"s3:*"']}, "condition": "s"}, [5]),
        ({"s": {"requestParameters|contains": '"n":5'}, "condition": "s"}, [4]),
        (
            {"s": {"requestParameters.other.name|fieldref": "requestParameters.userName"},
             "condition": "s"},
            [6],
        ),
        (
            {"s": {"userIdentity.arn|fieldref|endswith": "userIdentity.userName"},
             "condition": "s and not t", "t": {"eventName": "DeleteBucket"}},
            [2, 4, 5, 6, 7, 8, 9],
        ),
        ({"s": {"requestParameters.path|endswith": "\\a.exe"}, "condition": "s"}, [7]),
        ({"s": {"requestParameters.path": "C:\\\\Temp\\\\*"}, "condition": "s"}, [7]),
        ({"s": {"eventTime|hour": 23}, "condition": "s"}, [8]),
        ({"s": {"additionalEventData.x|base64": "leaked"}, "condition": "s"}, [8]),
        ({"s": {"requestParameters.items.cidr": "0.0.0.0/0"}, "condition": "s"}, [9]),
        ({"s": {"eventName|neq": "DeleteBucket"}, "t": {"eventName|startswith": "delete"},
          "condition": "s and t"}, [2]),
        ({"keywords": ["gone", "s3:\\*"], "condition": "keywords"}, [2, 5]),
        ({"keywords": {"|all": ["Effect", "Allow"]}, "condition": "keywords"}, [5]),
        ({"keywords": ["not you"], "condition": "keywords"}, [1]),
        (
            {"s": [{"eventName": "deletetrail"}, {"userAgent|contains": "browser"}],
             "condition": "s"},
            [2, 3],
        ),
        (
            {"sel_a": {"eventName": "DeleteBucket"}, "sel_b": {"errorCode": "AccessDenied"},
             "condition": "1 of sel_*"},
            [0, 1],
        ),
        (
            {"sel_a": {"eventName": "DeleteBucket"}, "sel_b": {"errorCode": "AccessDenied"},
             "condition": "all of them"},
            [1],
        ),
        (
            {"sel": {"eventName": "DeleteBucket"}, "filter_main": {"errorCode": "AccessDenied"},
             "condition": "sel and not 1 of filter_*"},
            [0],
        ),
        (
            {"a": {"eventName": "DeleteBucket"}, "b": {"errorCode": "AccessDenied"},
             "c": {"userAgent|contains": "Browser"}, "condition": "(a and not b) or c"},
            [0, 3],
        ),
        (
            {"a": {"eventName": "deletetrail"}, "b": {"userAgent|contains": "Browser"},
             "condition": ["a", "b"]},
            [2, 3],
        ),
        (
            {"s": {"userIdentity.type": "AssumedRole",
                   "userIdentity.sessionContext.sessionIssuer.type": "Role"}, "condition": "s"},
            [3],
        ),
    ],
)  # fmt: skip
def test_it_means_what_plain_python_says(
    tmp_path: Path, detection: dict[str, Any], expected: list[int]
) -> None:
    assert matching(tmp_path, detection, *EVENTS) == expected


FIELDS = (
    "eventName", "eventSource", "errorCode", "errorMessage", "sourceIPAddress", "userAgent",
    "userIdentity.type", "userIdentity.accountId", "userIdentity.sessionContext.sessionIssuer.type",
    "requestParameters", "requestParameters.a", "requestParameters.a.b", "readOnly",
)  # fmt: skip
TEXTS = st.sampled_from(["a", "A", "ab", "b a", "*", "a*", "?b", "Role", "true", "1", "é", '"a"'])
VALUES = st.one_of(TEXTS, st.none(), st.sampled_from([1, 2.5, True, False, ""]))


@st.composite
def selections(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=3, unique=True)):
        modifier = draw(st.sampled_from(["", "|contains", "|startswith", "|endswith", "|cased"]))
        kind = TEXTS if modifier else VALUES
        values = draw(st.lists(kind, min_size=1, max_size=2))
        found[field + modifier] = values if len(values) > 1 else values[0]
    return found


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    text = st.sampled_from(["a", "AB", "b a", "Role", "", "é", "ab", "AccessDenied"])
    plain = st.one_of(text, st.none(), st.booleans(), st.integers(0, 2))
    members = st.dictionaries(st.sampled_from(["b", "B", "c"]), text, max_size=2)
    inside = st.one_of(plain, st.lists(text, max_size=2), members)
    identity = draw(
        st.sampled_from([{}, {"type": "AssumedRole", "accountId": "1"}, SESSION, {"type": "ab"}])
    )
    more: dict[str, Any] = {"userIdentity": identity}
    for name in ("eventName", "eventSource", "errorCode", "errorMessage", "sourceIPAddress"):
        if draw(st.booleans()):
            more[name] = draw(text)
    if draw(st.booleans()):
        more["requestParameters"] = draw(
            st.one_of(st.none(), st.dictionaries(st.just("a"), inside), text)
        )
    more["readOnly"] = draw(st.sampled_from([True, False, None]))
    if draw(st.integers(0, 5)) == 0:
        more |= {"eventCategory": "Insight", "insightDetails": {"eventName": "AB"}}
        more.pop("eventName", None)
    return event(1, **more)


CONDITIONS = ("a", "not a", "a and b", "a and not b", "a or b", "1 of them", "all of them",
              "not (a or b)", "not 1 of a*", "a or not b")  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    a=selections(),
    b=st.one_of(selections(), st.lists(TEXTS.filter(lambda t: t != "*"), min_size=1, max_size=2)),
    condition=st.sampled_from(CONDITIONS),
    some=st.lists(events(), min_size=1, max_size=6),
)
def test_any_rule_means_what_plain_python_says(
    tmp_path_factory: pytest.TempPathFactory,
    a: dict[str, Any],
    b: Any,
    condition: str,
    some: list[dict[str, Any]],
) -> None:
    detection = {"a": a, "b": b, "condition": condition}
    some = [{k: v for k, v in e.items() if not (k == "eventName" and "insightDetails" in e)}
            for e in some]  # fmt: skip
    found = rules_in(tmp_path_factory.mktemp("rules"), rule=rule_text(detection))
    assert found.problems == ()
    expected = [n for n, e in enumerate(some) if reference.holds({"detection": detection}, e)]
    assert rows(found.rules, *some) == [expected]
