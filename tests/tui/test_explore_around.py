"""What is the same on every screen: help, palette, the line of keys, notices, themes, crashes."""

from __future__ import annotations

import errno
import threading
from collections import Counter
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread

from ctexplore.store.cache.cache import NoCache
from ctexplore.store.problem import Outcome, Problem
from ctexplore.store.scope import Limits, Scope
from ctexplore.tui.app import ExplorerApp, UnknownTheme
from ctexplore.tui.footer import Footer
from ctexplore.tui.help import HelpScreen
from ctexplore.tui.palette import commands
from ctexplore.tui.problems import ProblemList, ProblemsScreen
from tests.tui.explorer import DAYS, SlowSource, opened, trail

SMALL = trail(10, DAYS[:1])


def app(theme: str = "") -> ExplorerApp:
    return ExplorerApp(SlowSource(SMALL), NoCache(""), Scope(("",)), Limits(), theme=theme)


# -- help


async def test_help_lists_every_key_in_sections() -> None:
    async with opened(SlowSource(SMALL), size=(80, 200)) as explorer:
        await explorer.press("question_mark")
        assert isinstance(explorer.app.screen, HelpScreen)
        lines = explorer.lines
        titles = [line.strip() for line in lines if line[:2].strip()]
        order = ["Everywhere", "Narrowing, on a row or a value", "Moving, in every pane"]
        order += ["Event list", "Trail tree", "Detail", "Filter bar"]
        assert [title for title in titles if title in order] == order
        for wanted in (
            "f                     Type a filter",
            "t                     Show or hide the trail's tree",
            "D                     Detail beside or below",
            "esc                   Stop reading; r goes on / To the list",
            "ctrl+p                Palette",
            "tab                   Complete",
            "↑  k  ↓  j            Up, down",
        ):
            assert any(line.strip().startswith(wanted) for line in lines), wanted
        assert max(map(len, lines)) <= 80


async def test_help_has_each_key_once_in_a_section() -> None:
    async with opened(SlowSource(SMALL)) as explorer:
        await explorer.press("question_mark")
        assert isinstance(explorer.app.screen, HelpScreen)
        for title, described in explorer.app.screen._sections().items():
            keys = Counter(key for keys in described.values() for key in keys)
            assert not [key for key, times in keys.items() if times > 1], title


async def test_help_scrolls_and_goes_back() -> None:
    async with opened(SlowSource(SMALL)) as explorer:
        await explorer.press("question_mark")
        first = explorer.lines[0]
        await explorer.press("j", "space")
        assert explorer.lines[0] != first
        await explorer.press("G")
        last = explorer.lines
        await explorer.press("j")
        assert explorer.lines == last
        await explorer.press("g")
        assert explorer.lines[0] == first
        for key in ("q", "escape", "question_mark"):
            await explorer.press(key)
            assert explorer.app.screen is explorer.screen, key
            await explorer.press("question_mark")
            assert isinstance(explorer.app.screen, HelpScreen)


# -- the palette


async def test_the_palette_offers_every_action_by_name() -> None:
    async with opened(SlowSource(SMALL)) as explorer:
        offered = {c.title for c in explorer.app.get_system_commands(explorer.screen)}
        wanted = {"Theme", "Type a filter", "Detail beside or below", "Only this value", "Keys"}
        wanted |= {"Go to a time, day or event id", "Times in UTC or local", "Mark", "Quit at once"}
        assert wanted <= offered
        for active in explorer.screen.active_bindings.values():
            binding = active.binding
            if active.enabled and binding.id and binding.key != "ctrl+p":
                assert not binding.description or (
                    (binding.tooltip or binding.description) in offered
                ), binding


async def test_the_palette_does_what_the_key_does() -> None:
    async with opened(SlowSource(SMALL)) as explorer:
        await explorer.press("ctrl+p")
        assert isinstance(explorer.app.screen, CommandPalette)
        await explorer.type("type a filter")
        await explorer.until(lambda: "key f" in explorer.text, "the filter's entry")
        await explorer.press("enter")
        await explorer.until(lambda: explorer.screen.bar.input.has_focus, "the filter bar")


async def test_an_action_of_the_palette_runs_where_it_belongs() -> None:
    async with opened(SlowSource(SMALL)) as explorer:
        mark = next(c for c in commands(explorer.app, explorer.screen) if c.title == "Mark")
        result = mark.callback()
        assert result is not None
        await result
        assert explorer.screen.events.marked


# -- the line of keys


@pytest.mark.parametrize("width", [40, 60, 80, 110, 160])
async def test_the_keys_fit_and_the_last_two_stay(width: int) -> None:
    async with opened(SlowSource(SMALL), size=(width, 24)) as explorer:
        line = explorer.lines[-1]
        assert line.endswith("? Keys  q Quit")
        assert len(line) == width - 1
        assert line.startswith(" f Filter  ⏎ Detail")


async def test_the_keys_are_those_of_the_pane() -> None:
    async with opened(SlowSource(SMALL), size=(160, 48)) as explorer:
        await explorer.press("shift+tab", "shift+tab")
        assert "Fold" not in explorer.lines[-1]
        await explorer.press("f")
        assert explorer.lines[-1].startswith(" tab Complete  ⏎ Filter by this  esc Back")
        assert "Quit" not in explorer.lines[-1], "q is a letter now"
        await explorer.press("escape", "escape", "colon")
        assert explorer.lines[-1].startswith(" ⏎ Go  esc Back")


