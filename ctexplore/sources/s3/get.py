"""GetObject as botocore sends it, for a third of its processor time where nothing is unusual.

The first GET is botocore's, and so is every one that needs something unusual. In between, a
request in the form botocore's had (``s3_form``) goes over a connection botocore has opened, TLS,
proxy and timeouts included. An answer other than a plain 200 is handed to botocore as the answer
to its own first try: it follows redirects, retries, and raises the error it always raises.

``_pool``, ``_get_conn`` and ``_put_conn`` are urllib3's own names; where they are missing, all
GETs stay botocore's.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from typing import Any

from msgspec import Struct

from ctexplore.sources.s3.body import Plain, Streamed
from ctexplore.sources.s3.form import Form, is_plain, learn
from ctexplore.sources.s3.requests import Requests

# Headers of an answer, and botocore's names for them, that say how to check the content.
CHECKSUMS = {
    "x-amz-checksum-crc32": "ChecksumCRC32",
    "x-amz-checksum-sha1": "ChecksumSHA1",
    "x-amz-checksum-sha256": "ChecksumSHA256",
    "x-amz-checksum-sha512": "ChecksumSHA512",
}
_SAID = {
    "etag": "ETag",
    "x-amz-server-side-encryption": "ServerSideEncryption",
    "x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
    "x-amz-server-side-encryption-customer-algorithm": "SSECustomerAlgorithm",
    **CHECKSUMS,
}

_METADATA = "x-amz-meta-"

_QUOTA = 500  # botocore.retries.quota.RetryQuota.INITIAL_CAPACITY


class _Learned(Struct, frozen=True):
    """checked: names of checksums that botocore would check in an answer."""

    form: Form
    pool: Any
    url: str
    checked: frozenset[str]


class Gets:
    """GetObject of one botocore S3 client. Threads may share it.

    keys: the client's credentials as they are now, renewed where they can be; a botocore
    ReadOnlyCredentials.
    """

    def __init__(self, client: Any, keys: Callable[[], Any], requests: Requests) -> None:
        self.client = client
        self._keys = keys
        self._requests = requests
        self._learned: _Learned | None = None
        self._untold = 0
        self._thread = threading.local()
        self._most_tries = client.meta.config.retries["total_max_attempts"]
        client.meta.events.register("before-send.s3.GetObject", self._before_send)
        client.meta.events.register_first("needs-retry.s3", self._tell_successes)

    def get(self, params: dict[str, Any]) -> dict[str, Any]:
        """What ``client.get_object(**params)`` gives or raises; Body is a ``s3_body.Body``.

        Other keys of the answer that are there in every case: ETag, checksums, encryption,
        Metadata.
        """
        key, etag = str(params["Key"]), str(params.get("IfMatch", "")).strip('"')
        plain = is_plain(key, etag)
        first: Any = None
        if plain and (learned := self._learned):
            first = self._try(learned, key, etag)
            if isinstance(first, dict):
                return first
        self._thread.tries = 0
        with self._handing(first):
            answer: dict[str, Any] = self.client.get_object(**params)
        answer["Body"] = body = Streamed(answer["Body"])
        if plain:
            self._learned = self._learn(body.raw, key, etag)
        return answer

    def gave_up_early(self, error: Exception) -> bool:
        """Whether botocore would have tried this thread's last GET again, had it had the quota."""
        from botocore.exceptions import ConnectionError, HTTPClientError  # noqa: A004

        answer = getattr(error, "response", None)
        if isinstance(answer, dict):
            return bool(answer.get("ResponseMetadata", {}).get("RetryQuotaReached"))
        unanswered = isinstance(error, (ConnectionError, HTTPClientError))
        return unanswered and 0 < self._thread.tries < self._most_tries

    def close(self) -> None:
        """Close idle connections; those in use are closed when they are given back."""
        learned, self._learned = self._learned, None
        if learned:
            learned.pool.close()
        self.client.close()

    # -- over a connection that is open

    def _try(self, learned: _Learned, key: str, etag: str) -> Any:
        """The answer, or what botocore's first try shall end with, or None: it has to try."""
        keys, pool = self._keys(), learned.pool
        if bool(keys.token) != learned.form.signs_token:
            return None
        connection = pool._get_conn()
        if connection.is_closed:
            pool._put_conn(connection)
            return None
        response = HTTPResponse(connection.sock, method="GET")
        try:
            connection.sock.sendall(learned.form.request(key, etag, keys))
            response.begin()
        except (OSError, HTTPException) as error:
            response.close()
            connection.close()
            pool._put_conn(connection)
            return _unanswered(error, learned.url)
        headers = {name.lower(): value for name, value in response.getheaders()}
        if response.status != 200 or response.length is None or learned.checked & headers.keys():
            return _for_botocore(response, connection, learned)
        self._requests.sent_get()
        self._untold += 1  # one lost between threads does no harm
        answer = {name: headers[header] for header, name in _SAID.items() if header in headers}
        metadata = {
            name.removeprefix(_METADATA): value
            for name, value in headers.items()
            if name.startswith(_METADATA)
        }
        body = Plain(response, connection, pool)
        return {**answer, "Metadata": metadata, "Body": body}

    def _learn(self, raw: Any, key: str, etag: str) -> _Learned | None:
        """From what this thread has just sent, and ``raw``, the urllib3 response it got."""
        sent, pool, connection = self._thread.sent, getattr(raw, "_pool", None), raw.connection
        if not hasattr(pool, "_get_conn") or not hasattr(pool, "_put_conn"):
            return None
        if sent is None or getattr(connection, "proxy_is_forwarding", True):  # it wants whole URLs
            return None
        form = learn(sent, key, etag, self._keys())
        if form is None:
            return None
        algorithms = sent.context.get("checksum", {}).get("response_algorithms", ())
        checked = frozenset(f"x-amz-checksum-{name}" for name in algorithms)
        return _Learned(form, pool, sent.url, checked - CHECKSUMS.keys())

    # -- by botocore

    def _tell_successes(self, response: Any = None, **_more: object) -> None:
        """Let GETs that went well count, or botocore would soon stop trying again.

        It pays for a second try out of a quota of 500 that every call without one fills up.
        """
        if response is not None and response[0].status_code < 500:
            return
        from botocore.awsrequest import AWSResponse

        untold, self._untold = min(self._untold, _QUOTA), 0
        well = AWSResponse("", 200, {}, None)
        for _ in range(untold):
            self.client.meta.events.emit(
                "after-call.s3.GetObject", http_response=well, parsed={}, model=None, context={}
            )

    @contextmanager
    def _handing(self, first: Any) -> Iterator[None]:
        self._thread.first = first
        try:
            yield
        finally:
            first, self._thread.first = self._thread.first, None
            if first is not None and not isinstance(first, Exception):
                first.raw.close()

    def _before_send(self, request: Any, **_: object) -> Any:
        """botocore takes what this returns or raises for the end of its try."""
        # A monitor of calls (AWS_CSM_ENABLED) is to see them all.
        monitored = "current_api_call_event" in request.context
        self._thread.sent = None if monitored else request
        self._thread.tries += 1
        first, self._thread.first = self._thread.first, None
        if isinstance(first, Exception):
            raise first
        return first


def _unanswered(error: Exception, url: str) -> Exception:
    """What botocore raises when its own connection breaks, and tries again after."""
    from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

    kind = ReadTimeoutError if isinstance(error, TimeoutError) else ConnectionClosedError
    made: Exception = kind(endpoint_url=url, error=error)
    return made


def _for_botocore(response: HTTPResponse, connection: Any, learned: _Learned) -> Any:
    """``response``, its body unread, as botocore has it from urllib3."""
    import urllib3
    from botocore.awsrequest import AWSResponse

    shutdown = connection.sock.shutdown
    if response.will_close:
        connection.close()
    headers = urllib3.HTTPHeaderDict(response.getheaders())
    raw = urllib3.HTTPResponse(
        body=response,
        headers=headers,
        status=response.status,
        reason=response.reason,
        preload_content=False,
        decode_content=False,
        original_response=response,
        pool=learned.pool,
        connection=connection,
        enforce_content_length=False,
        request_method="GET",
        sock_shutdown=shutdown,
    )
    return AWSResponse(learned.url, response.status, headers, raw)
