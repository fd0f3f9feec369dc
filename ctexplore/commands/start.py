"""What the start page can open, and how: profiles, kept buckets, recent sources, trails."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Iterator, Sequence
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Any

from ctexplore.commands.failure import Failure
from ctexplore.commands.opening import open_source
from ctexplore.commands.parser import Parser
from ctexplore.commands.source_options import add_source_options, limits_of, scope_of
from ctexplore.commands.words import narrow_words, reach_words, source_words

if TYPE_CHECKING:
    from ctexplore.sources.aws.trails import Trails
    from ctexplore.sources.source import Source
    from ctexplore.store.cache.cache import Cache
    from ctexplore.tui.filter.history import History
    from ctexplore.tui.start_page.ways import Ask, Local, Opening, SignedIn

# What is the same for everything that is opened from one page.
_SHARED = ("max_objects", "max_memory", "no_cache", "cache_dir", "cache_size")


class StartWays:
    """The ways of one run; its options but the place hold for all that is opened."""

    def __init__(self, args: argparse.Namespace, cache: Cache) -> None:
        self.profile = args.profile or ""
        self._args = args
        self._cache = cache
        self._lock = Lock()
        # Sessions by profile and role, so that nobody is asked for an MFA code twice.
        self._sessions: dict[tuple[str, str], Any] = {}
        self._opened: list[Source] = []

    def look(self) -> Local:
        from ctexplore.store.cache.buckets import kept_buckets
        from ctexplore.tui.start_page.ways import Local

        profiles = _profiles()
        kept = tuple(kept_buckets(self._cache))
        choose, offline = self._must_choose(profiles), self._args.offline
        return Local(profiles, choose, kept, tuple(_recent()), offline)

    def sign_in(self, profile: str, ask: Ask, *, again: bool = False) -> SignedIn:
        from ctexplore.sources.aws.session import whose
        from ctexplore.tui.start_page.ways import SignedIn

        self.profile = profile
        self._args.profile = profile or None
        session = self._session(self._args, ask, again=again)
        reach = argparse.Namespace(**{**vars(self._args), "region": []})
        partition = session.get_partition_for_region(session.region_name)
        names = session.get_available_regions("cloudtrail", partition_name=partition)
        here = session.region_name
        return SignedIn(
            whose(session) if not self._args.role_arn else _role(self._args.role_arn),
            here,
            (*reach_words(reach), *narrow_words(self._args)),
            tuple(word for region in self._args.region for word in ("--region", region)),
            (here, "all", *(name for name in sorted(names) if name != here)),
        )

    def caller(self) -> str:
        from ctexplore.sources.aws.session import caller
        from ctexplore.sources.s3.errors import Asked, explain
        from ctexplore.sources.s3.unanswered import failures

        try:
            return caller(self._held())
        except failures() as error:
            raise explain(error, Asked("AWS STS")) from None

    def trails(self) -> Iterator[Trails]:
        from ctexplore.sources.aws.trails import trails_of

        return trails_of(self._held())

    def open(self, words: Sequence[str], ask: Ask) -> Opening:
        from ctexplore.sources.source import SourceError
        from ctexplore.tui.start_page.ways import Opening

        try:
            args = self._parsed(words)
            remote = args.history or args.log_group or any(map(_remote, args.sources))
            session = self._session(args, ask) if remote and not args.offline else None
            source = open_source(args, self._cache, may_ask=True, session=session)
        except Failure as failure:
            raise SourceError(shlex.join(words), str(failure)) from None
        with self._lock:
            self._opened.append(source)
        keep_recent(args)
        return Opening(source, self._cache, scope_of(args, ()), limits_of(args, source))

    def left(self, source: Source) -> None:
        with self._lock:
            self._opened = [other for other in self._opened if other is not source]
        source.close()

    def close(self) -> None:
        """Leave whatever is open still."""
        for source in list(self._opened):
            self.left(source)

    def _parsed(self, words: Sequence[str]) -> argparse.Namespace:
        parser = Parser(prog="ctexplore", allow_abbrev=False)
        parser.add_argument("sources", nargs="*")
        add_source_options(parser)
        args = parser.parse_intermixed_args(words)
        for name in _SHARED:
            setattr(args, name, getattr(self._args, name))
        return args

    def _must_choose(self, profiles: Sequence[str]) -> bool:
        """Whether several profiles exist, and neither the command line, the environment nor a
        default says which. Instance and container roles speak for themselves."""
        said = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_ROLE_ARN")
        more = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
        if self.profile or any(os.environ.get(name) for name in (*said, *more)):
            return False
        return len(profiles) > 1 and "default" not in profiles

    def _session(self, args: argparse.Namespace, ask: Ask, *, again: bool = False) -> Any:
        """The session of these options. Raises SourceError."""
        from ctexplore.commands.bucket import client_region
        from ctexplore.sources.aws.session import open_session
        from ctexplore.sources.s3.errors import Asked, explain
        from ctexplore.sources.s3.unanswered import failures

        key = args.profile or "", args.role_arn or ""
        held = None if again else self._sessions.get(key)
        if held is not None:
            with suppress(*failures()):
                # Raises where they ran out and cannot renew themselves, as with an MFA code.
                held.get_credentials().get_frozen_credentials()
                return held
        named = argparse.Namespace(profile=args.profile, region=_named(args.region))
        try:
            session = open_session(key[0], client_region(named), key[1], ask=ask)
        except failures() as error:
            profile = key[0] or os.environ.get("AWS_PROFILE", "")
            raise explain(error, Asked("AWS", profile=profile)) from None
        self._sessions[key] = session
        return session

    def _held(self) -> Any:
        return self._sessions[self.profile, self._args.role_arn or ""]


def keep_recent(args: argparse.Namespace) -> None:
    """Remember what was opened, for the start page, but not what it lists as kept. Never raises."""
    if not args.offline and (words := source_words(args)):
        _sources().add(shlex.join(words))


def _recent() -> Iterator[tuple[str, ...]]:
    for line in _sources().texts:
        with suppress(ValueError):
            yield tuple(shlex.split(line))


def _sources() -> History:
    from ctexplore.config import state_dir
    from ctexplore.tui.filter.history import History

    try:
        return History(state_dir() / "sources")
    except RuntimeError:
        return History(None)


def _profiles() -> tuple[str, ...]:
    """Of the AWS configuration; none where it cannot be read, which signing in tells of."""
    from botocore.exceptions import BotoCoreError
    from botocore.session import Session

    try:
        return tuple(Session().available_profiles)
    except BotoCoreError:
        return ()


def _remote(text: str) -> bool:
    return text.startswith(("s3:", "arn:", "https:", "http:"))


def _named(regions: Sequence[str]) -> list[str]:
    return [region for region in regions if region != "all"]


def _role(arn: str) -> str:
    return f"role {arn.rpartition('/')[2]}"
