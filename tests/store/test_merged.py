"""One bucket with trails of accounts, of an organization and of Control Tower, in three partitions:
one view, each event once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.sources.demo.layouts import ORGANIZATION, merged_files
from ctexplore.sources.outline import Outline
from ctexplore.store.cache.cache import NoCache
from ctexplore.store.scope import Scope
from ctexplore.store.session import Session
from ctexplore.trail.layout import Place, place_of
from tests.query.events import NOW
from tests.sources.memory_source import MemorySource

MADE = list(merged_files())
BUCKET = {key: content for key, content, _ in MADE}
COPIES = Counter(each for _, _, ids in MADE for each in ids)
PROD = "111122223333"


def loaded(*folders: str, **scope: frozenset[str]) -> Session:
    wanted = Scope(folders, **scope)  # type: ignore[arg-type]
    session = Session(MemorySource(BUCKET), NoCache(""), wanted)
    list(session.load())
    session.order.update()
    return session


def texts(session: Session, field: str) -> Counter[str]:
    """Values of the events in the list, copies folded."""
    rows = session.order.view(None).rows
    return Counter(session.table.text(field, int(row)) for row in rows)


def keys_of(accept: Callable[[Place], bool]) -> list[tuple[str, tuple[str, ...]]]:
    return [(key, ids) for key, _, ids in MADE if ids and accept(place_of(folder(key)))]


def folder(key: str) -> str:
    return key.rpartition("/")[0] + "/"


def test_the_bucket_has_every_kind_of_trail_and_copies() -> None:
    places = [place_of(folder(key)) for key in BUCKET]
    assert {p.organization for p in places} == {"", ORGANIZATION}
    assert len(COPIES) > 100 and max(COPIES.values()) == 5
    assert {str(p.kind) for p in places} > {"CloudTrail-NetworkActivity", "CloudTrail-Aggregated"}


def test_the_tree_has_each_trail_where_it_lies() -> None:
    outline = Outline(MemorySource(BUCKET))

    def below(folder: str) -> list[str]:
        return [node.label for node in outline.children(folder).nodes]

    organization = f"{ORGANIZATION} (organization)"
    assert below("") == ["AWSLogs", "my", organization]
    accounts = [PROD, "444455556666", "777788889999"]
    assert below("AWSLogs/") == [*accounts, organization]
    assert below(f"AWSLogs/{ORGANIZATION}/") == accounts
    assert below("my/") == [f"deep › prefix › AWSLogs › {PROD} › CloudTrail"]
    assert below(f"{ORGANIZATION}/AWSLogs/") == [*accounts, organization]
    assert below(f"AWSLogs/{ORGANIZATION}/{PROD}/") == [
        "CloudTrail", "CloudTrail-Aggregated", "CloudTrail-NetworkActivity"
    ]  # fmt: skip


def test_all_of_it_is_one_view_with_each_event_once() -> None:
    session = loaded("")
    assert session.tally.read == sum(bool(ids) for _, _, ids in MADE)
    assert session.tally.events == COPIES.total()
    assert len(session.order.view(None)) == len(COPIES)
    assert len(session.order.copies) == COPIES.total() - len(COPIES)
    assert not session.tally.partial and not len(session.order.conflicts)
    assert texts(session, "region").keys() == {
        *("us-east-1", "eu-west-1", "us-gov-west-1", "us-gov-east-1"),
        *("cn-north-1", "cn-northwest-1"),
    }
    session.close()


@pytest.mark.parametrize(
    ("text", "partition"),
    [("actor:arn:aws-cn*", "aws-cn"), ("target:arn:aws-us-gov*", "aws-us-gov")],
)
def test_arns_of_other_partitions(text: str, partition: str) -> None:
    session = loaded("")
    mask = Filter(parse(text, NOW)).mask(session.table, 0, session.table.count)
    found = session.order.view(mask).rows
    assert len(found) == 24
    assert {session.table.text("target", int(r)).split(":")[1] for r in found} == {partition}
    assert {session.table.text("source", int(r)) for r in found} == {"s3.amazonaws.com"}
    session.close()


@pytest.mark.parametrize("region", ["us-east-1", "us-gov-east-1", "cn-north-1"])
def test_a_region_over_all_trails(region: str) -> None:
    expected = keys_of(lambda place: place.region == region)
    session = loaded("", regions=frozenset({region}))
    assert session.tally.read == len(expected)
    assert len(session.order.view(None)) == len({i for _, ids in expected for i in ids})
    session.close()


def test_an_account_over_all_trails() -> None:
    account = "444455556666"
    expected = keys_of(lambda place: place.account == account)
    assert expected
    session = loaded("", accounts=frozenset({account}))
    assert session.tally.read == len(expected)
    assert texts(session, "account").keys() == {account}
    session.close()


def test_several_nodes_of_the_tree_together() -> None:
    folders = (
        f"AWSLogs/{PROD}/CloudTrail/us-east-1/2026/03/",
        f"AWSLogs/{ORGANIZATION}/{PROD}/",
        f"{ORGANIZATION}/AWSLogs/{ORGANIZATION}/{PROD}/CloudTrail/us-east-1/",
        f"AWSLogs/{PROD}/CloudTrail/cn-north-1/",
    )
    files = [ids for key, _, ids in MADE if ids and key.startswith(folders)]
    session = loaded(*folders)
    assert session.tally.read == len(files)
    assert len(session.order.view(None)) == len({i for ids in files for i in ids})
    assert session.tally.events > len(session.order.view(None))
    session.close()
