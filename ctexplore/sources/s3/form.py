"""The form of a GetObject request, learned from one that botocore sent.

For each object botocore works out endpoint, addressing style, region, headers and signature
anew, 0.5 ms in all, though only key, ETag and time differ from one log file to the next. A Form
repeats the rest. What it does not know by name (a header, a query, a kind of signature) it
refuses to learn, and it is not used before it has given botocore's own signature for botocore's
own request.

Signature: Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header
(AWS Signature Version 4)".
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

# Keys and ETags that are the same in a URL, in a header and in a signature.
_KEY = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")
_ETAG = re.compile(r"[A-Za-z0-9-]+")
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/(?P<region>[\w-]+)/(?P<service>\w+)"
    r"/aws4_request, SignedHeaders=(?P<signed>[\w;-]+), Signature=[0-9a-f]{64}"
)
_SAME = {
    *("user-agent", "x-amz-content-sha256", "x-amz-checksum-mode"),
    *("x-amz-request-payer", "x-amz-expected-bucket-owner"),
}
_ANEW = {
    *("authorization", "if-match", "x-amz-date", "x-amz-security-token"),
    "amz-sdk-invocation-id",
}
_TRY = "amz-sdk-request"


def is_plain(key: str, etag: str) -> bool:
    """True when ``key`` and ``etag`` need no quoting anywhere, as CloudTrail's never do."""
    return bool(_KEY.fullmatch(key) and _ETAG.fullmatch(etag))


def learn(sent: Any, key: str, etag: str, keys: Any) -> Form | None:
    """The form of ``sent``, a botocore AWSPreparedRequest for ``key`` if it has ``etag``.

    keys: the botocore ReadOnlyCredentials it should be signed with.
    """
    headers = {name.lower(): _text(value) for name, value in sent.headers.items()}
    said = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    url = urlsplit(sent.url)
    plain = is_plain(key, etag) and url.path.endswith(f"/{key}") and not url.query
    if not plain or not said or not headers.keys() <= _SAME | _ANEW | {_TRY}:
        return None
    if re.search(r"[\r\n]", "".join(headers.values()) + url.netloc):
        return None
    same = {"host": url.netloc, **{n: v for n, v in headers.items() if n in _SAME}}
    if _TRY in headers:
        same[_TRY] = re.sub(r"^.*?attempt=\d+", "attempt=1", headers[_TRY])
    path = url.path.removesuffix(key)
    form = Form(path, same, said["signed"].split(";"), f"{said['region']}/{said['service']}")
    again = form.authorization(key, etag, keys, headers.get("x-amz-date", ""))
    return form if again == headers["authorization"] else None


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


class Form:
    """``signs_token``: it is for credentials with a session token. Threads may share it."""

    def __init__(self, path: str, same: dict[str, str], signed: Sequence[str], scope: str) -> None:
        """path: before the key. same: headers. scope: ``region/service``."""
        self.signs_token = "x-amz-security-token" in signed
        self._path = path
        self._same = same
        self._signed = signed
        self._scope = f"{scope}/aws4_request"
        self._payload = same.get("x-amz-content-sha256", "")
        lines = "".join(f"{name}: {value}\r\n" for name, value in same.items())
        self._lines = f" HTTP/1.1\r\n{lines}accept-encoding: identity\r\n"
        self._signing: tuple[str, str, bytes] = ("", "", b"")

    def request(self, key: str, etag: str, keys: Any) -> bytes:
        """The whole request for one object, signed for now."""
        stamp = "{:04}{:02}{:02}T{:02}{:02}{:02}Z".format(*time.gmtime()[:6])
        token = f"x-amz-security-token: {keys.token}\r\n" if keys.token else ""
        return (
            f"GET {self._path}{key}{self._lines}"
            f'if-match: "{etag}"\r\nx-amz-date: {stamp}\r\n{token}'
            f"authorization: {self.authorization(key, etag, keys, stamp)}\r\n"
            f"amz-sdk-invocation-id: {uuid.uuid4()}\r\n\r\n"
        ).encode()

    def authorization(self, key: str, etag: str, keys: Any, stamp: str) -> str:
        """The header of this name. ``stamp``: X-Amz-Date."""
        values = self._same | {
            "if-match": f'"{etag}"',
            "x-amz-date": stamp,
            "x-amz-security-token": keys.token or "",
        }
        signed = ";".join(self._signed)
        lines = "".join(f"{name}:{values.get(name, '')}\n" for name in self._signed)
        request = f"GET\n{self._path}{key}\n\n{lines}\n{signed}\n{self._payload}"
        day = stamp[:8]
        scope = f"{day}/{self._scope}"
        digest = hashlib.sha256(request.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
        signature = hmac.digest(self._key(keys.secret_key, day), text.encode(), "sha256").hex()
        return (
            f"AWS4-HMAC-SHA256 Credential={keys.access_key}/{scope}, "
            f"SignedHeaders={signed}, Signature={signature}"
        )

    def _key(self, secret: str, day: str) -> bytes:
        """The signing key: four digests, the same all day."""
        for_secret, for_day, made = self._signing
        if (for_secret, for_day) == (secret, day):
            return made
        made = f"AWS4{secret}".encode()
        for part in (day, *self._scope.split("/")):
            made = hmac.digest(made, part.encode(), "sha256")
        self._signing = (secret, day, made)
        return made
