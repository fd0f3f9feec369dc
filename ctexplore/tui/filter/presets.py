"""Filters that have a name: presets, what ``H`` and ``S`` hide."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.command import Provider

from ctexplore.query.alarms import ALARMS
from ctexplore.query.canonical import value_text
from ctexplore.query.combine import has_all, switched, timed_like
from ctexplore.query.presets import HIDE_READS, HIDE_SERVICES, PRESETS, Preset
from ctexplore.query.syntax import FilterError
from ctexplore.text import safe
from ctexplore.tui.filter.copies import CopiesScreen
from ctexplore.tui.filter.offers import KEYS, Offers
from ctexplore.tui.prompt import Prompt

_BY_ID = {preset.id: preset for preset in (*PRESETS, *ALARMS)}


def _preset_keys() -> list[BindingType]:
    return [
        Binding(
            str(number),
            f"preset('{preset.id}')",
            preset.title,
            id=f"preset.{preset.id}",
            tooltip=f"Preset: {preset.title}",
        )
        for number, preset in enumerate(PRESETS[:KEYS], 1)
    ]


class PresetsScreen(CopiesScreen):
    """All that these keys do is change the filter's text, so that what filters and what is hidden
    is always seen, and ``u`` undoes it."""

    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {Offers}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("H", "hide_reads", "Reads", id="view.reads", tooltip="Hide or show reads"),
        Binding(
            "S", "hide_services", "Services", id="view.services",
            tooltip="Hide or show services' own events",
        ),
        *_preset_keys(),
    ]  # fmt: skip

    def action_preset(self, id: str) -> None:  # noqa: A002
        """Put a preset's terms into the filter, or take them back."""
        preset = _BY_ID[id]
        if has_all(self.bar.text, preset.filter):
            self.bar.put(switched(self.bar.text, preset.filter))
        elif preset.ask:
            # A question of its own: of what was asked before only the times stay.
            self.bar.put(timed_like(preset.filter, self.bar.text))
            self.query_one(Prompt).ask(
                f"preset {id}",
                f"{preset.title}: which?",
                "part of a name or id; escape is all of them",
                self._at_hand(preset),
            )
        elif _is_subject(preset) and any(
            p.ask and has_all(self.bar.text, p.filter) for p in PRESETS
        ):
            # Which one was asked for is no subject of this preset.
            self.bar.put(timed_like(preset.filter, self.bar.text))
        else:
            self.bar.put(switched(_without_subjects(self.bar.text, preset), preset.filter))

    def _at_hand(self, preset: Preset) -> str:
        """The target of the event under the cursor, where it is of the preset's service."""
        row, view = self.events.cursor_row, self.events.view
        if row is None or view is None:
            return ""
        service = preset.filter.split()[0].removeprefix("source:")
        if view.table.text("source", row).partition(".")[0] != service:
            return ""
        return view.table.text("target", row)

    @on(Prompt.Answered)
    def _asked(self, event: Prompt.Answered) -> None:
        preset = _BY_ID.get(event.name.removeprefix("preset "))
        if preset is None or not event.name.startswith("preset "):
            return
        wanted = event.text if "*" in event.text else f"*{value_text(event.text)}*"
        try:
            self.bar.put(switched(self.bar.text, f"{preset.ask}:{wanted}"))
        except FilterError as error:
            self.notify(safe(str(error)), severity="error", markup=False)

    def action_hide_reads(self) -> None:
        self._hide(HIDE_READS)

    def action_hide_services(self) -> None:
        self._hide(HIDE_SERVICES)

    def _hide(self, terms: str) -> None:
        """What is hidden stands first: the end of a long filter is out of sight."""
        self.bar.put(switched(self.bar.text, terms, first=True))


def _without_subjects(text: str, preset: Preset) -> str:
    """The filter without presets about another subject than this one: no event is about two."""
    if not _is_subject(preset):
        return text
    for other in filter(_is_subject, PRESETS):
        if has_all(text, other.filter):
            text = switched(text, other.filter)
    return text


def _is_subject(preset: Preset) -> bool:
    """About services or a category of events, not about what all kinds of events may be."""
    return "source:" in preset.filter or bool(preset.columns)
