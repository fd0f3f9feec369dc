"""An account's trails, as CloudTrail describes them: where they deliver, what, and whether now.

DescribeTrails, ListTrails, GetTrailStatus, GetEventSelectors, GetInsightSelectors: CloudTrail
API Reference. Status and selectors are answered in a trail's home region only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from ctexplore.sources.aws.session import open_client
from ctexplore.sources.s3.errors import THROTTLED, Asked, code_of, explain
from ctexplore.sources.s3.unanswered import failures
from ctexplore.sources.source import SourceError
from ctexplore.trail.selectors import Selected, insights, selected

Calls = Callable[[str], Any]  # from a region to a client of CloudTrail there

_DENIED: Final = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"}


class Trail(Struct, frozen=True):
    """One trail. What could not be asked is None, and ``unknown`` says why.

    prefix: of the bucket, without a slash at its end. global_events: whether IAM, STS and
    CloudFront are in it. kms_key: "" when files are not encrypted with a key of the account.
    kinds: of Insights, () where they are off. delivery_error: S3's code for the last delivery,
    "" when it went well. asked: all answers have come.
    """

    name: str
    arn: str
    bucket: str
    prefix: str = ""
    home_region: str = ""
    multi_region: bool = False
    organization: bool = False
    global_events: bool = True
    validation: bool = False
    kms_key: str = ""
    logging: bool | None = None
    last_delivery: datetime | None = None
    delivery_error: str = ""
    stopped: datetime | None = None
    events: Selected | None = None
    kinds: tuple[str, ...] | None = None
    unknown: tuple[str, ...] = ()
    asked: bool = False

    @property
    def uri(self) -> str:
        """Where its log files begin. The folder that AWS's policy examples allow to be listed."""
        return f"s3://{self.bucket}/{self.prefix and self.prefix.strip('/') + '/'}AWSLogs/"

    @property
    def lacks(self) -> tuple[str, ...]:
        """What cannot be found in it, each a few words; only what is known for sure."""
        gaps = ["anything now: logging is stopped"] if self.logging is False else []
        if self.delivery_error:
            gaps.append(f"what could not be delivered ({self.delivery_error})")
        if not self.multi_region:
            gaps.append(f"other regions than {self.home_region or 'its own'}")
        if not self.global_events:
            gaps.append("global services (IAM, STS, CloudFront)")
        if self.events is not None:
            gaps += self.events.lacks
        if self.kinds == ():
            gaps.append("Insights")
        if not self.validation:
            gaps.append("digests: log file validation is off, nothing proves a file unchanged")
        return tuple(gaps)


class Trails(Struct, frozen=True):
    """What is known so far. unknown: what the list itself may lack, and why."""

    trails: tuple[Trail, ...] = ()
    unknown: tuple[str, ...] = ()
    done: bool = False


def trails_of(session: Any) -> Iterator[Trails]:
    """The account's trails, first as the list has them, then with each one's answers.

    A trail is one trail in whatever region its shadows are seen. Raises SourceError where not
    even the first list can be had, and where every further call would fail alike.
    """
    clients: dict[str, Any] = {}

    def client(region: str) -> Any:
        if region not in clients:
            clients[region] = open_client(session, "cloudtrail", region=region, tries=2)
        return clients[region]

    return _asking(client, session.region_name or "us-east-1")


def _asking(client: Calls, region: str) -> Iterator[Trails]:
    try:
        listed = client(region).describe_trails(includeShadowTrails=True)
    except failures() as error:
        if code_of(error) in _DENIED:
            raise SourceError(
                "the account's trails", _missing(error, "DescribeTrails"), denied=True
            ) from None
        raise explain(error, Asked(f"CloudTrail in {region}")) from None
    trails = _folded(map(_described, listed.get("trailList", ())))
    yield Trails(tuple(trails.values()))
    unknown: list[str] = []
    for found in _elsewhere(client, region, trails, unknown):
        trails |= found
    yield Trails(tuple(trails.values()), tuple(unknown))
    for arn, trail in trails.items():
        trails[arn] = _answered(client, trail, region)
        yield Trails(tuple(trails.values()), tuple(unknown))
    yield Trails(tuple(trails.values()), tuple(unknown), done=True)


def _elsewhere(
    client: Calls, region: str, known: Mapping[str, Trail], unknown: list[str]
) -> Iterator[dict[str, Trail]]:
    """Trails of other regions that log nothing but these, which cast no shadow here."""
    try:
        pages = client(region).get_paginator("list_trails").paginate()
        names = [name for page in pages for name in page.get("Trails", ())]
    except failures() as error:
        unknown.append(f"trails of other regions only: {_said(error, 'ListTrails')}")
        return
    regions = {str(n.get("HomeRegion", "")) for n in names if n.get("TrailARN") not in known}
    for other in sorted(regions - {"", region}):
        try:
            answer = client(other).describe_trails(includeShadowTrails=False)
        except failures() as error:
            unknown.append(f"trails of {other}: {_said(error, 'DescribeTrails')}")
        else:
            yield _folded(map(_described, answer.get("trailList", ())))


def _answered(client: Calls, trail: Trail, region: str) -> Trail:
    calls = client(trail.home_region or region)
    unknown: list[str] = []

    def ask(operation: str, call: Callable[..., Any], **named: str) -> Mapping[str, Any]:
        try:
            answer: Mapping[str, Any] = call(**named)
        except failures() as error:
            if code_of(error) == "InsightNotEnabledException":
                return {"InsightSelectors": []}
            unknown.append(_said(error, operation))
            return {}
        return answer

    status = ask("GetTrailStatus", calls.get_trail_status, Name=trail.arn)
    chosen = ask("GetEventSelectors", calls.get_event_selectors, TrailName=trail.arn)
    kinds = ask("GetInsightSelectors", calls.get_insight_selectors, TrailName=trail.arn)
    return replace(
        trail,
        logging=_whether(status.get("IsLogging")),
        last_delivery=_moment(status.get("LatestDeliveryTime")),
        delivery_error=str(status.get("LatestDeliveryError") or ""),
        stopped=_moment(status.get("StopLoggingTime")),
        events=selected(chosen) if chosen else None,
        kinds=insights(kinds) if kinds else None,
        unknown=tuple(unknown),
        asked=True,
    )


def _described(item: Mapping[str, Any]) -> Trail:
    return Trail(
        str(item.get("Name", "")),
        str(item.get("TrailARN", "")),
        str(item.get("S3BucketName", "")),
        str(item.get("S3KeyPrefix") or ""),
        str(item.get("HomeRegion", "")),
        bool(item.get("IsMultiRegionTrail")),
        bool(item.get("IsOrganizationTrail")),
        bool(item.get("IncludeGlobalServiceEvents", True)),
        bool(item.get("LogFileValidationEnabled")),
        str(item.get("KmsKeyId") or ""),
    )


def _folded(trails: Iterable[Trail]) -> dict[str, Trail]:
    """Each trail once, by its ARN, which its shadows share."""
    return {trail.arn: trail for trail in trails}


def _said(error: BaseException, operation: str) -> str:
    code = code_of(error)
    if code in _DENIED:
        return _missing(error, operation)
    if code in THROTTLED:
        return f"{operation}: CloudTrail is throttling"
    told = explain(error, Asked(operation))
    if told.fatal:
        raise told from None
    return f"{operation}: {told.reason}"


def _missing(error: BaseException, operation: str) -> str:
    policy = "explicit deny" in str(error)
    return f"cloudtrail:{operation} is {'denied by a policy' if policy else 'not allowed'}"


def _whether(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _moment(value: Any) -> datetime | None:
    return value if isinstance(value, datetime) else None
