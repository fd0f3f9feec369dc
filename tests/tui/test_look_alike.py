"""Names that could be taken for others have a sign, in the list and in the detail."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctexplore.text import show_only_ascii
from ctexplore.tui.look_alike import is_doubtful, marked
from tests.tui.exploring import event, exploring

CYRILLIC = "\u0430dmin"  # only its first letter is


def who(name: str) -> dict[str, object]:
    arn = f"arn:aws:iam::111122223333:user/{name}"
    return {"userIdentity": {"type": "IAMUser", "userName": name, "arn": arn}}


EVENTS = [
    event("15T09:00:00", "GetObject", **who("admin"), userAgent="caf\u00e9"),
    event("15T09:00:01", "GetObject", **who(CYRILLIC)),
    event("15T09:00:02", "GetObject", **who("x" * 200 + CYRILLIC)),
    event("15T09:00:03", "GetObject", **who("admin"), sourceIPAddress="10.0.0.\u0661"),
]


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_the_list_tells_which_is_which(tmp_path: Path, size: tuple[int, int]) -> None:
    async with exploring(tmp_path, EVENTS, size) as explorer:
        cells = [row.split(" s3 ", 1)[1].split()[0] for row in explorer.rows]
        assert [cell[0] for cell in cells] == ["a", "\u2248", "\u2248", "a"]
        assert cells[0] == "admin" and cells[2] == f"\u2248{CYRILLIC}"
        # It is for the eye: a filter by the value is by what the record says.
        await explorer.press("j", "j", "l", "l", "plus")
        await explorer.matches(1)
        assert "\u2248" not in explorer.filter and CYRILLIC in explorer.filter


async def test_the_detail_tells_too_and_only_of_names(tmp_path: Path) -> None:
    async with exploring(tmp_path, EVENTS[:2]) as explorer:
        await explorer.press("enter")
        await explorer.shows(f"userName: {CYRILLIC} (not all ASCII)")
        await explorer.press("q", "j")
        await explorer.shows("userAgent: caf\u00e9")
        assert "not all ASCII" not in explorer.text


def test_where_a_terminal_shows_numbers_no_sign_is_needed() -> None:
    assert marked("bob") == "bob" and marked(CYRILLIC) == f"\u2248{CYRILLIC}"
    show_only_ascii(True)
    try:
        assert marked(CYRILLIC) == CYRILLIC
    finally:
        show_only_ascii(False)


@pytest.mark.parametrize(
    ("field", "text", "doubtful"),
    [
        ("arn", "arn:aws:iam::1:user/\u0430", True),
        ("roleArn", "\u0430", True),
        ("sourceIPAddress", "\u0661", True),
        ("arn", "arn:aws:iam::1:user/a", False),
        ("userAgent", "\u0430", False),
        ("learning", "\u0430", False),
    ],
)
def test_which_fields_are_names(field: str, text: str, doubtful: bool) -> None:
    assert is_doubtful(field, text) is doubtful
