"""Every key that a pane declares leads somewhere; those of pages, questions and drawers, pressed.

The keys of the list, the tree, the detail and the bars are pressed where these are tested.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest
from textual.actions import parse
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.dom import DOMNode

from ctexplore import tui
from ctexplore.store.problem import Outcome, Problem
from ctexplore.store.scope import Estimate, Limits
from ctexplore.tui.app import ExplorerApp
from ctexplore.tui.counts.facets_pane import FacetsPane
from ctexplore.tui.dialogs import AskToLoad
from ctexplore.tui.explore import ExploreScreen
from ctexplore.tui.problems import ProblemList, ProblemsScreen
from tests.tui.explorer import SlowSource, opened, trail


def declaring() -> Iterator[type[DOMNode]]:
    """Every class of ours that binds keys."""
    for module in pkgutil.walk_packages(tui.__path__, "ctexplore.tui."):
        for kind in vars(importlib.import_module(module.name)).values():
            if (
                inspect.isclass(kind)
                and kind.__module__ == module.name
                and issubclass(kind, DOMNode)
                and "BINDINGS" in vars(kind)
            ):
                yield kind


@pytest.mark.parametrize("kind", sorted(declaring(), key=lambda k: k.__name__))
def test_a_key_leads_to_an_action_that_is_there(kind: type[DOMNode]) -> None:
    screens = [k for k in declaring() if k.__name__.endswith(("Screen", "Dialog"))]
    for binding in kind.BINDINGS:
        assert isinstance(binding, Binding)
        place, name, _ = parse(binding.action)
        owners = {"app": [ExplorerApp], "screen": screens}.get(place, [kind])
        assert any(
            hasattr(owner, f"{prefix}{name}")
            for owner in owners
            for prefix in ("action_", "_action_")
        ), binding


@pytest.mark.parametrize("key", ["escape", "q", "question_mark"])
async def test_help_is_walked_through_and_left(key: str) -> None:
    async with opened(size=(80, 15)) as explorer:
        await explorer.press("question_mark")
        pane = explorer.app.screen.query_one(VerticalScroll)
        page, last = pane.size.height - 1, pane.max_scroll_y
        for pressed, line in (
            *(("j", 1), ("k", 0), ("down", 1), ("up", 0), ("space", page), ("b", 0)),
            *(("ctrl+d", page), ("ctrl+u", 0), ("pagedown", page + 1), ("pageup", 0)),
            *(("G", last), ("g", 0), ("end", last), ("home", 0)),
        ):
            await explorer.press(pressed)
            await explorer.until(lambda line=line: round(pane.scroll_y) == line, pressed)
        await explorer.press(key)
        assert isinstance(explorer.app.screen, ExploreScreen)


@pytest.mark.parametrize("key", ["escape", "q", "E"])
async def test_problems_are_walked_through_and_left(key: str) -> None:
    async with opened(size=(60, 12)) as explorer:
        deep = "folder/" * 12
        problems = [Problem(f"{deep}{n}.json.gz", Outcome.FAILED, "damaged") for n in range(90)]
        explorer.app.push_screen(ProblemsScreen(problems))
        await explorer.settle()
        assert "Further right" in explorer.lines[-1]
        pane = explorer.app.screen.query_one(ProblemList)
        page, last = pane.scrollable_content_region.height, pane.max_scroll_y
        for pressed, line in (
            *(("j", 1), ("k", 0), ("space", page), ("b", 0), ("ctrl+d", page), ("ctrl+u", 0)),
            *(("pagedown", page), ("pageup", 0), ("G", last), ("g", 0)),
        ):
            await explorer.press(pressed)
            await explorer.until(lambda line=line: round(pane.scroll_y) == line, pressed)
        for pressed, right in (("l", True), ("h", False), ("right", True), ("left", False)):
            await explorer.press(pressed)
            await explorer.until(lambda right=right: (pane.scroll_x > 0) is right, pressed)
        await explorer.press(key)
        assert isinstance(explorer.app.screen, ExploreScreen)


async def test_without_problems_nothing_lies_further_right() -> None:
    async with opened() as explorer:
        await explorer.press("E")
        assert "Nothing failed" in explorer.text
        assert "right" not in explorer.lines[-1]


@pytest.mark.parametrize(("key", "said"), [("y", True), ("n", False), ("escape", False)])
async def test_a_question_is_answered_by_its_keys(key: str, said: bool) -> None:
    async with opened(limits=Limits()) as explorer:
        answers: list[bool | None] = []
        question = AskToLoad(Estimate(120_000, 20_000, 6 << 30, 8 << 30, listed=412))
        explorer.app.push_screen(question, answers.append)
        await explorer.settle()
        await explorer.press(key)
        assert answers == [said]


async def test_facets_are_walked_through() -> None:
    async with opened(SlowSource(trail(30)), size=(80, 24)) as explorer:
        await explorer.press("F")
        pane = explorer.screen.query_one(FacetsPane)
        await explorer.until(lambda: "8 of" in explorer.text or "CreateUser  " in explorer.text)
        await explorer.settle()

        def here() -> str:
            lines = explorer.lines[pane.region.y : pane.region.bottom]
            return next(line for line in lines if line.startswith("▌"))

        first = here()
        both = (("j", "k"), ("down", "up"), ("space", "b"), ("pagedown", "pageup"))
        for there, back in (*both, ("G", "g"), ("end", "home")):
            await explorer.press(there)
            await explorer.until(lambda: here() != first, there)
            await explorer.press(back)
            await explorer.until(lambda: here() == first, back)
        for there, back in (("l", "h"), ("right", "left"), ("tab", "shift+tab")):
            await explorer.press(there)
            await explorer.until(lambda: "[from where]" in explorer.text, there)
            await explorer.press(back)
            await explorer.until(lambda: "[what and who]" in explorer.text, back)


async def test_answers_to_a_key_held_down_do_not_cover_the_list() -> None:
    async with opened() as explorer:
        await explorer.press(*["N"] * 12)
        assert "no search yet" in explorer.notices
        await explorer.settle()
        assert sum("no search yet" in line for line in explorer.lines) == 3