async def test_a_click_on_a_key_presses_it() -> None:
    async with opened(SlowSource(SMALL)) as explorer:
        at = explorer.lines[-1].index("? Keys") - 1
        await explorer.pilot.click(Footer, offset=(at + 1, 0))
        await explorer.settle()
        assert isinstance(explorer.app.screen, HelpScreen)


# -- notices


async def test_a_notice_covers_only_the_keys() -> None:
    async with opened(SlowSource(SMALL)) as explorer:
        before = explorer.lines
        explorer.app.notify("something happened", markup=False)
        await explorer.until(lambda: "something happened" in explorer.text, "the notice")
        assert explorer.lines[:-1] == before[:-1]
        assert explorer.lines[-1] == " something happened"


# -- problems


async def test_problems_are_listed_by_reason_and_the_worst_first() -> None:
    many = [
        Problem("a/one\x1b[31m.json", Outcome.SKIPPED, "a digest file"),
        Problem("a/two.json", Outcome.FAILED, "no JSON", "byte 7", "look at it"),
        Problem("a/three.json", Outcome.SKIPPED, "a digest file"),
        Problem("four.json", Outcome.PARTIAL, "cut off", "record 3"),
        Problem("folder/", Outcome.FAILED, "not allowed to list this"),
    ]
    async with opened(SlowSource(SMALL)) as explorer:
        explorer.app.push_screen(ProblemsScreen(many))
        await explorer.shows("2 failed, 1 read in part, 2 skipped")
        shown = [line.strip() for line in explorer.lines[1:-1] if line.strip()]
        assert shown == [
            "✗ failed: no JSON (look at it)",
            "two.json  byte 7  in a/",
            "✗ failed: not allowed to list this",
            "folder/",
            "! read in part: cut off",
            "four.json  record 3",
            "- skipped: a digest file  ×2",
            "one\\x1b[31m.json  in a/",
            "three.json  in a/",
        ]


async def test_many_problems_scroll_to_the_last_in_both_directions() -> None:
    many = [Problem(f"{'long/' * 30}{n}", Outcome.FAILED, f"why {n}") for n in range(20_000)]
    async with opened(SlowSource(SMALL)) as explorer:
        explorer.app.push_screen(ProblemsScreen(many))
        await explorer.shows("20,000 failed", "why 0")
        await explorer.press("G")
        await explorer.shows("✗ failed: why 19999")
        pane = explorer.app.screen.query_one(ProblemList)
        await explorer.press(*"l" * 5)
        await explorer.until(lambda: pane.scroll_offset.x > 0, "further right")
        await explorer.press("g")
        await explorer.until(lambda: pane.scroll_offset.y == 0, "the first line")
        await explorer.press("j", "j", "k")
        await explorer.until(lambda: pane.scroll_offset.y == 1, "one line further down")


# -- themes


def test_an_unknown_theme_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(UnknownTheme, match=r"no theme 'plaid'; known are .*dark.*nord"):
        app("plaid")


async def test_own_themes_load_and_a_broken_one_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "ctexplore" / "themes"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text('name = "mine"\nprimary = "#336699"\ndark = true\n')
    (folder / "bad\x1b.toml").write_text("name = 7")
    made = app("mine")
    assert made.theme == "mine"
    async with made.run_test(notifications=True):
        told = [notice.message for notice in made._notifications]
    assert any("bad\\x1b.toml: primary: is missing" in line for line in told)
    assert all("bad\\x1b.toml: " in line for line in told)


async def test_a_theme_of_textual_works() -> None:
    made = app("nord")
    async with made.run_test() as pilot:
        await pilot.pause()
        made.theme = "ctexplore-ansi"
        await pilot.pause()
        assert made.current_theme.ansi


# -- what nobody expected


def test_a_crash_says_nothing_of_what_was_in_memory(capfd: pytest.CaptureFixture[str]) -> None:
    made = app()

    async def fail() -> None:
        secret = "AKIAEXAMPLESECRET"
        raise RuntimeError("unexpected " + secret[:0])

    with pytest.raises(RuntimeError, match="unexpected"):
        made.run(headless=True, auto_pilot=lambda _: fail())
    said = capfd.readouterr()
    assert "AKIAEXAMPLESECRET" not in said.out + said.err
    assert "Traceback" not in said.out + said.err


async def test_a_thread_that_fails_is_told_and_the_screen_stays() -> None:
    async with opened(SlowSource(SMALL)) as explorer:
        secret = "AKIAEXAMPLESECRET"
        failing = threading.Thread(target=lambda: {}[secret])
        failing.start()
        failing.join()
        await explorer.until(lambda: "internal error, KeyError" in explorer.notices)
        assert secret not in explorer.notices
        assert explorer.app.screen is explorer.screen
    assert threading.excepthook is threading.__excepthook__


async def test_a_terminal_that_is_gone_ends_the_program_as_a_signal_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctexplore.config.state_dir", lambda: tmp_path)

    class Gone:
        def write(self, _text: str) -> None:
            raise OSError(errno.EIO, "Input/output error")

        def flush(self) -> None:
            raise OSError(errno.EIO, "Input/output error")

    async with opened(SlowSource(SMALL)) as explorer:
        writer = WriterThread(Gone())  # type: ignore[arg-type]
        writer.start()
        for _ in range(3 * MAX_QUEUED_WRITES):
            writer.write("more than the queue holds")
        await explorer.until(lambda: explorer.app.return_code == 129, "the end")
        writer.stop()
    assert not list(tmp_path.iterdir())
