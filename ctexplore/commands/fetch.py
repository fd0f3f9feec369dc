"""``ctexplore fetch``: a scope of a trail into a folder, with all that proving it offline takes."""

from __future__ import annotations

import argparse
import errno
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure
from ctexplore.commands.fetch_report import Report, price_line
from ctexplore.commands.opening import STDIN, open_source
from ctexplore.commands.source_options import add_source_options, limits_of, open_cache, scope_of

if TYPE_CHECKING:
    from ctexplore.sources.source import Source
    from ctexplore.store.cache.cache import Cache
    from ctexplore.store.mirror.folder import MirrorFolder
    from ctexplore.store.mirror.scope import Wanted
    from ctexplore.store.scope import Scope
    from ctexplore.trail.sidecar import PublicKey


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", metavar="SOURCE", nargs="*", help="s3://…, a folder, an archive")
    parser.add_argument("directory", metavar="DIR", type=Path, help="where the files are to lie")
    parser.add_argument(
        "--estimate", action="store_true", help="say what it would cost, and fetch nothing"
    )
    add_source_options(parser)


def run(args: argparse.Namespace) -> int:
    """0 when all of the scope is in the folder, 3 when something is not."""
    scope = scope_of(args, ())
    named = len(args.sources) + bool(args.bucket) + args.demo
    if args.history or args.log_group or STDIN in args.sources or named != 1:
        raise Failure("fetch takes one SOURCE that has files, and a DIR to put them in")
    with (
        _folder(args.directory) as folder,
        closing(open_cache(args)) as cache,
        closing(open_source(args, cache)) as source,
        closing(Report()) as report,
    ):
        _check_apart(source, args.directory)
        most = limits_of(args, source).max_objects
        return _fetch(source, cache, folder, scope, report, most, only_price=args.estimate)


def _fetch(
    source: Source,
    cache: Cache,
    folder: MirrorFolder,
    scope: Scope,
    report: Report,
    most: int,
    *,
    only_price: bool,
) -> int:
    from ctexplore.sources.source import SourceError
    from ctexplore.store.cache.packs import Packs
    from ctexplore.store.mirror.mirror import Mirror
    from ctexplore.store.mirror.scope import wanted
    from ctexplore.store.parts import list_anew

    list_anew(source)
    try:
        found = wanted(source, scope)
    except SourceError as error:
        raise Failure(str(error)) from None
    report.found(found)
    objects = len(found.files) + len(found.beyond)
    if objects > most and not only_price:
        raise Failure(
            f"{objects:,} log files and digests are in scope, more than --max-objects {most:,}",
            "narrow with --since, --region, --account, or raise --max-objects",
        )
    packs = None if source.local else Packs(cache, source.identity)
    mirror = Mirror(source, packs, folder, found)
    price = mirror.plan()
    if only_price:
        mirror.close()
        print(price_line(price, local=source.local))
        return 3 if report.missing else 0
    report.price(price, local=source.local)
    try:
        for _ in mirror.run():
            report.step(mirror.count)
        if mirror.stopped is None:
            _keep_keys(source, folder, found, report)
    finally:
        # Also when a signal ends it: what is there stays, and the same command goes on.
        report.end(mirror, folder.path)
    if mirror.stopped is not None and not (mirror.count.written or mirror.count.there):
        return 2
    return 3 if report.missing else 0


@contextmanager
def _folder(path: Path) -> Iterator[MirrorFolder]:
    """DIR, made where it is missing. Raises Failure."""
    from ctexplore.store.mirror.folder import MirrorFolder, NoRoom

    try:
        folder = MirrorFolder(path)
    except BlockingIOError:
        raise Failure(f"{path}: another ctexplore fetch is writing there") from None
    except NoRoom as error:
        raise Failure(f"{path}: {error}") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        if error.errno in (errno.EEXIST, errno.ENOTDIR) and not path.is_dir():
            reason = "is not a folder"
        raise Failure(f"{path}: {reason}", "name a folder that you may write to") from None
    with closing(folder):
        yield folder


def _check_apart(source: Source, path: Path) -> None:
    """A folder is not copied into itself: the copy would be found and copied again."""
    kind, _, place = source.identity.partition(":")
    real = os.path.realpath(path)
    if kind == "folder" and Path(real).is_relative_to(place):
        raise Failure(f"{path}: lies in the folder that is to be copied", "name another one")


def _keep_keys(source: Source, folder: MirrorFolder, found: Wanted, report: Report) -> None:
    """The keys that the digests were signed with: from CloudTrail, or from an earlier fetch."""
    from ctexplore.store.mirror.folder import NoRoom, Taken
    from ctexplore.store.mirror.keys import add_keys, signing_times

    if not found.digests:
        report.no_digests(bool(found.files))
        return
    keys = _kept_keys(source, found, report)
    session = _session(source)
    if session is not None:
        from ctexplore.sources.aws.public_keys import public_keys
        from ctexplore.sources.source import SourceError

        for region, (since, until) in signing_times(found.digests, folder).items():
            try:
                keys += public_keys(session, region, since, until)
            except SourceError as error:
                report.lacks(str(error))
                if error.fatal:
                    break
    elif not source.local:
        report.lacks("the public keys of digests were not asked for: --offline")
    if not keys:
        report.say("no public keys: verifying these digests offline takes some with --keys")
        return
    try:
        report.keys(add_keys(folder, keys))
    except (Taken, NoRoom, OSError) as error:
        report.lacks(f"public keys: {error}")


def _kept_keys(source: Source, found: Wanted, report: Report) -> list[PublicKey]:
    from ctexplore.sources.source import SourceError
    from ctexplore.trail.sidecar import read_keys

    if found.keys is None:
        return []
    try:
        return read_keys(source.read(found.keys))
    except (SourceError, ValueError) as error:
        report.lacks(f"{found.keys.key}: {error}")
        return []


def _session(source: Source) -> object:
    """The session that a bucket was opened with; None for other places, and offline."""
    from ctexplore.sources.s3.source import S3Source
    from ctexplore.store.parts import parts_of

    return next((part.session for part in parts_of(source) if isinstance(part, S3Source)), None)
