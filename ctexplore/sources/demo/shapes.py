"""A shape is a call as one service logs it, with places where each event differs.

Places in the strings of a shape, filled in by templates.py: ``%(o)s`` and ``%(b)s`` the target
and what goes with it, ``%(x)s`` 17 hexadecimal digits of this event alone, ``%(k)s`` nine
characters for a new access key, ``%(n)s`` a number of bytes, ``%(c)s`` account, ``%(g)s``
region, ``%(e)s`` event id, ``%(r)s`` request id, ``%(q)s`` an S3 request id, ``%(s)s`` a GUID
shared with another account, ``%(p)s`` when a session ends, ``%(d)s`` the id of the role that is
the target.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from ctexplore.sources.demo.records import Call, bucket, s3_extra, s3_objects


class Shape(Struct, frozen=True, eq=False):
    """kind: of its target, as fleet.py names it. refusal: an error of its own, and per mille."""

    call: Call
    kind: str
    refusal: tuple[str, str, int] | None = None

    @property
    def id(self) -> str:
        return f"{self.call.source}:{self.call.name}"


def reads(
    source: str,
    names: str,
    kind: str = "",
    request: Any = None,
    resources: Any = None,
    refusal: tuple[str, str, int] | None = None,
) -> Iterable[Shape]:
    """Calls that change nothing: their responseElements are null."""
    for name in names.split():
        call = Call(source, name, read=True, request=request, resources=resources)
        yield Shape(call, kind, refusal)


def writes(
    source: str,
    names: str,
    kind: str = "",
    request: Any = None,
    response: Any = None,
    resources: Any = None,
) -> Iterable[Shape]:
    for name in names.split():
        call = Call(source, name, request=request, response=response, resources=resources)
        yield Shape(call, kind)


def bucket_calls(
    names: str, argument: str, read: bool, refusal: tuple[str, str, int] | None = None
) -> Iterable[Shape]:
    """Calls about a bucket; S3 writes the subresource into the request as an empty string."""
    for name in names.split():
        request = {"bucketName": "%(o)s", "Host": "%(o)s.s3.%(g)s.amazonaws.com", argument: ""}
        call = Call(
            "s3",
            name,
            read=read,
            request=request,
            resources=[bucket("%(c)s", "%(o)s")],
            extra=s3_extra(len(argument) * 41, 0, "%(q)s"),
        )
        yield Shape(call, "bucket", refusal)


def object_calls(names: str, read: bool, sent: Any, received: Any) -> Iterable[Shape]:
    """S3 data events. ``sent``, ``received``: bytes, or the place for a number."""
    for name in names.split():
        call = Call(
            "s3",
            name,
            read=read,
            request={
                "bucketName": "%(o)s",
                "Host": "%(o)s.s3.%(g)s.amazonaws.com",
                "key": "%(b)s",
            },
            resources=s3_objects("%(c)s", "%(o)s", "%(b)s"),
            extra=s3_extra(sent, received, "%(q)s"),
            category="Data",
        )
        yield Shape(call, "object")


def listing_calls(names: str) -> Iterable[Shape]:
    """Data events about a bucket's contents: the resource is a prefix of ARNs, not an ARN."""
    for name in names.split():
        call = Call(
            "s3",
            name,
            read=True,
            request={
                "list-type": "2",
                "bucketName": "%(o)s",
                "Host": "%(o)s.s3.%(g)s.amazonaws.com",
                "prefix": "",
            },
            resources=[
                {"type": "AWS::S3::Object", "ARNPrefix": "arn:aws:s3:::%(o)s/"},
                bucket("%(c)s", "%(o)s"),
            ],
            extra=s3_extra("%(n)s", 0, "%(q)s"),
            category="Data",
        )
        yield Shape(call, "bucket")


def arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:%(g)s:%(c)s:{rest}"


def owned(kind: str, name: str) -> list[dict[str, str]]:
    """The commonest form of ``resources``: one thing, its owner and its type."""
    return [{"accountId": "%(c)s", "type": kind, "ARN": name}]
