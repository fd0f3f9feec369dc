"""What the detail pane shows and what each of its keys does."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.pilot import Pilot

from ctexplore.tui.copy_choices import CopyChoices
from ctexplore.tui.detail.event_detail import EventDetail
from ctexplore.tui.detail.json_lines import MOST_WRAPPED
from ctexplore.tui.detail.json_tree import MOST_UNFOLDED, JsonTree
from ctexplore.tui.search_line import SearchInput
from ctexplore.tui.theme import variable_defaults

TOKEN = "IQoJb3JpZ2luX2Vj" + "Ab9/" * 60
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*"}]}
EVENT = {
    "eventTime": "2024-01-15T09:14:05Z",
    "eventSource": "iam.amazonaws.com",
    "eventName": "PutUserPolicy",
    "awsRegion": "us-east-1",
    "userIdentity": {"type": "IAMUser", "userName": "alice", "accountId": "111122223333"},
    "sourceIPAddress": "203.0.113.7",
    "errorCode": "AccessDenied",
    "requestParameters": {"userName": "bob", "policyDocument": json.dumps(POLICY)},
    "responseElements": {"credentials": {"accessKeyId": "ASIANEW", "sessionToken": TOKEN}},
    "readOnly": False,
    "recipientAccountId": "111122223333",
}
RAW = json.dumps(EVENT, indent=1).encode()
FILE = "s3://logs/AWSLogs/111122223333/CloudTrail/us-east-1/2024/01/15/day.json.gz"
COPY = FILE.replace("day", "copy")
WHERE = [f"{FILE} record 41", f"{COPY} record 3"]


class DetailApp(App[None]):
    BINDINGS = [Binding("escape", "outside", "Outside"), Binding("q", "outside", "Outside")]

    def __init__(self) -> None:
        super().__init__()
        self.copies: list[EventDetail.CopyRequested] = []
        self.narrowed: list[tuple[str, str, str]] = []
        self.notices: list[str] = []
        self.outside = 0

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(self.current_theme)

    def compose(self) -> ComposeResult:
        yield EventDetail()

    def notify(self, message: str, **options: object) -> None:  # type: ignore[override]
        assert options.get("markup") is False
        self.notices.append(message)

    def action_outside(self) -> None:
        self.outside += 1

    @on(EventDetail.CopyRequested)
    def _copy(self, event: EventDetail.CopyRequested) -> None:
        self.copies.append(event)

    @on(EventDetail.Narrow)
    def _narrow(self, event: EventDetail.Narrow) -> None:
        self.narrowed.append((event.op, event.path, event.value))


class Pane:
    """The pane as a person sees and drives it."""

    def __init__(self, app: DetailApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.detail = app.query_one(EventDetail)
        self.tree = app.query_one(JsonTree)

    @property
    def screen(self) -> list[str]:
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.rstrip("▁▂▃▄▅▆▇█ ") for strip in strips]

    @property
    def text(self) -> str:
        return "\n".join(self.screen)

    @property
    def cursor(self) -> str:
        """The row under the cursor, as drawn."""
        (line,) = [text for text in self.screen if text.startswith("▌")]
        return line[1:].strip()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause(0)

    async def search(self, words: str) -> None:
        """Write words into the search line at once; each key pressed costs the test 50 ms."""
        await self.press("/")
        self.app.query_one(SearchInput).value = words
        await self.pilot.pause(0)

    async def show(self, record: object, where: list[str] | None = None, error: str = "") -> None:
        raw = json.dumps(record).encode() if isinstance(record, dict) else record
        self.detail.show(raw, WHERE if where is None else where, error)
        await self.pilot.pause(0)

    async def go_to(self, *path: str | int) -> None:
        model = self.tree.model
        assert model is not None
        index = model.find(path)
        assert index is not None
        self.tree.action_move(index - self.tree.cursor)
        await self.pilot.pause(0)

    @property
    def copied(self) -> tuple[str, str, str]:
        last = self.app.copies[-1]
        return last.what, last.text, last.note


@asynccontextmanager
async def pane(size: tuple[int, int] = (80, 40), record: object = RAW) -> AsyncIterator[Pane]:
    app = DetailApp()
    async with app.run_test(size=size) as pilot:
        screen = Pane(app, pilot)
        screen.detail.focus()
        await screen.show(record)
        yield screen


async def test_summary_tree_and_files_at_80x24():
    async with pane((80, 24)) as p:
        assert p.screen == [
            "who    alice · IAMUser · account 111122223333",
            "did    PutUserPolicy · iam.amazonaws.com · write · 2024-01-15T09:14:05Z",
            "target bob · in account 111122223333",
            "from   203.0.113.7 · us-east-1",
            "result AccessDenied · key issued ASIANEW",
            "▌  eventTime: 2024-01-15T09:14:05Z",
            "   eventSource: iam.amazonaws.com",
            "   eventName: PutUserPolicy",
            "   awsRegion: us-east-1",
            " ▾ userIdentity: {3}",
            "     type: IAMUser",
            "     userName: alice",
            '     accountId: "111122223333"',
            "   sourceIPAddress: 203.0.113.7",
            "   errorCode: AccessDenied",
            " ▾ requestParameters: {2}",
            "     userName: bob",
            "   ▸ policyDocument: {2} in a text  Version: 2012-10-17, Statement: [1]",
            " ▾ responseElements: {1}",
            "   ▾ credentials: {2}",
            "       accessKeyId: ASIANEW",
            "       sessionToken: IQoJ…[masked, 256 characters]",
            "path eventTime",
            "file day.json.gz record 41; also in copy.json.gz record 3  in s3://logs/AWSLogs…",
        ]


async def test_a_low_pane_keeps_who_and_the_result():
    async with pane((80, 40)) as p:
        for height, labels in (
            (6, ["who", "result"]),
            (8, ["who", "did", "result"]),
            (11, ["who", "did", "target", "result"]),
            (14, ["who", "did", "target", "from", "result"]),
        ):
            await p.pilot.resize_terminal(80, height)
            shown = [line.split()[0] for line in p.screen if line[:1].islower()]
            assert [label for label in shown if label not in ("path", "file")] == labels
            assert p.cursor == "eventTime: 2024-01-15T09:14:05Z"


async def test_moving_folding_and_unfolding():
    async with pane() as p:
        await p.press("j", "down")
        assert p.cursor == "eventName: PutUserPolicy"
        await p.press("k", "up", "up")
        assert p.cursor == "eventTime: 2024-01-15T09:14:05Z"
        await p.press("G")
        assert p.cursor == 'recipientAccountId: "111122223333"'
        await p.press("g")
        assert p.cursor.startswith("eventTime")
        await p.go_to("userIdentity")
        await p.press("l")
        assert p.cursor == "type: IAMUser"
        await p.press("h")
        assert p.cursor == "▾ userIdentity: {3}"
        await p.press("h")
        assert p.cursor.startswith("▸ userIdentity: {3}  type: IAMUser, userName: alice")
        await p.press("right")
        assert p.cursor == "▾ userIdentity: {3}"
        await p.press("left")
        assert p.cursor.startswith("▸")
        await p.press("enter")
        assert p.cursor.startswith("▾")


async def test_paging_keeps_the_cursor_in_sight():
    record = {f"k{n}": n for n in range(200)}
    async with pane((80, 20), record) as p:
        height = p.tree.size.height
        await p.press("pagedown")
        assert p.cursor == f"k{height - 1}: {height - 1}"
        await p.press("ctrl+d", "ctrl+u", "pageup")
        assert p.cursor == "k0: 0"
        await p.press("end")
        assert p.cursor == "k199: 199"
        await p.press("home")
        assert p.cursor == "k0: 0"


async def test_folding_and_unfolding_all():
    async with pane() as p:
        await p.press("}")
        assert "Action: s3:*" in p.text
        await p.go_to("requestParameters", "policyDocument", "Statement", 0, "Action")
        await p.press("{")
        assert p.cursor.startswith("▸ requestParameters: {2}")
        assert len(p.tree.rows) == len(EVENT)


async def test_unfolding_more_than_the_bound_says_so():
    async with pane(record={f"k{n}": {"a": 1, "b": 2} for n in range(MOST_UNFOLDED)}) as p:
        await p.press("}")
        assert "stay folded" in p.app.notices[0]
        assert len(p.tree.rows) == MOST_UNFOLDED


async def test_the_mouse_moves_and_folds():
    async with pane() as p:
        await p.pilot.click(JsonTree, offset=(20, 2))
        assert p.cursor == "eventName: PutUserPolicy"
        await p.pilot.click(JsonTree, offset=(1, 4))
        await p.pilot.pause()
        assert p.cursor.startswith("▸ userIdentity")


async def test_the_next_event_keeps_cursor_and_folds():
    async with pane() as p:
        await p.go_to("userIdentity", "userName")
        await p.press("h", "h", "j")
        await p.go_to("requestParameters", "userName")
        other = {**EVENT, "extra": 1, "requestParameters": {"userName": "carol"}}
        await p.show(other)
        assert p.cursor == "userName: carol"
        assert "▸ userIdentity" in p.text


async def test_a_shown_secret_is_masked_again_on_the_next_event():
    async with pane() as p:
        assert TOKEN[8:40] not in p.text
        await p.press("x")
        assert TOKEN[8:40] in p.text
        await p.press("x")
        assert TOKEN[8:40] not in p.text
        await p.press("x")
        await p.show({**EVENT, "extra": 1})
        assert TOKEN[8:40] not in p.text


async def test_without_secrets_x_says_so():
    async with pane(record={"a": 1}) as p:
        await p.press("x")
        assert p.app.notices == ["this event holds no value that is masked"]


async def test_wrapping_shows_long_values_whole():
    agent = " ".join(f"word{n}" for n in range(60))
    async with pane(record={**EVENT, "userAgent": agent}) as p:
        assert "word59" not in p.text
        await p.press("W")
        await p.go_to("userAgent")
        joined = "".join(line.strip() for line in p.screen)
        assert "word59" in joined.replace(" ", "")
        await p.press("G")
        assert p.cursor.startswith("userAgent: word0")
        await p.press("W")
        assert "word59" not in p.text


async def test_a_wrapped_summary_cannot_be_forged():
    agent = "x" * 49 + "result succeeded"
    async with pane((80, 48), {**EVENT, "userAgent": agent * 3}) as p:
        await p.press("W")
        assert [line for line in p.screen if line.startswith("result")] == [
            "result AccessDenied · key issued ASIANEW"
        ]


async def test_too_many_rows_to_wrap_are_told():
    record = {f"k{n}": n for n in range(MOST_WRAPPED + 1)}
    async with pane(record=record) as p:
        while p.tree.model is None:
            await p.pilot.pause(0.01)
        await p.press("W")
        assert "stay on one line" in p.app.notices[0]
        assert "k5: 5" in p.text


async def test_searching():
    async with pane() as p:
        await p.press("/", *"alice")
        assert p.app.focused is p.app.query_one(SearchInput)
        assert p.cursor == "userName: alice"
        assert "1/1" in p.text
        await p.press("enter")
        assert p.app.focused is p.tree
        assert "/alice  1/1" in p.text
        await p.press("escape")
        assert "/alice" not in p.text
        assert p.app.outside == 0
        await p.press("escape")
        assert p.app.outside == 1


async def test_searching_opens_what_is_folded_and_goes_round():
    async with pane() as p:
        await p.search("allow")
        await p.press("enter")
        assert p.cursor == "Effect: Allow"
        await p.press("escape", "g")
        await p.search("username")
        await p.press("enter")
        assert p.cursor == "userName: alice"
        await p.press("n")
        assert p.cursor == "userName: bob"
        assert "2/2" in p.text
        await p.press("n")
        assert p.cursor == "userName: alice"
        await p.press("N")
        assert p.cursor == "userName: bob"


async def test_giving_a_search_up_goes_back():
    async with pane() as p:
        await p.press("j")
        await p.search("bob")
        assert p.cursor == "userName: bob"
        await p.press("escape")
        assert p.cursor == "eventSource: iam.amazonaws.com"
        await p.press("n")
        assert p.app.notices == ["nothing is searched for (/ does)"]


async def test_a_search_without_a_match_says_so_and_stays():
    async with pane() as p:
        await p.search("zebra")
        assert "not found" in p.text
        assert p.cursor == "eventTime: 2024-01-15T09:14:05Z"


async def test_a_search_lasts_over_events():
    async with pane() as p:
        await p.search("alice")
        await p.press("enter")
        await p.show({"a": "alice", "b": "alice"})
        assert "/alice  1/2" in p.text
        await p.press("n")
        assert p.cursor == "b: alice"


async def test_pasted_control_characters_are_searched_as_they_are_drawn():
    async with pane(record={"a": "x", "agent": "a\x1b]52;c"}) as p:
        await p.search("\x1b]52")
        assert p.app.query_one(SearchInput).value == r"\x1b]52"
        assert p.cursor == r"agent: a\x1b]52;c"


COPIES = [
    (("userIdentity", "userName"), "v", ("value", "alice", "")),
    (("userIdentity", "userName"), "k", ("key", "userName", "")),
    (("userIdentity", "userName"), "p", ("path", "userIdentity.userName", "")),
    (("eventName",), "f", ("file", FILE, "")),
    (("eventName",), "e", ("event", RAW.decode(), "it holds a secret")),
    (
        ("eventName",),
        "r",
        (
            "row",
            "2024-01-15T09:14:05Z\tPutUserPolicy\tiam.amazonaws.com\talice\tbob\t"
            "203.0.113.7\tus-east-1\t111122223333\tAccessDenied",
            "",
        ),
    ),
]


async def test_copying():
    async with pane() as p:
        await p.press("y")
        assert "copy  v value  k key  p path  e event  r row  f file  l link" in p.text
        await p.press("escape")
        assert "v value" not in p.text
        for path, key, expected in COPIES:
            await p.go_to(*path)
            await p.press("y", key)
            assert p.copied == expected
            assert p.app.focused is p.tree


async def test_any_other_key_after_y_only_goes_back():
    async with pane() as p:
        for key in ("j", "q", "escape", "y"):
            await p.press("y", key)
            assert not p.app.query_one(CopyChoices).display
            assert p.app.focused is p.tree
            assert p.cursor == "eventTime: 2024-01-15T09:14:05Z"
            assert p.app.copies == [] and p.app.outside == 0


async def test_a_masked_secret_is_not_copied_until_shown():
    async with pane() as p:
        for path in (
            ("responseElements", "credentials", "sessionToken"),
            ("responseElements", "credentials"),
            ("responseElements",),
        ):
            await p.go_to(*path)
            await p.press("y", "v")
            assert p.app.copies == []
            assert p.app.notices == ["not copied: it is or holds a masked secret (x shows it)"]
            p.app.notices.clear()
        await p.press("x", "y", "v")
        assert TOKEN in p.copied[1]


async def test_narrowing_by_a_value():
    async with pane() as p:
        await p.go_to("userIdentity", "accountId")
        await p.press("+", "-", "=")
        path, value = "userIdentity.accountId", "111122223333"
        assert p.app.narrowed == [("+", path, value), ("-", path, value), ("=", path, value)]


async def test_what_cannot_be_filtered_by_says_why():
    async with pane() as p:
        await p.go_to("userIdentity")
        await p.press("+")
        await p.go_to("responseElements", "credentials", "sessionToken")
        await p.press("+")
        await p.press("}")
        await p.go_to("requestParameters", "policyDocument", "Version")
        await p.press("+")
        assert p.app.narrowed == []
        assert p.app.notices == [
            "no filter: this is not one value (l opens it)",
            "no filter: this is masked (x shows it)",
            "no filter: this is inside a text, which filters see whole",
        ]


async def test_the_selected_leaf_is_for_the_screen():
    async with pane() as p:
        await p.go_to("readOnly")
        assert p.detail.selected == (("readOnly",), "false")
        await p.go_to("userIdentity")
        assert p.detail.selected is None


async def test_without_an_event_there_is_a_friendly_word_and_no_key_does_harm():
    async with pane() as p:
        await p.show(None, [])
        assert p.screen[0] == "No event to show. Go to one in the list and press enter."
        await p.press("j", "l", "h", "}", "{", "enter", "G", "y", "x", "+", "/", "n", "W")
        assert p.app.copies == p.app.narrowed == p.app.notices == []
        await p.show(None, [], "day.json.gz: AccessDenied\x1b[31m")
        assert p.screen[0] == r"day.json.gz: AccessDenied\x1b[31m"
        await p.show(RAW)
        assert p.screen[0].startswith("who    alice")


async def test_oddities_of_the_json_are_told():
    raw = b'{"dup":1,"dup":2,"bad":"\xff","n":NaN,"c":"\x1b"}'
    async with pane(record=raw) as p:
        (line,) = [text for text in p.screen if text.startswith("!")]
        assert (
            line == "! not UTF-8: bad; NaN, which is not JSON: n; raw control character: c; and 1"
        )
        assert r"bad: \xff" in p.text and r"c: \x1b" in p.text
        assert p.text.count("dup (duplicate key)") == 2


async def test_a_record_that_is_no_tree_is_shown_as_text():
    raw = b"[" * 100_000
    async with pane(record=raw) as p:
        assert p.screen[0].startswith("This record cannot be shown as a tree: nested deeper than")
        await p.press("y", "e")
        assert p.copied[1] == raw.decode()


async def test_a_large_record_is_read_beside_the_screen():
    record = {"requestParameters": {f"k{n}": {"v": n} for n in range(30_000)}, "eventName": "Big"}
    raw = json.dumps(record).encode()
    async with pane() as p:
        p.detail.show(raw, WHERE)
        assert p.tree.model is None
        await p.pilot.pause()
        p.detail.show(RAW, WHERE)
        p.detail.show(raw, WHERE)
        while p.tree.model is None:
            await asyncio.sleep(0.01)
        await p.pilot.pause()
        assert p.cursor.startswith("▸ requestParameters: {30,000}  k0: {1}")
        assert len(p.tree.rows) == 2
        await p.press("l")
        assert len(p.tree.rows) == 30_002
        await p.press("G", "k")
        assert p.cursor == "▸ k29999: {1}  v: 29999"


async def test_an_older_large_record_does_not_replace_a_newer_one():
    raw = json.dumps({f"k{n}": n for n in range(20_000)}).encode()
    async with pane() as p:
        p.detail.show(raw, WHERE)
        await p.show(RAW)
        while any(thread.name == "detail" for thread in threading.enumerate()):
            await asyncio.sleep(0.01)
        await p.pilot.pause()
        assert p.cursor == "eventTime: 2024-01-15T09:14:05Z"


PAYLOADS = [
    "[/b]",
    "[@click=app.quit]x[/]",
    "[link=http://x]y",
    "\\[0][TODO]",
    "\x1b]52;c;eA==\x07",
    "\x1b[2J\x1b[1;1H",
    "\x9b31m\x85",
    "a\tb\nc\rd\x00",
    "\u202eabc\u2066\u200b\ufeff",
    "漢字e\u0301" + "\u0301" * 50,
]


async def test_hostile_text_is_drawn_escaped_everywhere():
    every = " ".join(PAYLOADS)
    record = {
        **{payload: payload for payload in PAYLOADS},
        "eventName": PAYLOADS[0],
        "userAgent": every,
        "errorMessage": every,
        "userIdentity": {"type": every, "userName": PAYLOADS[5], every: every},
        "requestParameters": {every: {every: every}},
        "resources": [{"ARN": payload} for payload in PAYLOADS],
        "doc": json.dumps({every: every}),
    }
    async with pane((100, 60), record) as p:
        await p.show(record, [f"s3://{every}/{every}.gz record 1"])
        for keys in ((), ("}",), ("W",), ("G", "/", "a", "enter"), ("{",), ("y",)):
            await p.press(*keys)
            assert "".join(p.screen).isprintable()
            assert r"\x1b]52;c;eA==\x07" in p.text
            assert "\u0301" * 5 not in p.text
        await p.press("escape")
        await p.show(None, [], every)
        assert "".join(p.screen).isprintable()
        assert p.app.outside == 0 and p.app.is_running


async def test_markup_is_literal():
    async with pane(record={"eventName": "[/b][@click=app.quit]x", "[b]": "[/]"}) as p:
        assert "did    [/b][@click=app.quit]x" in p.text
        assert "[b]: [/]" in p.text
        await p.pilot.click("#detail-summary", offset=(25, 1))
        assert p.app.is_running


async def test_every_binding_has_an_id_and_a_description():
    for widget in (EventDetail, JsonTree, CopyChoices):
        for binding in widget.BINDINGS:
            assert isinstance(binding, Binding)
            assert binding.id and binding.description


async def test_a_summary_that_comes_while_another_is_laid_out_is_shown_whole() -> None:
    async with pane(size=(80, 12)) as p:
        await p.show(None, error="one line")
        p.detail.show(None, [], "another")
        p.app.screen._refresh_layout()
        await p.show(RAW)
        assert p.screen[0].startswith("who ")
        assert any(line.startswith("result ") for line in p.screen)
