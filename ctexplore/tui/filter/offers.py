"""What the palette offers beside the keys: presets without one, named views, the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple, Protocol

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.fuzzy import Matcher

from ctexplore.config import SettingsError, View, config_file, read_settings
from ctexplore.query.alarms import ALARMS
from ctexplore.query.presets import PRESETS
from ctexplore.text import clip, safe

KEYS = 9  # presets that have one
_HELP = 100  # cells of a filter


class Offered(Protocol):
    """The screen, as far as the offers go."""

    def action_preset(self, id: str) -> None: ...  # noqa: A002

    def action_view(self, name: str, view: View) -> None: ...

    def action_delete_view(self, name: str, view: View) -> None: ...

    def action_copy_command(self) -> Any: ...

    def action_keep_filter(self) -> Any: ...

    def action_copy_sql(self) -> Any: ...

    def action_copy_lookup(self) -> Any: ...

    def action_ask_athena(self) -> None: ...

    def action_count_athena(self) -> None: ...


class Offer(NamedTuple):
    """help: one line; neither holds anything that acts on a terminal. rare: only shown to who
    looks for it."""

    title: str
    help: str
    run: Callable[[], Any]
    rare: bool = False


def offers(screen: Offered, views: Mapping[str, View]) -> Iterator[Offer]:
    for preset in (*PRESETS[KEYS:], *ALARMS):
        shown = clip(preset.filter, _HELP)
        yield Offer(preset.title, shown, partial(screen.action_preset, preset.id))
    yield Offer(
        "Copy as command", "ctexplore query with this filter and scope", screen.action_copy_command
    )
    yield Offer("Copy as Athena SQL", "this filter as one SELECT", screen.action_copy_sql)
    yield Offer(
        "Copy as lookup-events",
        "AWS's own, for Event history",
        screen.action_copy_lookup,
    )
    yield Offer(
        "Keep filter in notebook", "with a title, for the report", screen.action_keep_filter
    )
    yield Offer("Ask Athena", "this filter, as one query that costs", screen.action_ask_athena)
    yield Offer(
        "Count by Athena",
        "the current column's values, as one query that costs",
        screen.action_count_athena,
    )
    for name, view in views.items():
        shown = clip(safe(view.filter), _HELP)
        yield Offer(f"View: {safe(name)}", shown, partial(screen.action_view, name, view))
    for name, view in views.items():
        shown = clip(safe(view.filter), _HELP)
        delete = partial(screen.action_delete_view, name, view)
        yield Offer(f"Delete view: {safe(name)}", shown, delete, rare=True)


def highlighted(matcher: Matcher, title: str) -> Content:
    """As ``matcher.highlight``, which takes the title for markup."""
    shown = Content(title)
    for at in matcher.fuzzy_search.match(matcher.query, title)[1]:
        if not title[at].isspace():
            shown = shown.stylize(matcher.match_style, at, at + 1)
    return shown


def literal(text: str) -> str:
    """Markup that shows ``text``, for the one place that takes nothing but markup.

    textual.markup.escape doubles a backslash at the end and leaves others alone.
    """
    return text.replace("[", r"\[")


class Offers(Provider):
    """Reads the views anew each time, so that a file just edited counts."""

    async def startup(self) -> None:
        views: Mapping[str, View] = {}
        try:
            problems: list[SettingsError] = []
            views = read_settings(config_file(), problems).views
            if problems:
                raise problems[0]
        except SettingsError as error:
            self.app.notify(safe(str(error)), severity="error", markup=False)
        except RuntimeError:
            """No home directory, so no views."""
        screen: Offered = self.screen  # type: ignore[assignment]
        self._offers = list(offers(screen, views))

    async def discover(self) -> Hits:
        for offer in (o for o in self._offers if not o.rare):
            yield DiscoveryHit(
                Content(offer.title), offer.run, text=offer.title, help=literal(offer.help)
            )

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for offer in self._offers:
            if (score := matcher.match(offer.title)) > 0:
                shown = highlighted(matcher, offer.title)
                yield Hit(score, shown, offer.run, text=offer.title, help=literal(offer.help))
