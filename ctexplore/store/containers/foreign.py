"""What a file is that lies beside CloudTrail's logs and holds no events."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

# How these begin is in the user guides of VPC, Elastic Load Balancing, S3 and CloudFront.
_TEXTS: Final = (
    (re.compile(rb"(?:[a-z0-9-]+ )*(?:interface-id|srcaddr)\b|\d \d{12} eni-"), "a VPC flow log"),
    (re.compile(rb"(?:https?|h2|grpcs|wss?) \d{4}-\d\d-\d\dT\S+ app/"), "a load balancer's log"),
    (re.compile(rb"tls \d\.\d \d{4}-\d\d-\d\dT\S+ net/"), "a load balancer's log"),
    (re.compile(rb"\d{4}-\d\d-\d\dT\S+ \S+ [\d.]+:\d+ "), "a load balancer's log"),
    (re.compile(rb"[0-9a-f]{64} \S+ \[\d\d/\w{3}/\d{4}:"), "an S3 server access log"),
    (re.compile(rb"Permission Check Successful\s*\Z"), "CloudWatch Logs' test of its export"),
    (re.compile(rb"#Version: 1\.\d+\s+#Fields: "), "a CloudFront log"),
)
# Top-level keys that only this kind of file has together.
_OBJECTS: Final = (
    (("digestStartTime", "logFiles"), "a digest file"),
    (("configurationItems",), "an AWS Config file"),
    (("configSnapshotId",), "an AWS Config file"),
    (("schemaVersion", "service", "severity"), "a GuardDuty finding"),
)


def foreign_text(data: bytes) -> str:
    """The kind of log that text which is no JSON is, "" when it is none that is known."""
    start = data[:512].lstrip()
    return next((kind for pattern, kind in _TEXTS if pattern.match(start)), "")


def foreign_object(keys: Container[str]) -> str:
    """The kind of file whose only JSON object has ``keys``; "" when it is none that is known."""
    for telling, kind in _OBJECTS:
        if all(key in keys for key in telling):
            return kind
    return ""
