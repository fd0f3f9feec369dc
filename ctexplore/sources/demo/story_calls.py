"""What the thief and the responder asked for, call by call."""

from __future__ import annotations

import json
from typing import Any

from ctexplore.sources.demo.clock import prose
from ctexplore.sources.demo.clues import BUCKET, GROUP, SNAPSHOT, STRANGER, TRAIL
from ctexplore.sources.demo.dice import guid
from ctexplore.sources.demo.fleet import PROD
from ctexplore.sources.demo.identity import Actor
from ctexplore.sources.demo.records import Call, credentials


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def document(value: dict[str, Any]) -> str:
    """A policy as IAM logs it: JSON in a string, with its author's line breaks."""
    return json.dumps(value, indent=2)


def trust(*accounts: str) -> str:
    principals = [f"arn:aws:iam::{account}:root" for account in accounts]
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": principals},
        "Action": "sts:AssumeRole",
    }
    return document(policy(statement))


ANYBODY = policy(
    {
        "Sid": "sync",
        "Effect": "Allow",
        "Principal": {"AWS": [f"arn:aws:iam::{STRANGER}:root", "*"]},
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
    }
)
NOBODY = policy(
    {
        "Sid": "quarantine",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
        "Condition": {"StringNotEquals": {"aws:PrincipalAccount": PROD}},
    }
)
REVOKE = policy(
    {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"DateLessThan": {"aws:TokenIssueTime": "2026-03-07T06:38:00Z"}},
    }
)


def iam(name: str, request: Any, response: Any = None) -> Call:
    return Call("iam", name, request=request, response=response)


def bucket(name: str, argument: str, body: dict[str, Any]) -> Call:
    request = {**body, "bucketName": BUCKET, "Host": f"{BUCKET}.s3.amazonaws.com", argument: ""}
    resources = [{"accountId": PROD, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{BUCKET}"}]
    return Call("s3", name, request=request, resources=resources)


def public_access(blocked: bool) -> Call:
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    body = {"PublicAccessBlockConfiguration": dict.fromkeys(names, blocked)}
    return bucket("PutBucketPublicAccessBlock", "publicAccessBlock", body)


def ssh(name: str) -> Call:
    rule = {
        "ipProtocol": "tcp",
        "fromPort": 22,
        "toPort": 22,
        "groups": {},
        "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0", "description": "tmp"}]},
        "ipv6Ranges": {},
        "prefixListIds": {},
    }
    request = {"groupId": GROUP, "ipPermissions": {"items": [rule]}}
    return Call("ec2", name, request=request, response={"_return": True})


def share(change: str) -> Call:
    request = {
        "snapshotId": SNAPSHOT,
        "createVolumePermission": {change: {"items": [{"userId": STRANGER}]}},
        "attributeType": "CREATE_VOLUME_PERMISSION",
    }
    return Call("ec2", "ModifySnapshotAttribute", request=request, response={"_return": True})


def switch(name: str) -> Call:
    return Call("cloudtrail", name, request={"name": TRAIL})


def assume(actor: Actor, key: str, second: int) -> Call:
    return Call(
        "sts",
        "AssumeRole",
        read=True,
        request={"roleArn": actor.role_arn, "roleSessionName": actor.session},
        response={
            "credentials": credentials(key, prose(second + 43200), key),
            "assumedRoleUser": {"assumedRoleId": f"{actor.id}:{actor.session}", "arn": actor.arn},
        },
        resources=[{"accountId": actor.account, "type": "AWS::IAM::Role", "ARN": actor.role_arn}],
        more={"sharedEventID": guid("story", "shared", key)},
    )
