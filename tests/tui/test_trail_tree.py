from __future__ import annotations

import re
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.pilot import Pilot

from ctexplore.sources.newest import newest_day
from ctexplore.sources.outline import Listing, Outline
from ctexplore.sources.source import SourceError
from ctexplore.tui.tree.trail_tree import TrailTree
from tests.sources.memory_source import MemorySource, denied, log_key

MEMBER = "444455556666"
ACCOUNT = "AWSLogs/111122223333/"
TRAIL = ACCOUNT + "CloudTrail/"
EAST = TRAIL + "us-east-1/"


class TreeApp(App[None]):
    CSS = "TrailTree { width: 44; }"

    def __init__(self, outline: Outline) -> None:
        super().__init__()
        self.outline = outline
        self.opened: list[list[str]] = []
        self.problems: list[str] = []
        self.digests: list[str] = []

    def compose(self) -> ComposeResult:
        yield TrailTree(self.outline)

    @on(TrailTree.Opened)
    def _opened(self, event: TrailTree.Opened) -> None:
        self.opened.append(event.folders)

    @on(TrailTree.DigestsWanted)
    def _digests(self, event: TrailTree.DigestsWanted) -> None:
        self.digests.append(event.folder)

    @on(TrailTree.Problem)
    def _problem(self, event: TrailTree.Problem) -> None:
        self.problems.append(str(event.error))


