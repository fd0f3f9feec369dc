"""A chain as the lines of a screen, and all that is known of one caller."""

from __future__ import annotations

from datetime import tzinfo

from textual.content import Content

from ctexplore.investigate.chains.caller import Began, Caller, Chain
from ctexplore.investigate.chains.tell import began_in, counted, named, proof
from ctexplore.investigate.times import moment, span
from ctexplore.text import clip, clip_middle, fit, safe
from ctexplore.tui.line_list import Line

_INDENT = 2
_DEEPEST = 8  # levels that are indented
_WITH_KEYS = 110  # cells from which on keys stand in the tree
_MOST = 12  # values of one kind that are named


def chain_lines(chain: Chain, width: int, zone: tzinfo | None) -> list[Line[Caller]]:
    """One caller a line, below the one who issued its credentials."""
    keys = width >= _WITH_KEYS
    lines: list[Line[Caller]] = [Line(_row("CALLER", "KEY", _RIGHT, width, keys=keys), "head")]
    for depth, caller in chain.root.walk():
        use, began = caller.use, caller.began
        sign = "" if began is None else "? " if began.likely else "└ "
        who = "  " * min(max(depth - 1, 0), _DEEPEST) + sign + safe(caller.who)
        right = (
            moment(use.first, zone)[5:] if use.first is not None else "-",
            _lasted(caller),
            f"{use.events:,}",
            f"{use.failed:,}" if use.failed else "",
            f"{use.sensitive_calls:,}" if use.sensitive else "",
        )
        kind = "alert" if use.sensitive else "row"
        lines.append(Line(_row(who, safe(caller.key), right, width, keys=keys), kind, caller))
        for said in _below(caller):
            lines.append(Line(f"{'  ' * min(depth + 1, _DEEPEST)}{safe(said)}", "quiet"))
    return lines


_RIGHT = ("FIRST", "FOR", "EVENTS", "FAILED", "SENS.")
_WIDTHS = (14, 6, 7, 6, 5)


def _row(who: str, key: str, right: tuple[str, ...], width: int, *, keys: bool) -> str:
    cells = " ".join(f"{cell:>{w}}" for cell, w in zip(right, _WIDTHS, strict=True))
    room = max(width - len(cells) - 1, 10)
    if keys:
        room -= 22
        return f"{fit(clip_middle(who, room), room)} {fit(clip(key, 21), 21)} {cells}"
    return f"{fit(clip_middle(who, room), room)} {cells}"


def _lasted(caller: Caller) -> str:
    use = caller.use
    if use.first is None or use.last is None:
        return ""
    seconds = (use.last - use.first) // 1000
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "m")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _below(caller: Caller) -> list[str]:
    said = []
    if caller.unused:
        said.append(f"{counted(len(caller.unused), 'more time')} it got credentials, unused here")
    if caller.refused:
        said.append(f"{counted(len(caller.refused), 'link')} refused: {caller.refused[0][2]}")
    return said


def head(chain: Chain) -> str:
    """What stands above the tree: raw log text in it."""
    likely = any(c.began and c.began.likely for _, c in chain.root.walk())
    note = " · ? only likely" if likely else ""
    callers = counted(sum(1 for _ in chain.root.walk()), "caller")
    return f"behind it: {chain.behind}\n{callers} among {chain.events:,} loaded events{note}"


def caller_detail(caller: Caller, zone: tzinfo | None, where: str) -> Content:
    """where: of the event that began it, as a source names it."""
    use = caller.use
    rows: list[tuple[str, str]] = [
        ("who", " ".join(filter(None, (caller.who, caller.idtype and f"({caller.idtype})")))),
        ("key", caller.key),
        ("actor", caller.actor),
        ("account", caller.account),
        *_began(caller.began, zone, where),
        ("active", f"{span(use.first, use.last, zone)}  {counted(use.events, 'event')}"),
        ("failed", f"{use.failed:,}" if use.failed else ""),
        ("sensitive", named(use.sensitive, _MOST)),
        ("calls", named(use.names, _MOST)),
        ("from", named(use.ips, _MOST)),
        ("with", named(use.agents, _MOST)),
        ("regions", named(use.regions, _MOST)),
        *(("not linked", f"{key}: {reason}") for _, key, reason in caller.refused[:_MOST]),
    ]
    return details(rows)


def _began(began: Began | None, zone: tzinfo | None, where: str) -> list[tuple[str, str]]:
    if began is None:
        return [("began", "not known: nothing loaded issued these credentials")]
    rows = [("began", f"{began_in(began, zone)}  {where}".rstrip())]
    rows += [("proof" if not began.likely else "hint", said) for said in proof(began)]
    if began.others:
        rows.append(("", f"{counted(len(began.others), 'event')} of other accounts say so, too"))
    return rows


def details(rows: list[tuple[str, str]]) -> Content:
    """Names and what they are, a line each; those that say nothing are left out."""
    said = [Content.assemble((f"{name:<11} ", "dim"), safe(value)) for name, value in rows if value]
    return Content("\n").join(said)
