from __future__ import annotations

import pytest

from ctexplore.sources.arranged import arrange
from ctexplore.sources.outline import Outline
from ctexplore.sources.several import SeveralSource
from ctexplore.sources.source import LogFile, SourceError
from ctexplore.sources.walk import Walk
from tests.sources.memory_source import MemorySource, denied, log_key
from tests.sources.s3_at import merged

MONDAY, TUESDAY = log_key("2024/01/15"), log_key("2024/01/16")


def named(label: str, files: dict[str, bytes], root: str = "") -> MemorySource:
    source = MemorySource(files, root=root)
    source.label = label
    return source


def keys_of(source: SeveralSource, **scope: object) -> list[str]:
    found = Walk(source, **scope).walk([""])  # type: ignore[arg-type]
    return [file.key for page in found for file in page.files]


def test_each_is_a_folder_that_holds_its_own_tree() -> None:
    logs, old = named("logs", {MONDAY: b"new"}), named("old", {MONDAY: b"old", TUESDAY: b"x"})
    both = SeveralSource([old, logs])
    assert merged(both).folders == ["logs/", "old/"]
    assert merged(both, "logs/").folders == ["logs/AWSLogs/"]
    assert keys_of(both) == [f"old/{TUESDAY}", f"logs/{MONDAY}", f"old/{MONDAY}"]
    assert both.read(LogFile(f"logs/{MONDAY}", 3)) == b"new"
    assert both.read(LogFile(f"old/{MONDAY}", 3)) == b"old"
    assert both.uri(f"old/{MONDAY}") == f"s3://old/{MONDAY}"
    assert (both.label, both.root, both.local) == ("old + logs", "", False)


def test_names_are_made_unique() -> None:
    files = {MONDAY: b"{}"}
    three = SeveralSource([named("logs", files), named("logs", files), named("/", files)])
    assert merged(three).folders == ["_/", "logs (2)/", "logs/"]
    assert len(keys_of(three)) == 3


def test_the_way_to_a_root_is_shown_and_costs_no_listing() -> None:
    account = "AWSLogs/111122223333/"
    inner = named("logs", {MONDAY: b"{}", "AWSLogs/999988887777/x.json": b"{}"}, root=account)
    both = SeveralSource([inner, named("old", {MONDAY: b"{}"})])
    assert merged(both, "logs/").folders == ["logs/AWSLogs/"]
    assert merged(both, "logs/AWSLogs/").folders == [f"logs/{account}"]
    assert inner.requests == []
    assert keys_of(both) == [f"logs/{MONDAY}", f"old/{MONDAY}"]
    assert all(folder.startswith(account) for folder in inner.requests)


def test_the_tree_folds_the_way_into_one_line() -> None:
    inner = named("logs", {MONDAY: b"{}"}, root="AWSLogs/111122223333/")
    outline = Outline(SeveralSource([inner, named("old", {TUESDAY: b"{}"})]))
    assert [node.label for node in outline.children("").nodes] == ["logs", "old"]
    [node] = outline.children("logs/").nodes
    assert node.label.startswith("AWSLogs › 111122223333 › CloudTrail › us-east-1")


def test_listings_go_on_after_a_name() -> None:
    files = {f"{n}.json": b"{}" for n in range(4)}
    both = SeveralSource([named("a", files), named("b", files)])
    assert [f.key for f in merged(both, "b/", "b/1.json").files] == ["b/2.json", "b/3.json"]
    assert merged(both, "", "a/").folders == ["b/"]


def test_one_that_refuses_hides_nothing_of_the_others() -> None:
    closed = named("closed", {MONDAY: b"{}"})
    closed.refused[""] = denied("s3://closed/")
    found = list(Walk(SeveralSource([closed, named("logs", {MONDAY: b"{}"})])).walk([""]))
    assert [file.key for page in found for file in page.files] == [f"logs/{MONDAY}"]
    assert [str(p) for page in found for p in page.problems] == [str(denied("s3://closed/"))]


def test_an_arranged_one_keeps_its_made_up_folders() -> None:
    flat = {MONDAY.rpartition("/")[2]: b"{}", TUESDAY.rpartition("/")[2]: b"{}"}
    arranged = arrange(named("flat", flat), lambda _: None)
    both = SeveralSource([arranged, named("logs", {MONDAY: b"{}"})])
    assert merged(both, "flat/").folders == ["flat/111122223333/"]
    day = "flat/111122223333/us-east-1/2024/01/15/"
    assert [file.key for file in merged(both, day).files] == ["flat/" + min(flat)]
    assert len(keys_of(both)) == 3


def test_the_identity_is_that_of_these_sources_under_these_names() -> None:
    one, two = named("a", {}), named("b", {})
    assert SeveralSource([one, two]).identity == SeveralSource([two, one]).identity
    renamed = named("c", {})
    renamed.identity = two.identity
    others = (SeveralSource([one, renamed]), SeveralSource([one, one]))
    assert len({SeveralSource([one, two]).identity, *(s.identity for s in others)}) == 3


def test_a_key_of_no_source() -> None:
    both = SeveralSource([named("a", {}), named("b", {})])
    with pytest.raises(SourceError, match="no source of this name"):
        both.read(LogFile("c/x.json", 1))
