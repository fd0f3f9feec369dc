"""What the call was about: one resource out of resources, request or response."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import repeat
from typing import Any, Final

from ctexplore.trail.node import Object

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
# Asking for Mapping takes ten times as long, for each of very many values.
_OBJECTS: Final = (dict, Object)
_NESTED: Final = (dict, Object, list)
_RANK = {name: rank for rank, name in enumerate(PARAMETERS)}
_UNRANKED = len(PARAMETERS)
_NAMES_SOMETHING = re.compile(
    r"(?:Arn|ARN|Arns|ARNs|Id|ID|Ids|IDs|Name|Names|Identifier)$"
    r"|(?:^|_)(?:arn|arns|id|ids|name|names|identifier)$"
)
_NEVER = re.compile(r"(?i)request_?id|token|sessionName")
# What a Describe call filters by names no resource.
_CONDITIONS = frozenset({"filterSet", "filters", "filter", "attributeNameSet", "attributes"})
# Names stand near the top; what lies deeper is a document.
_DEPTH = 8
_ITEMS = 3


def from_resources(resources: object) -> str:
    """The most specific ARN of a record's ``resources``: an object rather than its bucket.

    Items carry ``ARN``, some ``ARNPrefix`` instead, those of lookup-events ``ResourceName``.
    """
    best = ""
    for item in resources if isinstance(resources, list) else ():
        if isinstance(item, _OBJECTS):
            arn = item.get("ARN") or item.get("ARNPrefix") or item.get("ResourceName")
            if isinstance(arn, str) and len(arn) > len(best) and arn.startswith(best):
                best = arn
    return best


def from_request(parameters: object) -> str:
    """The target in requestParameters: an S3 object, what PARAMETERS names, else any name."""
    if not isinstance(parameters, _OBJECTS):
        return first_name(parameters)
    bucket, key = parameters.get("bucketName"), parameters.get("key")
    if isinstance(bucket, str) and bucket:
        return f"{bucket}/{key}" if isinstance(key, str) and key else bucket
    # Nearly always the first of them is a text.
    best = min(map(_RANK.get, parameters, repeat(_UNRANKED)), default=_UNRANKED)
    if best != _UNRANKED and isinstance(found := parameters[PARAMETERS[best]], str) and found:
        return found
    for name in sorted(filter(_RANK.__contains__, parameters), key=_RANK.__getitem__):
        if found := first_name(parameters[name]):
            return found
    return from_anything(parameters)


def from_anything(value: object, depth: int = _DEPTH) -> str:
    """The first text in a request or response whose field is called an id, a name or an ARN."""
    if not isinstance(value, _OBJECTS) or not depth:
        return ""
    nested = []
    for key, inner in value.items():
        if isinstance(inner, _NESTED):
            if key not in _CONDITIONS:
                nested.append((key, inner))
        elif isinstance(inner, str) and inner and names_something(key):
            return inner
    for key, inner in nested:
        items: list[Any] = inner if isinstance(inner, list) else [inner]
        for item in items[:_ITEMS]:
            if isinstance(item, str) and item and names_something(key):
                return item
            if found := from_anything(item, depth - 1):
                return found
    return ""


@lru_cache(4096)
def names_something(field: str) -> bool:
    """Whether a field, by its name, holds the name of a thing."""
    return bool(_NAMES_SOMETHING.search(field)) and not _NEVER.search(field)


def first_name(value: object, depth: int = _DEPTH) -> str:
    """A text as it is; the first text of a list; the first named text of an object."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and depth:
        return next(
            (found for item in value[:_ITEMS] if (found := first_name(item, depth - 1))), ""
        )
    return from_anything(value, depth)


def short(target: str) -> str:
    """A target for a narrow column: an ARN without partition, service, region and account."""
    if not target.startswith("arn:"):
        return target
    parts = target.split(":", 5)
    return parts[5] if len(parts) == 6 and parts[5] else target
