"""From options to a log group that can be asked: credentials, region, streams."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any, Final

from msgspec.structs import replace

from ctexplore.sources.aws.session import endpoint_of
from ctexplore.sources.history.account import Account, HistoryOptions
from ctexplore.sources.history.clients import Clients
from ctexplore.sources.history.service import EVENTS, Service
from ctexplore.sources.log_group.answers import LogAnswers
from ctexplore.sources.log_group.errors import explain_logs
from ctexplore.sources.log_group.name import GroupName, parse_group
from ctexplore.sources.log_group.streams import Streams, sort_streams
from ctexplore.sources.s3.unanswered import failures
from ctexplore.sources.source import SourceError

# A message's time is that of its delivery, some minutes after the event and at times much more
# (CloudTrail User Guide, "How CloudTrail works"); one that is older than this comes no more.
_SETTLED: Final = timedelta(hours=3)
_LATE: Final = timedelta(minutes=30)
_UNKNOWN: Final = timedelta(days=400)  # how far back, where no stream says when it begins


def log_group(name: str, reach: timedelta) -> Service:
    """What is known of a trail's log group (CloudTrail User Guide, "Sending events to CloudWatch
    Logs": events over 256 KB are not sent)."""
    lacks = "events over 256 KB are not in a log group, only in the trail's bucket"
    return Service(f"log group {name}", reach, (EVENTS,), _SETTLED, _LATE, lacks)


def open_group(options: HistoryOptions, session: Any = None) -> tuple[HistoryOptions, Account]:
    """The log group of the options, with the accounts and regions that it has streams of.

    One DescribeLogStreams request for every fifty streams. session: one with credentials in hand.
    Raises SourceError, ValueError for what is no name.
    """
    group = parse_group(options.log_group)
    place = f"log group {group.name}"
    clients = Clients(options, session, service="logs", place=place, first=group.region)
    region = group.region or clients.region()
    client = clients.of(region)
    streams, arn = _streams(client, group, options.profile)
    if not streams.of:
        reason = "no stream in it is a trail's (named 111122223333_CloudTrail_us-east-1)"
        raise SourceError(place, reason, "give the log group of a trail")
    wanted = set(options.regions)
    places = {
        account: kept
        for account, regions in streams.places.items()
        if (kept := tuple(r for r in regions if not wanted or r in wanted))
    }
    if not places:
        held = ", ".join(sorted({region for _, region in streams.of}))
        raise SourceError(place, "it has no streams of these regions", f"it has {held}")
    regions = tuple(sorted({region for kept in places.values() for region in kept}))
    identity = f"logs:{endpoint_of(client)}/{region}/{arn.split(':')[4]}/{group.name}"
    account = Account(
        arn.split(":")[4],
        identity,
        LogAnswers(clients.of, group.name, region, streams.of, profile=options.profile),
        clients.renew,
        clients.whose(),
        log_group(group.name, _reach(streams)),
        places,
    )
    return replace(options, regions=regions), account


def _streams(client: Any, group: GroupName, profile: str) -> tuple[Streams, str]:
    """The streams, and the ARN of one of them."""
    described: list[dict[str, Any]] = []
    try:
        for page in client.get_paginator("describe_log_streams").paginate(logGroupName=group.name):
            described += page.get("logStreams", ())
    except failures() as error:
        raise explain_logs(error, group.name, "DescribeLogStreams", profile) from None
    arn = str(described[0].get("arn", "")) if described else ""
    return sort_streams(described), arn if arn.count(":") > 4 else ":::::"


def _reach(streams: Streams) -> timedelta:
    """Whole days back to the oldest message."""
    if streams.oldest is None:
        return _UNKNOWN
    age = datetime.now(UTC) - datetime.fromtimestamp(streams.oldest / 1000, UTC)
    return timedelta(days=max(1, ceil(age / timedelta(days=1))))
