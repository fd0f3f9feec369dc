"""The shipped themes are legible, a user's fail politely, and the right one is picked."""

from __future__ import annotations

import json
from dataclasses import fields
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.theme import Theme

from ctexplore.tui import theme as themes
from ctexplore.tui.events.event_list import EventList
from ctexplore.tui.theme import load_themes, pick_theme, variable_defaults
from tests.tui.event_views import numbered, table, view

SHIPPED = {t.name: t for t in load_themes()[0]}
TEXTS = ("severity-read", "severity-notable", "severity-alert", "event-error")


def test_six_themes_are_shipped_without_a_fault() -> None:
    loaded, problems = load_themes()
    assert problems == []
    more = {"ctexplore-high-contrast", "ctexplore-colorblind"}
    assert {t.name for t in loaded} == {themes.DARK, themes.LIGHT, themes.ANSI, themes.MONO} | more
    assert all(t.name.startswith(themes.OURS) for t in loaded)


@pytest.mark.parametrize("name", [themes.ANSI, themes.MONO])
def test_the_terminals_palette_is_left_alone(name: str) -> None:
    ansi = SHIPPED[name]
    own = [getattr(ansi, f.name) for f in fields(Theme) if f.name not in ("name", "variables")]
    colors = [c for c in own if isinstance(c, str)]
    colors += [v for k, v in ansi.variables.items() if not k.endswith("-style")]
    assert all(c.startswith("ansi_") for c in colors)


@pytest.mark.parametrize("name", [themes.ANSI, themes.MONO])
def test_without_colors_weight_still_tells(name: str) -> None:
    own = SHIPPED[name].variables
    assert "bold" in own["severity-alert-style"]
    assert "bold" in own["severity-notable-style"]
    assert "reverse" in own["cursor-style"]


class Themed(App[None]):
    def __init__(self) -> None:
        super().__init__()
        for theme in load_themes()[0]:
            self.register_theme(theme)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(self.current_theme)

    def compose(self) -> ComposeResult:
        yield EventList()


async def test_the_list_can_be_drawn_in_every_theme() -> None:
    app = Themed()
    async with app.run_test(size=(60, 8)) as pilot:
        lines = app.query_one(EventList)
        lines.show(view(table(*numbered(3))))
        for name in app.available_themes:
            app.theme = name
            await pilot.pause()
            levels = ("read", "notable", "alert", "titles")
            for level in levels:
                style = lines.get_component_rich_style(f"event-list--{level}")
                assert style.color is not None
                assert style.color != style.bgcolor or style.color.is_default, (name, level)


def test_severity_styles_come_from_the_theme() -> None:
    dark = SHIPPED[themes.DARK]
    assert dark.variables.keys() & variable_defaults(dark).keys() >= {*TEXTS, "cursor", "titles"}


