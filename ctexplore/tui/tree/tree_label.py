"""One line of the tree of folders: signs, name, count, in the cells there are."""

from __future__ import annotations

from typing import NamedTuple

from rich.style import Style
from rich.text import Text

from ctexplore.sources.outline import CHAIN, Node
from ctexplore.text import cell_width, clip, clip_middle, safe
from ctexplore.trail.accounts import NAMES
from ctexplore.trail.layout import Level, LogKind

_DIM = Style(dim=True)
_EVERYWHERE = ("AWSLogs", LogKind.CLOUDTRAIL)
_GAP = 2  # between a name and its count


class Signs(NamedTuple):
    """What stands before a name, each one cell wide. shown: the list holds its events."""

    folded: str = "▸"
    unfolded: str = "▾"
    marked: str = "*"
    shown: str = "●"
    cursor: str = "▌"


PLAIN_SIGNS = Signs(">", "v", "*", ":", ">")  # for terminals that show ASCII alone


class Count(NamedTuple):
    """What a folder holds as far as is known: events once loaded, log files once listed.

    part: the events are those of some of the folders below.
    """

    events: int | None = None
    files: int | None = None
    part: bool = False

    def __str__(self) -> str:
        if self.events is not None:
            return f"{self.events:,}{'+' * self.part}"
        if self.files is None:
            return ""
        return f"{self.files:,} file" + "s" * (self.files != 1)


def node_label(node: Node, count: Count, style: Style, width: int) -> Text:
    """The name, and the count at the right edge of ``width`` cells.

    Of a chain that is too long the last names stay, and what tells trails apart; a count gives
    way to the last name.
    """
    digests = node.place.level is Level.KIND and node.place.kind is LogKind.DIGEST
    note = "  not CloudTrail" if node.foreign else "digests" if digests else ""
    counted = str(count) or note
    names = [safe(NAMES.titled(name)) for name in node.label.split(CHAIN)]
    if str(count) and not _both(names[-1], counted, width) and node.place.level is Level.KIND:
        names[-1] = names[-1].replace(f"{LogKind.CLOUDTRAIL}-", "…", 1)
    if not _both(names[-1], counted, width):
        counted = ""
    name = _shorten(names, width - (_GAP + cell_width(counted) if counted else 0))
    text = Text(name, style=style, no_wrap=True, end="")
    if counted:
        gap = width - text.cell_len - cell_width(counted)
        text.append(" " * gap + counted, style=_DIM)
    if node.foreign:
        text.stylize(_DIM)
    return text


def note_label(note: str, style: Style, width: int) -> Text:
    """A line that is no folder: what is under way, or what went wrong."""
    return Text(clip(note, width), style=style + _DIM, no_wrap=True, end="")


def _both(name: str, counted: str, width: int) -> bool:
    return cell_width(name) + (_GAP + cell_width(counted) if counted else 0) <= width


def _shorten(names: list[str], cells: int) -> str:
    """Without the names above, as far as is needed; before an account or a region is lost that
    way, without what every trail has."""
    telling = CHAIN.join(["…", *(name for name in names if name not in _EVERYWHERE)])
    for first in range(len(names)):
        name = CHAIN.join(["…", *names[first:]] if first else names)
        loses = any(gone not in _EVERYWHERE for gone in names[:first])
        if loses and len(telling) > 1 and cell_width(telling) <= cells:
            return telling
        if cell_width(name) <= cells:
            return name
    return clip_middle(names[-1], cells)
