"""What the call was about: one resource out of resources, request or response."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

# Request parameters that name the thing acted on, the most telling first. Names are CloudTrail's,
# which follow each service's API ("dBInstanceIdentifier" is RDS's own spelling).
PARAMETERS = (
    "functionName",
    "userName",
    "roleName",
    "groupName",
    "roleArn",
    "policyArn",
    "instanceId",
    "groupId",
    "secretId",
    "keyId",
    "tableName",
    "dBInstanceIdentifier",
    "dBClusterIdentifier",
    "dBSnapshotIdentifier",
    "volumeId",
    "snapshotId",
    "imageId",
    "vpcId",
    "subnetId",
    "networkInterfaceId",
    "trailName",
    "queueUrl",
    "topicArn",
    "logGroupName",
    "stackName",
    "repositoryName",
    "clusterName",
    "cluster",
    "streamName",
    "stateMachineArn",
    "hostedZoneId",
    "detectorId",
    "resourceArn",
    "resourceId",
    "target",
    "name",
)
_NAMES_SOMETHING = re.compile(r"(?i)(arn|id|ids|name|identifier|names)$")
_NEVER = re.compile(r"(?i)request_?id|client(request)?token|sessionName|_requestId|nextToken")


def from_resources(arns: Iterable[str]) -> str:
    """The most specific ARN of a record's ``resources``: an object rather than its bucket."""
    best = ""
    for arn in arns:
        if len(arn) > len(best) and (not best or arn.startswith(best)):
            best = arn
    return best


def from_parameters(bucket: object, key: object, values: Iterable[object]) -> str:
    """The target out of the values of ``PARAMETERS``, in that order; "" when none says."""
    if isinstance(bucket, str) and bucket:
        return f"{bucket}/{key}" if isinstance(key, str) and key else bucket
    for value in values:
        if value and (found := first_name(value)):
            return found
    return ""


def from_anything(value: object) -> str:
    """The first text in request or response whose field is called an id, a name or an ARN."""
    if not isinstance(value, Mapping):
        return ""
    nested = []
    for key, inner in value.items():
        if isinstance(inner, Mapping | list):
            nested.append((key, inner))
        elif isinstance(inner, str) and inner and names_something(key):
            return inner
    for key, inner in nested:
        items: list[Any] = inner if isinstance(inner, list) else [inner]
        for item in items[:3]:
            if isinstance(item, str) and item and names_something(key):
                return item
            if found := from_anything(item):
                return found
    return ""


def names_something(field: str) -> bool:
    return bool(_NAMES_SOMETHING.search(field)) and not _NEVER.search(field)


def first_name(value: object) -> str:
    """A text as it is; the first text of a list; the first named text of an object."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return next((found for item in value[:3] if (found := first_name(item))), "")
    if isinstance(value, Mapping):
        return from_anything(value)
    return ""


def short(target: str) -> str:
    """A target for a narrow column: an ARN without partition, service, region and account."""
    if not target.startswith("arn:"):
        return target
    parts = target.split(":", 5)
    return parts[5] if len(parts) == 6 and parts[5] else target
