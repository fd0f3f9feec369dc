"""What a person types or pastes for a place in S3, as bucket, prefix and key.

Nothing here opens a connection or imports boto3, so a slip is answered at once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from ctexplore.sources.bucket import AddressError, check_bucket, is_bucket

_SCHEME = re.compile(r"(s3|arn|https?)(?=:)", re.IGNORECASE)
_ENDINGS = (
    *(".json", ".jsonl", ".ndjson", ".gz", ".bz2", ".xz", ".zst"),
    *(".zip", ".tar", ".tgz", ".log", ".txt", ".csv", ".parquet"),
)
_REGION = r"[a-z]+(?:-[a-z]+)+-\d+"
# Compiled when a link is pasted, not at each start.
_S3_HOST = (
    r"(?:(?P<bucket>.+)\.)?s3(?:-accelerate|-fips|-external-1)?(?:[.-]dualstack)?"
    rf"(?:[.-](?P<region>{_REGION}))?\.amazonaws\.(?:com|com\.cn|eu)"
)
_ACCESS_POINT_HOST = (
    r"(?P<name>.+)-(?P<account>\d{12})\.s3-accesspoint(?:-fips)?(?:\.dualstack)?"
    rf"\.(?P<region>{_REGION})\.amazonaws\.(?:com|com\.cn|eu)"
)
_CONSOLE_HOST = (
    rf"(?:[\w-]+\.)??(?:(?P<region>{_REGION})\.)?(?:s3\.)?console\."
    r"(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com|amazonaws\.eu)"
)
_EXPECTED = "a bucket's name, s3://NAME/prefix, an access point's ARN, a link from the S3 console"


class Address(Struct, frozen=True):
    """A place in S3.

    bucket: bucket name, access-point alias or access-point ARN, as the S3 API takes it.
    prefix: folder to open, ``""`` or ending in ``/``.
    key: a single object to open, else ``""``; ``prefix`` is then its folder.
    region: region the address itself names, else ``""``.
    """

    bucket: str
    prefix: str = ""
    key: str = ""
    region: str = ""


def which(text: str, exists: Callable[[str], bool] = os.path.lexists) -> Address | Path:
    """Decide what a SOURCE argument is: a place in S3, or a path that exists.

    ``s3://``, ``arn:`` and ``https://`` are S3, whatever the file system holds; ``./s3:``
    reaches a file of that name. Raises AddressError when it is neither.
    """
    if _SCHEME.match(text):
        return parse_address(text)
    if not text:
        raise AddressError(f"the source is empty; expected {_EXPECTED}, or a path")
    if exists(text):
        return Path(text)
    hint = f"; a bucket is written s3://{text.rstrip('/')}" if is_bucket(text.rstrip("/")) else ""
    raise AddressError(f"{text}: no such file or folder{hint}")


def parse_address(text: str, prefix: str = "", region: str = "") -> Address:
    """What ``--bucket`` (or an S3 SOURCE) names; ``prefix`` and ``region`` are their options.

    An option overrides the region a link names; a prefix given twice is an error.
    Raises AddressError, whose one line never repeats a link's query string.
    """
    text = text.strip()
    scheme = _SCHEME.match(text)
    kind = scheme[1].lower() if scheme else ""
    if kind == "arn":
        found = _from_arn(text)
    elif kind.startswith("http"):
        found = _from_url(text)
    else:
        name, _, key = text[5:].partition("/") if kind == "s3" else text.partition("/")
        if kind == "s3" and text[3:5] != "//":
            raise AddressError(f"{text}: expected s3://NAME/prefix")
        found = _place(name, key)
    if prefix:
        if found.prefix or found.key:
            raise AddressError(f"--prefix {prefix}: the address already has a prefix")
        found = _place(found.bucket, prefix, found.region)
    if found.bucket.startswith("arn:"):
        if region not in ("", found.region):
            raise AddressError(f"--region {region}: the access point is in {found.region}")
        return found
    found = replace(found, region=region or found.region)
    check_bucket(found.bucket, found.region)
    return found


def _place(bucket: str, key: str, region: str = "", whole: bool = False) -> Address:
    """Split what follows the bucket: a file's name is opened alone, all else is a folder."""
    folder, slash, name = key.rpartition("/")
    if whole or name.lower().endswith(_ENDINGS):
        return Address(bucket, folder + slash, key, region)
    return Address(bucket, key + "/" if name else key, "", region)


