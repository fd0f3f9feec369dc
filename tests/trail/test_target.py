"""What a call was about: out of resources, request or response."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.trail.node import Object
from ctexplore.trail.target import (
    PARAMETERS,
    first_name,
    from_anything,
    from_request,
    from_resources,
    names_something,
    short,
)

BUCKET, OBJECT = "arn:aws:s3:::bucket", "arn:aws:s3:::bucket/a/b"


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ([{"ARN": BUCKET, "accountId": "1", "type": "AWS::S3::Bucket"}], BUCKET),
        ([{"ARN": OBJECT}, {"ARN": BUCKET}], OBJECT),
        ([{"ARN": BUCKET}, {"ARN": OBJECT}], OBJECT),
        ([{"ARNPrefix": BUCKET + "/", "type": "AWS::S3::Object"}, {"ARN": BUCKET}], BUCKET + "/"),
        ([{"accountId": "1", "ARN": BUCKET}], BUCKET),
        ([{"accountId": "", "ARN": BUCKET, "type": "T"}], BUCKET),
        ([{"ResourceName": "bucket", "ResourceType": "AWS::S3::Bucket"}], "bucket"),
        ([{"ResourceName": "bucket"}, {"ResourceType": "T"}], "bucket"),
        ([{"ARN": "arn:one"}, {"ARN": "arn:other-and-longer"}], "arn:one"),
        ([{"ARN": ""}, {"ARN": BUCKET}], BUCKET),
        ([{"type": "T"}, {}, None, 5, "x", {"ARN": 7}], ""),
        ([], ""),
        (None, ""),
        ("arn:aws:s3:::bucket", ""),
        ({"ARN": BUCKET}, ""),
    ],
)
def test_resources(resources: object, expected: str) -> None:
    assert from_resources(resources) == expected


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"bucketName": "b", "key": "k"}, "b/k"),
        ({"bucketName": "b", "Host": "b.s3.amazonaws.com"}, "b"),
        ({"bucketName": "b", "key": {"pk": "x"}}, "b"),
        ({"key": "k", "tableName": "t"}, "t"),
        ({"policyArn": "p", "roleName": "r"}, "r"),
        ({"name": "n", "instanceId": "i"}, "i"),
        ({"instanceId": "", "groupId": "sg-1"}, "sg-1"),
        ({"roleArn": "arn:r", "roleSessionName": "s", "durationSeconds": 900}, "arn:r"),
        ({"instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}}, "i-1"),
        ({"filterSet": {"items": [{"name": "tag:x", "valueSet": {}}]}}, ""),
        ({"filterSet": {"items": [{"name": "x"}]}, "vpcSet": {"items": [{"vpcId": "v"}]}}, "v"),
        ({"alarmNames": ["a", "b"]}, "a"),
        ({"secretId": ["s"]}, "s"),
        ({"target": {"Id": "t", "port": 80}}, "t"),
        ({"clientToken": "c", "nextToken": "n", "clientRequestToken": "r"}, ""),
        ({"x-id": "GetObject", "valid": "no", "maxResults": 5}, ""),
        ({"omitted": True}, ""),
        ({}, ""),
        (None, ""),
        (5, ""),
        ("text", "text"),
        (["x", "y"], "x"),
        ([{"name": "x"}], "x"),
    ],
)
def test_request(parameters: object, expected: str) -> None:
    assert from_request(parameters) == expected
    if isinstance(parameters, dict):
        assert from_request(Object(parameters.items())) == expected


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_known_parameter_is_a_target(name: str) -> None:
    assert from_request({"aDescription": "x", name: "it", "otherId": "no"}) == "it"


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ({"requestId": "r", "volumeId": "vol-1", "zone": "a"}, "vol-1"),
        ({"createAccessKey": {"accessKey": {"accessKeyId": "AKIA", "userName": "u"}}}, "AKIA"),
        ({"size": 5, "items": [{"size": 1}, {"subnetId": "s"}]}, "s"),
        ({"items": [{"size": 1}] * 3 + [{"subnetId": "s"}]}, ""),
        ({"ConsoleLogin": "Success"}, ""),
        ("true", ""),
        (None, ""),
    ],
)
def test_response(response: object, expected: str) -> None:
    assert from_anything(response) == expected


@pytest.mark.parametrize(
    "field",
    [
        "id",
        "arn",
        "name",
        "Name",
        "Id",
        "ARN",
        "tableName",
        "keyIds",
        "resource_arn",
        "dbIdentifier",
    ],
)
def test_fields_that_name_something(field: str) -> None:
    assert names_something(field)


@pytest.mark.parametrize(
    "field",
    ["requestId", "requestID", "clientToken", "roleSessionName", "valid", "grid", "x-amz-id-2", ""],
)
def test_fields_that_name_nothing(field: str) -> None:
    assert not names_something(field)


def test_what_lies_deep_names_nothing() -> None:
    inside: Any = {"name": "x"}
    for _ in range(5000):
        inside = {"a": inside}
    assert from_request(inside) == ""
    listed: Any = ["x"]
    for _ in range(5000):
        listed = [listed]
    assert first_name(listed) == ""


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*PARAMETERS, "bucketName", "key", "ARN", "items", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


def texts(value: object) -> Iterator[str]:
    """Every key and every plain value inside, as text."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    else:
        yield str(value)


@given(values)
def test_any_shape_gives_a_text_that_is_in_it(value: object) -> None:
    inside = "\n".join(texts(value))
    for read in (from_resources, from_request, from_anything):
        found = read(value)
        assert isinstance(found, str)
        assert all(part in inside for part in found.split("/"))


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("arn:aws:iam::111122223333:role/x/Deployer", "role/x/Deployer"),
        ("arn:aws:s3:::bucket/key:with:colons", "bucket/key:with:colons"),
        ("arn:aws:lambda:eu-west-1:1:function:f:1", "function:f:1"),
        ("arn:aws:x", "arn:aws:x"),
        ("arn:aws:s3:::", "arn:aws:s3:::"),
        ("i-0123", "i-0123"),
        ("", ""),
    ],
)
def test_short(target: str, expected: str) -> None:
    assert short(target) == expected
