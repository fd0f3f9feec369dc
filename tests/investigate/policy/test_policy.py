"""A policy from use: actions, resources, what is left out, and that it is always the same."""

from __future__ import annotations

import json
import random
from typing import Any

import botocore.loaders
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctexplore.investigate.policy import services
from ctexplore.investigate.policy.actions import needs_of
from ctexplore.investigate.policy.derive import LARGEST, UsedPolicy, used_policy
from ctexplore.investigate.policy.services import prefix_of
from ctexplore.investigate.policy.tell import as_data, remarks
from tests.build import ACCOUNT, event
from tests.query.events import table_of, written

Event = dict[str, Any]


def call(service: str, name: str, asked: Any = None, **more: Any) -> Event:
    number = random.Random(f"{service}{name}{asked}").randrange(10**6)
    return event(number, eventSource=f"{service}.amazonaws.com", eventName=name,
                 requestParameters=asked, **more)  # fmt: skip


def policy(*events: Event, failed: bool = False) -> UsedPolicy:
    table = table_of([written(each) for each in events])
    return used_policy(table, np.arange(table.count, dtype=np.uint32), failed=failed)


def allowed(*events: Event) -> dict[str, Any]:
    """Resources by action."""
    found = {}
    for statement in policy(*events).document["Statement"]:
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            found[action] = statement["Resource"]
    return found


@pytest.mark.parametrize(
    ("source", "prefix"),
    [
        ("monitoring", "cloudwatch"), ("email", "ses"), ("states", "states"), ("logs", "logs"),
        ("tagging", "tag"), ("elasticfilesystem", "elasticfilesystem"), ("iam", "iam"),
        ("cloudcontrolapi", "cloudformation"), ("ecr", "ecr"), ("sagemaker", "sagemaker"),
        ("apigateway", None), ("signin", None), ("made-up", None),
    ],
)  # fmt: skip
def test_event_sources_have_prefixes(source: str, prefix: str | None) -> None:
    assert prefix_of(f"{source}.amazonaws.com") == prefix


def test_prefixes_that_are_sources_agree_with_botocore_where_it_knows_them() -> None:
    loader = botocore.loaders.Loader()
    signing: dict[str, set[str]] = {}
    for name in ("ec2", "iam", "kms", "sqs", "sns", "lambda", "dynamodb", "states", "logs", "ecs",
                 "rds", "sts", "secretsmanager", "cloudtrail", "guardduty", "ssm"):  # fmt: skip
        model = {"states": "stepfunctions"}.get(name, name)
        found = loader.load_service_model(model, "service-2")["metadata"]
        signing[found["endpointPrefix"]] = {found.get("signingName") or found["endpointPrefix"]}
    for endpoint, names in signing.items():
        assert prefix_of(f"{endpoint}.amazonaws.com") in names
    assert len(services._SAME) > 300


@pytest.mark.parametrize(
    ("prefix", "name", "actions"),
    [
        ("lambda", "UpdateFunctionCode20150331v2", ("UpdateFunctionCode",)),
        ("lambda", "ListFunctions20150331", ("ListFunctions",)),
        ("lambda", "Invoke", ("InvokeFunction",)),
        ("cloudfront", "CreateDistribution2020_05_31", ("CreateDistribution",)),
        ("s3", "ListObjects", ("ListBucket",)),
        ("s3", "ListBuckets", ("ListAllMyBuckets",)),
        ("s3", "HeadObject", ("GetObject",)),
        ("s3", "CompleteMultipartUpload", ("PutObject",)),
        ("s3", "GetBucketEncryption", ("GetEncryptionConfiguration",)),
        ("s3", "SomethingNew", ()),
        ("dynamodb", "BatchGetItem", ("BatchGetItem",)),
        ("dynamodb", "ExecuteStatement", ()),
        ("sts", "AssumeRole", ("AssumeRole",)),
        ("sts", "GetCallerIdentity", ()),
        ("kms", "ReEncrypt", ("ReEncryptFrom", "ReEncryptTo")),
        ("ec2", "weird name", ()),
    ],
)
def test_events_have_actions(prefix: str, name: str, actions: tuple[str, ...]) -> None:
    found = needs_of(prefix, name)
    assert found.actions == actions and bool(found.reason) == (not actions)


