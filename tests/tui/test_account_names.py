"""Accounts by the names that people gave them: tree, list, first line, facets, detail."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.style import Style

from ctexplore.sources.folder import FolderSource
from ctexplore.sources.outline import Outline
from ctexplore.tui.events.columns import cell, column
from ctexplore.tui.header import short_path
from ctexplore.tui.tree.tree_label import Count, node_label
from tests.build import event, gz, log
from tests.sources.memory_source import MemorySource, log_key
from tests.tui.event_views import START, table, view
from tests.tui.explorer import opened

PROD, TEST = "111122223333", "444455556666"
pytestmark = pytest.mark.usefixtures("account_names")


def labels(width: int, *accounts: str) -> list[str]:
    source = MemorySource([log_key(account=a, region=r) for a in accounts for r in ("a-b-1", "x")])
    nodes = Outline(source).children("AWSLogs/").nodes
    return [node_label(node, Count(), Style(), width).plain.strip() for node in nodes]


def test_the_tree_has_the_name_before_the_id() -> None:
    assert labels(40, PROD, TEST, "777788889999") == [
        f"prod {PROD}",
        rf"te\x1b[31mst {TEST}",
        "777788889999",
    ]


@pytest.mark.parametrize(
    ("width", "shown"), [(25, f"prod {PROD}"), (17, f"prod {PROD}"), (16, "prod"), (12, "prod")]
)
def test_the_list_has_the_name_alone_where_there_is_no_room_for_both(
    width: int, shown: str
) -> None:
    events = view(table({"time": START, "account": PROD}))
    account = column("account")
    assert cell(account, account.text(events, 0), width).rstrip() == shown
    assert account.value(events, 0) == PROD


def test_the_column_has_room_for_names_only_where_there_are_some() -> None:
    from ctexplore.trail.accounts import NAMES

    assert column("account").widths == (12, 12, 25)
    NAMES.forget()
    assert column("account").widths == (12, 12, 12)


def test_the_first_line_has_the_name() -> None:
    day = f"AWSLogs/{PROD}/CloudTrail/us-east-1/2024/01/15/"
    assert short_path("my-logs", day) == f"my-logs › prod {PROD} › us-east-1 › 2024-01-15"


async def test_the_whole_screen_knows_the_account_by_its_name(tmp_path: Path) -> None:
    for account in (PROD, TEST):
        file = tmp_path / log_key("2024/03/05", account=account)
        file.parent.mkdir(parents=True)
        file.write_bytes(gz(log(event(int(account[:2]), recipientAccountId=account))))
    async with opened(FolderSource(tmp_path), size=(220, 48), text="account:prod") as explorer:
        await explorer.until(lambda: "1 of 2" in explorer.text)
        assert f"prod {PROD}" in explorer.text
        await explorer.press("enter")
        await explorer.until(lambda: f"in account prod {PROD} · ask ops" in explorer.text)
        assert "\x1b" not in explorer.text
