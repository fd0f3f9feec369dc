"""All text of the shipped themes can be read, and severities stay apart for all eyes."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from textual.theme import Theme

from ctexplore.store.problem import Outcome, Problem
from ctexplore.tui import theme as themes
from ctexplore.tui.events.signs import PLAIN, UNICODE
from ctexplore.tui.problems import ProblemsScreen
from ctexplore.tui.theme import load_themes
from tests.tui.explorer import Explorer, SlowSource, opened, trail
from tests.tui.seeing import SIGHTS, contrast, distance, written

SHIPPED = {t.name: t for t in load_themes()[0]}
IN_COLOR = [t for t in SHIPPED.values() if not t.ansi]
SEVERITIES = ("severity-read", "severity-notable", "severity-alert")
TEXTS = (*SEVERITIES, "event-error")
READABLE = 4.5  # WCAG 2.1, success criterion 1.4.3
ENHANCED = 7.0  # 1.4.6
# Of Oklab times 100: more than three times what is just noticed.
APART = 7.0
FAR_APART = 10.0


def color(theme: Theme, name: str) -> str:
    return theme.variables.get(name) or getattr(theme, name)


def least(theme: Theme) -> float:
    return ENHANCED if theme.name == "ctexplore-high-contrast" else READABLE


@pytest.mark.parametrize("theme", IN_COLOR, ids=lambda t: t.name)
def test_every_pair_of_a_theme_can_be_read(theme: Theme) -> None:
    pairs = [*product(TEXTS, ("background", "cursor-blurred")), ("titles", "background")]
    pairs += [("cursor-foreground", "cursor"), ("foreground", "panel"), ("foreground", "surface")]
    pairs += [(color, "background") for color in ("primary", "warning", "error", "success")]
    pairs += [
        (f"block-cursor{b}-foreground", f"block-cursor{b}-background") for b in ("", "-blurred")
    ]
    pairs += [("footer-key-foreground", "panel"), ("event-error", "surface")]
    pairs += [("input-cursor-foreground", "input-cursor-background"), ("text-disabled", "surface")]
    for text, ground in pairs:
        assert contrast(color(theme, text), color(theme, ground)) >= least(theme), (text, ground)


def unreadable(explorer: Explorer, theme: Theme) -> dict[tuple[str, str], str]:
    """Colours of the screen's text and ground that are too near each other, with a text in them."""
    found = {}
    for text, style in written(explorer.app):
        assert style.color is not None, repr(text)
        assert style.bgcolor is not None, repr(text)
        pair = style.color.get_truecolor().hex, style.bgcolor.get_truecolor().hex
        if contrast(*pair[:: -1 if style.reverse else 1]) < least(theme):
            found.setdefault(pair, text.strip())
    return found


async def test_all_text_that_is_drawn_can_be_read() -> None:
    """What lies behind a question is left out: it is dimmed because it is out of use."""

    async def look(what: str, key: str = "") -> None:
        app = explorer.app
        for theme in IN_COLOR:
            app.theme = theme.name
            await explorer.press(*filter(None, (key,)))
            if app.screen.is_modal:
                app.screen.styles.background = theme.background
            await explorer.settle()
            assert any(text.strip() for text, _ in written(app))
            assert not unreadable(explorer, theme), (theme.name, what)
            await explorer.press(*("escape",) * bool(key))

    async with opened(SlowSource(trail(30)), size=(140, 30)) as explorer:
        await explorer.press("m", "j", "m", "j", "l", "s")
        await look("list, tree, detail")
        await explorer.press("F")
        await explorer.settle()
        await look("facets")
        await explorer.press("F", "f")
        await explorer.type("name:")
        await look("what may follow")
        await explorer.type("Nothing sorce:x ")
        await look("a mistake")
        await explorer.press("escape", "u", "u")
        await explorer.loaded()
        for key in ("C", "question_mark", "ctrl+p"):
            await look(key, key)
        problems = [Problem(f"{n}.json.gz", n, "damaged") for n in (*Outcome,)]
        explorer.app.push_screen(ProblemsScreen(problems))
        for severity in ("information", "warning", "error"):
            explorer.app.notify(severity, severity=severity)  # type: ignore[arg-type]
        await look("problems, notices")


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", IN_COLOR, ids=lambda t: t.name)
def test_severities_stay_apart(theme: Theme, sight: str) -> None:
    for one, other in combinations(SEVERITIES, 2):
        apart = distance(color(theme, one), color(theme, other), sight)
        assert apart >= APART, (one, other)


@pytest.mark.parametrize("sight", ["trichromacy", "protanopia", "deuteranopia"])
def test_the_theme_for_the_colour_blind_keeps_every_meaning_far_apart(sight: str) -> None:
    theme = SHIPPED["ctexplore-colorblind"]
    for one, other in combinations(TEXTS, 2):
        assert distance(color(theme, one), color(theme, other), sight) >= FAR_APART, (one, other)


def test_what_a_simulation_gives_is_what_its_authors_say() -> None:
    """Grey stays grey for all eyes; pure red and green come near for two kinds of them."""
    for sight in SIGHTS:
        assert distance("#808080", "#808080", sight) == 0
        assert distance("#ffffff", "#000000", sight) == pytest.approx(100, abs=1)
    reddish, greenish = "#c00000", "#607000"
    assert distance(reddish, greenish, "deuteranopia") < distance(reddish, greenish) / 2


@pytest.mark.parametrize("signs", [UNICODE, PLAIN])
def test_a_sign_stands_beside_every_colour(signs: object) -> None:
    severity: tuple[str, ...] = signs.severity  # type: ignore[attr-defined]
    assert len(set(severity)) == len(SEVERITIES)


@pytest.mark.parametrize("name", [themes.ANSI, themes.MONO])
async def test_without_a_palette_of_its_own_no_theme_paints_a_ground(name: str) -> None:
    """The terminal's own colours, which somebody chose so that they can be read, stay below."""
    async with opened(SlowSource(trail(30))) as explorer:
        explorer.app.theme = name
        await explorer.settle()
        for text, style in written(explorer.app):
            assert style.bgcolor is None or style.bgcolor.is_default, text
            if name == themes.MONO:
                assert style.color is None or style.color.is_default, text
