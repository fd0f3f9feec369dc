from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ctexplore.sources.history.lookup import Attribute
from ctexplore.sources.history.pages import span
from ctexplore.sources.source import SourceError
from ctexplore.store.cache.cache import MemoryCache
from tests.lookup_endpoint import ACCOUNT, ARN, LookupEndpoint, event, stamp
from tests.sources.history_at import (
    EVENTS,
    INSIGHTS,
    NOON,
    TODAY,
    YESTERDAY,
    World,
    content,
    files,
    ids,
    newest_first,
    pages,
)

DENIED = (
    "AccessDeniedException",
    f"User: {ARN} is not authorized to perform: cloudtrail:LookupEvents because no "
    "identity-based policy allows the cloudtrail:LookupEvents action",
)


def spread(count: int, start: datetime, step: int = 60, **more: Any) -> list[dict[str, Any]]:
    """``count`` events from ``start`` back in time, ``step`` seconds apart."""
    at = start.timestamp()
    return [event(stamp(at - n * step), id=f"{n:06}-{start:%d%H}", **more) for n in range(count)]


def days(count: int) -> list[str]:
    """The folders of the last ``count`` days, newest first."""
    return [f"{EVENTS}{NOON - timedelta(days=n):%Y/%m/%d}/" for n in range(count)]


@pytest.fixture
def world(aws: Path) -> Iterator[World]:
    with LookupEndpoint({}) as endpoint:
        yield World(endpoint)


@pytest.fixture
def busy(world: World) -> World:
    """A region with 300 events of this morning, and 300 of yesterday."""
    morning = spread(300, NOON - timedelta(minutes=45))
    world.endpoint.events["us-east-1"] = morning + spread(300, NOON - timedelta(hours=14))
    return world


# -- what is there


def test_the_tree_is_account_kind_region_and_day_and_costs_no_request(world: World) -> None:
    source = world.open(regions=("us-east-1", "eu-west-1"))
    names, folder = [], ""
    for step in ("", f"{ACCOUNT}/", "Events/", "us-east-1/", "2026/", "11/"):
        folder += step
        (page,) = pages(source, folder)
        names.append([below.removeprefix(folder) for below in page.folders])
    assert names[:3] == [[f"{ACCOUNT}/"], ["Events/", "Insights/"], ["eu-west-1/", "us-east-1/"]]
    assert names[3:5] == [["2026/"], ["08/", "09/", "10/", "11/"]]
    assert names[5] == [f"{day:02}/" for day in range(1, 21)]
    assert not world.endpoint.sent


def test_a_folder_that_nobody_has_is_an_error(world: World) -> None:
    with pytest.raises(SourceError, match="no such folder"):
        pages(world.open(), f"{ACCOUNT}/Other/")


def test_a_day_is_read_newest_first_and_whole(busy: World) -> None:
    busy.endpoint.events["us-east-1"] += spread(100, NOON - timedelta(hours=2), insight=True)
    source = busy.open()
    assert ids(source, TODAY) == newest_first(busy.endpoint.events["us-east-1"][:300])
    assert not busy.endpoint.codes()["ThrottlingException"]


def test_the_first_file_is_the_first_answer(busy: World) -> None:
    source = busy.open()
    coming = source.children(TODAY)
    first = next(page for page in coming if page.files)
    assert len(busy.endpoint.sent) == 2  # its last second may go on in the second one
    assert len(content(source, first.files[0])) >= 50


