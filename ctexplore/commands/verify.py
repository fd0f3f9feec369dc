"""``ctexplore verify``: is the trail whole and unchanged? Its digests say."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure
from ctexplore.commands.opening import STDIN, open_source
from ctexplore.commands.progress import Progress
from ctexplore.commands.public_keys import add_keys_option, given_keys, key_ring
from ctexplore.commands.source_options import (
    add_source_options,
    limits_of,
    open_cache,
    scope_of,
)
from ctexplore.text import safe

if TYPE_CHECKING:
    from ctexplore.investigate.integrity.result import Finding, Status, Summary
    from ctexplore.investigate.integrity.run import Verification
    from ctexplore.store.scope import Scope

_BAR = 24
_FIELDS = ("kind", "uri", "status", "reason", "account", "region")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", metavar="SOURCE", nargs="*", help="s3://…, a folder, an archive")
    add_keys_option(parser)
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="json: one object a line"
    )
    parser.add_argument("--verbose", action="store_true", help="text: what is valid, too")
    add_source_options(parser)


def run(args: argparse.Namespace) -> int:
    """0 when everything is valid, 3 when anything is not."""
    if args.history or args.log_group or STDIN in args.sources:
        raise Failure("only the files of a trail can be verified", "name its bucket or a folder")
    given = given_keys(args.keys)
    scope = scope_of(args, ())
    with closing(open_cache(args)) as cache, closing(open_source(args, cache)) as source:
        from ctexplore.investigate.integrity.result import Summary
        from ctexplore.investigate.integrity.run import Verification
        from ctexplore.store.parts import list_anew

        list_anew(source)
        verification = Verification(
            source,
            cache,
            key_ring(args, source, given),
            since=scope.since,
            until=scope.until,
            regions=scope.regions,
            accounts=scope.accounts,
            most=limits_of(args, source).max_objects,
        )
        summary = Summary()
        with closing(verification), closing(Progress(tells=sys.stderr.isatty())) as progress:
            findings = _counted(summary, _followed(verification, progress))
            lines = _json(findings) if args.format == "json" else _text(findings, args.verbose)
            for line in lines:
                progress.close()  # it may be on the same terminal
                print(line)
        print("\n".join(_summary(summary, scope, args.format, verification.newer)))
    return 0 if summary.sound else 3


def _followed(verification: Verification, progress: Progress) -> Iterator[Finding]:
    from ctexplore.sources.source import SourceError

    try:
        for finding in verification.run():
            yield finding
            if progress.is_due:
                progress.show(_bar(verification.share, verification.done))
    except SourceError as error:
        raise Failure(str(error)) from None


def _bar(share: float, done: int) -> str:
    full = int(_BAR * share)
    return f"[{'#' * full}{'.' * (_BAR - full)}] {share:.0%}, {done:,} files"


def _counted(summary: Summary, findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        summary.add(finding)
        yield finding


def _json(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        # All but ASCII is escaped, so that no terminal acts on it.
        yield json.dumps({name: getattr(finding, name) for name in _FIELDS})


def _text(findings: Iterable[Finding], verbose: bool) -> Iterator[str]:
    """verbose: what is valid, and each of the files that nothing vouches for."""
    for alike, some in groupby(findings, lambda each: each if verbose else _folds(each)):
        first, *others = some
        if first.status == "valid" and not verbose:
            continue
        reason = f": {safe(first.reason)}" if first.reason else ""
        yield f"{first.status:<14}{first.kind:<7}{safe(first.uri)}{reason}"
        if others and alike:
            yield f"{'':<14}and {len(others):,} more {first.kind} files"


def _folds(finding: Finding) -> object:
    """Equal for findings of which one line tells."""
    if finding.status == "no-digest" and finding.kind == "log":
        return (finding.reason, finding.account, finding.region)
    return None if finding.status == "valid" else finding


def _summary(summary: Summary, scope: Scope, form: str, newer: int) -> list[str]:
    from ctexplore.investigate.integrity.result import Status

    if form == "json":
        said = {
            "kind": "summary",
            "valid": summary.sound,
            "digests": summary.digests,
            "logs": summary.logs,
            "newer": newer,
            "accounts": sorted(filter(None, summary.accounts)),
            "regions": sorted(filter(None, summary.regions)),
            "since": scope.since.isoformat() if scope.since else None,
            "until": scope.until.isoformat() if scope.until else None,
        }
        return [json.dumps(said)]
    if not (summary.digests or summary.logs):
        return ["nothing to verify: no digests and no log files are in scope"]
    digests = Counter(summary.digests)
    gaps = digests.pop(Status.NO_DIGEST, 0)
    told = [_told("digest", digests), _told("log", summary.logs)]
    if gaps:
        told.append(f"{gaps:,} time{'s' * (gaps > 1)} without any digest")
    if newer:
        told.append(f"{newer:,} log files are newer than the digest that will list them")
    return told


def _told(what: str, counts: Counter[Status]) -> str:
    valid = sum(n for status, n in counts.items() if status == "valid")
    others = [f"{n:,} {status}" for status, n in counts.items() if status != "valid"]
    told = f": {', '.join(others)}" if others else ""
    return f"{valid:,} of {counts.total():,} {what} files valid{told}"
