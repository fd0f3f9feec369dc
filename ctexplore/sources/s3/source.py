"""Log files in an S3 bucket: ListObjectsV2 one level at a time, GetObject, nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from ctexplore.sources.s3.download import Again, Download
from ctexplore.sources.s3.errors import THROTTLED, Asked, archived, code_of, explain
from ctexplore.sources.s3.get import Gets
from ctexplore.sources.s3.listing import check_answer, incomplete, to_page
from ctexplore.sources.s3.options import S3Options
from ctexplore.sources.s3.pace import Pace
from ctexplore.sources.s3.requests import Requests
from ctexplore.sources.s3.unanswered import failures
from ctexplore.sources.source import LogFile, Page, SourceError

ROUNDS = 3


class Connection(Struct, frozen=True):
    """A botocore S3 client and how to ask who it is.

    client: None when offline. caller: one STS request; the ARN of its credentials.
    keys: its credentials as they are now, a botocore ReadOnlyCredentials. whose: as
    ``aws_session.whose`` names them, "" when offline. session: the boto3 session of the client.
    """

    client: Any
    identity: str
    region: str
    caller: Callable[[], str]
    keys: Callable[[], Any] = lambda: None
    whose: str = ""
    session: Any = None


class S3Source:
    """One bucket or access point. Threads may list and read at once.

    region: of the bucket as far as S3 has said it. whose: the credentials in use.
    requests: counters, for a status line and for tests. pace: how many read at once.
    """

    local = False

    def __init__(
        self,
        options: S3Options,
        connect: Callable[[], Connection],
        *,
        sleep: Callable[[float], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Connects. ``sleep`` and ``clock`` are in seconds, and there for tests."""
        self.options = options
        self.label = options.label
        self.root = options.prefix
        self.requests = Requests()
        self.pace = Pace(options.workers, self.requests)
        self._connect = connect
        self._closed = threading.Event()
        self._sleep = sleep or self._closed.wait
        self._clock = clock
        self._lock = threading.Lock()
        self._downloads: set[Download] = set()
        self._caller = ""
        self._gets: Gets | None = None
        self.refresh()
        self.identity = self._connection.identity

    def refresh(self) -> None:
        """Connect anew, with credential files read again. May ask for an MFA code.

        Reads that are under way end with the old credentials. Raises SourceError.
        """
        connection = self._connect()
        old, self._gets = self._gets, None
        if connection.client is not None:
            self.requests.watch(connection.client)
            self._gets = Gets(connection.client, connection.keys, self.requests)
        self._connection = connection
        if old:
            old.close()
        self.region = connection.region
        self.whose = connection.whose

    @property
    def session(self) -> Any:
        """The boto3 session in use, for services beside S3; None when offline."""
        return self._connection.session

    def caller(self) -> str:
        """ARN of the credentials in use; one request to STS, the first time only."""
        if not self._caller:
            try:
                self._caller = self._connection.caller()
            except failures() as error:
                raise self._explain(error, "AWS STS") from None
        return self._caller

    def uri(self, key: str) -> str:
        return self.options.uri(key)

    def close(self) -> None:
        """End at once every download under way; each raises SourceError in its thread."""
        self._closed.set()
        self.pace.close()
        with self._lock:
            for download in self._downloads:
                download.interrupt()
        if self._gets:
            self._gets.close()

    # -- listing

    def children(self, folder: str, start_after: str = "") -> Iterator[Page]:
        options, place = self.options, self.uri(folder)
        params = self._params(Prefix=folder, Delimiter="/")
        if start_after:
            params["StartAfter"] = start_after
        if options.key:
            if folder != self.root or options.key <= start_after:
                return
            # MaxKeys 1 finds the key itself: no other key with this prefix sorts before it.
            params = self._params(Prefix=options.key, MaxKeys=1)
        # Says which archived objects are restored, which else takes a HeadObject each.
        params["OptionalObjectAttributes"] = ["RestoreStatus"]
        seen: set[str] = set()
        tokens: set[str] = set()
        while True:
            try:
                answer = self._open(place).client.list_objects_v2(**params)
                check_answer(answer, place)
            except failures() as error:
                raise incomplete(self._explain(error, place, listing=True), seen) from None
            except SourceError as error:
                raise incomplete(error, seen) from None
            headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
            self.region = headers.get("x-amz-bucket-region", self.region)
            page = to_page(answer, options, folder, start_after, seen)
            if options.key:
                yield self._only(page)
                return
            yield page
            if not answer.get("IsTruncated"):
                return
            token = str(answer.get("NextContinuationToken", ""))
            if not token or token in tokens:
                odd = SourceError(place, "S3 does not say how the listing goes on", retry=True)
                raise incomplete(odd, seen)
            tokens.add(token)
            params["ContinuationToken"] = token

    def _only(self, page: Page) -> Page:
        page.files = [file for file in page.files if file.key == self.options.key]
        if not page.files and not page.problems:
            raise SourceError(
                self.uri(self.options.key), "no such object", "a folder's name ends in /"
            )
        return page

    # -- reading

    def read(self, file: LogFile) -> bytes:
        return self.read_tagged(file)[0]

    def read_tagged(self, file: LogFile) -> tuple[bytes, Mapping[str, str]]:
        """As ``read``, and the user metadata of the object, from the same GET."""
        asked = self._asked(self.uri(file.key), file.key)
        if file.storage:
            raise archived(asked, file.storage)
        if file.size > self.options.max_file_size:
            size, most = file.size / (1 << 20), self.options.max_file_size / (1 << 20)
            reason = f"{size:,.1f} MB is over the max-file-size limit of {most:,.0f} MB"
            raise SourceError(asked.place, reason)
        if not file.size:
            return b"", {}
        with self.pace:
            return self._read_within(file, asked, self._clock() + Download.longest(file.size))

    def _read_within(
        self, file: LogFile, asked: Asked, deadline: float
    ) -> tuple[bytes, Mapping[str, str]]:
        for tried in range(1, ROUNDS + 1):
            try:
                return self._read_once(file, asked, deadline)
            except Again as again:
                if tried == ROUNDS or self._clock() > deadline:
                    tries = f"{tried} {'try' if tried == 1 else 'tries'}"
                    reason = f"{again.reason} ({tries})"
                    raise SourceError(asked.place, reason, again.hint, retry=True) from None
                self._sleep(again.wait(tried))
        raise AssertionError("unreachable")

    def _read_once(
        self, file: LogFile, asked: Asked, deadline: float
    ) -> tuple[bytes, Mapping[str, str]]:
        try:
            answer = self._get(file, asked.place)
        except failures() as error:
            if self._closed.is_set():
                raise SourceError(asked.place, "stopped", retry=True) from None
            if code_of(error) in THROTTLED:
                raise Again("S3 is throttling", "try again later", throttled=True) from None
            said = explain(error, asked)
            if self._gets and self._gets.gave_up_early(error):
                raise Again(said.reason.partition(" after ")[0], said.hint) from None
            raise said from None
        etag = str(answer.get("ETag", "")).strip('"')
        download = Download(answer["Body"], file.size, self._clock, self._closed)
        with self._lock:
            self._downloads.add(download)
        try:
            if self._closed.is_set():  # close() may have looked just before the add
                raise SourceError(asked.place, "stopped", retry=True)
            if file.version and etag and etag != file.version:
                reason = "changed since it was listed"
                raise SourceError(asked.place, reason, "list the folder again", retry=True)
            return download.read(asked.place, deadline, answer), answer.get("Metadata", {})
        finally:
            with self._lock:
                self._downloads.discard(download)
            self.requests.received(download.received)
            download.close()

    def _get(self, file: LogFile, place: str) -> dict[str, Any]:
        """Headers and open Body of one object: the one place that asks for a GetObject."""
        params = self._params(Key=file.key)
        if file.version:
            params["IfMatch"] = f'"{file.version}"'
        return self._open(place).get(params)

    # -- both

    def _open(self, place: str) -> Gets:
        if self._closed.is_set():
            raise SourceError(place, "stopped", retry=True)
        if self._gets is None:
            raise SourceError(place, "not kept locally, and offline", "leave out --offline")
        return self._gets

    def _params(self, **more: object) -> dict[str, object]:
        params: dict[str, object] = {"Bucket": self.options.bucket, **more}
        if self.options.request_payer:
            params["RequestPayer"] = "requester"
        if self.options.expected_bucket_owner:
            params["ExpectedBucketOwner"] = self.options.expected_bucket_owner
        return params

    def _asked(self, place: str, key: str = "") -> Asked:
        options = self.options
        return Asked(
            place, options.bucket, key, self._caller, options.profile, options.request_payer
        )

    def _explain(self, error: BaseException, place: str, listing: bool = False) -> SourceError:
        if listing and type(error) is ValueError:
            return SourceError(place, f"the listing holds a value that cannot be read: {error}")
        return explain(error, self._asked(place))
