"""Which panes are on the screen, and moving between them; nothing of what they show."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from ctexplore.tui import too_small
from ctexplore.tui.counts.facets_pane import FacetsPane
from ctexplore.tui.detail.event_detail import EventDetail
from ctexplore.tui.events.event_list import EventList
from ctexplore.tui.help import HelpScreen
from ctexplore.tui.tree.trail_tree import TrailTree

_ONLY = {"TrailTree": "-only-tree", "EventList": "-only-list", "EventDetail": "-only-detail"}


class PanesScreen(Screen[None]):
    """A screen with a tree, a list and a detail; the style sheet holds the layouts by width."""

    AUTO_FOCUS = "EventList"
    CSS_PATH = "explore.tcss"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-slim"),
        (too_small.WIDTH, "-narrow"),
        (100, "-wide"),
        (140, "-xwide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (too_small.HEIGHT, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "next_pane(1)", "Next pane", id="app.next_pane"),
        Binding("shift+tab", "next_pane(-1)", "Previous pane", id="app.previous_pane"),
        Binding("t", "tree", "Tree", id="app.tree", tooltip="Show or hide the trail's tree"),
        Binding("D", "detail", "Detail", id="app.detail", tooltip="Detail beside or below"),
        Binding("O", "only", "Only this", id="app.only", tooltip="Only this pane, or all again"),
        Binding("question_mark", "keys", "Keys", id="app.keys"),
        Binding("q", "back", "Quit", id="app.quit", tooltip="Back to the list, then quit"),
    ]

    @property
    def narrow(self) -> bool:
        return self.has_class("-narrow")

    def action_next_pane(self, step: int) -> None:
        panes = [
            pane
            for kind in (TrailTree, FacetsPane, EventList, EventDetail)
            if (pane := self.query_one(kind)).display and pane.region
        ]
        here = next((i for i, p in enumerate(panes) if p.has_focus_within), 0)
        pane = panes[(here + step) % len(panes)]
        (pane.json if isinstance(pane, EventDetail) else pane).focus()

    def action_tree(self) -> None:
        """The tree as a drawer where it has no column of its own, else shown and hidden."""
        tree = self.query_one(TrailTree)
        if self.narrow and self.has_class("-facets"):
            self.remove_class("-facets")
            self.add_class("-tree")
        else:
            self.toggle_class("-tree" if self.narrow else "-no-tree")
        if tree.display:
            tree.focus()
        else:
            self.query_one(EventList).focus()

    def action_detail(self) -> None:
        self.refresh_bindings()
        if self.narrow:
            self.toggle_class("-detail")
        elif self.has_class("-below") or (
            self.has_class("-wide") and not self.has_class("-beside")
        ):
            self.remove_class("-below")
            self.add_class("-beside")
        else:
            self.remove_class("-beside")
            self.add_class("-below")

    def action_only(self) -> None:
        self.refresh_bindings()
        only = next((c for c in _ONLY.values() if self.has_class(c)), None)
        if only:
            self.remove_class(only)
            return
        for kind in (TrailTree, EventList, EventDetail):
            if self.query_one(kind).has_focus_within:
                self.add_class(_ONLY[kind.__name__])

    def show_detail(self) -> None:
        """Bring the detail on screen where it is not, and go there."""
        self.remove_class("-only-list")
        self.add_class("-detail")
        self.query_one(EventDetail).json.focus()

    def _drawers(self) -> list[str]:
        """The classes of what is over or instead of the list."""
        drawers = [c for c in ("-tree", "-detail", *_ONLY.values()) if self.has_class(c)]
        if self.narrow and self.has_class("-facets"):
            drawers.append("-facets")
        return drawers

    @property
    def at_the_list(self) -> bool:
        """Whether there is nothing to go back from: only the program is left to quit."""
        return self.query_one(EventList).has_focus and not self._drawers()

    def leave_pane(self) -> bool:
        """Back to the list, drawers closed; false when this is the list already."""
        if self.at_the_list:
            return False
        self.remove_class(*self._drawers())
        self.query_one(EventList).focus()
        self.refresh_bindings()
        return True

    def action_leave(self) -> None:
        self.leave_pane()

    @property
    def opened_from_page(self) -> bool:
        """Whether there is a start page to go back to."""
        return self.app.screen_stack[1:2] != [self]

    def action_back(self) -> None:
        if self.leave_pane():
            return
        if self.opened_from_page:
            self.dismiss()
        else:
            self.app.exit()

    def action_keys(self) -> None:
        self.app.push_screen(
            HelpScreen(
                [
                    self,
                    *self.query(
                        "EventList, TrailTree, FacetsPane, EventDetail *, EventDetail, FilterInput"
                    ),
                ]
            )
        )
