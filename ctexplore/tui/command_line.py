"""The command that prints what the list shows: ``ctexplore query`` with the open scope."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from ctexplore.query.canonical import canonical
from ctexplore.query.parse import parse
from ctexplore.sources.arranged import ArrangedSource
from ctexplore.sources.demo import DemoSource
from ctexplore.sources.history.account import HistoryOptions
from ctexplore.sources.history.source import HistorySource
from ctexplore.sources.s3.options import S3Options
from ctexplore.sources.s3.source import S3Source
from ctexplore.sources.several import SeveralSource
from ctexplore.sources.source import Source
from ctexplore.store.cache.kept import KeptSource
from ctexplore.store.scope import Scope
from ctexplore.trail.layout import place_of

Option: TypeAlias = tuple[str, ...]  # its name, and its value if it has one


class CommandLine(Struct, frozen=True):
    """text: ready to paste into a shell. note: what it reads beyond what is open, or ""."""

    text: str
    note: str


class _Named(Struct, frozen=True):
    """One place as arguments. whole: it reads no more than the folder that was asked for."""

    options: tuple[Option, ...]
    sources: tuple[str, ...]
    whole: bool = True


def query_command(source: Source, scope: Scope, text: str) -> CommandLine:
    """text: a filter that can be read. Its relative times stay relative."""
    named = [n for folder in scope.folders for n in _named(source, folder)]
    options = [o for n in named for o in n.options]
    places = {f: place_of(f) for f in scope.folders}
    accounts = scope.accounts or {p.account for p in places.values() if p.account}
    regions = scope.regions or {p.region for p in places.values() if p.region}
    exact = all(n.whole for n in named)
    if scope.accounts or not exact:
        options += [("--account", account) for account in sorted(accounts)]
    if scope.regions or not exact:
        options += [("--region", region) for region in sorted(regions)]
    for name, moment in (("--since", scope.since), ("--until", scope.until)):
        if moment is not None:
            options.append((name, moment.astimezone(UTC).isoformat().replace("+00:00", "Z")))
    wanted = canonical(parse(text, datetime.now(UTC)))
    sources = list(dict.fromkeys(s for n in named for s in n.sources))
    # Several folders of one bucket say how to reach it once.
    said = [word for option in dict.fromkeys(options) for word in option]
    # In the first place a filter may begin with a dash, but for one that asks for help.
    given = " -h" if wanted == "-h" else wanted
    line = shlex.join(["ctexplore", "query", given, *sources, *said])
    return CommandLine(line, "" if exact else "it reads all days, not only the open folder")


def _named(source: Source, folder: str) -> Iterator[_Named]:
    match source:
        case KeptSource():
            offline = (("--offline",),) if source.offline else ()
            for n in _named(source.source, folder):
                yield _Named((*n.options, *offline), n.sources, n.whole)
        case ArrangedSource():
            real = source.uri(folder) == source.inner.uri(folder)
            for n in _named(source.inner, folder if real else source.root):
                yield _Named(n.options, n.sources, n.whole and (real or folder == source.root))
        case SeveralSource():
            for part, inside in source.below(folder):
                yield from _named(part, inside)
        case DemoSource():
            yield _Named((("--demo",),), (), folder == source.root)
        case HistorySource():
            pairs = [*_session(source.options), ("--lookup", str(source.attribute or ""))]
            group = source.options.log_group
            whole = ("--log-group", group) if group else ("--history",)
            said = [whole, *(pair for pair in pairs if pair[1])]
            said += [("--offline",)] * source.offline
            regions = [] if place_of(folder).region else source.options.regions
            said += (("--region", region) for region in regions)
            yield _Named(tuple(said), (), folder == source.root)
        case S3Source():
            yield _Named(_reached(source), (source.uri(source.options.key or folder),))
        case _:
            # A file that was opened alone is a folder of one.
            path = Path(source.identity.removeprefix("folder:"))
            alone = folder == source.root and path.is_file()
            yield _Named((), (str(path) if alone else source.uri(folder),))


def _reached(source: S3Source) -> tuple[Option, ...]:
    given = source.options
    pairs = (*_session(given), ("--expected-bucket-owner", given.expected_bucket_owner))
    options: list[Option] = [pair for pair in pairs if pair[1]]
    return (*options, ("--request-payer",)) if given.request_payer else tuple(options)


def _session(given: S3Options | HistoryOptions) -> tuple[tuple[str, str], ...]:
    return (
        ("--profile", given.profile),
        ("--endpoint-url", given.endpoint_url),
        ("--role-arn", given.role_arn),
    )
