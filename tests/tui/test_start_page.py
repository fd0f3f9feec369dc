"""The page that opens where no source was named."""

from __future__ import annotations

import pytest

from ctexplore.sources.aws.trails import Trails
from ctexplore.sources.source import SourceError
from ctexplore.tui.explore import ExploreScreen
from ctexplore.tui.start_page.ways import Local
from tests.tui.snapshot import check
from tests.tui.start import AUDIT, ORG, STOPPED, THREE, ScriptedWays, StartedPage, page

NO_KEYS = SourceError("AWS", "no AWS credentials found", "run aws sso login", fatal=True)


async def settled(shown: StartedPage) -> None:
    await shown.shows("Trails of 111122223333", "old-logs")
    await shown.settle()


@pytest.mark.parametrize("size", [(80, 24), (160, 48), (60, 15)])
async def test_what_it_looks_like(size: tuple[int, int]) -> None:
    async with page(size=size) as shown:
        await settled(shown)
        check(shown.app, f"start-{size[0]}x{size[1]}")


# -- before AWS answers


async def test_what_is_here_can_be_opened_before_aws_answers() -> None:
    ways = ScriptedWays()
    ways.gates["sign"].clear()
    async with page(ways) as shown:
        await shown.shows("asking AWS", "s3://my-logs/", "/cases/17/logs")
        await shown.to("made-up trail")
        await shown.press("enter")
        await shown.until(lambda: isinstance(shown.app.screen, ExploreScreen))
        assert ways.opened == [("--demo",)]
        ways.gates["sign"].set()


async def test_nothing_moves_under_the_cursor_when_aws_answers() -> None:
    ways = ScriptedWays(found=[Trails((AUDIT,)), Trails((AUDIT, ORG)), THREE])
    ways.gates["trails"].clear()
    async with page(ways) as shown:
        await shown.shows("profile default", "/cases/17/logs")
        await shown.to("/cases/17/logs")
        before = shown.cursor
        ways.gates["trails"].set()
        await shown.until(lambda: STOPPED.arn in shown.keys)
        await shown.settle()
        assert shown.cursor == before
        await shown.press("g")
        await shown.shows("my-logs/deep/er", "old-logs")


async def test_who_waits_at_the_top_sees_the_first_trail_there() -> None:
    ways = ScriptedWays()
    ways.gates["trails"].clear()
    async with page(ways) as shown:
        line, text = shown.cursor
        assert "asking AWS" in text
        await shown.press("enter")
        assert ways.opened == []
        ways.gates["trails"].set()
        await shown.shows("old-logs")
        assert shown.cursor[0] == line and "audit" in shown.cursor[1]


# -- trails


async def test_a_trail_is_told_whole_and_opened() -> None:
    async with page(ways := ScriptedWays()) as shown:
        await settled(shown)
        await shown.shows("management: read and write, without KMS; data: S3, all buckets")
        await shown.shows("not logged   events of KMS; network activity events")
        await shown.press("enter")
        await shown.until(lambda: isinstance(shown.app.screen, ExploreScreen))
        assert ways.opened == [("s3://my-logs/deep/er/AWSLogs/",)]


async def test_what_may_not_be_asked_is_empty_and_names_its_permission() -> None:
    async with page() as shown:
        await settled(shown)
        await shown.to("org-logs")
        assert "logs  " not in shown.cursor[1].replace("org-logs", "")
        await shown.shows("cloudtrail:GetTrailStatus is not allowed", "now          not known")


async def test_what_is_not_logged_is_said() -> None:
    async with page(size=(160, 48)) as shown:
        await settled(shown)
        await shown.to("old-logs")
        assert shown.cursor[1].startswith("▌! old")
        for gap in ("logging is stopped", "other regions than us-east-1", "data events"):
            assert gap in shown.text
        assert "validation is off" in shown.text
        assert "since 2025-01-02" in shown.text


async def test_an_account_without_a_trail() -> None:
    async with page(ScriptedWays(found=[Trails(done=True)])) as shown:
        await shown.shows("no trail: nothing is kept beyond Event history")


async def test_trails_that_may_be_missing_from_the_list() -> None:
    lacking = "trails of other regions only: cloudtrail:ListTrails is not allowed"
    ways = ScriptedWays(found=[Trails((AUDIT,), (lacking,), done=True)])
    async with page(ways, size=(100, 24)) as shown:
        await shown.shows("not known: trails of other regions only")
        await shown.to("not known")
        await shown.shows("cloudtrail:ListTrails is not allowed")


async def test_texts_of_others_only_show() -> None:
    hostile = Trails((STOPPED.__class__("ev\x1b[31mil", "arn", "b\u202eucket"),), done=True)
    async with page(ScriptedWays(found=[hostile])) as shown:
        await shown.shows(r"ev\x1b[31mil", r"b\u202eucket")


# -- as whom


async def test_without_credentials_the_rest_is_there_and_r_asks_again() -> None:
    ways = ScriptedWays()
    ways.refused = NO_KEYS
    async with page(ways) as shown:
        await shown.shows("no AWS credentials found: run aws sso login", "/cases/17/logs")
        await shown.shows("To try it")
        assert "Event history" not in shown.text
        ways.refused = None
        await shown.press("r")
        await settled(shown)
        assert ways.asked == [("", False), ("", True)]


