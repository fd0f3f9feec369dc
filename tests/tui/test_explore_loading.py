"""Loading as a person sees it: stopping, going on, what failed, what it would cost."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from ctexplore.sources.source import SourceError
from ctexplore.store.cache.cache import MemoryCache, NoCache
from ctexplore.store.scope import Limits
from ctexplore.tui.dialogs import AskToLoad
from ctexplore.tui.feed import LoadHalted, Loading, ViewChanged
from ctexplore.tui.problems import ProblemsScreen
from ctexplore.tui.status import StatusLine
from tests.build import gz, log
from tests.sources.memory_source import log_key
from tests.tui.explorer import DAYS, Explorer, SlowSource, call, opened, started, trail

THIRD, SECOND, FIRST = (log_key(day) for day in DAYS)  # in the order of reading
_SUM = re.compile(
    r"([\d,]+) files? = ([\d,]+) read \+ ([\d,]+) failed \+ ([\d,]+) skipped"
    r"(?: \+ ([\d,]+) waiting)?"
)


def counts(explorer: Explorer) -> tuple[int, ...]:
    """found, read, failed, skipped, waiting as the status line says; they must add up."""
    said = _SUM.search(explorer.text)
    assert said, explorer.text
    found, *parts = (int((number or "0").replace(",", "")) for number in said.groups())
    assert found == sum(parts), said[0]
    return found, *parts


def stopped() -> SlowSource:
    """A trail of which the second day's file has not come yet."""
    source = SlowSource(trail())
    source.gate_of(SECOND)
    return source


async def stop_at_second(explorer: Explorer, source: SlowSource) -> None:
    await explorer.until(lambda: SECOND in source.reads)
    await explorer.shows("+ 1 waiting")
    await explorer.press("escape")
    source.gates[SECOND].set()
    await explorer.until(lambda: not explorer.screen.desk.running, "the stop")
    await explorer.settle()


async def test_what_is_there_shows_while_the_rest_is_read() -> None:
    source = stopped()
    async with started(source) as explorer:
        await explorer.shows("03-07 11:59:00", "60 of 60", "━", "+ 1 waiting")
        assert counts(explorer) == (2, 1, 0, 0, 1)
        assert "esc Stop" in explorer.lines[-1]
        source.gates[SECOND].set()
        await explorer.loaded()
        assert counts(explorer) == (3, 3, 0, 0, 0)
        assert "esc Stop" not in explorer.lines[-1]
        assert "━" not in explorer.text


async def test_escape_stops_and_r_goes_on() -> None:
    source = stopped()
    async with started(source) as explorer:
        await stop_at_second(explorer, source)
        await explorer.shows("stopped, r resumes", "120 of 120")
        assert counts(explorer) == (2, 2, 0, 0, 0), "the third day is not listed yet"
        assert "r Resume" in explorer.lines[-1]
        assert THIRD not in source.reads
        await explorer.press("r")
        await explorer.loaded()
        assert counts(explorer) == (3, 3, 0, 0, 0)
        # The event under the cursor may have been read for the detail besides.
        assert list(dict.fromkeys(source.reads)) == [FIRST, SECOND, THIRD]
        assert "180 of 180" in explorer.lines[1]


async def test_escape_leaves_panes_when_nothing_runs() -> None:
    async with opened() as explorer:
        await explorer.press("enter")
        assert not explorer.screen.events.has_focus
        await explorer.press("escape")
        assert explorer.screen.events.has_focus


async def test_a_filter_holds_while_rows_come() -> None:
    source = stopped()
    async with started(source) as explorer:
        await explorer.shows("60 of 60")
        await explorer.press("f")
        await explorer.type("name:CreateUser")
        await explorer.press("enter")
        await explorer.shows("10 of 60")
        source.gates[SECOND].set()
        await explorer.loaded()
        await explorer.matches(30)


