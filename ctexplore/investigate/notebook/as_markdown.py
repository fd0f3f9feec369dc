"""A report as Markdown (CommonMark with tables), in which no text means more than itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ctexplore.investigate.notebook.document import Block, Facts, Grid, Heading, Listing
from ctexplore.text import safe

# What may begin emphasis, code, a link, HTML, an entity, a cell, a mention or a formula.
_MEANS: Final = re.compile(r"[\\`*_\[\]<>&#|~!$@^{}\"]")
# A bare address becomes a link of its own accord.
_LINK: Final = re.compile(r"(?<=[A-Za-z]):(?=/)|(?<=[Ww]{3})\.")


def markdown(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, text, loud):
            yield f"\n{'#' * level} {plain(text)}{' **!**' if loud else ''}\n\n"
        case Facts(rows):
            # A name of ours comes first, so that no text begins a line.
            yield "".join(f"- **{name}**: {plain(text)}\n" for name, text in rows) + "\n"
        case Grid(titles, rows):
            yield _row(titles) + "|" + " --- |" * len(titles) + "\n"
            yield from map(_row, rows)
            yield "\n"
        case Listing(lines):
            longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
            fence = "`" * max(3, longest + 1)
            yield f"{fence}json\n" + "\n".join(lines) + f"\n{fence}\n\n"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(plain(cell) for cell in cells) + " |\n"


def plain(text: str) -> str:
    """A text within a line, every character of which is only itself."""
    shown = _LINK.sub(lambda m: f"\0{ord(m[0])};", safe(text))
    shown = _MEANS.sub(lambda m: f"&#{ord(m[0])};", shown)
    return shown.replace("\0", "&#")
