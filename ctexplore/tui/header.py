"""The first line: where this is, as whom, in which time zone."""

from __future__ import annotations

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from ctexplore.text import cell_width, clip_middle, safe
from ctexplore.trail.accounts import NAMES
from ctexplore.trail.layout import Level, LogKind, place_of

_STEP = " › "


class Header(Widget):
    """``my-logs › AWSLogs › 111122223333 › …``, as whom and the time zone at the right.

    Nothing need be safe. Where the whole path has no room beside the identity, ``short`` stands
    for it; then the middles of both give way, never all of the identity.
    """

    DEFAULT_CSS = """
    Header { height: 1; background: $panel; color: $foreground; padding: 0 1; }
    """

    where = reactive("ctexplore", layout=False)
    short = reactive("", layout=False)
    identity = reactive("", layout=False)
    zone = reactive("UTC", layout=False)

    def tell(self, label: str, folder: str, more: str = "") -> None:
        """Say which folder of a source is open. more: our own words on others."""
        self.short = short_path(label, folder) + more
        names = map(NAMES.titled, filter(None, folder.split("/")))
        self.where = _STEP.join((label, *names)) + more

    def render(self) -> Text:
        width = self.size.width
        whole, short = safe(self.where), safe(self.short or self.where)
        zone = f"  {self.zone}"
        identity = safe(self.identity)
        for where in (whole, short):
            right = f"  {identity}{zone}" if identity else zone
            if cell_width(where) + cell_width(right) <= width:
                break
        else:
            room = max(width // 3, width - cell_width(short) - cell_width(zone) - 2)
            right = f"  {clip_middle(identity, room)}{zone}" if identity else zone
        left = clip_middle(where, max(1, width - cell_width(right)))
        gap = " " * max(0, width - cell_width(left) - cell_width(right))
        return Text.assemble((left, "bold"), gap, (right, "dim"), no_wrap=True)


def short_path(label: str, folder: str) -> str:
    """``my-logs › 111122223333 › us-east-1 › 2024-01-15``: what tells this folder from others.

    The whole path where CloudTrail's own folders are not in it.
    """
    place = place_of(folder)
    kind = "" if place.kind in (None, LogKind.CLOUDTRAIL) else place.kind
    date = "-".join(f"{n:02}" for n in (place.year, place.month, place.day) if n is not None)
    told = [part for part in (NAMES.titled(place.account), kind, place.region, date) if part]
    if place.level in (Level.FOREIGN, Level.FOLDER):
        told = []
    return _STEP.join((label, *(told or filter(None, folder.split("/")))))