GOOD = 'name = "mine"\nprimary = "#7ab7f0"\n'
BROKEN = {
    "not toml": ("primary = \n", "", "not TOML"),
    "unknown key": (GOOD + 'primry = "#fff"\n', "primry", "is no part of a theme"),
    "no primary": ('name = "mine"\n', "primary", "is missing"),
    "no name": ('primary = "#fff"\n', "name", "is missing"),
    "bad name": ('name = "my theme"\nprimary = "#fff"\n', "name", "must be a word"),
    "bad color": (GOOD + 'error = "reddish"\n', "error", "'reddish' is no colour"),
    "number for a color": (GOOD + "error = 7\n", "error", "must be a colour in quotes"),
    "text for a flag": (GOOD + 'dark = "yes"\n', "dark", "must be true or false"),
    "too much alpha": (GOOD + "text_alpha = 3.5\n", "text_alpha", "must be a number"),
    "variables no table": (GOOD + 'variables = "x"\n', "variables", "must be a table"),
    "bad variable": (GOOD + '[variables]\ncursor = "#12"\n', "variables.cursor", "is no colour"),
    "bad style": (
        GOOD + '[variables]\ncursor-style = "blod"\n',
        "variables.cursor-style",
        "is no text style",
    ),
    "none and bold": (
        GOOD + '[variables]\ntitles-style = "none bold"\n',
        "variables.titles-style",
        "is no text style",
    ),
    "too opaque": (GOOD + '[variables]\ncursor = "#fff 101%"\n', "variables.cursor", "no colour"),
    "bad variable name": (
        GOOD + '[variables]\n"a b" = "#fff"\n',
        "variables.a b",
        "must be a word",
    ),
    "ansi color": (GOOD + 'error = "ansi_red"\n', "error", "needs ansi = true"),
    "ansi without ground": (
        'name = "mine"\nprimary = "ansi_red"\nansi = true\n[variables]\n'
        'ansi-foreground = "ansi_default"\n',
        "variables.ansi-background",
        "is missing",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_theme_is_named_and_left_out(case: str, tmp_path: Path) -> None:
    text, key, reason = BROKEN[case]
    file = tmp_path / "mine.toml"
    file.write_text(text)
    loaded, problems = load_themes(tmp_path)
    assert {t.name for t in loaded} == set(SHIPPED)
    assert [(p.file, p.key) for p in problems] == [(str(file), key)]
    assert reason in problems[0].reason
    assert str(problems[0]).startswith(str(file))


def test_every_fault_of_a_theme_is_told_and_other_themes_load(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD + 'error = "no"\nwarning = "neither"\n')
    (tmp_path / "b.toml").write_text(GOOD)
    (tmp_path / "c.toml").write_bytes(b'name = "\xff"\n')
    (tmp_path / "d.toml").mkdir()
    (tmp_path / "readme.txt").write_text("no theme")
    loaded, problems = load_themes(tmp_path)
    assert "mine" in {t.name for t in loaded}
    assert [(Path(p.file).name, p.key) for p in problems] == [
        ("a.toml", "error"),
        ("a.toml", "warning"),
        ("c.toml", ""),
        ("d.toml", ""),
    ]
    assert "not UTF-8" in problems[2].reason


def test_a_user_may_replace_a_shipped_theme(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(f'name = "{themes.DARK}"\nprimary = "#123456"\n')
    loaded, problems = load_themes(tmp_path)
    assert problems == []
    assert {t.name: t.primary for t in loaded}[themes.DARK] == "#123456"


def test_a_folder_that_is_not_there_holds_no_themes(tmp_path: Path) -> None:
    loaded, problems = load_themes(tmp_path / "nowhere")
    assert (len(loaded), problems) == (len(SHIPPED), [])
    (tmp_path / "file").write_text("")
    assert load_themes(tmp_path / "file")[1][0].key == ""


COLORS = st.sampled_from(
    ["#fff", "#12345678", "red", "ansi_red", "ansi_default", "transparent", "auto", "auto 50%",
     "rgb(1,2,3)", "hsl(10,20%,30%)", "#12", "", "$primary", "no", 'a"b', "#fff 30%"]
)  # fmt: skip
VALUES = COLORS | st.booleans() | st.integers(-1, 9) | st.floats(-1, 2)


@settings(max_examples=150)
@given(
    data=st.dictionaries(st.sampled_from([f.name for f in fields(Theme)] + ["x"]), VALUES),
    variables=st.dictionaries(st.sampled_from([*TEXTS, "cursor-style", "border", "X"]), VALUES),
    ansi=st.booleans(),
)
def test_a_theme_that_loads_can_be_used(
    tmp_path_factory: pytest.TempPathFactory,
    data: dict[str, object],
    variables: dict[str, object],
    ansi: bool,
) -> None:
    data = {"primary": "#abc", **data, "name": "mine"}
    if ansi:
        variables |= {"ansi-background": "ansi_default", "ansi-foreground": "ansi_default"}
        data["ansi"] = True
    data.pop("variables", None)
    text = "".join(f"{k} = {json.dumps(v)}\n" for k, v in data.items()) + "[variables]\n"
    text += "".join(f"{k} = {json.dumps(v)}\n" for k, v in variables.items())
    folder = tmp_path_factory.mktemp("themes")
    (folder / "mine.toml").write_text(text)
    loaded, problems = load_themes(folder)
    mine = [t for t in loaded if t.name == "mine"]
    assert bool(mine) != bool(problems)
    for theme in mine:
        for color in variable_defaults(theme).values():
            assert color


@pytest.mark.parametrize(
    ("env", "picked"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, themes.DARK),
        ({"TERM": "xterm-256color"}, themes.DARK),
        ({"TERM": "xterm-kitty"}, themes.DARK),
        ({"TERM": "screen", "COLORTERM": "24bit"}, themes.DARK),
        ({"TERM": "screen"}, themes.ANSI),
        ({"TERM": "linux"}, themes.ANSI),
        ({"TERM": "xterm"}, themes.ANSI),
        ({}, themes.ANSI),
        ({"TERM": "vt100"}, themes.MONO),
        ({"TERM": "vt220-8bit"}, themes.MONO),
        ({"TERM": "xterm-mono"}, themes.MONO),
        ({"TERM": "vt340"}, themes.ANSI),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, themes.MONO),
        ({"TERM": "xterm-256color", "NO_COLOR": "1", "COLORTERM": "truecolor"}, themes.MONO),
        ({"TERM": "xterm-256color", "COLORFGBG": "0;15"}, themes.LIGHT),
        ({"TERM": "xterm-256color", "COLORFGBG": "0;default;7"}, themes.LIGHT),
        ({"TERM": "xterm-256color", "COLORFGBG": "15;0"}, themes.DARK),
        ({"TERM": "xterm-256color", "COLORFGBG": "7;8"}, themes.DARK),
        ({"TERM": "xterm", "TEXTUAL_COLOR_SYSTEM": "truecolor"}, themes.DARK),
        ({"TERM": "xterm-256color", "TEXTUAL_COLOR_SYSTEM": "standard"}, themes.ANSI),
    ],
)
def test_the_theme_that_suits_a_terminal(env: dict[str, str], picked: str) -> None:
    assert pick_theme(env) == picked


def test_an_installed_package_brings_its_themes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "ctexplore" / "themes"
    inside.mkdir(parents=True)
    (inside / "packed.toml").write_text('name = "packed"\nprimary = "#fff"\n')

    def packaged(_name: str) -> Traversable:
        return tmp_path / "ctexplore"

    monkeypatch.setattr(themes, "files", packaged)
    assert [t.name for t in load_themes()[0]] == ["packed"]
