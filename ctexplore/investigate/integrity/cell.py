"""Verifying one account's files of one region: its chains, what they list, and what they do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from ctexplore.investigate.integrity.content import Content, LoggingEvent
from ctexplore.investigate.integrity.cover import Cover
from ctexplore.investigate.integrity.digests import (
    ReadDigest,
    Verdict,
    judge,
    read_digests,
    span_of,
    unread,
)
from ctexplore.investigate.integrity.gaps import Gap
from ctexplore.investigate.integrity.keys import Beside, KeyRing
from ctexplore.investigate.integrity.logs import Hashing
from ctexplore.investigate.integrity.result import Finding, Kind, Status
from ctexplore.investigate.integrity.shelf import Shelf
from ctexplore.investigate.integrity.state import DigestState
from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.trail.chain import Removed, Seen, Uncovered, breaks
from ctexplore.trail.digest import Digest, Listed
from ctexplore.trail.layout import LogKind
from ctexplore.trail.names import parse_name

# A digest of the hour after the range may list files that were delivered in it.
AFTER = timedelta(hours=1)
# Within this the digest of a log file is delivered: its hour ends, and it takes some minutes more.
_DUE = timedelta(hours=2)
# In the name of every digest file, and of the folders they lie in.
_DIGEST = str(LogKind.DIGEST)


class Cell:
    """files: log files and digests, those around the range too. since, until: the range, None
    where it is open. now: what was delivered less than two hours before may wait for its digest;
    newer: how many log files do. gaps, events: what the run needs at its end. All complete once
    ``run`` is.
    """

    def __init__(
        self,
        source: Source,
        place: tuple[str, str],
        files: Sequence[LogFile],
        since: datetime | None,
        until: datetime | None,
        now: datetime,
    ) -> None:
        self.newer = 0
        self.gaps: list[Gap] = []
        self.events: list[LoggingEvent] = []
        self._source = source
        self._account, self._region = place
        self._since, self._until = since, until
        self._now = now
        self._shelf = Shelf(source, files)
        self._digests: list[LogFile] = []
        self._logs: list[LogFile] = []
        for file in files:
            digest = _DIGEST in file.key and _DIGEST in file.name and parse_name(file.name)
            (self._digests if digest else self._logs).append(file)
        self._verdicts: list[Verdict] = []
        self._removed: list[Removed] = []

    def run(
        self, state: DigestState, beside: Beside, keys: KeyRing, hashing: Hashing
    ) -> Iterator[Finding]:
        """Raises SourceError where every further read would fail alike."""
        digests = list(filter(self._digest_in_range, self._digests))
        hashing.begin(self._probably_listed(digests))
        read = list(read_digests(self._source, digests, state, beside))
        span = span_of(each for each in read if not each.name.backfill)
        if span is not None:
            keys.prepare(self._region, span)
        for chain in _chains(read):
            yield from self._chain(chain, keys)
        wanted, missing = self._listed()
        yield from missing
        for file, found in hashing.hash(file for file, _ in wanted.values()):
            yield self._hashed(file, found, wanted[file.key][1])
        rest = [f for f in self._logs if f.key not in wanted and self._in_range(f)]
        if rest and not self._verdicts:
            self._nothing_vouches(rest)
        cover = Cover((self._account, self._region), self._verdicts, self._removed)
        for file in rest:
            status, reason = cover.unlisted(file.name, parse_name(file.name))
            if status is Status.NO_DIGEST and self._verdicts and self._waits(_delivered(file)):
                self.newer += 1
            else:
                yield self._log(file, status, reason)
        edge = [f for f in rest if any(gap.at_edge(_delivered(f)) for gap in self.gaps)]
        for _, found in hashing.hash(edge):
            self._note(found)

    # -- digests

    def _chain(self, read: Sequence[ReadDigest], keys: KeyRing) -> Iterator[Finding]:
        verdicts = list(judge(read, keys, self._shelf))
        self._verdicts += verdicts
        for verdict in verdicts:
            status = Status.VALID if verdict.valid else Status.INVALID
            if verdict.read.unread:
                status = Status.MISSING
            key = verdict.read.file.key
            yield self._digest(self._source.uri(key), status, verdict.wrong, key)
        found = list(breaks(_links(verdicts), self._since))
        newest = verdicts[0].read
        end = newest.name.delivered
        due = min(self._until, self._now - _DUE) if self._until else end
        if end < due and not newest.name.backfill:
            found.insert(0, Uncovered(end, due, None))
        for each in found:
            if isinstance(each, Removed):
                self._removed.append(each)
                yield self._missing_digest(each)
            else:
                self._gap(each, newest.file, newest.name.trail)

    def _missing_digest(self, removed: Removed) -> Finding:
        reason = "not found, though the digest after it names it"
        if not removed.named:
            end = f"{removed.end:%Y-%m-%dT%H:%MZ}"
            reason = f"not found: there is one for every hour, and none that ends at {end}"
        uri = f"s3://{removed.bucket}/{removed.key}"
        if not removed.bucket:
            uri = self._source.uri(removed.key)
        buckets = {v.read.digest.bucket for v in self._verdicts if v.read.digest}
        if removed.bucket and removed.bucket not in buckets:
            reason += f"; the trail went to bucket {removed.bucket} then: open that, too"
        return self._digest(uri, Status.MISSING, reason)

    def _gap(self, time: Uncovered, near: LogFile, trail: str = "", hint: str = "") -> None:
        uri = self._source.uri(near.folder)
        self.gaps.append(Gap(time, uri, self._account, self._region, trail, hint))

    def _nothing_vouches(self, logs: Sequence[LogFile]) -> None:
        times = sorted(map(_delivered, logs))
        time = Uncovered(self._since or times[0], self._until or times[-1], None)
        hint = "no digest file of this account and region is here: nothing vouches for its logs"
        self._gap(time, logs[0], hint=hint)

    # -- log files

    def _probably_listed(self, digests: Sequence[LogFile]) -> Iterator[LogFile]:
        """The log files of the time that digests cover, as far as names tell."""
        if digests:
            ends = sorted(map(_delivered, digests))
            for file in self._logs:
                if (at := _delivered(file)) <= ends[-1] and ends[0] - at <= _DUE:
                    yield file

    def _listed(self) -> tuple[dict[str, tuple[LogFile, set[str]]], list[Finding]]:
        """The files that valid digests list, by key, with the hashes they may have, and what is
        not where a digest lists it."""
        wanted: dict[str, tuple[LogFile, set[str]]] = {}
        missing: dict[str, Finding] = {}
        for verdict in self._verdicts:
            digest = verdict.read.digest
            for listed in digest.files if digest and verdict.valid else ():
                assert digest is not None
                found = self._find(verdict.read.file, digest, listed)
                for file in found:
                    wanted.setdefault(file.key, (file, set()))[1].add(listed.hash.lower())
                if not found:
                    uri = f"s3://{listed.bucket}/{listed.key}"
                    missing[uri] = self._missing_log(uri, listed)
        return wanted, list(missing.values())

    def _find(self, near: LogFile, digest: Digest, listed: Listed) -> list[LogFile]:
        found = self._shelf.find(listed.bucket, listed.key)
        if not found:
            self._shelf.look_beside(near, digest.key, listed.key)
            found = self._shelf.find(listed.bucket, listed.key)
        return found

    def _missing_log(self, uri: str, listed: Listed) -> Finding:
        reason = "not found, though a digest lists it"
        if moved := self._shelf.elsewhere(listed.bucket, listed.key):
            reason += f": moved to {self._source.uri(moved[0].key)}"
        return Finding(Kind.LOG, uri, Status.MISSING, reason, self._account, self._region)

    def _hashed(self, file: LogFile, found: Content | SourceError, hashes: set[str]) -> Finding:
        if isinstance(found, SourceError):
            if found.fatal:
                raise found
            return self._log(file, Status.MISSING, unread(found))
        self._note(found)
        same = found.hash in hashes
        if found.wrong:
            unchanged = "; its content is unchanged" if same else ""
            return self._log(file, Status.INVALID, found.wrong + unchanged)
        if not same:
            changed = "its content is not what was delivered: its hash is another"
            return self._log(file, Status.INVALID, changed)
        return self._log(file, Status.VALID, "")

    def _note(self, found: Content | SourceError) -> None:
        if isinstance(found, Content):
            self.events += found.events

    # -- both

    def _digest(self, uri: str, status: Status, reason: str, key: str = "") -> Finding:
        return Finding(Kind.DIGEST, uri, status, reason, self._account, self._region, key)

    def _log(self, file: LogFile, status: Status, reason: str) -> Finding:
        kind = Kind.DIGEST if _DIGEST in file.key else Kind.LOG
        uri = self._source.uri(file.key)
        return Finding(kind, uri, status, reason, self._account, self._region, file.key)

    def _waits(self, delivered: datetime) -> bool:
        return self._now - _DUE <= delivered <= self._now

    def _digest_in_range(self, file: LogFile) -> bool:
        end = _delivered(file)
        early = self._since is not None and end < self._since
        return not early and (self._until is None or end <= self._until + AFTER)

    def _in_range(self, file: LogFile) -> bool:
        if not (self._since or self._until) or not (name := parse_name(file.name)):
            return True  # what has another name lies here, whatever it is
        early = self._since is not None and name.delivered < self._since
        return not early and (self._until is None or name.delivered < self._until)


def _chains(read: Iterable[ReadDigest]) -> list[list[ReadDigest]]:
    """The digests of each trail, backfill digests apart, newest first."""
    chains: dict[tuple[str, str, bool], list[ReadDigest]] = {}
    for each in read:
        name = each.name
        chains.setdefault((name.trail, name.home_region, name.backfill), []).append(each)
    for chain in chains.values():
        chain.sort(key=lambda each: (each.name.delivered, each.file.key), reverse=True)
    return [chains[key] for key in sorted(chains)]


def _links(verdicts: Iterable[Verdict]) -> list[Seen]:
    """One of each name, of copies a valid one."""
    links: dict[str, Seen] = {}
    for verdict in verdicts:
        name = verdict.read.file.name
        if name not in links or verdict.valid:
            links[name] = verdict.seen()
    return list(links.values())


def _delivered(file: LogFile) -> datetime:
    name = parse_name(file.name)
    return name.delivered if name else datetime.min.replace(tzinfo=UTC)
