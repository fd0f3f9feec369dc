"""The status line says where events of global services are when no such region is open."""

from __future__ import annotations

from tests.build import event, gz, log
from tests.sources.memory_source import MemorySource, log_key
from tests.tui.explorer import opened

HINT = "IAM events are in us-east-1, which is not opened"


async def test_the_hint_comes_with_the_filter_and_goes_with_it() -> None:
    files = {
        log_key("2024/03/05", region=region): gz(log(event(n, eventSource="iam.amazonaws.com")))
        for n, region in enumerate(("eu-west-1", "us-east-1"))
    }
    async with opened(MemorySource(files), size=(120, 30)) as explorer:
        folder = "AWSLogs/111122223333/CloudTrail/eu-west-1/"
        explorer.screen.open((folder,))
        await explorer.until(lambda: "1 event" in explorer.text)
        assert HINT not in explorer.text
        explorer.screen.bar.put("source:iam")
        await explorer.until(lambda: HINT in explorer.text)
        explorer.screen.bar.put("source:s3")
        await explorer.until(lambda: HINT not in explorer.text)
        explorer.screen.bar.put("source:iam")
        await explorer.until(lambda: HINT in explorer.text)
        explorer.screen.open((folder, "AWSLogs/111122223333/CloudTrail/us-east-1/"))
        await explorer.until(lambda: "2 events" in explorer.text and HINT not in explorer.text)
