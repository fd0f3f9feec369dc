"""One small trail in every layout that CloudTrail, Control Tower and people give it.

Source: CloudTrail User Guide, "Finding your CloudTrail log files" and "CloudTrail log file names";
AWS Control Tower and the Accelerator put an organization's id before ``AWSLogs``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from ctexplore.sources.demo.cast import CLI
from ctexplore.sources.demo.clock import DAY, HOUR, date, file_time, moment
from ctexplore.sources.demo.dice import guid, principal_id, unique_string
from ctexplore.sources.demo.files import envelope, gzipped
from ctexplore.sources.demo.fleet import PROD, SECURITY, STAGING
from ctexplore.sources.demo.identity import iam_user
from ctexplore.sources.demo.other_kinds import aggregated, config_history, network_activity
from ctexplore.sources.demo.records import Call, Caller, bucket, record, text

ORGANIZATION = "o-exampleorg1"
PER_FILE = 3
_DAYS = (0, 1)
_LATE = 23 * HOUR + 58 * 60  # delivered in the next day's folder


class Layout(Struct, frozen=True):
    """above: what stands before an account. accounts: owners of files. management: an account
    whose files also lie outside the organization's folder. flat: no folders at all."""

    partition: str
    regions: tuple[str, ...]
    above: str = "AWSLogs/"
    accounts: tuple[str, ...] = (PROD,)
    management: str = ""
    flat: bool = False
    siblings: bool = False


_COMMERCIAL = ("us-east-1", "eu-west-1")
_ALL = (PROD, STAGING, SECURITY)
LAYOUTS: Final = {
    "account": Layout("aws", _COMMERCIAL),
    "prefix": Layout("aws", _COMMERCIAL, "my/deep/prefix/AWSLogs/"),
    "accounts": Layout("aws", _COMMERCIAL, accounts=_ALL),
    "organization": Layout("aws", _COMMERCIAL, f"AWSLogs/{ORGANIZATION}/", _ALL),
    "control-tower": Layout("aws", _COMMERCIAL, f"{ORGANIZATION}/AWSLogs/{ORGANIZATION}/", _ALL),
    "control-tower-2": Layout("aws", _COMMERCIAL, f"{ORGANIZATION}/AWSLogs/", _ALL),
    "converted": Layout("aws", _COMMERCIAL, f"AWSLogs/{ORGANIZATION}/", _ALL, management=PROD),
    "govcloud": Layout("aws-us-gov", ("us-gov-west-1", "us-gov-east-1")),
    "china": Layout("aws-cn", ("cn-north-1", "cn-northwest-1")),
    "siblings": Layout("aws", _COMMERCIAL, siblings=True),
    "flat": Layout("aws", _COMMERCIAL, accounts=_ALL, flat=True),
}
# Those that merged_files has.
MERGED: Final = (
    *("account", "prefix", "accounts", "converted", "control-tower", "control-tower-2"),
    *("govcloud", "china", "siblings"),
)


class Expected(Struct, frozen=True):
    """What was laid out. files: log files; ids: of their events; other: files that are none."""

    files: int
    ids: frozenset[str]
    other: int


def layout_files(name: str) -> Iterator[tuple[str, bytes, tuple[str, ...]]]:
    """Key, stored bytes and event ids of every file of a layout, in no promised order.

    name: of LAYOUTS; else KeyError. Files that are no logs have no ids. The same events come for
    every layout of the same accounts and regions, and the same bytes on every machine.
    """
    layout = LAYOUTS[name]
    for account in layout.accounts:
        for region in layout.regions:
            for day in _DAYS:
                folder = f"{layout.above}{account}/CloudTrail/{region}/"
                yield from _logs(layout, folder, account, region, day)
    if layout.management:
        # Of the time when the trail was an account's own: earlier than what the organization's has.
        account = layout.management
        folder = f"AWSLogs/{account}/CloudTrail/{layout.regions[0]}/"
        yield from _logs(layout, folder, account, layout.regions[0], -1)
    if layout.siblings:
        yield from _siblings(layout)


