"""Rows: the first frame, keys at ten million rows, bytes on the line; all in a pseudo-terminal."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from datetime import UTC, datetime

from tests.bench import ours
from tests.bench.corpora import Corpus, thousands
from tests.bench.processes import Job
from tests.bench.table import Limit, Row, row, seconds, times
from tests.bench.terminal import Reply, Terminal

_UP, _DOWN, _PAGE_UP, _PAGE_DOWN = "\x1b[A", "\x1b[B", "\x1b[5~", "\x1b[6~"
# The first event of the synthetic rows, and how many come a second, as inside/synthetic.py has it.
_START, _A_SECOND = 1_770_000_000, 50
_THEME = "--theme=ansi-dark"
# Stands in every row of the list, and nowhere before the first row is there.
_ROWS = r"\d\d:\d\d:\d\d"


def first_frame(rounds: int) -> Iterator[Row]:
    """From fork to the end of the frame that says what is opened, and to the first events."""
    shown: dict[str, list[float]] = {"ours": [], "widget": [], "events": []}
    for _ in range(rounds):
        with _open(ours.inside("widget")) as terminal:
            shown["widget"].append(terminal.until("one widget"))
        with _open(ours.ctexplore("--demo", "--no-cache")) as terminal:
            shown["ours"].append(terminal.until("demo-trail"))
            shown["events"].append(terminal.until(_ROWS, 20))
    mine, other, events = (statistics.median(shown[n]) for n in ("ours", "widget", "events"))
    yield row(
        "first frame, --demo",
        seconds(mine),
        mine / other,
        Limit(1.3, unit="×"),
        beside=f"one-widget Textual app: {seconds(other)}",
        ratio=times(mine / other),
    )
    yield row("first events on screen, --demo", seconds(events))


def latency(count: int, presses: int) -> Iterator[Row]:
    """Key to last byte at three depths of a filtered list, and while more rows come."""
    many = thousands(count)
    with _synthetic(count, "--filter=name:Read*") as terminal:
        _wait_for(terminal, count)
        middle = datetime.fromtimestamp(_START + count // (2 * _A_SECOND), UTC)
        for depth, keys in (
            ("newest", ("g",)),
            ("middle", (":", f"{middle:%Y-%m-%d %H:%M}\r")),
            ("oldest", ("G",)),
        ):
            for part in keys:
                terminal.press(part)
                terminal.settle()
            pages = (_PAGE_UP, _PAGE_DOWN) if depth == "oldest" else (_PAGE_DOWN, _PAGE_UP)
            lines = (_UP, _DOWN) if depth == "oldest" else (_DOWN, _UP)
            for what, pair in (("cursor", lines), ("page", pages)):
                replies = _presses(terminal, pair, presses)
                yield _latency(f"{what} key, {many} rows filtered, {depth}", replies)
    with _synthetic(count, "--growing", "--filter=name:Read*") as terminal:
        _wait_for(terminal, count)
        replies = _presses(terminal, (_DOWN,), presses)
    yield _latency(f"cursor key, {many} rows, more coming", replies, busy=True)


def latency_while_loading(corpus: Corpus, presses: int) -> Iterator[Row]:
    """While real files are being decoded: what contention for the processor adds."""
    job = ours.ctexplore(str(corpus.folder), "--no-cache", _THEME)
    with _open(job) as terminal:
        terminal.until(_ROWS, 20)
        replies = _presses(terminal, (_DOWN, _UP), presses)
    yield _latency(f"cursor key while {corpus.name} is read", replies, busy=True)


def line_bytes(presses: int) -> Iterator[Row]:
    """At 80x24, with the theme of 16 colours."""
    with _open(ours.ctexplore("--demo", "--no-cache", _THEME)) as terminal:
        terminal.until(_ROWS, 20)
        terminal.settle(1.5)
        kinds = (
            ("cursor key", (_DOWN, _DOWN, _UP), 1),
            ("page key", (_PAGE_DOWN, _PAGE_DOWN, _PAGE_UP), 6),
        )
        for what, keys, limit in kinds:
            yield _bytes(what, _presses(terminal, keys, presses), limit)
        terminal.press("f")
        terminal.settle()
        replies = [terminal.press(c, 0.4) for c in "name:Assume"]
        yield _bytes("filter keystroke", replies[5:], 8)


def _open(job: Job) -> Terminal:
    assert job.env is not None
    return Terminal(job.argv, job.env)


def _synthetic(count: int, *options: str) -> Terminal:
    return _open(ours.inside("synthetic", str(count), *options))


def _wait_for(terminal: Terminal, total: int) -> None:
    terminal.until(rf"of {total // 1_000_000},\d\d\d,\d\d\d", 120)
    terminal.settle(1.0, 5)


def _presses(terminal: Terminal, keys: tuple[str, ...], times_: int) -> list[Reply]:
    return [terminal.press(keys[n % len(keys)]) for n in range(times_)]


def _latency(what: str, replies: list[Reply], *, busy: bool = False) -> Row:
    """busy: other things are drawn too, so that only the first frame is surely the key's own."""
    found = sorted(r.first if busy else r.last for r in replies)
    middle, worst = statistics.median(found), found[-1]
    milliseconds = Limit(16, unit=" ms")
    return row(
        what, seconds(middle), middle * 1000, milliseconds, beside=f"slowest: {seconds(worst)}"
    )


def _bytes(what: str, replies: list[Reply], limit: int) -> Row:
    size = statistics.median(r.size for r in replies) / 1000
    return row(f"bytes, {what}", f"{size:.2f} KB", size, Limit(limit, unit=" KB"))
