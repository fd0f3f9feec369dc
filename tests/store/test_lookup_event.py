from __future__ import annotations

import json
from typing import Any

import pytest

from ctexplore.store.columns.decode import decode
from ctexplore.store.containers.split import split
from tests.build import event

ALICE = {"type": "IAMUser", "userName": "alice"}
NAMED = [{"ResourceType": "AWS::S3::Bucket", "ResourceName": "corp-logs"}]


def looked_up(record: dict[str, Any], **envelope: Any) -> bytes:
    return json.dumps({"Events": [{"CloudTrailEvent": json.dumps(record), **envelope}]}).encode()


def record_of(data: bytes) -> dict[str, Any]:
    (piece,) = split(data).records
    found: dict[str, Any] = json.loads(bytes(piece))
    return found


def test_resources_and_user_name_of_the_envelope_are_kept() -> None:
    data = looked_up({"eventName": "Get", "eventTime": "x"}, Username="carol", Resources=NAMED)
    assert record_of(data) == {
        "eventName": "Get",
        "eventTime": "x",
        "resources": NAMED,
        "Username": "carol",
    }


def test_the_records_own_bytes_stay_in_front() -> None:
    own = '{ "eventName" : "Get",\n"n":1.50e2 }'
    data = json.dumps({"Events": [{"CloudTrailEvent": own, "Resources": NAMED}]}).encode()
    (piece,) = split(data).records
    assert bytes(piece).startswith(own.encode()[:-2])
    assert json.loads(bytes(piece))["resources"] == NAMED


@pytest.mark.parametrize(
    ("record", "envelope"),
    [
        ({"eventName": "Get", "userIdentity": ALICE}, {"Username": "alice"}),
        ({"eventName": "Get", "resources": [{"ARN": "a"}]}, {"Resources": NAMED}),
        ({"eventName": "Get", "resources": []}, {"Resources": NAMED}),
        ({"eventName": "Get"}, {"Username": None, "Resources": []}),
        ({"eventName": "Get"}, {"Username": "-"}),
        ({"eventName": "Get"}, {}),
    ],
)
def test_what_the_record_tells_is_not_told_twice(
    record: dict[str, Any], envelope: dict[str, Any]
) -> None:
    assert record_of(looked_up(record, **envelope)) == record


def test_a_record_with_resources_deeper_down_gets_those_of_the_envelope() -> None:
    record = {"eventName": "Tag", "requestParameters": {"resources": ["a"]}}
    assert record_of(looked_up(record, Resources=NAMED)) == record | {"resources": NAMED}


def test_the_target_is_the_envelopes_resource() -> None:
    record = event(1, requestParameters=None)
    record.pop("resources", None)
    decoded = decode([("page", looked_up(record, Resources=NAMED))])
    (code,) = decoded.batch.codes["target"].tolist()
    assert decoded.batch.entries["target"][code] == ("corp-logs",)
