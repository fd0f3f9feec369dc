"""What attackers can write into a log, on every screen: drawn as escapes, never obeyed."""

from __future__ import annotations

import unicodedata
from typing import Any
from uuid import UUID

from ctexplore.sources.source import SourceError
from ctexplore.tui.detail.event_detail import EventDetail
from ctexplore.tui.feed import LoadHalted
from ctexplore.tui.filter.filter_hints import Completions
from ctexplore.tui.header import Header
from ctexplore.tui.tree.trail_tree import TrailTree
from tests.build import event, log
from tests.sources.memory_source import log_key
from tests.tui.explorer import Explorer, SlowSource, opened

PAYLOADS = {
    "clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "title": "\x1b]0;owned\x1b\\",
    "link": "\x1b]8;;http://evil.example\x1b\\text\x1b]8;;\x1b\\",
    "clear": "a\x1b[2J\x1b[H",
    "leave": "\x1b[?1049l\x1bc",
    "report": "\x1b[6n\x1b[c",
    "device": '\x1bP$q"p\x1b\\',
    "application": "\x1b_x\x1b\\",
    "unterminated": "\x1b]52;c;",
    "eight bit": "\x9b2J\x9d52;c;eA\x9c",
    "bell": "a\x07b\x08c\x7fd\x0e",
    "right to left": "abc‮fdp.exe‬",
    "isolates": "⁦a⁩‏b",
    "invisible": "a​b‌c‍d⁠e﻿f",
    "tags": "x\U000e0041\U000e0042",
    "fillers": "aㅤbᅟc⠀d",
    "variation": "a️b👨‍👩‍👧",
    "marks": "a" + "́" * 1000,
    "wide": "漢字" * 40,
    "tabs": "a\tb\tc\nd\re\x0bf",
    "separators": "a b c\x85d",
    "NUL": "a\x00b",
    "closing tag": "[/b]",
    "action": "[@click=app.quit]x[/]",
    "tag": "[link=http://evil.example]x[/link][TODO][0]\\[b]",
    "half a pair": "a\ud800b",
}


def hostile(number: int, text: str) -> dict[str, Any]:
    """An event with this text wherever one can be."""
    return event(
        number,
        eventName=f"Name{text}",
        eventSource=f"{text}.amazonaws.com",
        awsRegion=f"r{text}",
        sourceIPAddress=f"ip{text}",
        userAgent=text,
        errorCode=f"err{text}",
        errorMessage=text,
        recipientAccountId=f"acc{text}",
        userIdentity={
            "type": "IAMUser",
            "userName": f"who{text}",
            "arn": f"arn:aws:iam::1:user/{text}",
            "accessKeyId": text,
        },
        requestParameters={f"k{text}": text, "tags": [{f"t{text}": {text: text}}]},
        resources=[{"ARN": f"arn:aws:s3:::{text}", "type": text}],
    )


def source() -> SlowSource:
    records = [hostile(n, text) for n, text in enumerate(PAYLOADS.values(), 1)]
    return SlowSource({log_key("2024/03/05"): log(*records)})


def check_drawn(explorer: Explorer) -> None:
    """Nothing on the way to the terminal acts, hides or has more cells than it should."""
    strips = explorer.app.screen._compositor.render_strips()
    width = explorer.app.size.width
    for strip in strips:
        drawn = "".join(segment.text for segment in strip if not segment.control)
        for char in drawn:
            assert unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"), (
                f"{char!a} in {drawn!a}"
            )
            assert char not in "ㅤᅟ⠀️", drawn
        assert strip.cell_length == width, ascii(drawn)
        meta = [s.style.meta for s in strip if s.style and s.style.meta]
        assert not any("app.quit" in str(m.get("@click", "")) for m in meta)


async def test_the_list_at_any_width() -> None:
    async with opened(source(), size=(240, 60)) as explorer:
        assert len(explorer.rows) == len(PAYLOADS)
        for width in (80, 110, 160, 240):
            await explorer.pilot.resize_terminal(width, 60)
            await explorer.settle()
            check_drawn(explorer)
        for _ in range(12):
            await explorer.press("l")
            check_drawn(explorer)


