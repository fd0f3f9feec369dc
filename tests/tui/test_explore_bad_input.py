"""Bad files, records, names and listings in the explorer: it stays up, and says what it lacks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ctexplore.sources.arranged import arrange
from ctexplore.sources.folder import FolderSource
from ctexplore.sources.source import SourceError
from ctexplore.store.peek import peek
from ctexplore.tui.detail.event_detail import EventDetail
from ctexplore.tui.problems import ProblemList, _pieces
from tests.build import event, gz, log, without
from tests.sources.memory_source import MemorySource, denied, log_key
from tests.store.test_bad_input import ROWS
from tests.tui.explorer import Explorer, SlowSource, opened
from tests.tui.test_explore_loading import counts

FOLDER = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/05/"


def key_of(number: int) -> str:
    return log_key("2024/03/05", unique=f"bad{number:013}")


def all_rows() -> dict[str, bytes]:
    return {key_of(number): row.data for number, row in enumerate(ROWS.values())}


async def all_problems(explorer: Explorer) -> list[str]:
    """Every line of the screen of problems, also those out of sight."""
    await explorer.press("E")
    shown = explorer.app.screen.query_one(ProblemList)
    lines = ["".join(text for text, _ in _pieces(line)) for line in shown._lines]
    await explorer.press("q")
    return lines


async def test_every_bad_file_is_named_with_its_reason_and_the_sum_holds() -> None:
    good = {log_key("2024/03/05", unique="good"): gz(log(event(2000), event(2001)))}
    async with opened(SlowSource(all_rows() | good)) as explorer:
        skipped = sum(row.skipped for row in ROWS.values())
        read = sum(row.read for row in ROWS.values())
        failed = len(ROWS) - read - skipped
        assert counts(explorer) == (len(ROWS) + 1, read + 1, failed, skipped, 0)
        lost = sum(row.rejected for row in ROWS.values())
        await explorer.pilot.resize_terminal(200, 24)
        await explorer.settle()
        assert f"{lost} records unreadable" in explorer.text
        told = await all_problems(explorer)
    heads: dict[str, str] = {}
    head = ""
    for line in told:
        if line.startswith("    "):
            name = line.split()[0]
            heads[name] = heads.get(name, "") + head + line
        else:
            head = line
    for number, (name, row) in enumerate(ROWS.items()):
        said = heads.get(key_of(number).rpartition("/")[2], "")
        for reason in row.told:
            what, _, place = reason.rpartition(" at ")
            assert what in said and place in said, name


def shown_records() -> dict[str, bytes]:
    """Files of which something odd is shown: all but plain good or broken ones."""
    odd = ("deep", "number", "integer", "decimals", "NaN", "Infinity", "UTF", "pair", "raw", "NUL")
    odd += ("100", "5 MB", "1 MB", "Insights", "digest among", "empty object", "eventVersion")
    odd += ("unknown", "twice in a record")
    return {
        key_of(number): row.data
        for number, (name, row) in enumerate(ROWS.items())
        if row.loaded and any(part in name for part in odd)
    }


async def test_every_odd_record_opens_in_the_detail() -> None:
    records = shown_records()
    assert len(records) > 30
    async with opened(SlowSource(records), size=(160, 48)) as explorer:
        screen = explorer.screen
        view = screen.events.view
        assert view is not None
        detail = screen.query_one(EventDetail)
        shown: list[bytes | None] = []
        show = detail.show

        def note(record: bytes | None, where: list[str], error: str = "") -> None:
            shown.append(record)
            show(record, where, error)

        detail.show = note  # type: ignore[method-assign]
        for position in range(len(view)):
            before = len(list(filter(None, shown)))  # None: it is being read
            screen.events.go_to(position)
            screen._want(int(view.rows[position]), at_once=True)
            await explorer.until(
                lambda before=before: len(list(filter(None, shown))) > before, f"event {position}"
            )
            detail.json.action_unfold_all()
            await explorer.settle()
            assert not explorer.notices or "not unfolded" in explorer.notices
            explorer.app.clear_notifications()
        assert explorer.app.is_running


async def test_what_is_missing_shows_as_a_dash_and_sorts_last() -> None:
    bare = without(event(4), "eventTime", "eventName", "eventSource", "userIdentity")
    files = {key_of(0): log(event(1), bare, event(3))}
    async with opened(SlowSource(files)) as explorer:
        assert explorer.rows[-1].split() == ["+", "-"]
        assert len(explorer.rows) == 3
        await explorer.press("G", "enter")
        await explorer.shows("eventVersion")
        await explorer.press("q", "f")
        await explorer.type("-name:*")
        await explorer.matches(1)


@pytest.mark.parametrize(
    "time",
    ["nonsense", "2024-02-30T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 7, None],
)
async def test_odd_times_neither_end_nor_hide_anything(time: object) -> None:
    files = {key_of(0): log(event(1), event(2, eventTime=time), event(3))}
    async with opened(SlowSource(files), size=(160, 48)) as explorer:
        assert len(explorer.rows) == 3
        await explorer.press("T", "G", "g", "T")
        await explorer.press(*["right_square_bracket", "left_square_bracket", "z", "Z"])
        await explorer.matches(3)
        if time in ("nonsense", 7):
            assert str(time) in explorer.rows[-1]


async def test_equal_ids_with_other_bytes_are_both_kept() -> None:
    first, other = event(4), event(4, errorCode="Other")
    files = {key_of(0): log(first, first, other), key_of(1): log(first)}
    async with opened(SlowSource(files)) as explorer:
        assert len(explorer.rows) == 2
        assert sum("×3" in row for row in explorer.rows) == 1
        await explorer.shows("2 copies folded")


# -- listings


async def test_a_folder_that_may_not_be_listed_is_told_and_its_siblings_load() -> None:
    closed = "AWSLogs/111122223333/CloudTrail/eu-west-1/"
    source = MemorySource(
        {
            log_key("2024/03/05"): log(event(1)),
            log_key("2024/03/05", region="eu-west-1"): log(event(2)),
        }
    )
    source.local = True  # type: ignore[misc]
    source.refused[closed] = denied(f"s3://my-logs/{closed}")
    async with opened(source) as explorer:
        await explorer.matches(1)
        await explorer.shows("E shows why")
        assert any(
            "not allowed to list this prefix (allow s3:ListBucket)" in line
            for line in await all_problems(explorer)
        )


async def test_a_listing_that_breaks_off_keeps_what_it_brought() -> None:
    keys = [log_key("2024/03/05", unique=f"u{n:015}") for n in range(5)]
    source = MemorySource({k: log(event(n)) for n, k in enumerate(keys)}, page_size=2)
    source.local = True  # type: ignore[misc]
    source.breaks_after[FOLDER] = 2
    async with opened(source) as explorer:
        await explorer.matches(4)
        assert counts(explorer) == (4, 4, 0, 0, 0)
        assert any("cut off" in line for line in await all_problems(explorer))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (SourceError("x", "deleted since it was listed", skipped=True), (2, 1, 0, 1, 0)),
        (SourceError("x", "archived in GLACIER", "restore it", skipped=True), (2, 1, 0, 1, 0)),
        (SourceError("x", "the KMS key denies kms:Decrypt", denied=True), (2, 1, 1, 0, 0)),
        (SourceError("x", "stalled for 20 s\x1b[2J", retry=True), (2, 1, 1, 0, 0)),
    ],
    ids=["deleted", "archived", "denied", "stalled"],
)
async def test_an_object_that_cannot_be_read(error: SourceError, expected: tuple[int, ...]) -> None:
    source = SlowSource({key_of(0): log(event(1)), key_of(1): log(event(2))})
    source.broken[key_of(1)] = error
    async with opened(source) as explorer:
        assert counts(explorer) == expected
        told = "\n".join(await all_problems(explorer))
        assert error.reason.replace("\x1b", "\\x1b") in told
        assert "\x1b" not in told


async def test_an_object_that_was_overwritten_shows_its_new_content() -> None:
    source = SlowSource({key_of(0): log(event(1))})
    async with opened(source) as explorer:
        assert "Event1" in explorer.rows[0]
        source.files[key_of(0)] = log(event(22))
        await explorer.press("R")
        await explorer.until(lambda: "Event22" in explorer.rows[0], "the new content")


ODD_KEYS = [
    "AWSLogs/111122223333/CloudTrail/us-east-1/2024/13/32/odd.json.gz",
    "AWSLogs/111122223333/CloudTrail/us-east-1/0000/00/00/odd.json.gz",
    "AWSLogs/111122223333/CloudTrail/US-EAST-1/2024/03/05/odd.json.gz",
    "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/05/new\nline.json.gz",
    "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/05/\x1b[31mred.json.gz",
    "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/05/../../up.json.gz",
    "some//other//double.json.gz",
    "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/05/%2e%2e.json.gz",
    "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/05/" + "k" * 900 + ".json.gz",
    "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/05/‮nosj.json.gz",
    "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/05/ blank .json.gz",
    "no prefix at all.json",
    "some/other/place/log.json",
    "/begins with a slash.json",
]


async def test_keys_of_any_shape_are_listed_and_opened() -> None:
    files = {key: log(event(number)) for number, key in enumerate(ODD_KEYS)}
    async with opened(SlowSource(files), size=(160, 48)) as explorer:
        read = counts(explorer)[1]
        missing = set(ODD_KEYS) - {f.key for f in explorer.screen.desk.session.table.files}
        assert read == len(ODD_KEYS), missing
        await explorer.matches(read)
        await explorer.press("shift+tab", "shift+tab")
        for _ in range(20):
            await explorer.press("l", "j")
        assert all(line.isprintable() for line in explorer.lines)
        for number in (3, 4, 9):
            row = next(p for p, r in enumerate(reversed(ODD_KEYS)) if r == ODD_KEYS[number])
            explorer.screen.events.go_to(row)
            wanted = f"eventName: Event{number}"
            await explorer.until(lambda wanted=wanted: wanted in explorer.text, wanted)


# -- a folder on disk


async def test_a_folder_with_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_bytes(log(event(1)))
    os.mkfifo(tmp_path / "fifo.json")
    (tmp_path / "zero.json").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "nowhere.json").symlink_to(tmp_path / "gone")
    (tmp_path / "two\nlines.json").write_bytes(log(event(2), b"null"))
    async with opened(arrange(FolderSource(tmp_path), peek)) as explorer:
        await explorer.matches(2)
        told = "\n".join(await all_problems(explorer))
        for name in ("fifo.json", "zero.json", "loop", "nowhere.json", "two\\nlines.json"):
            assert name in told, name
        assert "not a regular file" in told