async def test_failed_files_are_told_and_read_again() -> None:
    source = SlowSource(trail())
    source.broken[SECOND] = SourceError(SECOND, "the connection was cut", retry=True)
    source.broken[THIRD] = SourceError(THIRD, "not allowed to read", "allow s3:GetObject")
    async with opened(source) as explorer:
        assert counts(explorer) == (3, 1, 2, 0, 0)
        await explorer.shows("E shows why", "r Retry failed", "60 of 60")
        await explorer.press("E")
        assert isinstance(explorer.app.screen, ProblemsScreen)
        assert explorer.lines[0] == " 2 failed"
        await explorer.shows("the connection was cut", "not allowed to read (allow s3:GetObject)")
        for key in (SECOND, THIRD):
            assert key.rpartition("/")[2] in explorer.text
        await explorer.press("q")
        del source.broken[SECOND]
        await explorer.press("r")
        await explorer.loaded()
        assert counts(explorer) == (3, 2, 1, 0, 0)
        assert source.reads.count(SECOND) == 2
        assert source.reads.count(FIRST) <= 2, "once to load, once for the detail: nothing is kept"
        assert source.reads.count(THIRD) == 1, "what is forbidden stays so"
        assert "r Retry" not in explorer.lines[-1]


async def test_skipped_files_are_listed_with_a_reason() -> None:
    files = trail(days=DAYS[2:]) | {FIRST.rpartition("/")[0] + "/notes.txt": b"hello"}
    async with opened(SlowSource(files)) as explorer:
        assert counts(explorer) == (2, 1, 0, 1, 0)
        await explorer.press("E")
        assert explorer.lines[0] == " 1 skipped"
        assert "notes.txt" in explorer.text


async def test_nothing_went_wrong() -> None:
    async with opened() as explorer:
        await explorer.press("E")
        assert explorer.lines[0] == " Nothing failed and nothing was skipped."
        await explorer.press("E")
        assert explorer.app.screen is explorer.screen


async def test_it_asks_before_a_wide_load() -> None:
    source = SlowSource(trail(), local=False)
    async with started(source, limits=Limits(ask_objects=0)) as explorer:
        await explorer.until(lambda: isinstance(explorer.app.screen, AskToLoad), "the question")
        await explorer.shows("1 log file, ", "1 GET request for", "Open?", "y Open", "n Leave it")
        assert not source.reads
        await explorer.press("enter")
        assert isinstance(explorer.app.screen, AskToLoad), "the key that opened is no answer"
        await explorer.press("n")
        await explorer.shows("not loaded, r loads it", "r Resume")
        assert counts(explorer) == (1, 0, 0, 0, 1)
        assert not source.reads


async def test_yes_opens_and_a_no_can_be_taken_back() -> None:
    for keys in (["y"], ["n", "r"]):
        source = SlowSource(trail(), local=False)
        async with started(source, limits=Limits(ask_objects=0)) as explorer:
            await explorer.until(lambda: isinstance(explorer.app.screen, AskToLoad), "the question")
            for key in keys:
                await explorer.press(key)
            await explorer.loaded()
            assert "60 of 60" in explorer.lines[1]


async def test_a_halted_load_says_why_and_r_goes_on() -> None:
    source = SlowSource(trail(), local=False)
    expired = SourceError(
        "s3://my-logs", "the credentials have expired", "aws sso login", fatal=True
    )
    source.broken[FIRST] = expired
    async with started(source) as explorer:
        explorer.screen.open(("",))
        await explorer.shows("stopped, r goes on: the credentials have expired (aws sso login)")
        assert explorer.screen.desk.unfinished
        counts(explorer)
        del source.broken[FIRST]
        await explorer.press("r")
        await explorer.loaded()
        assert counts(explorer) == (3, 3, 0, 0, 0)
        assert "expired" not in explorer.text


