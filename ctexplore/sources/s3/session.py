"""From options to an open S3Source: profile, credentials, role, region, client.

Whatever may ask (an MFA code) or must fail fast (no credentials, no such profile) happens in
``open_s3``, before a screen covers the terminal.
"""

from __future__ import annotations

import ipaddress
import os
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ctexplore.sources.aws.session import caller, endpoint_of, open_client, open_session, whose
from ctexplore.sources.s3.errors import Asked, explain
from ctexplore.sources.s3.options import S3Options
from ctexplore.sources.s3.source import Connection, S3Source
from ctexplore.sources.s3.unanswered import failures, scrub
from ctexplore.sources.source import Source, SourceError

__all__ = ["S3Options", "open_s3"]


def open_s3(options: S3Options, *, offline: bool = False, session: Any = None) -> S3Source:
    """An S3Source with credentials that were found, and fetched where that takes a call.

    No request goes to S3 yet: ``first_folder`` sends the first. ``offline``: no credentials
    are looked for and no socket is opened; the source only names what a cache may hold.
    session: one of ``aws_session.open_session`` to begin with, so that nobody is asked for an
    MFA code twice; renewing opens another. Raises SourceError, one line and what to do.
    """
    held = [session] if session is not None else []
    return S3Source(options, lambda: connect(options, offline, held.pop() if held else None))


def first_folder(source: Source) -> str:
    """The folder to show first: ``source.root``, or ``AWSLogs/`` where policy opens only that.

    AWS's policy examples limit s3:ListBucket to ``s3:prefix`` ``AWSLogs/*``, which refuses
    the bucket's top. Costs one LIST, two when refused. Raises SourceError.
    """
    try:
        next(source.children(source.root), None)
        return source.root
    except SourceError as error:
        if source.root or not error.denied:
            raise
        refused = error
    try:
        next(source.children("AWSLogs/"), None)
        return "AWSLogs/"
    except SourceError as error:
        if not error.denied:
            raise
    raise SourceError(
        refused.place,
        refused.reason + ", nor AWSLogs/",
        "give the folder you may list with --prefix",
        fatal=True,
        denied=True,
    )


def connect(options: S3Options, offline: bool = False, session: Any = None) -> Connection:
    """A client for the bucket, its credentials in hand. Raises SourceError."""
    from botocore import UNSIGNED

    place = options.uri(options.prefix)
    asked = Asked(
        place, options.bucket, profile=options.profile or os.environ.get("AWS_PROFILE", "")
    )
    more: dict[str, Any] = {"signature_version": UNSIGNED} if offline else {}
    if _needs_path_style(options.endpoint_url):
        more["s3"] = {"addressing_style": "path"}
    try:
        session = session or open_session(
            options.profile, options.region, options.role_arn, offline=offline
        )
        client = open_client(
            session,
            "s3",
            region=options.region,
            endpoint_url=options.endpoint_url,
            connections=options.workers,
            **more,
        )
        client.meta.events.register("before-call.s3.HeadBucket", _refuse)
    except failures() as error:
        if isinstance(error, ValueError) and "Invalid endpoint" in str(error):
            url = scrub(options.endpoint_url or "in the AWS configuration")
            raise SourceError(
                place, f"the endpoint URL {url} is not usable", "write https://HOST", fatal=True
            ) from None
        raise explain(error, asked) from None
    region = str(client.meta.region_name or "")
    identity = f"s3:{endpoint_of(client)}/{options.bucket}"
    if offline:
        return Connection(None, identity, region, partial(caller, session))
    keys = session.get_credentials().get_frozen_credentials
    return Connection(
        client, identity, region, partial(caller, session), keys, whose(session), session
    )


def _refuse(**_: object) -> None:
    """Keep botocore from HeadBucket, its last resort after a redirect that names no region.

    S3 names it in the answer to List and Get; an endpoint that does not would be asked
    again and again, until the stack is full.
    """
    from botocore.exceptions import ClientError

    raise ClientError({"ResponseMetadata": {"HTTPHeaders": {}}}, "HeadBucket")


def _needs_path_style(endpoint_url: str) -> bool:
    """A bucket cannot be put before an IP address, nor before most machines' localhost."""
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"):
        endpoint_url = endpoint_url or os.environ.get(name, "")
    try:
        host = urlsplit(endpoint_url).hostname or ""
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return True
