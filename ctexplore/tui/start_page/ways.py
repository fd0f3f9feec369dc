"""What the start page asks of those who can open things. No screen here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeAlias

from msgspec import Struct

from ctexplore.sources.aws.trails import Trails
from ctexplore.sources.source import Source
from ctexplore.store.cache.buckets import KeptBucket
from ctexplore.store.cache.cache import Cache
from ctexplore.store.scope import Limits, Scope

Words: TypeAlias = tuple[str, ...]  # arguments of a command line, without the program's name
Ask: TypeAlias = Callable[[str], str]  # from a question to an MFA code; EOFError is no answer


class Local(Struct, frozen=True):
    """What is known without any network.

    profiles: names in the AWS configuration. choose: several, and nothing says which.
    kept: buckets that can be opened offline. recent: sources, the last opened first. offline:
    AWS is not to be asked.
    """

    profiles: tuple[str, ...] = ()
    choose: bool = False
    kept: tuple[KeptBucket, ...] = ()
    recent: tuple[Words, ...] = ()
    offline: bool = False


class SignedIn(Struct, frozen=True):
    """Credentials in hand.

    whose: as ``aws_session.whose`` says. region: where CloudTrail is asked. reach: arguments
    that lead there again. narrow: which regions were asked for, as arguments. regions: of Event
    history, () where that cannot be opened.
    """

    whose: str
    region: str
    reach: Words = ()
    narrow: Words = ()
    regions: tuple[str, ...] = ()


class Opening(Struct, frozen=True):
    """A source, and how much of it."""

    source: Source
    cache: Cache
    wanted: Scope
    limits: Limits


class Ways(Protocol):
    """All but ``left`` may block for seconds and are called off the screen thread.

    profile: the one in use, "" for what the environment says.
    """

    profile: str

    def look(self) -> Local: ...

    def sign_in(self, profile: str, ask: Ask, *, again: bool = False) -> SignedIn:
        """Take this profile from now on. again: read its credentials anew. Raises SourceError."""
        ...

    def caller(self) -> str:
        """The ARN of who is signed in; one request to STS. Raises SourceError."""
        ...

    def trails(self) -> Iterator[Trails]:
        """Of the account that is signed in to. Raises SourceError."""
        ...

    def open(self, words: Sequence[str], ask: Ask) -> Opening:
        """Raises SourceError, whose reason tells all."""
        ...

    def left(self, source: Source) -> None:
        """A source that was opened is not looked at any more."""
        ...
