"""Digest files on a screen of their own, from the tree."""

from __future__ import annotations

import json

from ctexplore.tui.digests_screen import DigestsScreen
from ctexplore.tui.tree.trail_tree import TrailTree
from tests.build import event, gz, log
from tests.sources.memory_source import MemorySource
from tests.tui.explorer import Explorer, opened
from tests.tui.snapshot import screen_lines

DIGESTS = "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2024/03/05/"
LOGS = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/05/"


def name(hour: int) -> str:
    return (
        "111122223333_CloudTrail-Digest_us-east-1_corp-trail_us-east-1_"
        f"20240305T{hour:02}0712Z.json.gz"
    )


def digest(hour: int, previous: str | None) -> bytes:
    log_file = {"s3Object": f"{LOGS}x{hour}\x1b[2J.json.gz", "hashAlgorithm": "SHA-256",
                "hashValue": "ab" * 32, "oldestEventTime": "2024-03-05T08:00:01Z",
                "newestEventTime": "2024-03-05T08:03:04Z"}  # fmt: skip
    content = {
        "awsAccountId": "111122223333",
        "digestStartTime": f"2024-03-05T{hour - 1:02}:07:12Z",
        "digestEndTime": f"2024-03-05T{hour:02}:07:12Z",
        "digestS3Bucket": "logs",
        "digestS3Object": DIGESTS + name(hour),
        "previousDigestS3Object": previous and DIGESTS + previous,
        "previousDigestHashValue": previous and "cd" * 32,
        "previousDigestHashAlgorithm": previous and "SHA-256",
        "previousDigestSignature": previous and "ef" * 256,
        "logFiles": [log_file] * (hour % 3),
    }
    return gz(json.dumps(content).encode())


TRAIL = {
    f"{LOGS}111122223333_CloudTrail_us-east-1_20240305T0905Z_0123456789abcdef.json.gz": gz(
        log(event(1))
    ),
    DIGESTS + name(9): digest(9, None),
    DIGESTS + name(10): digest(10, name(9)),
    DIGESTS + name(14): digest(14, name(13)),
    DIGESTS + name(15): gz(b"{}"),
}


async def open_digests(explorer: Explorer) -> list[str]:
    tree = explorer.screen.query_one(TrailTree)
    tree.post_message(TrailTree.DigestsWanted("AWSLogs/111122223333/CloudTrail-Digest/"))
    await explorer.until(lambda: "cannot be read" in "\n".join(screen_lines(explorer.app)))
    return screen_lines(explorer.app)


def cursor_lines(explorer: Explorer) -> list[str]:
    lines = screen_lines(explorer.app)
    return [" " + line[1:21] for line in lines if line.startswith("▌")]


def local() -> MemorySource:
    source = MemorySource(TRAIL)
    source.local = True
    return source


async def test_the_chain_is_read_newest_first_with_its_gap_and_links():
    async with opened(local(), size=(80, 24)) as explorer:
        lines = await open_digests(explorer)
        text = "\n".join(lines)
        assert "3 digests name 3 log files" in text
        assert "Nothing here is verified" in text
        assert "1 cannot be read" in text and "no digestEndTime" in text
        said = [line for line in lines if " log file" in line and " to " in line]
        assert "03-05 13:07 to 14:07" in said[0] and "previous not here" in said[0]
        assert "03-05 09:07 to 10:07" in said[1] and "previous here" in said[1]
        assert "begins a chain" in said[2]
        assert "no digest here from 03-05 10:07 to 03-05 13:07" in text
        assert "\x1b" not in text


async def test_the_detail_tells_hash_and_signature_and_log_files():
    async with opened(local(), size=(100, 50)) as explorer:
        await open_digests(explorer)
        await explorer.until(lambda: cursor_lines(explorer) == [" 03-05 13:07 to 14:07"])
        await explorer.press("down")
        await explorer.until(lambda: cursor_lines(explorer) == [" 03-05 09:07 to 10:07"])
        await explorer.until(lambda: "512 digits" in "\n".join(screen_lines(explorer.app)))
        text = "\n".join(screen_lines(explorer.app))
        assert "SHA-256 " + "cd" * 32 in text
        assert "in the metadata of the S3 object, not in the file; not read" in text
        assert "SHA-256 " + "ab" * 32 in text


async def test_the_keys_are_told():
    async with opened(local(), size=(80, 50)) as explorer:
        lines = await open_digests(explorer)
        assert "tab Other pane" in lines[-1] and "? Keys" in lines[-1]
        await explorer.press("question_mark")
        await explorer.until(lambda: "  tab   " in "\n".join(screen_lines(explorer.app)))
        await explorer.press("q")
        assert isinstance(explorer.app.screen, DigestsScreen)


async def test_digests_never_come_among_events_and_q_goes_back():
    async with opened(local(), size=(100, 30)) as explorer:
        await open_digests(explorer)
        await explorer.press("q")
        assert not [s for s in explorer.app.screen_stack if isinstance(s, DigestsScreen)]
        assert len(explorer.rows) == 1


async def test_enter_in_the_tree_opens_them():
    async with opened(local(), size=(160, 48)) as explorer:
        tree = explorer.screen.query_one(TrailTree)
        tree.reveal(DIGESTS)
        await explorer.until(lambda: tree.cursor_folder and "Digest" in tree.cursor_folder)
        tree.action_open()
        await explorer.until(
            lambda: any(isinstance(s, DigestsScreen) for s in explorer.app.screen_stack)
        )
