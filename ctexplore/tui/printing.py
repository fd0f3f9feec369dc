"""Events on the plain terminal, for its own selection: where no clipboard can be reached."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

from textual.app import App, SuspendNotSupported

from ctexplore.text import cell_width, safe
from ctexplore.trail.exact import JsonError, parse
from ctexplore.trail.node import Node, Object, Path, dump, quote
from ctexplore.trail.secrets import masked
from ctexplore.tui.detail.event_copy import as_json
from ctexplore.tui.detail.json_rows import name_in
from ctexplore.tui.glyphs import plain
from ctexplore.tui.plain import in_ascii

_WIDEST = 60  # cells that a value is padded to; a longer one shifts what follows it
_BACK = "select with the mouse; enter goes back"


def record_lines(record: bytes) -> Iterator[str]:
    """A record as JSON, a line a value, secrets masked; what is no JSON as it is, made safe."""
    try:
        root = parse(record).root
    except JsonError:
        yield safe(record.decode("utf-8", "surrogateescape"))
        return
    todo: list[str | tuple[str, Node, Path, str, int, str]] = [("", root, (), "", 0, "")]
    while todo:
        part = todo.pop()
        if isinstance(part, str):
            yield part
            continue
        label, value, path, beside, depth, comma = part
        pad = "  " * depth
        if not isinstance(value, Object | list) or not value:
            mask = masked(path, value, beside)
            yield pad + label + as_json(dump(value) if mask is None else quote(mask)).text + comma
            continue
        entries: list[tuple[str | int, Node, str]]
        if isinstance(value, Object):
            yield pad + label + "{"
            entries = [(k, v, as_json(quote(k)).text + ": ") for k, v in value.pairs]
        else:
            yield pad + label + "["
            entries = [(k, v, "") for k, v in enumerate(value)]
        todo.append(pad + ("}" if isinstance(value, Object) else "]") + comma)
        beside, last = name_in(value), len(entries) - 1
        for at in range(last, -1, -1):
            key, child, head = entries[at]
            todo.append((head, child, (*path, key), beside, depth + 1, "," if at < last else ""))


def table_lines(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Cells in columns, whole and made safe."""
    shown = [tuple(map(safe, row)) for row in rows]
    widths = [min(_WIDEST, max(map(cell_width, cells))) for cells in zip(*shown, strict=True)]
    for row in shown:
        padded = (c + " " * (w - cell_width(c)) for c, w in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()


def print_outside(app: App[object], lines: Iterable[str]) -> str:
    """Leave the screen, print, wait for enter, come back; why that cannot be done, or "".

    lines: safe for a terminal. The screen's thread waits meanwhile: others may go on.
    """
    try:
        with app.suspend(), _killable(), suppress(KeyboardInterrupt, EOFError):
            write = sys.__stderr__ or sys.stderr
            said = "\n" + "".join(f"{line}\n" for line in lines) + f"\n{_BACK} "
            write.write(in_ascii(said) if plain(os.environ) else said)
            write.flush()
            _until_enter()
    except SuspendNotSupported:
        return "this terminal has no screen to leave"
    return ""


def _until_enter() -> None:
    while os.read(0, 1024)[-1:] not in (b"\n", b"\r", b""):
        pass


@contextmanager
def _killable() -> Iterator[None]:
    """Let a signal end us at once: the loop that listens for it waits, and the terminal is as it
    was before us, so nothing is to be put back. ctrl+c only ends the waiting."""
    meanwhile: dict[signal.Signals, Callable[[int, FrameType | None], object] | signal.Handlers] = {
        signal.SIGTERM: signal.SIG_DFL,
        signal.SIGHUP: signal.SIG_DFL,
        signal.SIGINT: signal.default_int_handler,
    }
    before = {number: signal.signal(number, handler) for number, handler in meanwhile.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
            signal.siginterrupt(number, False)