class Screen:
    """The tree as a person sees and drives it."""

    def __init__(self, app: TreeApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.tree = app.query_one(TrailTree)

    @property
    def lines(self) -> list[str]:
        lines = [self.tree.render_line(y).text for y in range(self.tree.size.height)]
        return [line[1:].rstrip() for line in lines if line.strip()]

    @property
    def names(self) -> list[str]:
        return [line.split("  ")[0] for line in (line.lstrip(" *▸▾●") for line in self.lines)]

    @property
    def here(self) -> str:
        """The line of the cursor."""
        texts = [self.tree.render_line(y).text for y in range(self.tree.size.height)]
        (line,) = [text for text in texts if text.startswith("▌")]
        return line[1:].lstrip(" *▸▾●").rstrip()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def until(self, true: Callable[[], bool]) -> None:
        for _ in range(500):
            await self.pilot.pause(0.01)
            if true():
                return
        raise AssertionError("never came: " + "\n".join(self.lines))

    async def shows(self, *names: str) -> None:
        await self.until(lambda: self.names == list(names))


@asynccontextmanager
async def screen(outline: Outline | MemorySource, height: int = 30) -> AsyncIterator[Screen]:
    app = TreeApp(Outline(outline) if isinstance(outline, MemorySource) else outline)
    async with app.run_test(size=(80, height)) as pilot:
        yield Screen(app, pilot)


def trail() -> MemorySource:
    """One account: two regions, and three days in us-east-1."""
    return MemorySource(
        [
            log_key("2024/01/15"),
            log_key("2024/01/16"),
            log_key("2024/01/17"),
            log_key("2024/01/15", region="eu-west-1"),
        ]
    )


FOLDED = "AWSLogs › 111122223333 › CloudTrail"


async def unfold_east(s: Screen) -> None:
    """The cursor on us-east-1, its days below."""
    await s.shows("my-logs", FOLDED)
    await s.press("down", "right")
    await s.shows("my-logs", FOLDED, "eu-west-1", "us-east-1")
    await s.press("G", "right")
    await s.shows("my-logs", FOLDED, "eu-west-1", "us-east-1", "2024 › 01")
    await s.press("down", "right")
    await s.shows("my-logs", FOLDED, "eu-west-1", "us-east-1", "2024 › 01", "17", "16", "15")
    await s.press("up")


async def test_a_folder_is_listed_when_it_is_unfolded_and_only_then() -> None:
    source = trail()
    async with screen(source) as s:
        await s.shows("my-logs", FOLDED)
        assert source.requests == ["", "AWSLogs/", ACCOUNT, TRAIL]
        source.requests.clear()
        await s.press("down", "right")
        await s.shows("my-logs", FOLDED, "eu-west-1", "us-east-1")
        assert source.requests == []
        await s.press("down", "right")
        await s.shows("my-logs", FOLDED, "eu-west-1", "2024 › 01 › 15", "us-east-1")
        assert all("eu-west-1" in folder for folder in source.requests)
        assert len(source.requests) == 3
        await s.press("left", "right")
        await s.shows("my-logs", FOLDED, "eu-west-1", "2024 › 01 › 15", "us-east-1")
        assert len(source.requests) == 3


async def test_a_slow_listing_leaves_the_screen_alive() -> None:
    source = trail()
    async with screen(source) as s:
        await s.shows("my-logs", FOLDED)
        await s.press("down", "right")
        await s.shows("my-logs", FOLDED, "eu-west-1", "us-east-1")
        source.gate.clear()
        await s.press("down", "right")
        await s.shows("my-logs", FOLDED, "eu-west-1", "loading…", "us-east-1")
        await s.press("G")
        assert s.here == "us-east-1"
        source.gate.set()
        await s.shows("my-logs", FOLDED, "eu-west-1", "2024 › 01 › 15", "us-east-1")
        assert s.here == "us-east-1"


async def test_a_folder_may_be_folded_while_it_is_listed() -> None:
    source = trail()
    source.gate.clear()
    async with screen(source) as s:
        await s.shows("my-logs", "loading…")
        await s.press("left")
        await s.shows("my-logs")
        source.gate.set()
        await s.until(lambda: len(source.requests) == 4)
        await s.press("right")
        await s.shows("my-logs", FOLDED)
        assert len(source.requests) == 4


class Held(Outline):
    """Each listing waits for its own turn and answers with its own single folder."""

    def __init__(self) -> None:
        super().__init__(MemorySource([]))
        self.turns: list[threading.Event] = []

    def children(self, folder: str) -> Listing:
        turn = threading.Event()
        self.turns.append(turn)
        number = len(self.turns)
        turn.wait(10)
        nodes = Outline(MemorySource([f"answer-{number}/x.bin"])).children("").nodes
        return Listing(folder, nodes, 0)


async def test_an_answer_that_was_asked_for_before_list_again_is_dropped() -> None:
    outline = Held()
    async with screen(outline) as s:
        await s.until(lambda: len(outline.turns) == 1)
        await s.press("R")
        await s.until(lambda: len(outline.turns) == 2)
        outline.turns[0].set()
        await s.shows("my-logs", "loading…")
        outline.turns[1].set()
        await s.shows("my-logs", "answer-2")


async def test_an_answer_about_another_source_is_dropped() -> None:
    former, other = Held(), Held()
    async with screen(former) as s:
        await s.until(lambda: len(former.turns) == 1)
        s.tree.show(other)
        await s.until(lambda: len(other.turns) == 1)
        former.turns[0].set()
        await s.shows("my-logs", "loading…")
        other.turns[0].set()
        await s.shows("my-logs", "answer-1")


MOVES = {
    "up": "eu-west-1",
    "k": "eu-west-1",
    "down": "2024 › 01  January",
    "j": "2024 › 01  January",
    "g": "my-logs",
    "home": "my-logs",
    "G": "15  Mon",
    "end": "15  Mon",
    "right": "2024 › 01  January",
    "l l": "17  Wed",
    "g pagedown": "15  Mon",
    "G pageup": "my-logs",
    "g ctrl+d": "17  Wed",
    "G ctrl+u": "eu-west-1",
}


async def test_moving() -> None:
    async with screen(trail(), height=10) as s:
        await unfold_east(s)
        for keys, expected in MOVES.items():
            s.tree.cursor_line = 3
            assert s.here == "us-east-1"
            await s.press(*keys.split())
            assert (keys, s.here) == (keys, expected)


async def test_fold_and_toggle() -> None:
    async with screen(trail()) as s:
        await unfold_east(s)
        await s.press("left")
        assert s.names == ["my-logs", FOLDED, "eu-west-1", "us-east-1"]
        await s.press("space")
        assert len(s.names) == 8
        await s.press("space")
        assert len(s.names) == 4
        await s.press("l")
        assert len(s.names) == 8
        await s.press("h")
        assert len(s.names) == 4
        await s.press("h")
        assert s.here == FOLDED


async def test_enter_opens_the_folder_under_the_cursor() -> None:
    async with screen(trail()) as s:
        await unfold_east(s)
        await s.press("enter", "G", "enter", "g", "enter")
        assert s.app.opened == [[EAST], [EAST + "2024/01/15/"], [""]]


async def test_marked_folders_are_opened_together() -> None:
    async with screen(trail()) as s:
        await unfold_east(s)
        await s.press("down", "down", "m", "down", "m", "down", "m", "m", "g")
        assert s.tree.marked == [EAST + "2024/01/17/", EAST + "2024/01/16/"]
        assert [line.split()[1] for line in s.lines if line[0] == "*"] == ["17", "16"]
        await s.press("enter")
        assert s.app.opened == [[EAST + "2024/01/17/", EAST + "2024/01/16/"]]
        assert s.tree.marked == []
        assert not any("*" in line for line in s.lines)


async def test_mark_to_here_marks_from_the_last_mark() -> None:
    async with screen(trail()) as s:
        await unfold_east(s)
        await s.press("G", "m", "up", "up", "M")
        assert set(s.tree.marked) == {EAST + f"2024/01/{day}/" for day in (15, 16, 17)}


async def test_what_holds_no_events_is_neither_opened_nor_marked() -> None:
    source = trail()
    source.files[ACCOUNT + "CloudTrail-Digest/us-east-1/2024/01/15/d.json.gz"] = b"x"
    source.files[ACCOUNT + "Config/us-east-1/2024/1/5/x.json.gz"] = b"x"
    async with screen(source) as s:
        await s.shows("my-logs", "AWSLogs › 111122223333")
        await s.press("down", "right")
        await s.shows(
            "my-logs", "AWSLogs › 111122223333", "CloudTrail", "CloudTrail-Digest", "Config"
        )
        assert s.lines[-1].endswith("not CloudTrail")
        await s.press("G", "m", "right", "enter", "up", "enter", "m")
        assert s.app.opened == []
        assert s.tree.marked == []
        assert s.app.digests == [ACCOUNT + "CloudTrail-Digest/"]
        assert [problem.split(": ", 1)[1] for problem in s.app.problems] == [
            *["another service's logs, which are not read"] * 2,
            "digest files hold no events: enter shows them, they cannot be marked",
        ]


async def test_a_day_of_digests_says_how_many_there_are_once_it_is_unfolded() -> None:
    source = trail()
    for hour in (5, 6):
        source.files[ACCOUNT + f"CloudTrail-Digest/us-east-1/2024/01/15/{hour}.json.gz"] = b"x"
    async with screen(source) as s:
        await s.shows("my-logs", "AWSLogs › 111122223333")
        await s.press("down", "right")
        await s.shows("my-logs", "AWSLogs › 111122223333", "CloudTrail", "CloudTrail-Digest")
        await s.press("G", "right")
        await s.until(lambda: "15  Mon" in s.lines[-1])
        assert "files" not in s.lines[-1]
        await s.press("G", "right")
        await s.until(lambda: s.lines[-1].endswith("2 files"))


async def test_a_refused_folder_says_why_and_is_listed_again() -> None:
    source = trail()
    source.refused[""] = denied("s3://my-logs/")
    async with screen(source) as s:
        notes = ["! not allowed to list this prefix", "allow s3:ListBucket", "R lists again"]
        await s.shows("my-logs", *notes)
        assert s.app.problems == [str(source.refused[""])]
        source.refused.clear()
        await s.press("R")
        await s.shows("my-logs", FOLDED)


@pytest.mark.filterwarnings("error")
async def test_a_listing_that_never_ends_does_not_hold_the_exit() -> None:
    source = trail()
    source.gate.clear()
    async with screen(source) as s:
        await s.shows("my-logs", "loading…")
    listing = [thread for thread in threading.enumerate() if thread.name == "list"]
    assert listing
    source.gate.set()
    for thread in listing:
        thread.join(10)


@pytest.mark.parametrize("keys", ["j enter", "j j R", "space space"])
async def test_other_ways_to_list_a_refused_folder_again(keys: str) -> None:
    source = trail()
    source.refused[""] = denied("s3://my-logs/")
    async with screen(source) as s:
        await s.until(lambda: len(s.names) == 4)
        source.refused.clear()
        await s.press(*keys.split())
        await s.shows("my-logs", FOLDED)


async def test_a_listing_cut_short_shows_what_came_and_what_did_not() -> None:
    source = MemorySource([f"{n}/x.json" for n in range(4)], page_size=2)
    source.breaks_after[""] = 1
    async with screen(source) as s:
        await s.shows("my-logs", "0", "1", "! cut off", "R lists again")
        assert s.app.problems == ["s3://my-logs/: cut off"]


async def test_what_is_skipped_is_told_once_for_each_reason() -> None:
    class Links(Outline):
        def children(self, folder: str) -> Listing:
            link = "a symbolic link to a folder, not followed"
            links = tuple(SourceError(f"/logs/{n}", link, skipped=True) for n in range(3))
            return Listing(folder, (), 7, links)

    async with screen(Links(MemorySource([]))) as s:
        await s.until(lambda: len(s.lines) == 2)
        assert s.lines[1].strip().startswith("! a symbolic link to a folder")
        assert s.app.problems == []


async def test_a_mistake_in_the_thread_is_shown_and_not_waited_for() -> None:
    class Broken(Outline):
        def children(self, folder: str) -> Listing:
            raise ZeroDivisionError("oops")

    async with screen(Broken(MemorySource([]))) as s:
        await s.shows("my-logs", "! ZeroDivisionError: oops", "R lists again")


async def test_list_again_keeps_what_is_unfolded_and_the_cursor() -> None:
    source = trail()
    async with screen(source) as s:
        await unfold_east(s)
        await s.press("G")
        source.files[log_key("2024/01/18")] = b"x"
        source.files[log_key("2024/01/18", region="ap-south-1")] = b"x"
        await s.press("R")  # on a day: its month is listed
        await s.shows(
            "my-logs", FOLDED, "eu-west-1", "us-east-1", "2024 › 01", "18", "17", "16", "15"
        )
        assert s.here == "15  Mon"
        source.requests.clear()
        await s.press("g", "down", "R")
        await s.shows(
            *("my-logs", FOLDED, "ap-south-1", "eu-west-1", "us-east-1"),
            *("2024 › 01", "18", "17", "16", "15"),
        )
        assert source.requests == [TRAIL, EAST, EAST + "2024/", EAST + "2024/01/"]
        assert s.here == FOLDED


async def test_the_newest_day_is_revealed_without_another_listing() -> None:
    source = trail()
    outline = Outline(source)
    (day,) = newest_day(outline, "") or [""]
    source.requests.clear()
    async with screen(outline) as s:
        s.tree.reveal(day)
        await s.until(lambda: s.here == "17  Wed")
        assert s.names == [
            "my-logs", FOLDED, "eu-west-1", "us-east-1", "2024 › 01", "17", "16", "15"
        ]  # fmt: skip
        assert source.requests == []


async def test_reveal_goes_as_far_as_there_is_a_way() -> None:
    async with screen(trail()) as s:
        s.tree.reveal(EAST + "2031/01/01/")
        await s.until(lambda: s.here == "us-east-1")
        s.tree.reveal("AWSLogs/")  # inside a chain
        await s.until(lambda: s.here == FOLDED)


async def test_a_key_calls_reveal_off() -> None:
    source = trail()
    async with screen(source) as s:
        await s.shows("my-logs", FOLDED)
        source.gate.clear()
        s.tree.reveal(EAST + "2024/01/16/")
        await s.until(lambda: "loading…" in s.names)
        await s.press("g")
        source.gate.set()
        await s.until(lambda: "2024 › 01" in s.names)
        assert s.here == "my-logs"


async def test_a_refused_folder_ends_reveal() -> None:
    source = trail()
    source.refused[EAST] = denied("s3://my-logs/")
    async with screen(source) as s:
        s.tree.reveal(EAST + "2024/01/16/")
        await s.until(lambda: "R lists again" in s.names)
        s.tree.root.children[0].children[0].expand()
        await s.until(lambda: "2024 › 01 › 15" in s.names)
        assert source.requests.count(EAST) == 1


async def test_what_the_list_shows_has_a_sign() -> None:
    async with screen(trail()) as s:
        await unfold_east(s)
        s.tree.set_open([EAST + "2024/01/16/", TRAIL + "eu-west-1/"])
        assert [line.strip() for line in s.lines if "●" in line] == ["▸●eu-west-1", "●16  Tue"]
        s.tree.set_open([EAST])
        assert len([line for line in s.lines if "●" in line]) == 5
        s.tree.set_open(["AWSLogs/"])  # inside a chain
        assert len([line for line in s.lines if "●" in line]) == 7


async def test_counts_stand_at_the_right_edge_once_known() -> None:
    async with screen(trail()) as s:
        await unfold_east(s)
        s.tree.set_count(EAST + "2024/01/16/", events=14212, files=41)
        s.tree.set_count(EAST + "2024/01/15/", files=1)
        s.tree.set_count("elsewhere/", events=1)
        await s.pilot.pause()
        width = s.tree.size.width - 1  # without the cursor's cell
        by_day = {line.split()[0]: line for line in s.lines if line.strip()[:1] == "1"}
        assert by_day["16"].endswith("  14,212")
        assert by_day["15"].endswith("  1 file")
        assert len(by_day["16"]) == len(by_day["15"]) == width
        assert by_day["17"].endswith("17  Wed")


async def test_a_kind_of_log_gives_its_first_word_for_its_count() -> None:
    insight = TRAIL.replace("/CloudTrail/", "/CloudTrail-Insight/")
    day = "us-east-1/2024/01/15/"
    async with screen(MemorySource([TRAIL + day + "a.json.gz", insight + day + "b.json.gz"])) as s:
        await s.shows("my-logs", "AWSLogs › 111122223333")
        await s.press("down", "right")
        await s.until(lambda: any("CloudTrail-Insight" in line for line in s.lines))
        s.tree.set_count(insight, events=14212)
        s.tree.styles.width = 24
        await s.until(lambda: any(re.search(r" …Insight +14,212$", line) for line in s.lines))


async def test_a_count_of_some_of_the_days_is_not_told_as_that_of_all() -> None:
    async with screen(trail()) as s:
        await unfold_east(s)

        month, day = EAST + "2024/01/", EAST + "2024/01/16/"
        s.tree.set_open([day])
        s.tree.set_count(day, events=12)
        s.tree.set_count(month, events=12)
        await s.pilot.pause()
        shown = "\n".join(s.lines)
        assert re.search(r"16  Tue +12$", shown, re.MULTILINE)
        assert re.search(r"January +12\+$", shown, re.MULTILINE)
        s.tree.set_open([month])
        s.tree.set_count(month, events=50)
        s.tree.set_open([day])
        s.tree.set_count(month, events=12)
        await s.pilot.pause()
        assert re.search(r"January +50$", "\n".join(s.lines), re.MULTILINE)


async def test_log_files_without_dates_are_counted_from_the_listing() -> None:
    source = MemorySource([f"case/{n}.json" for n in range(3)] + ["more/a.json", "more/b/c.json"])
    async with screen(source) as s:
        await s.shows("my-logs", "case", "more")
        await s.press("down", "right", "down", "right")
        await s.shows("my-logs", "case", "more", "b")
        assert s.lines[1].startswith("     case")  # nothing to unfold
        assert s.lines[1].endswith("3 files")
        assert s.lines[2].endswith("1 file")


async def test_an_empty_source_says_so() -> None:
    async with screen(MemorySource([])) as s:
        await s.shows("my-logs", "nothing here")


async def test_a_narrow_pane_keeps_the_end_of_a_chain() -> None:
    async with screen(trail()) as s:
        await s.shows("my-logs", FOLDED)
        s.tree.styles.width = 36
        await s.shows("my-logs", "… › 111122223333 › CloudTrail")
        s.tree.styles.width = 24
        await s.shows("my-logs", "… › 111122223333")
        s.tree.styles.width = 20
        await s.shows("my-logs", "… › CloudTrail")
        s.tree.set_count(TRAIL, events=123_456_789)
        s.tree.styles.width = 18
        await s.shows("my-logs", "CloudTrail")
        assert all(len(line) < 18 for line in s.lines)


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("a\nb", "a\\nb"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x1b]52;c;aGk=\x07", "\\x1b]52;c;aGk=\\x07"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("[b]", "[b]"),
        ("[@click=app.quit]x[", "[@click=app.quit]x["),
        ("\x85\udcff", "\\u0085\\xff"),
        (" ", ""),
    ],
)
async def test_hostile_names_are_drawn_escaped(name: str, drawn: str) -> None:
    source = MemorySource([f"{name}/x.json", "zzz/x.json"])
    source.label = name
    async with screen(source) as s:
        await s.until(lambda: "zzz" in s.names)
        assert drawn in s.lines[0]
        assert any(drawn in line for line in s.lines[1:])
        text = "".join(s.lines)
        assert text.isprintable()
        await s.press("G" if name > "zzz" else "j", "enter")
        assert s.app.opened == [[f"{name}/"]]


