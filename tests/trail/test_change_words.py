"""What calls opened, shared or gave away, in plain words."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from ctexplore.trail.change_words import change_words
from ctexplore.trail.exact import parse
from ctexplore.trail.node import Object
from ctexplore.trail.summary import summarise
from tests.build import ACCOUNT, event

OTHER = "444455556666"
S3 = "http://acs.amazonaws.com/groups/global"


def policy(principal: Any, action: Any = "s3:GetObject", **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement | more]}


def rule(**more: Any) -> dict[str, Any]:
    return {
        "ipPermissions": {"items": [{"ipProtocol": "tcp", "fromPort": 22, "toPort": 22} | more]}
    }


WORLD = {"ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}}
CASES: list[tuple[str, str, dict[str, Any], list[str]]] = [
    (
        "ec2",
        "AuthorizeSecurityGroupIngress",
        rule(**WORLD),
        ["opens 22/tcp to 0.0.0.0/0 (anybody)"],
    ),
    (
        "ec2",
        "AuthorizeSecurityGroupIngress",
        {"ipPermissions": {}, "ipProtocol": "tcp", "fromPort": 0, "toPort": 65535,
         "cidrIp": "10.0.0.0/8"},
        ["opens all tcp to 10.0.0.0/8"],
    ),
    (
        "ec2",
        "AuthorizeSecurityGroupEgress",
        rule(ipProtocol="-1", ipv6Ranges={"items": [{"cidrIpv6": "::/0"}]}),
        ["lets out all traffic to ::/0 (anybody)"],
    ),
    (
        "ec2",
        "RevokeSecurityGroupIngress",
        rule(fromPort=8000, toPort=8080, groups={"items": [{"groupId": "sg-1"}]}),
        ["closes 8000-8080/tcp to sg-1"],
    ),
    (
        "ec2",
        "ModifySecurityGroupRules",
        {"ModifySecurityGroupRulesRequest": {"SecurityGroupRule": {
            "SecurityGroupRuleId": "sgr-1",
            "SecurityGroupRule": {"IpProtocol": "tcp", "FromPort": 3389, "ToPort": 3389,
                                  "CidrIpv4": "0.0.0.0/0"}}}},
        ["changes the rule sgr-1 to 3389/tcp, 0.0.0.0/0 (anybody)"],
    ),
    ("s3", "PutBucketPolicy", {"bucketPolicy": policy("*")}, ["lets anybody s3:GetObject"]),
    (
        "s3",
        "PutBucketPolicy",
        {"bucketPolicy": json.dumps(policy({"AWS": f"arn:aws:iam::{OTHER}:root"}, ["s3:*"]))},
        [f"lets account {OTHER} (another one) s3:*"],
    ),
    (
        "s3",
        "PutBucketPolicy",
        {"bucketPolicy": policy({"AWS": "*"}, "*", Condition={"Bool": {"x": "true"}})},
        ["lets anybody everything under conditions"],
    ),
    ("s3", "DeleteBucketPolicy", {"bucketName": "b"}, ["removes the bucket's policy"]),
    (
        "s3",
        "PutBucketPublicAccessBlock",
        {"PublicAccessBlockConfiguration": {"BlockPublicAcls": False, "IgnorePublicAcls": False,
                                            "BlockPublicPolicy": False,
                                            "RestrictPublicBuckets": False}},
        ["lifts the block of public access"],
    ),
    (
        "s3",
        "PutBucketPublicAccessBlock",
        {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "IgnorePublicAcls": True,
                                            "BlockPublicPolicy": False,
                                            "RestrictPublicBuckets": True}},
        ["leaves public access open in part: no BlockPublicPolicy"],
    ),
    ("s3", "PutBucketAcl", {"x-amz-acl": ["public-read-write"]}, ["lets anybody read and write"]),
    ("s3", "CreateBucket", {"x-amz-acl": "private"}, []),
    (
        "s3",
        "PutBucketAcl",
        {"AccessControlPolicy": {"AccessControlList": {"Grant": [
            {"Grantee": {"URI": f"{S3}/AllUsers"}, "Permission": "READ_ACP"},
            {"Grantee": {"URI": f"{S3}/AuthenticatedUsers"}, "Permission": "WRITE"}]}}},
        ["lets anybody read acp", "lets any AWS account write"],
    ),
    (
        "iam",
        "UpdateAssumeRolePolicy",
        {"roleName": "r", "policyDocument": quote(json.dumps(policy({"AWS": OTHER})))},
        [f"lets account {OTHER} (another one) assume the role"],
    ),
    (
        "iam",
        "CreateRole",
        {"assumeRolePolicyDocument": json.dumps(policy({"Service": "ec2.amazonaws.com"}))},
        ["lets ec2.amazonaws.com assume the role"],
    ),
    (
        "kms",
        "PutKeyPolicy",
        {"policy": json.dumps(policy({"AWS": f"arn:aws:iam::{OTHER}:user/eve"}, "kms:Decrypt"))},
        [f"lets arn:aws:iam::{OTHER}:user/eve (another account) kms:Decrypt"],
    ),
    (
        "kms",
        "CreateGrant",
        {"granteePrincipal": f"arn:aws:iam::{ACCOUNT}:role/x", "operations": ["Decrypt"]},
        ["lets role/x Decrypt"],
    ),
    (
        "ec2",
        "ModifySnapshotAttribute",
        {"createVolumePermission": {"add": {"items": [{"userId": OTHER}, {"group": "all"}]}}},
        [f"shares the snapshot with account {OTHER} (another one)", "makes the snapshot public"],
    ),
    (
        "ec2",
        "ModifyImageAttribute",
        {"launchPermission": {"remove": {"items": [{"userId": OTHER}]}}},
        [f"shares the image no more with account {OTHER} (another one)"],
    ),
    (
        "rds",
        "ModifyDBSnapshotAttribute",
        {"valuesToAdd": ["all", OTHER]},
        ["makes the snapshot public", f"shares the snapshot with account {OTHER} (another one)"],
    ),
    (
        "iam",
        "AttachRolePolicy",
        {"roleName": "r", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
        ["attaches AdministratorAccess to role r: full control of the account"],
    ),
    ("iam", "AttachRolePolicy", {"policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, []),
    (
        "iam",
        "PutUserPolicy",
        {"userName": "u", "policyDocument": json.dumps(policy("*", "*"))},
        ["allows everything on everything for user u"],
    ),
    (
        "lambda",
        "AddPermission20150331v2",
        {"principal": "*", "action": "lambda:InvokeFunction"},
        ["lets anybody lambda:InvokeFunction"],
    ),
    ("ec2", "RunInstances", rule(**WORLD), []),
]  # fmt: skip


def words(record: Any) -> list[str]:
    root = parse(json.dumps(record).encode()).root
    assert isinstance(root, Object)
    return change_words(root)


@pytest.mark.parametrize(("service", "name", "asked", "expected"), CASES)
def test_a_call_is_said_in_words(
    service: str, name: str, asked: dict[str, Any], expected: list[str]
) -> None:
    source = f"{service}.amazonaws.com"
    called = event(1, eventSource=source, eventName=name, requestParameters=asked)
    assert words(called) == expected
    failed = words(called | {"errorCode": "AccessDenied"})
    assert failed == [f"tried: {said}" for said in expected]


@pytest.mark.parametrize("asked", [None, "x", [], {"ipPermissions": 5}, {"bucketPolicy": "{"},
                                   {"createVolumePermission": {"add": {"items": [7]}}},
                                   {"policyDocument": '{"Statement": [1, {"Effect": []}]}'},
                                   {"AccessControlPolicy": {"AccessControlList": 1}}])  # fmt: skip
def test_nothing_raises_for_what_a_record_holds(asked: Any) -> None:
    for service, name in {(case[0], case[1]) for case in CASES}:
        source = f"{service}.amazonaws.com"
        words(event(1, eventSource=source, eventName=name, requestParameters=asked))


def test_the_summary_says_them_behind_the_result() -> None:
    called = event(
        1, eventSource="ec2.amazonaws.com", eventName="AuthorizeSecurityGroupIngress",
        requestParameters=rule(**WORLD),
    )  # fmt: skip
    summary = summarise(parse(json.dumps(called).encode()).root)
    assert summary.result == "succeeded · opens 22/tcp to 0.0.0.0/0 (anybody)"
