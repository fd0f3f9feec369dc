"""Loading, filtering, sorting, retrying and opening again, in any order: always what a list says.

The model is a plain list of events and Python's own ``sorted`` and ``in``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.sources.source import LogFile, SourceError
from ctexplore.store.cache.cache import MemoryCache
from ctexplore.store.columns.sorting import SortBy, Sorter
from ctexplore.store.scope import Scope
from ctexplore.store.session import Session
from tests.build import event, log
from tests.sources.memory_source import MemorySource, log_key

NOW = datetime(2024, 3, 6, tzinfo=UTC)
SERVICES = ("s3", "iam", "ec2")
USERS = ("alice", "Bob", "ä😀")


def record(number: int) -> dict[str, Any]:
    """Some lack a field."""
    made = event(
        number,
        eventSource=f"{SERVICES[number % 3]}.amazonaws.com",
        userIdentity={"type": "IAMUser", "userName": USERS[number // 3 % 3]},
        readOnly=number % 2 == 0,
    )
    return {k: v for k, v in made.items() if k != "eventSource"} if number % 7 == 0 else made


FILES = {log_key("2024/03/05", unique=f"{n:016}"): list(range(4 * n, 4 * n + 4)) for n in range(12)}
FILTERS = {
    "source:iam": lambda e: e.get("eventSource") == "iam.amazonaws.com",
    "-source:*": lambda e: "eventSource" not in e,
    "who:alice": lambda e: e["userIdentity"]["userName"] == "alice",
    "who:ä*": lambda e: e["userIdentity"]["userName"].startswith("ä"),
    "is:read": lambda e: e["readOnly"],
    "name:Event1*": lambda e: e["eventName"].startswith("Event1"),
    '"i-0000000a"': lambda e: e["requestParameters"]["instanceId"] == "i-0000000a",
}


class Failing(MemorySource):
    """``failing``: keys that cannot be read now."""

    local = False

    def __init__(self) -> None:
        super().__init__({k: log(*map(record, numbers)) for k, numbers in FILES.items()})
        self.identity = "memory:any order"
        self.failing: set[str] = set()

    def read(self, file: LogFile) -> bytes:
        if file.key in self.failing:
            raise SourceError(file.key, "stalled", retry=True)
        return super().read(file)


class AnyOrder(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.source, self.cache = Failing(), MemoryCache()
        self.filters: list[str] = []
        self.by: SortBy | None = None
        self.open()

    def open(self) -> None:
        self.session = Session(self.source, self.cache, Scope(("",)))
        self.steps = self.session.load()
        self.sorter = Sorter(self.session.table)

    @rule(steps=st.integers(1, 3))
    def load_some(self, steps: int) -> None:
        for _ in range(steps):
            next(self.steps, None)

    @rule()
    def load_all(self) -> None:
        list(self.steps)
        tally = self.session.tally
        assert tally.found == len(FILES) == tally.read + tally.failed
        assert tally.events == 4 * tally.read

    @rule(keys=st.sets(st.sampled_from(sorted(FILES)), max_size=4))
    def fail(self, keys: set[str]) -> None:
        self.source.failing = keys

    @rule()
    def retry(self) -> None:
        list(self.steps)
        self.session.retry()
        self.steps = self.session.load()

    @rule()
    def open_again(self) -> None:
        """What was read before comes from the cache."""
        self.open()

    @rule(text=st.sampled_from(sorted(FILTERS)))
    def add_filter(self, text: str) -> None:
        self.filters.append(text)

    @rule()
    def drop_filter(self) -> None:
        self.filters = self.filters[1:]

    @rule(field=st.sampled_from(["name", "who", "time"]), descending=st.booleans())
    def sort(self, field: str, descending: bool) -> None:
        self.by = SortBy(field, descending)

    @invariant()
    def the_list_says_the_same(self) -> None:
        session, table = self.session, self.session.table
        session.order.update()
        count = session.order.count
        known = [record(n) for key in {f.key for f in table.files} for n in FILES[key]]
        assert count == len(known)
        mask = None
        if self.filters:
            wanted = Filter(parse(" ".join(self.filters), NOW))
            mask = wanted.mask(table, 0, count, session.records)
        view = self.sorter.sort(session.order.view(mask), self.by)
        shown = [table.text("name", int(row)) for row in view.rows]
        events = [e for e in known if all(FILTERS[text](e) for text in self.filters)]
        assert sorted(shown) == sorted(e["eventName"] for e in events)
        if self.by and self.by.field == "name":
            assert shown == sorted(shown, key=str.casefold, reverse=self.by.descending)


def test_any_order_of_what_a_person_does() -> None:
    run_state_machine_as_test(AnyOrder, settings=settings(max_examples=25, stateful_step_count=15))