async def test_a_hostile_reason_is_drawn_escaped() -> None:
    source = MemorySource([])
    source.refused[""] = SourceError("s3://x", "no [/b] \x1b[2J\u202e", "[@click=app.quit]y[/]")
    async with screen(source) as s:
        await s.shows(
            "my-logs", "! no [/b] \\x1b[2J\\u202e", "[@click=app.quit]y[/]", "R lists again"
        )


async def test_the_signs_of_a_linux_console(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "linux")
    async with screen(MemorySource(["a/b/x.json", "a/c/x.json"])) as s:
        await s.until(lambda: len(s.lines) == 2)
        await s.press("down")
        s.tree.set_open(["a/"])
        lines = [s.tree.render_line(y).text.rstrip() for y in range(2)]
        assert lines == ["  v my-logs", ">   >:a"]


async def test_the_mouse() -> None:
    async with screen(trail()) as s:
        await s.shows("my-logs", FOLDED)
        await s.pilot.click(TrailTree, offset=(4, 1))  # the arrow
        await s.shows("my-logs", FOLDED, "eu-west-1", "us-east-1")
        await s.pilot.click(TrailTree, offset=(12, 3))
        assert s.here == "us-east-1"
        assert s.app.opened == []
        await s.pilot.click(TrailTree, offset=(12, 2), times=2)
        await s.pilot.pause()
        assert s.app.opened == [[TRAIL + "eu-west-1/"]]


def test_every_binding_can_be_remapped_and_takes_no_other_panes_key() -> None:
    taken = set("f/tDOsCWTErL+-=FHS[]zZuyPei:?q") | {"tab", "ctrl+r", "escape"}
    for binding in TrailTree.BINDINGS:
        assert isinstance(binding, Binding)
        assert binding.id
        assert binding.id.startswith("tree.")
        assert binding.description
        assert not taken & set(binding.key.split(","))
    assert len({b.id for b in TrailTree.BINDINGS if isinstance(b, Binding)}) == len(
        TrailTree.BINDINGS
    )
