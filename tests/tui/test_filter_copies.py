"""The filter on the clipboard as SQL and as the AWS CLI's command; the event's link."""

from __future__ import annotations

from ctexplore.trail.console import event_link
from tests.tui.explorer import Explorer, opened


async def copied(explorer: Explorer, what: str) -> str:
    """What a copy gives once there is word of it, "" where it gives nothing."""
    explorer.app.copy_to_clipboard("")
    said = explorer.notices
    await getattr(explorer.screen, f"action_copy_{what}")()
    await explorer.until(lambda: explorer.notices != said, f"word of {what}")
    return explorer.app.clipboard


async def test_as_sql_and_as_lookup_events() -> None:
    async with opened() as explorer:
        explorer.screen.bar.put("name:DeleteTrail")
        sql = await copied(explorer, "sql")
        assert "FROM cloudtrail_logs\nWHERE lower(coalesce(eventname, '')) = 'deletetrail'" in sql
        explorer.screen.bar.put("region:us-east-1 name:deletetrail")
        assert await copied(explorer, "lookup") == (
            "aws cloudtrail lookup-events --lookup-attributes"
            " AttributeKey=EventName,AttributeValue=DeleteTrail --region us-east-1"
        )


async def test_what_cannot_be_said_there_is_not_copied() -> None:
    async with opened() as explorer:
        explorer.screen.bar.put("mallory is:write")
        assert await copied(explorer, "sql") == ""
        assert await copied(explorer, "lookup") == ""
        await explorer.shows("not copied: lookup-events takes one attribute, and not mallory")


async def test_the_link_of_the_event_under_the_cursor() -> None:
    async with opened() as explorer:
        view, row = explorer.screen.events.view, explorer.screen.events.cursor_row
        assert view is not None and row is not None
        said = explorer.notices
        await explorer.press("y", "l")
        await explorer.until(lambda: explorer.notices != said, "word of the link")
        session = explorer.screen.desk.session
        assert session is not None
        record = session.records.one(row).decode()
        event_id = record.partition('"eventID"')[2].split('"')[1]
        assert explorer.app.clipboard == event_link(view.table.text("region", row), event_id)