async def test_late_answers_to_another_scope_are_dropped() -> None:
    async with opened() as explorer:
        screen, session = explorer.screen, explorer.screen.desk.session
        assert session is not None
        late = ViewChanged(screen.desk.generation, session.order.view(), True)
        screen.open(("AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/05/",))
        await explorer.loaded()
        await explorer.matches(60)
        screen.post_message(late)
        screen.post_message(Loading(late.generation, True))
        screen.post_message(LoadHalted(late.generation, SourceError("x", "too late")))
        await explorer.settle()
        await explorer.matches(60)
        assert "60 of 60" in explorer.lines[1]
        assert counts(explorer) == (1, 1, 0, 0, 0)
        assert "too late" not in explorer.text


async def test_the_first_line_says_where_the_list_is() -> None:
    async with opened(size=(120, 30)) as explorer:
        explorer.screen.open(("AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/05/",))
        await explorer.shows(
            "my-logs › AWSLogs › 111122223333 › CloudTrail › us-east-1 › 2024 › 03 › 05"
        )


async def test_listing_again_finds_new_files() -> None:
    source = SlowSource(trail(days=DAYS[2:]))
    async with opened(source) as explorer:
        source.files |= trail(days=DAYS)
        await explorer.press("R")
        await explorer.loaded()
        await explorer.matches(180)


async def test_copies_of_an_event_are_one_row_and_counted() -> None:
    twice = {
        **trail(days=DAYS[2:]),
        log_key(DAYS[2], unique="eeeeffffgggghhhh"): gz(log(call(3, DAYS[2]))),
    }
    async with opened(SlowSource(twice)) as explorer:
        assert "60 of 60" in explorer.lines[1]
        assert "61 events · 1 copy folded" in explorer.text


@pytest.mark.parametrize(
    ("running", "note"), [(False, ""), (True, ""), (False, "the disk is full, " * 6)]
)
async def test_the_sum_is_whole_at_any_width(running: bool, note: str) -> None:
    async with opened() as explorer:
        line = explorer.screen.query_one(StatusLine)
        session = explorer.screen.desk.session
        assert session is not None
        large = replace(
            session.tally, found=1_234_567, read=1_000_000, failed=1_234, skipped=5, waiting=233_328
        )
        line.show(large, running=running, folded=12, note=note)
        await explorer.settle()
        assert counts(explorer) == (1_234_567, 1_000_000, 1_234, 5, 233_328)
        if note:
            assert "the disk is full" in explorer.lines[-4]


async def test_a_sum_that_does_not_add_up_yet_is_not_shown() -> None:
    async with opened() as explorer:
        line = explorer.screen.query_one(StatusLine)
        session = explorer.screen.desk.session
        assert session is not None
        line.show(replace(session.tally, found=9, waiting=6), running=True, folded=0)
        line.show(replace(session.tally, found=99, waiting=7), running=True, folded=0)
        await explorer.settle()
        assert counts(explorer) == (9, 3, 0, 0, 6)


async def test_why_there_is_no_cache_is_said_once() -> None:
    async with opened(cache=NoCache("the disk\x1b is full")) as explorer:
        await explorer.until(lambda: explorer.notices, "the notice")
        assert explorer.notices == "nothing is kept on disk: the disk\\x1b is full"
        await explorer.press("R")
        await explorer.loaded()
        await explorer.settle()
        assert explorer.notices.count("nothing is kept") == 1
    async with opened(cache=MemoryCache()) as explorer:
        await explorer.settle()
        assert not explorer.notices


async def test_an_empty_list_says_why() -> None:
    async with opened(SlowSource({})) as explorer:
        await explorer.shows("No events here.")
        assert "0 files = 0 read + 0 failed + 0 skipped" in explorer.text
    broken = SlowSource(trail(days=DAYS[2:]))
    broken.broken[FIRST] = SourceError(FIRST, "gone")
    async with opened(broken) as explorer:
        await explorer.shows("No events here.", "E lists what could not be read.")
