"""Reports say what a notebook says, hide secrets, and obey nothing that a log says."""

from __future__ import annotations

import json
import re
import zlib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore import cli
from ctexplore.investigate.notebook.as_html import html
from ctexplore.investigate.notebook.as_markdown import markdown, plain
from ctexplore.investigate.notebook.book import Notebook
from ctexplore.investigate.notebook.document import Facts, Grid, Heading, Listing
from ctexplore.investigate.notebook.entries import Entry, Event, filter_entry
from ctexplore.investigate.notebook.masked import masked_lines
from ctexplore.investigate.notebook.report import report

TOKEN = "IQoJb3JpZ2luX2VjEXAMPLETOKENEXAMPLETOKEN"
HOSTILE = "<script>alert(1)</script> | `x` **b** [a](https://e.x) \u202e\x1b[31m\nhttps://e.x"


def record(n: int) -> bytes:
    event = {
        "eventTime": f"2026-03-07T04:0{n}:00Z",
        "eventName": "GetSessionToken",
        "eventID": f"0968cbec-f8df-43f3-94ba-b451aad083e{n}",
        "userAgent": HOSTILE,
        "responseElements": {"credentials": {"sessionToken": TOKEN}},
        "requestParameters": {"env": [{"name": "DB_PASSWORD", "value": "hunter2hunter2hunter2"}]},
    }
    return json.dumps(event).encode()


def case(file: Path, count: int = 3) -> Notebook:
    """A notebook of so many events, noted in another order than they happened in."""
    book = Notebook(file, "s3://my-logs")
    for n in reversed(range(count)):
        raw = record(n)
        event = Event(
            f"0968cbec-f8df-43f3-94ba-b451aad083e{n}",
            1772856000000 + n * 60_000,
            {
                "name": "GetSessionToken",
                "who": f"alice{HOSTILE}",
                "agent": HOSTILE,
                "error": "AccessDenied" if n else "",
            },
            "s3://my-logs/AWSLogs/1/x.json.gz",
            "AWSLogs/1/x.json.gz",
            "etag",
            123,
            n,
            zlib.crc32(raw),
        )
        note = f"a note {HOSTILE} password=hunter2hunter2hunter2"
        book.put(Entry(f"e{n}", "event", "2026-03-07T05:00:00Z", note, event=event, marked=True))
        book.keep_records([(f"e{n}", raw)])
    book.put(filter_entry("denied", "is:denied"))
    return book


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_runs_nothing_and_asks_nobody(tmp_path: Path) -> None:
    page = Page()
    written = "".join(html(report(case(tmp_path / "case.jsonl"))))
    page.feed(written)
    known = {
        *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "dl", "dt", "dd"),
        *("table", "thead", "tbody", "tr", "th", "td", "pre"),
    }
    assert {tag for tag, _ in page.tags} <= known
    attributes = {name for _, attrs in page.tags for name in attrs}
    assert attributes <= {"lang", "charset", "http-equiv", "content", "name", "class"}
    (policy,) = (a["content"] for _, a in page.tags if "http-equiv" in a)
    assert policy and policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "url(" not in written and "@import" not in written
    assert "<script>alert(1)</script>" in page.text
    assert "\u202e" not in written and "\x1b" not in written


def test_events_stand_in_the_order_of_their_times(tmp_path: Path) -> None:
    blocks = report(case(tmp_path / "case.jsonl"))
    grid = next(b for b in blocks if isinstance(b, Grid))
    assert [row[1][-8:] for row in grid.rows] == ["04:00:00", "04:01:00", "04:02:00"]
    assert [row[6] for row in grid.rows] == ["worked", "AccessDenied", "AccessDenied"]
    assert grid.loud == {1, 2}
    (facts,) = (b for b in blocks[:2] if isinstance(b, Facts))
    assert ("events", "3, 2 of them failed") in facts.rows


def test_secrets_are_masked_in_both(tmp_path: Path) -> None:
    blocks = report(case(tmp_path / "case.jsonl"))
    for written in ("".join(html(blocks)), "".join(markdown(blocks))):
        assert TOKEN not in written and "hunter2" not in written
        assert "[masked, 40 characters]" in written or "&#91;masked, 40 characters" in written


def test_both_writers_say_the_same(tmp_path: Path) -> None:
    blocks = report(case(tmp_path / "case.jsonl"))
    page = Page()
    page.feed("".join(html(blocks)))
    shown = re.sub(r"&#(\d+);", lambda m: chr(int(m[1])), "".join(markdown(blocks)))
    for block in blocks:
        match block:
            case Listing(lines):
                assert all(line in page.text and line in shown for line in lines)
            case Heading(_, text):
                assert text in page.text and text in shown


@given(st.text())
def test_a_text_in_markdown_is_one_line_of_itself(text: str) -> None:
    written = plain(text)
    rest = re.sub(r"&#\d+;", "", written)
    assert not set("\n\r|`*_[]<>\\&~!$@") & set(rest)
    assert "://" not in rest and "www." not in rest.lower()


def test_no_code_leaves_its_fence() -> None:
    (written,) = markdown([Listing(("a", "```", "`````x", "<b>"))])
    assert written == "``````json\na\n```\n`````x\n<b>\n``````\n\n"


def test_a_record_that_is_no_json_is_shown_as_text() -> None:
    assert masked_lines(b"{")[0].startswith("not JSON: ")


def test_the_command_writes_files_and_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    case(tmp_path / "ctexplore" / "notebooks" / "night.jsonl")
    assert cli.main(["report", "night"]) == 0
    assert capsys.readouterr().out.startswith("<!doctype html>")
    assert cli.main(["report", "night", "--format", "md"]) == 0
    shown = capsys.readouterr().out
    assert shown.lstrip().startswith("# Investigation: night\n")
    assert cli.main(["report", "night", "--output", str(tmp_path / "r.md")]) == 0
    assert (tmp_path / "r.md").read_text() == shown
    assert cli.main(["report", "night", "--output", str(tmp_path / "r.md")]) == 2
    assert "--replace overwrites it" in capsys.readouterr().err
    assert cli.main(["report", "day"]) == 2
    assert "there are night" in capsys.readouterr().err