async def test_credentials_that_expire_between_two_answers_keep_what_came() -> None:
    class Expiring(ScriptedWays):
        def trails(self):  # type: ignore[no-untyped-def]
            yield Trails((AUDIT,))
            raise SourceError("AWS", "the SSO session expired", "run aws sso login --profile audit")

    async with page(Expiring()) as shown:
        await shown.shows("the SSO session expired: run aws sso login --profile audit")
        await shown.shows("my-logs/deep/er")


async def test_the_identity_is_in_the_first_line() -> None:
    async with page() as shown:
        await settled(shown)
        assert "111122223333 user/eve  profile default" in shown.lines[0]


async def test_several_profiles_and_none_chosen() -> None:
    ways = ScriptedWays(Local(("audit", "prod"), choose=True))
    async with page(ways) as shown:
        await shown.shows("As whom?", "audit", "prod")
        assert ways.asked == []
        await shown.press("escape")
        await shown.shows("none is chosen: p chooses one")
        await shown.press("p")
        await shown.shows("As whom?")
        await shown.press("down", "enter")
        await settled(shown)
        assert ways.asked == [("prod", False)]
        assert "profile prod" in shown.lines[0]
        await shown.press("enter")
        await shown.until(lambda: ways.opened)
        assert ways.opened[0][1:] == ("--profile", "prod")


async def test_answers_for_an_earlier_profile_come_too_late() -> None:
    ways = ScriptedWays()
    ways.gates["trails"].clear()
    async with page(ways) as shown:
        await shown.shows("profile default")
        ways.found["audit"] = [Trails((STOPPED,), done=True)]
        await shown.press("p", "enter")
        await shown.shows("profile audit")
        ways.gates["trails"].set()
        await shown.shows("old-logs")
        await shown.settle()
        assert "my-logs/deep/er" not in shown.text


async def test_an_mfa_code_is_asked_for_in_a_dialog() -> None:
    ways = ScriptedWays()
    ways.question = "Enter MFA code for arn:aws:iam::111122223333:mfa/eve: "
    async with page(ways) as shown:
        await shown.shows("Enter MFA code for arn:aws:iam::111122223333:mfa/eve")
        await shown.type("123456")
        assert "123456" not in shown.text
        await shown.press("enter")
        await settled(shown)
        assert ways.codes == ["123456"]
        await shown.press("r")
        await shown.shows("Enter MFA code")
        await shown.press("escape")
        await shown.shows("an MFA code is needed")


# -- there and back


async def test_back_from_the_explorer_to_where_it_was() -> None:
    async with page(ways := ScriptedWays()) as shown:
        await settled(shown)
        await shown.to("/cases/17/logs")
        before = shown.cursor
        await shown.press("enter")
        await shown.loaded()
        assert "q Back" in shown.text
        await shown.press("q")
        await shown.shows("To try it")
        assert shown.cursor == before
        await shown.until(lambda: ways.source.closed)  # type: ignore[union-attr]
        await shown.press("q")
        await shown.until(lambda: not shown.app.is_running)


async def test_a_filter_from_the_command_line_goes_along() -> None:
    async with page(text="name:Nothing") as shown:
        await settled(shown)
        await shown.press("enter")
        await shown.until(lambda: isinstance(shown.app.screen, ExploreScreen))
        assert shown.screen.text == "name:Nothing"


async def test_what_cannot_be_opened_is_told_and_the_page_stays() -> None:
    ways = ScriptedWays()
    ways.source = SourceError("s3://my-logs/", "the bucket does\x1b not exist")
    async with page(ways) as shown:
        await settled(shown)
        await shown.press("enter")
        await shown.shows(r"the bucket does\x1b not exist", "old-logs")
        assert shown.app.is_running


async def test_escape_stops_waiting_for_what_is_slow_to_open() -> None:
    ways = ScriptedWays()
    ways.gates["open"].clear()
    async with page(ways) as shown:
        await settled(shown)
        await shown.press("enter")
        await shown.shows("opening audit", "esc Stop opening")
        await shown.press("escape")
        assert "opening" not in shown.text
        ways.gates["open"].set()
        await shown.until(lambda: ways.source.closed)  # type: ignore[union-attr]
        await shown.settle()
        assert not isinstance(shown.app.screen, ExploreScreen)


async def test_offline_nobody_is_asked() -> None:
    ways = ScriptedWays(Local(("audit",), recent=(("/cases/17/logs",),), offline=True))
    async with page(ways) as shown:
        await shown.shows("offline: AWS is not asked", "/cases/17/logs")
        await shown.press("r")
        assert ways.asked == []


async def test_a_mistake_of_ours_is_told() -> None:
    class Broken(ScriptedWays):
        def trails(self):  # type: ignore[no-untyped-def]
            raise KeyError("oops")

    async with page(Broken()) as shown:
        await shown.shows("internal error, KeyError")


@pytest.mark.parametrize(
    ("keys", "there"), [("G", "eu-west-1"), ("pagedown", ""), ("ctrl+d", ""), ("j", "org")]
)
async def test_moving(keys: str, there: str) -> None:
    async with page() as shown:
        await settled(shown)
        await shown.press(keys)
        assert there in shown.cursor[1] and "audit  " not in shown.cursor[1]
        await shown.press("g")
        assert "audit" in shown.cursor[1]
        assert "Trails" in shown.lines[1]
