"""The lines around an event's JSON: the summary above, the files that hold it below."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from ctexplore.text import clip_middle, safe
from ctexplore.trail.category_lines import CALLS
from ctexplore.trail.exact import Note
from ctexplore.trail.severity import Severity
from ctexplore.trail.summary import Summary
from ctexplore.tui.detail.json_label import Piece, clipped, wrapped

# The lines, and up to which height of the pane each is left out.
_LINES = (("who", 0), ("did", 7), ("target", 9), ("origin", 12), ("result", 0))
# Of an Insight the rate tells most, of an aggregated event what was counted.
_NO_CALL = (("who", 9), ("did", 0), ("target", 0), ("origin", 12), ("result", 7))
_LOUD = {
    Severity.READ: "",
    Severity.NOTABLE: "$severity-notable",
    Severity.ALERT: "$severity-alert bold",
}
_LONGEST = 4_000  # characters of one line; user agents and errors have up to 1 KB
_NOTES = 3
_MARGIN = 7  # cells of the labels


def summary_lines(summary: Summary, width: int, height: int, *, wrap: bool) -> Content:
    """As many of the five lines as a pane of ``height`` lines has room for.

    wrap: show them whole, as far as half the pane allows. What belongs to a line never begins
    at the margin, so that log text cannot pass for a line of its own.
    """
    lines: list[Content] = []
    most = max(1, height // 2 // len(_LINES)) if wrap else 1
    shown = _LINES if summary.labels == CALLS else _NO_CALL
    for label, (name, above) in zip(summary.labels, shown, strict=True):
        if height > above:
            style = _LOUD[summary.severity] if name == "result" else ""
            said = safe(getattr(summary, name)[:_LONGEST])
            line = [Piece(f"{label:<{_MARGIN}}", "dim"), Piece(said, style)]
            folded = wrapped(line, width, _MARGIN, most) if most > 1 else [clipped(line, width)]
            lines += [Content.assemble(*folds) for folds in folded]
    return Content("\n").join(lines)


def note_line(notes: Sequence[Note]) -> Content:
    """What is odd about the record's JSON, the first few in words."""
    said = "; ".join(safe(str(note)[:200]) for note in notes[:_NOTES])
    more = f"; and {len(notes) - _NOTES:,} more" if len(notes) > _NOTES else ""
    return Content.assemble(("! ", "bold"), (said + more, "$text-warning"))


def related_lines(related: Sequence[str], width: int, noted: str = "") -> Content:
    """A person's note, and what belongs with the record, one thing a line, behind their keys."""
    lines = [("i ", noted)] * bool(noted) + [("& ", said) for said in related]
    return Content("\n").join(
        Content.assemble(*clipped([Piece(key, "bold"), Piece(safe(said[:_LONGEST]), "")], width))
        for key, said in lines
    )


def hit_lines(hits: Sequence[Sequence[Piece]], width: int, height: int) -> Content:
    """The rules that match the record, in a quarter of a pane of ``height`` lines. What belongs
    to one never begins at the margin."""
    room = max(1, height // 4)
    lines: list[Content] = []
    for number, hit in enumerate(hits):
        left, others = room - len(lines), len(hits) - number
        if left == 1 and others > 1:
            lines.append(Content.styled(f"{others:,} more rules match (ctrl+p says which)", "dim"))
            break
        folded = wrapped(hit, width, 2, max(1, left // others))
        lines += [Content.assemble(*folds) for folds in folded]
    return Content("\n").join(lines)


def where_line(where: Sequence[str]) -> Content:
    """``file NAME record 41; also in NAME record 3``, then the folder of the first."""
    if not where:
        return Content("")
    names, folder = [], ""
    for place in where[:_NOTES]:
        uri, _, record = place.rpartition(" record ")
        parent, _, name = (uri or place).rpartition("/")
        folder = folder or parent
        number = f" record {record}" if uri else ""
        names.append(clip_middle(safe(name), 60) + safe(number))
    more = f" and {len(where) - _NOTES:,} more" if len(where) > _NOTES else ""
    said = "; also in ".join(names) + more
    inside = f"  in {safe(folder)}" if folder else ""
    return Content.assemble(("file ", "dim"), said, (inside, "dim"))
