"""Where following begins: anew, or where the same question was left the last time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from pathlib import Path

    from ctexplore.commands.follow_loop import Said
    from ctexplore.sources.source import Source
    from ctexplore.store.follow.position import Position
    from ctexplore.store.scope import Scope

# Of a source that answers questions instead of having files: the past is not asked for.
_RECENT: Final = timedelta(minutes=30)


def position_file(source: Source, scope: Scope, text: str) -> Path:
    """Where the position of this question lies: another filter or place is another one."""
    from ctexplore.config import state_dir
    from ctexplore.store.cache.entries import fingerprint

    narrowed = (*sorted(scope.accounts), "", *sorted(scope.regions))
    question = (source.identity, source.root, text.strip(), *narrowed)
    return state_dir() / "follow" / f"{fingerprint(question, size=12)}.db"


def forget(file: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + ending).unlink(missing_ok=True)


class Start(Struct, frozen=True):
    """skip: what is there already is not told. back_to: how far back files may be new."""

    scope: Scope
    skip: bool
    back_to: datetime | None


def begin(scope: Scope, source: Source, position: Position, said: Said, now: datetime) -> Start:
    """Where it goes on; where it begins, if nothing was followed yet."""
    from ctexplore.sources.source import streams
    from ctexplore.store.follow.position import LATE

    since, looked = position.said("since"), position.said("looked")
    if since is None:
        begun = scope.since
        position.say(told="yes" if begun else "")
        if begun is None and streams(source):
            begun = now - _RECENT
        position.say(since=begun.isoformat() if begun else "")
    else:
        begun = datetime.fromisoformat(since) if since else None
    skip = not (position.said("told") or position.said("caught_up"))
    back_to = begun
    if looked and position.said("caught_up"):
        left = datetime.fromisoformat(looked)
        back_to = left - LATE
        when = f"{left:%Y-%m-%d %H:%M:%SZ}"
        said.say(f"goes on from {when}; --anew begins anew")
    return Start(replace(scope, since=begun), skip, back_to)
