"""Keys that are there at once do what they do one by one."""

from __future__ import annotations

import pytest
from textual.events import Key

from tests.tui.explorer import Explorer, key_to_character, opened


async def at_once(explorer: Explorer, *keys: str) -> None:
    for key in keys:
        explorer.app.post_message(Key(key, key_to_character(key)))
    await explorer.settle()


@pytest.mark.parametrize(
    "keys",
    [
        ("f", *"who", "colon", *"bob", "enter", "j", "j", "enter"),
        ("t", "j", "t", "j", "enter"),
        ("enter", "j", "q", "j", "question_mark", "q", "k", "F", "q"),
        ("slash", *"bob", "enter", "n", "n"),
    ],
)
async def test_as_one_by_one(keys: tuple[str, ...]) -> None:
    seen = []
    for together in (True, False):
        async with opened() as explorer:
            if together:
                await at_once(explorer, *keys)
            else:
                await explorer.press(*keys)
            # What is searched for on a thread, and what came of it.
            await explorer.until(lambda: not explorer.screen._finder._asked)
            await explorer.settle()
            screen, focused = explorer.app.screen, explorer.app.focused
            seen.append(
                (
                    type(screen),
                    type(focused),
                    explorer.screen.bar.text,
                    explorer.screen.events.cursor_position,
                    sorted(explorer.screen.classes),
                )
            )
    assert seen[0] == seen[1]


async def test_a_key_whose_widget_is_gone_holds_up_none() -> None:
    async with opened() as explorer:
        await at_once(explorer, "C", "escape", "j", "j", "e", "escape", "j")
        await explorer.until(lambda: explorer.screen.events.cursor_position == 3)