def test_resources_are_those_of_the_records() -> None:
    key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k-1"
    role = f"arn:aws:iam::{ACCOUNT}:role/app"
    queue = f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/jobs"
    stored = [{"ARN": "arn:aws:s3:::data/b"}, {"ARN": "arn:aws:s3:::data"}]
    found = allowed(
        call("s3", "GetObject", {"bucketName": "data", "key": "a/*.txt"}),
        call("s3", "PutObject", resources=stored),
        call("s3", "ListObjects", {"bucketName": "data"}),
        call("s3", "ListBuckets"),
        call("lambda", "Invoke", {"functionName": "worker"}),
        call("dynamodb", "GetItem", {"tableName": "orders"}),
        call("kms", "Decrypt", None, resources=[{"ARN": key}]),
        call("sqs", "SendMessage", {"queueUrl": queue}),
        call("sts", "AssumeRole", {"roleArn": role}),
        call("ec2", "StopInstances", {"instanceId": "i-1"}),
    )  # fmt: skip
    assert found == {
        "s3:GetObject": "arn:aws:s3:::data/a/${*}.txt",
        "s3:PutObject": "arn:aws:s3:::data/b",
        "s3:ListBucket": "arn:aws:s3:::data",
        "s3:ListAllMyBuckets": "*",
        "lambda:InvokeFunction": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:worker",
        "dynamodb:GetItem": f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders",
        "kms:Decrypt": key,
        "sqs:SendMessage": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs",
        "sts:AssumeRole": role,
        "ec2:StopInstances": "*",
    }


def test_where_a_resource_is_not_known_it_is_said() -> None:
    found = policy(call("kms", "Decrypt"), call("kms", "Encrypt", {"keyId": "alias/x"}))
    assert found.document["Statement"] == [
        {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:Encrypt"], "Resource": "*"}
    ]
    assert any("do not say" in note and "kms:Decrypt" in note for note in found.notes)


def test_what_failed_is_left_out_unless_it_is_wanted() -> None:
    events = call("iam", "GetUser"), call("iam", "CreateUser", errorCode="AccessDenied")
    found = policy(*events)
    assert (list(found.calls), found.failed, found.events) == (["iam:GetUser"], 1, 1)
    both = policy(*events, failed=True)
    assert (list(both.calls), both.failed) == (["iam:CreateUser", "iam:GetUser"], 0)
    assert any("failed" in note for note in both.notes)


def test_what_cannot_be_resolved_is_listed_and_in_no_policy() -> None:
    found = policy(
        call("signin", "ConsoleLogin", eventType="AwsConsoleSignIn"),
        call("apigateway", "GetRestApis"),
        call("made-up", "Do"),
        call("s3", "SomethingNew"),
        call("kms", "RotateKey", eventType="AwsServiceEvent"),
        call("sts", "GetCallerIdentity"),
    )
    assert found.calls == {} and found.document["Statement"] == [] and found.free == 1
    assert {each.name for each in found.unresolved} == {
        "ConsoleLogin", "GetRestApis", "Do", "SomethingNew", "RotateKey",
    }  # fmt: skip
    assert all(each.reason for each in found.unresolved)
    told = list(remarks(found))
    assert sum(line.startswith("not resolved: ") for line in told) == 5


def test_many_objects_become_their_bucket_and_a_large_policy_is_warned_of() -> None:
    objects = [call("s3", "GetObject", {"bucketName": "data", "key": f"k{n}"}) for n in range(40)]
    found = policy(*objects)
    assert found.document["Statement"][0]["Resource"] == "arn:aws:s3:::data/*"
    assert "arn:aws:s3:::data/* stands for 40 objects" in found.notes
    tables = [call("dynamodb", "Scan", {"tableName": f"table-{n:050}"}) for n in range(90)]
    large = policy(*tables)
    assert large.size > LARGEST and any("6,144" in note for note in large.notes)


def test_handing_over_a_role_is_told() -> None:
    found = policy(call("lambda", "CreateFunction20150331", {"functionName": "f"}))
    assert any("iam:PassRole" in note for note in found.notes)


SOME = st.builds(
    call,
    st.sampled_from(["s3", "kms", "lambda", "ec2", "made-up", "dynamodb"]),
    st.sampled_from(["GetObject", "Decrypt", "Invoke", "Scan", "ListBuckets", "Put_It"]),
    st.sampled_from([None, {"bucketName": "b-1", "key": "k"}, {"functionName": "f"}, {"x": 1}]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(SOME, min_size=1, max_size=12), st.randoms())
def test_it_is_valid_and_the_same_in_any_order(events: list[Event], dice: random.Random) -> None:
    found = policy(*events)
    shuffled = events[:]
    dice.shuffle(shuffled)
    again = policy(*shuffled)
    assert found.text == again.text and as_data(found) == as_data(again)
    document = json.loads(found.text)
    assert document["Version"] == "2012-10-17"
    told = sum(each.events for each in found.unresolved) + found.free
    assert told + sum(found.calls.values()) >= found.events
    for statement in document["Statement"]:
        assert set(statement) == {"Effect", "Action", "Resource"}
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            prefix, _, name = action.partition(":")
            assert prefix and name.isalnum()
