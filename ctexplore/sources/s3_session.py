"""From options to an open S3Source: profile, credentials, role, region, client.

Whatever may ask (an MFA code) or must fail fast (no credentials, no such profile) happens in
``open_s3``, before a screen covers the terminal. boto3 is imported here only, inside
functions: it takes a fifth of a second.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ctexplore.sources.s3 import Connection, S3Source
from ctexplore.sources.s3_errors import Asked, explain
from ctexplore.sources.s3_options import S3Options
from ctexplore.sources.s3_unanswered import failures, scrub
from ctexplore.sources.source import Source, SourceError

__all__ = ["S3Options", "open_s3"]

_SESSION_NAME = "ctexplore"
# Hosts below these are AWS's own, so FIPS, dual-stack and VPC endpoints of a bucket share
# one identity, and so one cache.
_AWS_HOSTS = (
    *(".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws"),
    *(".c2s.ic.gov", ".sc2s.sgov.gov", ".cloud.adc-e.uk", ".csp.hci.ic.gov"),
)


def open_s3(options: S3Options, *, offline: bool = False) -> S3Source:
    """An S3Source with credentials that were found, and fetched where that takes a call.

    No request goes to S3 yet: ``first_folder`` sends the first. ``offline``: no credentials
    are looked for and no socket is opened; the source only names what a cache may hold.
    Raises SourceError, one line and what to do.
    """
    return S3Source(options, partial(connect, options, offline))


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


def connect(options: S3Options, offline: bool = False) -> Connection:
    """A client for the bucket, its credentials in hand. Raises SourceError."""
    from boto3.session import Session
    from botocore import UNSIGNED
    from botocore.config import Config

    place = options.uri(options.prefix)
    asked = Asked(
        place, options.bucket, profile=options.profile or os.environ.get("AWS_PROFILE", "")
    )
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 5},
        connect_timeout=5,
        read_timeout=20,
        max_pool_connections=options.workers,
        tcp_keepalive=True,
        user_agent_extra="ctexplore",
        s3={"addressing_style": "path"} if _needs_path_style(options.endpoint_url) else {},
    )
    try:
        session = Session(profile_name=options.profile or None, region_name=options.region or None)
        if offline:
            config = config.merge(Config(signature_version=UNSIGNED))
        else:
            session = _with_credentials(session, options)
        client = session.client("s3", endpoint_url=options.endpoint_url or None, config=config)
        client.meta.events.register("before-call.s3.HeadBucket", _refuse)
    except failures() as error:
        if isinstance(error, ValueError) and "Invalid endpoint" in str(error):
            url = scrub(options.endpoint_url or "in the AWS configuration")
            raise SourceError(
                place, f"the endpoint URL {url} is not usable", "write https://HOST", fatal=True
            ) from None
        raise explain(error, asked) from None
    region = str(client.meta.region_name or "")
    identity = f"s3:{_endpoint(client)}/{options.bucket}"
    if offline:
        return Connection(None, identity, region, partial(_caller, session))
    keys = session.get_credentials().get_frozen_credentials
    return Connection(client, identity, region, partial(_caller, session), keys)


def _with_credentials(session: Any, options: S3Options) -> Any:
    """A session whose credentials are in hand; an MFA code is asked for here.

    They stay refreshable (SSO, instance roles, role chains renew themselves); with MFA,
    botocore refuses to ask a second time and the source's error says so.
    """
    from botocore.exceptions import NoCredentialsError

    credentials = session.get_credentials()
    if credentials is None:
        raise NoCredentialsError
    credentials.get_frozen_credentials()
    if not options.role_arn:
        return session
    assumed = _in_role(session, options)
    assumed.get_credentials().get_frozen_credentials()
    return assumed


def _in_role(session: Any, options: S3Options) -> Any:
    from boto3.session import Session
    from botocore.credentials import CredentialProvider, RefreshableCredentials
    from botocore.session import get_session

    region = session.region_name or "us-east-1"
    sts = session.client("sts", region_name=region)

    def fetch() -> Mapping[str, str]:
        answer = sts.assume_role(RoleArn=options.role_arn, RoleSessionName=_SESSION_NAME)
        keys = answer["Credentials"]
        return {
            "access_key": keys["AccessKeyId"],
            "secret_key": keys["SecretAccessKey"],
            "token": keys["SessionToken"],
            "expiry_time": keys["Expiration"].isoformat(),
        }

    class AssumedRole(CredentialProvider):  # type: ignore[misc]
        METHOD = "ctexplore-assume-role"

        def load(self) -> Any:
            return RefreshableCredentials.create_from_metadata(fetch(), fetch, self.METHOD)

    inner = get_session()
    if options.profile:
        inner.set_config_variable("profile", options.profile)
    chain = inner.get_component("credential_provider")
    chain.providers.insert(0, AssumedRole())
    return Session(botocore_session=inner, region_name=session.region_name)


def _caller(session: Any) -> str:
    region = session.region_name or "us-east-1"
    return str(session.client("sts", region_name=region).get_caller_identity()["Arn"])


def _refuse(**_: object) -> None:
    """Keep botocore from HeadBucket, its last resort after a redirect that names no region.

    S3 names it in the answer to List and Get; an endpoint that does not would be asked
    again and again, until the stack is full.
    """
    from botocore.exceptions import ClientError

    raise ClientError({"ResponseMetadata": {"HTTPHeaders": {}}}, "HeadBucket")


def _endpoint(client: Any) -> str:
    url = urlsplit(client.meta.endpoint_url)
    if f".{url.hostname}".endswith(_AWS_HOSTS):
        return str(client.meta.partition)
    return f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path.rstrip('/')}"


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