async def test_the_detail() -> None:
    everything = hostile(99, "".join(PAYLOADS.values()))
    everything["requestParameters"] = dict(enumerate(PAYLOADS.values())) | {
        text: name for name, text in PAYLOADS.items()
    }
    files = source().files | {log_key("2024/03/06"): log(everything)}
    async with opened(SlowSource(files), size=(160, 100)) as explorer:
        detail = explorer.screen.query_one(EventDetail)
        view = explorer.screen.events.view
        assert view is not None
        await explorer.press("enter")
        await explorer.shows("eventVersion")
        detail.json.action_unfold_all()
        for key in ("x", "W", "G", "W", "O"):
            await explorer.press(key)
            check_drawn(explorer)
        await explorer.press("q")
        for position in range(1, len(view)):
            explorer.screen.events.go_to(position)
            explorer.screen._want(int(view.rows[position]), at_once=True)
            high, low = view.table.ids[view.rows[position]].tolist()
            event_id = str(UUID(int=high << 64 | low)).encode()
            await explorer.until(lambda wanted=event_id: wanted in (detail._record or b""))
            await explorer.settle()
            check_drawn(explorer)


# The filter's own text takes letters that are printable yet cannot be seen as they are.
NOT_YET = ("fillers", "variation")


async def test_narrowing_by_a_hostile_value_finds_that_value() -> None:
    async with opened(source()) as explorer:
        view = explorer.screen.events.view
        assert view is not None
        for position, name in enumerate(reversed(PAYLOADS)):
            explorer.screen.events.go_to(position)
            await explorer.press("plus")
            await explorer.matches(1)
            assert explorer.screen.bar.input.value.isprintable()
            if name not in NOT_YET:
                check_drawn(explorer)
            await explorer.press("u")
            await explorer.matches(len(PAYLOADS))


async def test_completing_a_hostile_value_finds_that_value() -> None:
    async with opened(source()) as explorer:
        await explorer.press("f")
        await explorer.type("name:")
        shown = explorer.screen.query_one(Completions)
        assert shown.option_count == 20
        for place in range(8):
            await explorer.press("f", "ctrl+u")
            await explorer.type("name:")
            shown.highlighted = place
            await explorer.settle()
            if place not in (0, 1):
                check_drawn(explorer)
            await explorer.press("tab", "enter")
            await explorer.matches(1)


async def test_completions_facets_and_timeline() -> None:
    async with opened(source(), size=(160, 60)) as explorer:
        for field in ("source:", "name:", "who:", "ip:", "region:", "account:", "error:"):
            await explorer.press("f", "ctrl+u")
            await explorer.type(field)
            assert explorer.screen.query_one(Completions).display, field
            check_drawn(explorer)
        await explorer.press("escape", "escape", "F")
        await explorer.settle()
        check_drawn(explorer)


async def test_file_names_in_the_tree_the_header_and_the_problems() -> None:
    texts = [t.replace("/", "|").replace("\ud800", "") for t in PAYLOADS.values()]
    folders = [f"AWSLogs/{n:02} {text}/" for n, text in enumerate(texts)]
    made = SlowSource({})
    for folder, text in zip(folders, texts, strict=True):
        made.files[f"{folder}{text}.json"] = log(event(1))
        made.files[f"{folder}b.json"] = log(event(2))
        made.broken[f"{folder}b.json"] = SourceError(text, f"why {text}", f"do {text}")
    made.label = "".join(texts)
    async with opened(made, size=(160, 60)) as explorer:
        tree = explorer.screen.query_one(TrailTree)
        tree.reveal(folders[0])
        await explorer.until(lambda: tree.cursor_folder == folders[0])
        check_drawn(explorer)
        await explorer.press("E")
        for _ in range(4):
            check_drawn(explorer)
            await explorer.press("space")
        await explorer.press("q")
        for folder in folders:
            explorer.screen.open((folder,))
            await explorer.settle()
            assert folder.split("/")[1] in explorer.screen.query_one(Header).where
            check_drawn(explorer)


async def test_reasons_in_notices_and_beside_the_sum() -> None:
    async with opened(source()) as explorer:
        for text in PAYLOADS.values():
            error = SourceError(text, f"why {text}", f"do {text}")
            explorer.screen.post_message(LoadHalted(explorer.screen.desk.generation, error))
            await explorer.settle()
            assert "r goes on" in explorer.text
            check_drawn(explorer)
            explorer.screen.query_one(TrailTree).post_message(TrailTree.Problem(error))
            await explorer.until(lambda: explorer.notices, "a notice")
            assert explorer.notices.isprintable()
            check_drawn(explorer)
            explorer.app.clear_notifications()