def test_no_second_is_in_two_files(world: World) -> None:
    at = NOON.timestamp() - 7200
    crowd = [event(stamp(at - n // 70), id=f"{n:04}") for n in range(400)]
    world.endpoint.events["us-east-1"] = crowd
    source = world.open()
    spans = [span(file) for file in files(source, TODAY)]
    assert len(spans) > 2
    assert all(newer[0] > older[1] for newer, older in pairwise(spans))
    assert sorted(ids(source, TODAY)) == sorted(e["EventId"] for e in crowd)


def test_quiet_days_cost_a_request_for_fifty_events(world: World) -> None:
    few = spread(70, NOON - timedelta(hours=1), step=86_400)
    world.endpoint.events["us-east-1"] = few
    source = world.open()
    assert ids(source, *days(80)) == newest_first(few)
    assert len(world.endpoint.sent) == 2


def test_insights_events_are_a_category_of_their_own(world: World) -> None:
    own = event("2026-11-20T08:00:00Z", id="insight", insight=True)
    world.endpoint.events["us-east-1"] = [own, event("2026-11-20T09:00:00Z", id="call")]
    source = world.open()
    assert ids(source, f"{INSIGHTS}2026/11/20/") == ["insight"]
    assert world.endpoint.sent[0].params["EventCategory"] == "insight"
    assert ids(source, TODAY) == ["call"]


def test_times_are_asked_for(busy: World) -> None:
    since, until = NOON - timedelta(hours=3), NOON - timedelta(hours=2)
    source = busy.open(since=since, until=until)
    wanted = [
        e["EventId"]
        for e in busy.endpoint.events["us-east-1"]
        if since.timestamp() <= e["EventTime"] < until.timestamp()
    ]
    assert ids(source, TODAY) == wanted
    assert len(busy.endpoint.sent) == 2


def test_times_to_come_are_not_asked_for(busy: World) -> None:
    files(busy.open(), TODAY)
    assert busy.endpoint.sent[0].params["EndTime"] <= NOON.timestamp()


def test_one_attribute_is_sent_with_every_page(busy: World) -> None:
    busy.endpoint.events["us-east-1"] += spread(80, NOON - timedelta(hours=6), name="StopLogging")
    source = busy.open(attribute=Attribute("EventName", "StopLogging"))
    assert len(ids(source, TODAY)) == 80
    pair = {"AttributeKey": "EventName", "AttributeValue": "StopLogging"}
    assert all(sent.params["LookupAttributes"] == [pair] for sent in busy.endpoint.sent)


def test_insights_are_not_asked_by_what_they_do_not_have(world: World) -> None:
    source = world.open(attribute=Attribute("Username", "alice"))
    files(source, f"{INSIGHTS}2026/11/20/")
    assert "LookupAttributes" not in world.endpoint.sent[0].params


def test_the_newest_day_is_yesterday_while_today_has_no_events_yet(busy: World) -> None:
    assert busy.open().newest() == (TODAY,)
    files(busy.open(), YESTERDAY)
    assert busy.open(offline=True).newest() == (YESTERDAY,)
    busy.now = NOON.replace(hour=0, minute=5)
    assert busy.open().newest() == (YESTERDAY,)
    assert busy.open(regions=("eu-west-1",), offline=True).newest() == ()


# -- at the pace that AWS allows


def test_two_requests_a_second_and_no_more(busy: World) -> None:
    busy.endpoint.events["eu-west-1"] = spread(300, NOON - timedelta(hours=1))
    source = busy.open(regions=("us-east-1", "eu-west-1"))
    files(source, TODAY, TODAY.replace("us-east-1", "eu-west-1"))
    assert len(busy.endpoint.sent) > 12
    assert set(busy.endpoint.codes()) == {""}


def test_each_region_has_a_pace_of_its_own(world: World) -> None:
    source = world.open(regions=("us-east-1", "eu-west-1"))
    files(source, TODAY, TODAY.replace("us-east-1", "eu-west-1"))
    assert len(world.endpoint.sent) == 2
    assert not world.clock.slept


def test_throttled_by_somebody_else_it_waits_longer_each_time_and_goes_on(busy: World) -> None:
    tries = iter(range(4))
    busy.endpoint.fail = lambda *_: (
        ("ThrottlingException", "Rate exceeded") if next(tries, None) is not None else None
    )
    assert len(ids(busy.open(), TODAY)) == 300
    assert [round(s) for s in busy.clock.slept[:4]] == [1, 2, 4, 9]


def test_who_is_throttled_for_minutes_hears_why(busy: World) -> None:
    busy.endpoint.fail = lambda *_: ("ThrottlingException", "Rate exceeded")
    with pytest.raises(SourceError, match="keeps throttling") as raised:
        files(busy.open(), TODAY)
    assert raised.value.fatal
    assert raised.value.retry
    assert 120 < sum(busy.clock.slept) < 400


# -- what goes wrong


def test_tokens_that_are_lost_lose_no_event(busy: World) -> None:
    source = busy.open()
    seen = []
    for number, page in enumerate(source.children(TODAY)):
        seen += [e["EventId"] for file in page.files for e in content(source, file)]
        if number in (1, 3):
            busy.endpoint.lose_tokens()
    assert seen == newest_first(busy.endpoint.events["us-east-1"][:300])
    assert busy.endpoint.codes()["InvalidNextTokenException"] == 2


def test_tokens_that_never_work_end_the_listing(world: World) -> None:
    at = NOON.timestamp() - 7200
    world.endpoint.events["us-east-1"] = [event(stamp(at), id=f"{n}") for n in range(120)]
    world.endpoint.fail = lambda _, params: (
        ("InvalidNextTokenException", "") if "NextToken" in params else None
    )
    with pytest.raises(SourceError, match="cannot be gone on with"):
        files(world.open(), TODAY)


@pytest.mark.parametrize("broken", [1, 2, 4, 6])
def test_after_an_error_the_listing_goes_on_where_it_broke_off(busy: World, broken: int) -> None:
    def fail(_: str, params: Mapping[str, Any]) -> tuple[str, str] | None:
        expired = len(busy.endpoint.sent) + 1 == broken
        return ("ExpiredTokenException", "The security token is expired") if expired else None

    busy.endpoint.fail = fail
    source = busy.open()
    seen: list[str] = []
    with pytest.raises(SourceError, match="credentials expired") as raised:
        for page in source.children(TODAY):
            seen += [e["EventId"] for file in page.files for e in content(source, file)]
    assert raised.value.fatal
    seen += ids(source, TODAY)
    assert seen == newest_first(busy.endpoint.events["us-east-1"][:300])


def test_an_error_inside_aws_is_tried_again(busy: World) -> None:
    busy.endpoint.fail = lambda *_: (
        ("InternalFailure", "") if len(busy.endpoint.sent) == 1 else None
    )
    assert len(ids(busy.open(), TODAY)) == 300


def test_no_answer_at_all_is_fatal_and_may_pass(world: World) -> None:
    source = world.open()
    world.endpoint.url = "http://127.0.0.1:9"
    with pytest.raises(SourceError, match="cannot connect") as raised:
        files(source, TODAY)
    assert raised.value.fatal
    assert raised.value.retry


def test_a_missing_permission_is_named(world: World) -> None:
    world.endpoint.fail = lambda *_: DENIED
    with pytest.raises(SourceError, match=r"cloudtrail:LookupEvents\) as arn:aws:iam") as raised:
        files(world.open(), TODAY)
    assert raised.value.denied
    assert raised.value.fatal


def test_a_region_that_refuses_is_told_once_and_the_others_go_on(busy: World) -> None:
    busy.endpoint.fail = lambda region, _: DENIED if region == "sa-east-1" else None
    source = busy.open(regions=("sa-east-1", "us-east-1"))
    elsewhere = TODAY.replace("us-east-1", "sa-east-1")
    with pytest.raises(SourceError, match="Event history of sa-east-1") as raised:
        files(source, elsewhere)
    assert not raised.value.fatal
    assert files(source, elsewhere.replace("/20/", "/19/")) == []
    assert len(ids(source, TODAY)) == 300
    assert sum(sent.region == "sa-east-1" for sent in busy.endpoint.sent) == 1


@pytest.mark.parametrize("every", [True, False])
def test_a_region_that_is_not_enabled_is_only_noted_where_nobody_named_it(
    world: World, every: bool
) -> None:
    world.endpoint.fail = lambda *_: ("UnrecognizedClientException", "The security token")
    source = world.open(regions=("me-south-1", "us-east-1"), every=every)
    with pytest.raises(SourceError, match="not enabled") as raised:
        files(source, TODAY.replace("us-east-1", "me-south-1"))
    assert raised.value.skipped is every
    with pytest.raises(SourceError, match="not enabled") as raised:
        files(source, TODAY)
    assert raised.value.fatal
    assert not raised.value.skipped


def test_close_ends_the_waiting(busy: World) -> None:
    source = busy.open()
    coming = source.children(TODAY)
    next(coming)
    source.close()
    with pytest.raises(SourceError, match="stopped"):
        list(coming)


# -- what is kept


def test_a_second_start_asks_only_for_what_is_newer(busy: World) -> None:
    before = ids(busy.open(), TODAY, YESTERDAY)
    busy.endpoint.sent.clear()
    busy.now += timedelta(hours=1)
    news = spread(20, busy.now - timedelta(minutes=10))
    busy.endpoint.events["us-east-1"] += news
    source = busy.open()
    listed = files(source, TODAY, YESTERDAY)
    assert len(listed) == len({f.key for f in listed})
    assert len(busy.endpoint.sent) == 1
    assert sum(span(file)[1] > NOON.timestamp() - 1800 for file in listed) == 1
    assert len(before) == 600


def test_events_that_came_late_are_found(busy: World) -> None:
    ids(busy.open(), TODAY)
    late = event(stamp(NOON.timestamp() - 600), id="late")
    busy.endpoint.events["us-east-1"].append(late)
    busy.now += timedelta(minutes=30)
    source = busy.open()
    newest = files(source, TODAY)[0]
    assert [e["EventId"] for e in content(source, newest)] == ["late"]


def test_what_broke_off_is_known_the_next_time(busy: World) -> None:
    source = busy.open()
    coming = source.children(TODAY)
    for page in coming:
        if page.files and len(busy.endpoint.sent) > 4:
            break
    oldest = span(page.files[-1])[0]
    busy.endpoint.sent.clear()
    again = busy.open()
    listed = files(again, TODAY)
    asked = [sent.params["EndTime"] for sent in busy.endpoint.sent]
    assert asked[0] > NOON.timestamp() - 1800  # the last half hour, again
    assert asked[1] == oldest - 60  # the next event is a minute older
    assert sum(span(f)[0] >= oldest for f in listed) >= 2


def test_another_attribute_is_another_history(busy: World) -> None:
    ids(busy.open(attribute=Attribute("EventName", "StopLogging")), TODAY)
    assert len(ids(busy.open(), TODAY)) == 300


def test_listing_again_asks_for_everything(busy: World) -> None:
    base = busy.open()
    ids(base.narrowed(None), TODAY)
    once = len(busy.endpoint.sent)
    base.list_again(EVENTS)
    assert len(ids(base.narrowed(None), TODAY)) == 300
    assert len(busy.endpoint.sent) == 2 * once
    files(base.narrowed(None), TODAY)
    assert len(busy.endpoint.sent) == 2 * once + 1


def test_offline_what_was_asked_for_is_there_without_a_request(busy: World) -> None:
    news = spread(5, NOON - timedelta(minutes=5))
    busy.endpoint.events["us-east-1"] += news
    online = files(busy.open(), TODAY)
    busy.endpoint.sent.clear()
    source = busy.open(offline=True)
    assert {file.key for file in files(source, TODAY)} == {file.key for file in online}
    (page,) = pages(source, f"{EVENTS}2026/11/")
    assert page.folders == [TODAY]
    with pytest.raises(SourceError, match="not on disk"):
        pages(source, YESTERDAY)
    with pytest.raises(SourceError, match="not on disk"):
        source.read(online[0])
    assert not busy.endpoint.sent


def test_offline_a_day_that_was_asked_for_and_is_empty_is_no_error(world: World) -> None:
    assert files(world.open(), TODAY) == []
    assert files(world.open(offline=True), TODAY) == []
    world.cache = MemoryCache()
    with pytest.raises(SourceError, match="not on disk"):
        files(world.open(offline=True), TODAY)


def test_a_page_that_is_not_at_hand_is_asked_for_again(busy: World) -> None:
    source = busy.open()
    listed = files(source, TODAY)
    before = [source.read(file) for file in listed]
    again = busy.open()
    assert [again.read(file) for file in listed] == before


def test_days_that_are_known_stay_when_aws_has_forgotten_them(busy: World) -> None:
    kept = {file.key for file in files(busy.open(), TODAY)}
    busy.now += timedelta(days=120)
    busy.endpoint.events.clear()
    source = busy.open()
    (page,) = pages(source, f"{EVENTS}2026/")
    assert page.folders == [f"{EVENTS}2026/11/", f"{EVENTS}2026/12/"]
    (page,) = pages(source, f"{EVENTS}2026/11/")
    assert page.folders == [TODAY]
    assert {file.key for file in files(source, TODAY)} == kept