def _from_arn(text: str) -> Address:
    parts = text.split(":", 5)
    if len(parts) < 6 or not parts[1].startswith("aws"):
        raise AddressError(f"{text}: expected arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME")
    _, partition, service, region, account, rest = parts
    if service == "s3-outposts":
        raise AddressError(f"{text}: S3 on Outposts is not supported")
    if service == "s3-object-lambda":
        raise AddressError(f"{text}: Object Lambda access points are not supported")
    if service != "s3":
        raise AddressError(f"{text}: this ARN is of {service}, not of S3")
    if not account and not region:
        name, _, key = rest.partition("/")
        return _place(name, key)
    point = re.fullmatch(r"accesspoint[/:]([^/:]+)(?:/(?:object/)?(.*))?", rest, re.DOTALL)
    if point is None or not re.fullmatch(r"\d{12}", account):
        raise AddressError(f"{text}: expected arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME")
    if not region:
        raise AddressError(f"{text}: multi-Region access points are not supported; name a bucket")
    return _access_point(partition, region, account, point[1], point[2] or "")


def _access_point(partition: str, region: str, account: str, name: str, key: str) -> Address:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,48}[a-z0-9]", name):
        raise AddressError(
            f"{name!r} is not an access point's name: 3 to 50 lower-case letters, digits, hyphens"
        )
    return _place(f"arn:{partition}:s3:{region}:{account}:accesspoint/{name}", key, region)


def _from_url(text: str) -> Address:
    try:
        url = urlsplit(text)
        host, port = (url.hostname or "").lower(), url.port
    except ValueError:
        raise AddressError(f"not a link that can be read; expected {_EXPECTED}") from None
    # A link's query string may be a presigned signature: never shown, never used.
    shown = f"{url.scheme}://{host}{url.path}"
    if "versionId" in parse_qs(url.query):
        raise AddressError(
            f"{shown}: the link names one version of an object; "
            "only the current version can be read"
        )
    path = unquote(url.path).removeprefix("/")
    if console := re.fullmatch(_CONSOLE_HOST, host):
        return _from_console(url, path, console["region"] or "", shown)
    if point := re.fullmatch(_ACCESS_POINT_HOST, host):
        region = point["region"]
        return _access_point(_partition(region), region, point["account"], point["name"], path)
    if s3 := re.fullmatch(_S3_HOST, host):
        name, _, key = (s3["bucket"] + "/" + path if s3["bucket"] else path).partition("/")
        return _place(name, key, s3["region"] or "")
    at = host if port is None else f"{host}:{port}"
    raise AddressError(
        f"{shown}: not a link to Amazon S3; for another S3 service give "
        f"--endpoint-url {url.scheme}://{at} --bucket NAME"
    )


def _from_console(url: SplitResult, path: str, region: str, shown: str) -> Address:
    """``/s3/buckets/NAME?prefix=…`` is a folder, ``/s3/object/NAME?prefix=…`` an object."""
    query = parse_qs(url.query)
    match path.split("/", 3):
        case ["s3", "buckets" | "object" as kind, name, *rest] if name:
            pass
        case _:
            raise AddressError(f"{shown}: not the console's page of a bucket, folder or object")
    key = query.get("prefix", [*rest, ""])[0]
    region = query.get("region", [region])[0]
    if not re.fullmatch(_REGION, region):
        region = ""
    if name.startswith("arn:"):
        return _from_arn(f"{name}/{key}" if key else name)
    return _place(name, key, region, whole=kind == "object" and bool(key))


def _partition(region: str) -> str:
    for start, name in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("eusc-", "aws-eusc")):
        if region.startswith(start):
            return name
    return "aws"