def merged_files() -> Iterator[tuple[str, bytes, tuple[str, ...]]]:
    """All of that in one bucket, as of a company that grew: files as ``layout_files`` gives them.

    Trails of accounts, at two prefixes; then one of the organization, and Control Tower's, which
    write the same events again; accounts of GovCloud and China; folders of network activity and
    of aggregated events. Of files with the same key, which hold the same, the first one.
    """
    seen = set()
    for name in MERGED:
        for key, content, ids in layout_files(name):
            if key not in seen:
                seen.add(key)
                yield key, content, ids
    for kind, records in (("NetworkActivity", network_activity()), ("Aggregated", aggregated())):
        for second, made in records:
            day, at = date(second // DAY, "/"), file_time(second + 5 * 60)
            folder = f"AWSLogs/{ORGANIZATION}/{PROD}/CloudTrail-{kind}/us-east-1/{day}/"
            unique = unique_string("merged", kind, second)
            key = f"{folder}{PROD}_CloudTrail-{kind}_us-east-1_{at}_{unique}.json.gz"
            record = json.loads(made)
            ids = (str(record.get("eventID") or record["eventId"]),)
            yield key, gzipped(envelope((made,))), ids


def write_layout(directory: Path, name: str) -> Expected:
    """Write a layout below ``directory``, which is made if need be. Raises KeyError, OSError."""
    files, other = 0, 0
    found: set[str] = set()
    for key, content, ids in layout_files(name):
        path = directory / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        files += bool(ids)
        other += not ids
        found.update(ids)
    return Expected(files, frozenset(found), other)


def _logs(
    layout: Layout, folder: str, account: str, region: str, day: int
) -> Iterator[tuple[str, bytes, tuple[str, ...]]]:
    for start in (9 * HOUR, _LATE):
        seconds = [day * DAY + start + 7 * index for index in range(PER_FILE)]
        delivered = day * DAY + start + 5 * 60
        records = [_record(layout, account, region, second) for second in seconds]
        unique = unique_string("layout", account, region, delivered)
        file = f"{account}_CloudTrail_{region}_{file_time(delivered)}_{unique}.json.gz"
        key = file if layout.flat else f"{folder}{date(delivered // DAY, '/')}/{file}"
        ids = tuple(str(each["eventID"]) for each in records)
        yield key, gzipped(envelope(map(text, records))), ids


def _record(layout: Layout, account: str, region: str, second: int) -> dict[str, Any]:
    """A call by an IAM user; ARNs name the partition, which an account has only one of."""
    arn = f"arn:{layout.partition}"
    user = iam_user(account, "auditor", "AKIALAYOUTEXAMPLE000")
    user["arn"] = f"{arn}:iam::{account}:user/auditor"
    user["principalId"] = principal_id("AIDA", account, "auditor")
    name = f"logs-{account}-{region}"
    resource = bucket(account, name) | {"ARN": f"{arn}:s3:::{name}"}
    call = Call("s3", "GetBucketPolicy", True, {"bucketName": name}, resources=[resource])
    ids = (guid("layout", account, region, second), guid("layout request", account, second))
    made = record(call, Caller(user, "198.51.100.9", CLI), second, account, region, *ids)
    suffix = ".cn" if layout.partition == "aws-cn" else ""
    made["tlsDetails"]["clientProvidedHostHeader"] += suffix
    return made


def _siblings(layout: Layout) -> Iterator[tuple[str, bytes, tuple[str, ...]]]:
    """What else lies in such a bucket: other services' logs, folder markers, a digest."""
    account, region, second = layout.accounts[0], layout.regions[0], moment("03-02 10:00:00")
    above = f"{layout.above}{account}/"
    # AWS Config writes no zeros before a month or day.
    config = f"{above}Config/{region}/2026/3/2/ConfigHistory/"
    config += f"{account}_Config_{region}_ConfigHistory_AWS::EC2::Instance_20260302T100000Z_1"
    guard = f"{above}GuardDuty/{region}/2026/03/02/{guid('guardduty')}.jsonl.gz"
    digest = f"{above}CloudTrail-Digest/{region}/2026/03/02/"
    digest += f"{account}_CloudTrail-Digest_{region}_corp-trail_{region}_20260302T100712Z.json.gz"
    yield config + ".json.gz", gzipped(config_history(second).encode()), ()
    yield guard, gzipped(b'{"schemaVersion":"2.0"}\n'), ()
    yield digest, gzipped(b'{"awsAccountId":"111122223333","logFiles":[]}'), ()
