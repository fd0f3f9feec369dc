"""The published pictures show the program as it is: ``python -m tests.screenshots`` makes them."""

from __future__ import annotations

import difflib

import pytest

from tests.screenshots import FOLDER, PICTURES, Picture, posed, told

# Looks, 0.3 s apart: against a hang only.
_PATIENCE = 60


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
async def test_a_picture_is_of_today(picture: Picture) -> None:
    kept = told(picture.file.read_text())
    async with posed(picture) as explorer:
        for _ in range(_PATIENCE):
            shown = told(explorer.app.export_screenshot())
            if shown == kept:
                return
            await explorer.pilot.pause(0.3)
    changes = difflib.unified_diff(kept, shown, "published", "shown", lineterm="", n=0)
    raise AssertionError("python -m tests.screenshots makes them anew:\n" + "\n".join(changes))


def test_no_picture_is_of_something_else() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {p.file.name for p in PICTURES}
