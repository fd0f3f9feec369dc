"""What the start page lists, as sections of entries. No screen here; nothing is safe yet."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Final, NamedTuple

from msgspec import Struct

from ctexplore.sources.aws.trails import Trail, Trails
from ctexplore.sources.source import SourceError
from ctexplore.store.cache.buckets import KeptBucket
from ctexplore.tui.start_page.ways import Local, SignedIn, Words

_NO_TRAIL: Final = (
    "no trail: nothing is kept beyond Event history, 90 days of management events of each region"
)
_ASKING: Final = "asking AWS …"
_MOST_RECENT: Final = 10
_HEADS: Final = ("now", "bucket", "regions", "last delivery", "events")
# What the first trail takes the place of.
TRAILS: Final = "trails"


class Entry(NamedTuple):
    """One line. key: stays while it is the same thing. cells: the most wanted first.

    words: arguments that open it, () for nothing. facts: names and texts for the pane below.
    """

    key: str
    cells: tuple[str, ...]
    words: Words = ()
    facts: tuple[tuple[str, str], ...] = ()
    sign: str = ""
    quiet: bool = False


class Section(NamedTuple):
    """heads: over the cells after the first, whose head the title is."""

    title: str
    entries: tuple[Entry, ...]
    heads: tuple[str, ...] = ()


class Known(Struct):
    """All that the page knows so far. asking: somebody asks AWS. trouble: why it cannot be
    asked."""

    local: Local | None = None
    asking: bool = False
    signed: SignedIn | None = None
    account: str = ""
    trails: Trails | None = None
    trouble: SourceError | None = None


def sections(known: Known) -> Iterator[Section]:
    yield _trails(known)
    local = known.local or Local()
    if local.kept:
        yield Section("On disk, without a connection", tuple(map(_kept, local.kept)), ("opened",))
    if local.recent:
        yield Section("Opened before", tuple(map(_recent, local.recent[:_MOST_RECENT])))
    demo = Entry(
        "demo", ("a made-up trail",), ("--demo",), (("what", "50,000 events with an intrusion"),)
    )
    yield Section("To try it", (demo,))
    if known.signed is not None and known.signed.regions:
        history = tuple(_history(known.signed, region) for region in known.signed.regions)
        yield Section("Event history, 90 days", history)


def _trails(known: Known) -> Section:
    title = f"Trails of {known.account}" if known.account else "Trails"
    found = known.trails or Trails()
    reach = (*known.signed.reach, *known.signed.narrow) if known.signed else ()
    entries = [_trail(trail, reach, found.done) for trail in found.trails]
    for text in found.unknown:
        said = f"not known: {text}"
        entries.append(Entry(f"unknown {text}", (said,), facts=(("not known", text),), quiet=True))
    # After the trails, of which none shall move.
    if known.trouble is not None:
        entries.append(_trouble(known.trouble))
    elif not entries and found.done:
        entries.append(Entry(TRAILS, (_NO_TRAIL,), facts=(("trails", _NO_TRAIL),), sign="!"))
    elif not entries:
        entries.append(Entry(TRAILS, (_why_none(known),), quiet=True))
    return Section(title, tuple(entries), _HEADS if found.trails else ())


def _trouble(told: SourceError) -> Entry:
    said = told.reason + (f": {told.hint}" if told.hint else "")
    facts = (("why", told.reason), ("what to do", told.hint), ("then", "r asks again"))
    return Entry(TRAILS, (said,), facts=facts, sign="!")


def _why_none(known: Known) -> str:
    if known.local is not None and known.local.offline:
        return "offline: AWS is not asked"
    if known.local is not None and known.local.choose and not known.asking:
        return "several profiles, and none is chosen: p chooses one"
    return _ASKING


def _trail(trail: Trail, reach: Words, done: bool) -> Entry:
    regions = "all" if trail.multi_region else trail.home_region
    cells = (
        trail.name,
        _now(trail),
        f"{trail.bucket}/{trail.prefix}".rstrip("/"),
        regions,
        f"{trail.last_delivery:%Y-%m-%d %H:%M}" if trail.last_delivery else "",
        str(trail.events) if trail.events else "",
    )
    alert = trail.logging is False or bool(trail.delivery_error)
    waiting = not (trail.asked or done)
    words = (trail.uri, *reach)
    return Entry(trail.arn, cells, words, tuple(_facts(trail, words, waiting)), "!" * alert)


def _now(trail: Trail) -> str:
    if trail.delivery_error:
        return trail.delivery_error
    return {True: "logs", False: "stopped", None: ""}[trail.logging]


def _facts(trail: Trail, words: Words, waiting: bool) -> Iterator[tuple[str, str]]:
    if trail.lacks:
        yield "not logged", "; ".join(trail.lacks)
    if trail.unknown:
        yield "not known", "; ".join(trail.unknown)
    if waiting:
        yield "asking", "whether it logs, which events, and Insights"
    if trail.events:
        yield "logs", str(trail.events)
    if trail.kinds is not None:
        yield "Insights", ", ".join(trail.kinds) or "off"
    yield "now", "; ".join(_status(trail)) or "not known"
    scope = "all regions" if trail.multi_region else "this region only"
    whole = ", of the whole organization" if trail.organization else ", of this account"
    yield "home region", f"{trail.home_region}, logs {scope}{whole}"
    yield "validation", "on" if trail.validation else "off"
    yield "KMS key", trail.kms_key or "none set on the trail"
    yield "command", command(words)


def _status(trail: Trail) -> Iterator[str]:
    if trail.logging is not None:
        stopped = f" since {trail.stopped:%Y-%m-%d %H:%M} UTC" if trail.stopped else ""
        yield "logs" if trail.logging else f"stopped{stopped}"
    if trail.delivery_error:
        yield f"the last delivery failed: {trail.delivery_error}"
    if trail.last_delivery:
        yield f"last delivery {trail.last_delivery:%Y-%m-%d %H:%M} UTC"
    elif trail.logging is not None:
        yield "nothing delivered yet"


def _kept(bucket: KeptBucket) -> Entry:
    words = (*bucket.words, "--offline")
    opened = bucket.opened[:16].replace("T", " ")
    facts = (
        ("what", "as far as it was read online; nothing is asked of anybody"),
        ("opened", f"{opened} UTC"),
        ("command", command(words)),
    )
    return Entry(f"kept {words}", (bucket.words[0], opened), words, facts)


def _recent(words: Words) -> Entry:
    facts = (("command", command(words)),)
    return Entry(f"recent {words}", (shlex.join(words),), words, facts)


def _history(signed: SignedIn, region: str) -> Entry:
    words = ("--history", "--region", region, *signed.reach)
    facts = (
        ("what", "management events of the last 90 days, two requests a second"),
        ("command", command(words)),
    )
    said = "all regions" if region == "all" else region
    return Entry(f"history {region}", (said,), words, facts)


def command(words: Words) -> str:
    """As a person would type it."""
    return shlex.join(("ctexplore", *words))
