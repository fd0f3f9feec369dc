"""Reading the digest files of one account and region, and telling which of them AWS signed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import cast

from isal import isal_zlib
from msgspec import Struct

from ctexplore.investigate.integrity.keys import Beside, KeyRing
from ctexplore.investigate.integrity.rsa import is_signed
from ctexplore.investigate.integrity.shelf import Shelf
from ctexplore.investigate.integrity.state import DigestState
from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.sources.tagged import read_tagged
from ctexplore.store.fetch import THREADS, Fetcher
from ctexplore.trail.chain import HOUR, Seen
from ctexplore.trail.digest import Digest, read_digest
from ctexplore.trail.names import LogName, parse_name
from ctexplore.trail.sidecar import Signature, read_signature
from ctexplore.trail.signing import signature_bytes, signed_text, signing_span

_MOST = 256 << 20
# The extension's stub types its exception as an instance.
_DAMAGE = cast(type[Exception], isal_zlib.error)
_FORMAT = "invalid format"


class ReadDigest(Struct, frozen=True):
    """A digest file as it lies there. digest: None where it cannot be read as one, or not at all.

    hash: SHA-256 of its uncompressed content, hexadecimal. wrong: why it is not valid, as far as
    the file alone tells. unread: it could not be read.
    """

    file: LogFile
    name: LogName
    digest: Digest | None = None
    hash: str = ""
    signature: Signature | None = None
    wrong: str = ""
    unread: bool = False


class Verdict(Struct, frozen=True):
    """wrong: why the digest is not valid, "" when it is."""

    read: ReadDigest
    wrong: str

    @property
    def valid(self) -> bool:
        return not self.wrong

    @property
    def start(self) -> datetime:
        """Of the time it covers; what a digest says that is not valid does not count."""
        digest = self.read.digest if self.valid else None
        return (digest and _time(digest.start)) or self.read.name.delivered - HOUR

    def seen(self) -> Seen:
        """It as a link of its chain; of one that is not valid nothing but its name counts."""
        digest, name = self.read.digest, self.read.name
        if digest is None or self.wrong:
            return Seen(self.read.file.key, "", name, self.start, trusted=False)
        return Seen(
            digest.key, digest.bucket, name, self.start, digest.previous, digest.previous_bucket
        )


def read_digests(
    source: Source, files: Iterable[LogFile], state: DigestState, beside: Beside
) -> Iterator[ReadDigest]:
    """The digests, many read at a time; files: named as digests are.

    Raises SourceError where every read would fail alike.
    """

    def read(file: LogFile) -> ReadDigest:
        name = parse_name(file.name)
        assert name is not None
        try:
            return _read(file, name, *_fetch(source, file, state, beside))
        except SourceError as error:
            if error.fatal:
                raise
            return ReadDigest(file, name, wrong=unread(error), unread=True)

    if source.local:
        # Threads would wait for the interpreter's lock more than for the disk.
        yield from map(read, files)
        return
    fetcher = Fetcher(read, threads=THREADS)
    try:
        for coming in [fetcher.fetch(file) for file in files]:
            yield coming.result()
    finally:
        fetcher.close()


def _fetch(
    source: Source, file: LogFile, state: DigestState, beside: Beside
) -> tuple[bytes, Signature]:
    kept = state.get(file)
    if kept is None:
        data, metadata = read_tagged(source, file)
        kept = data, Signature.of(metadata)
        state.put(file, *kept)
    data, signature = kept
    if not signature.value and source.local and (said := beside.signature(file)):
        try:
            signature = read_signature(said)
        except ValueError:
            signature = Signature("?")
    return data, signature


def _read(file: LogFile, name: LogName, data: bytes, signature: Signature) -> ReadDigest:
    try:
        stream = isal_zlib.decompressobj(31)
        content = stream.decompress(data, _MOST)
        if not stream.eof:
            cut = f"{_FORMAT}: cut off" if data else f"{_FORMAT}: empty"
            return ReadDigest(file, name, wrong=cut)
    except _DAMAGE:
        return ReadDigest(file, name, wrong=f"{_FORMAT}: its gzip data is damaged")
    try:
        digest = read_digest(content, file.key)
    except ValueError as error:
        return ReadDigest(file, name, wrong=f"{_FORMAT}: {error}")
    wrong = ""
    if digest.lacks:
        wrong = f"{_FORMAT}: it lacks {', '.join(digest.lacks)}"
    elif not (_time(digest.start) and _time(digest.end)):
        wrong = f"{_FORMAT}: digestStartTime or digestEndTime is no time"
    known = signature if signature.value else None
    return ReadDigest(file, name, digest, hashlib.sha256(content).hexdigest(), known, wrong)


def span_of(read: Iterable[ReadDigest]) -> tuple[datetime, datetime] | None:
    """Within which time the keys of these digests are valid; None without digests. Backfill
    digests have a time of their own."""
    spans = [_span(each) for each in read if each.digest and not each.wrong]
    times = [span for span in spans if span]
    return (min(s for s, _ in times), max(e for _, e in times)) if times else None


def judge(newest_first: Iterable[ReadDigest], keys: KeyRing, shelf: Shelf) -> Iterator[Verdict]:
    """One chain's digests, each by its own signature, and by what the one after it says of it.

    Where a signature was not kept, the one after it has it; whoever that is from, only AWS's
    key makes one that fits.
    """
    said: dict[str, Verdict] = {}
    for read in newest_first:
        verdict = Verdict(read, read.wrong or _judged(read, keys, shelf, said.get(read.file.name)))
        if read.digest and read.digest.previous:
            said[read.digest.previous.rpartition("/")[2]] = verdict
        yield verdict


def _judged(read: ReadDigest, keys: KeyRing, shelf: Shelf, following: Verdict | None) -> str:
    """Why a digest is not valid. following: the one that names it as the one before."""
    after = following.read.digest if following else None
    digest, region = read.digest, read.name.region
    assert digest is not None
    if not shelf.in_place(read.file, digest.bucket, digest.key) or (
        digest.key.rpartition("/")[2] != read.file.name
    ):
        return (
            "has been moved from its original location: it was delivered to "
            f"s3://{digest.bucket}/{digest.key}"
        )
    signature = read.signature
    if signature is None and after is not None and not read.name.backfill:
        signature = Signature(after.previous_signature)
    if signature is None or not signature.value:
        return "signature verification failed: its signature is not kept with it"
    if read.name.backfill and not _time(signature.backfill_generated):
        return f"{_FORMAT}: when it was generated is not kept with it"
    span = _span(read)
    if span is None:
        return _FORMAT
    if read.name.backfill:
        keys.prepare_for(digest.fingerprint, region, span)
    key = keys.find(digest.fingerprint, region, span)
    if isinstance(key, str):
        return key
    value = signature_bytes(signature.value)
    try:
        signed = value is not None and is_signed(key.value, value, signed_text(digest, read.hash))
    except ValueError:
        return f"unable to load the public key with fingerprint {digest.fingerprint}"
    if not signed:
        return "signature verification failed"
    if (
        after
        and following
        and following.valid
        and (after.previous_hash, after.previous_signature) != (read.hash, signature.value)
    ):
        return "is not the one that the digest after it names: its hash or signature is another"
    return ""


def _span(read: ReadDigest) -> tuple[datetime, datetime] | None:
    assert read.digest is not None
    start, end = _time(read.digest.start), _time(read.digest.end)
    generated = _time(read.signature.backfill_generated) if read.signature else None
    if start is None or end is None or (read.name.backfill and generated is None):
        return None
    return signing_span(start, end, generated if read.name.backfill else None)


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def unread(error: SourceError) -> str:
    return f"cannot be read: {error.reason}" + (f" ({error.hint})" if error.hint else "")
