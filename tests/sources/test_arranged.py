from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from ctexplore.sources import arranged
from ctexplore.sources.arranged import ArrangedSource, arrange
from ctexplore.sources.folder import FolderSource
from ctexplore.sources.source import Source, SourceError
from tests.sources.memory_source import MemorySource
from tests.sources.s3_at import merged

A = "111122223333_CloudTrail_us-east-1_20230710T1145Z_aaaabbbbccccdddd.json"
B = "111122223333_CloudTrail_us-east-1_20230710T1200Z_aaaabbbbccccdddd.json.gz"
C = "444455556666_CloudTrail_eu-west-1_20230711T0000Z_aaaabbbbccccdddd.json.gz"
DIGEST = "111122223333_CloudTrail-Digest_us-east-1_my_trail_us-east-1_20230710T120000Z.json.gz"


def peek(data: bytes) -> tuple[str, str, date] | None:
    told = json.loads(data)
    return (told[0], told[1], date(2023, 7, 9)) if told else None


def leaves(source: Source, folder: str | None = None) -> dict[str, list[str]]:
    """Every folder that holds files, and their keys."""
    folder = source.root if folder is None else folder
    page = merged(source, folder)
    found = {folder: [file.key for file in page.files]} if page.files else {}
    for below in page.folders:
        found |= leaves(source, below)
    return found


def test_a_flat_folder_gets_a_tree_from_its_names() -> None:
    source = arrange(MemorySource([A, B, C, DIGEST]), peek)
    assert merged(source).folders == ["111122223333/", "444455556666/"]
    assert leaves(source) == {
        "111122223333/us-east-1/2023/07/10/": [A, B],
        "111122223333/CloudTrail-Digest/us-east-1/2023/07/10/": [DIGEST],
        "444455556666/eu-west-1/2023/07/11/": [C],
    }


def test_a_prefix_stays_before_the_tree() -> None:
    inner = MemorySource(["case-7/" + name for name in (A, C)], root="case-7/")
    source = arrange(inner, peek)
    day = "case-7/111122223333/us-east-1/2023/07/10/"
    assert leaves(source)[day] == ["case-7/" + A]
    assert source.uri(day) == "s3://my-logs/case-7/"
    assert source.uri("case-7/" + A) == "s3://my-logs/case-7/" + A
    assert (source.identity, source.label, source.local) == (inner.identity, "my-logs", False)


def test_records_speak_where_names_do_not() -> None:
    files = {
        "a.json": b'["111122223333", "us-east-1"]',
        "b.json": b'["../../etc", "us-east-1"]',
        "c.json": b'["111122223333", "../x"]',
        "d.json": b"null",
        A: b"never read for this",
    }
    source = arrange(MemorySource(files), peek)
    assert leaves(source) == {
        "111122223333/us-east-1/2023/07/09/": ["a.json"],
        "111122223333/us-east-1/2023/07/10/": [A],
        "other/": ["b.json", "c.json", "d.json"],
    }


def test_a_file_is_read_for_its_place_once(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = MemorySource({"a.json": b"null", "b.json": b"null"})
    reads: list[str] = []

    def read(file: object) -> bytes:
        reads.append(file.key)  # type: ignore[attr-defined]
        raise SourceError("x", "cannot be read")

    monkeypatch.setattr(inner, "read", read)
    source = arrange(inner, peek)
    assert reads == []
    assert leaves(source) == leaves(source) == {"other/": ["a.json", "b.json"]}
    assert reads == ["a.json", "b.json"]


def test_too_many_files_are_not_read_for_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    told = b'["111122223333", "us-east-1"]'
    monkeypatch.setattr(arranged, "PEEKED_REMOTE", 2)
    source = arrange(MemorySource({f"{n}.json": told for n in range(3)}), peek)
    assert list(leaves(source)) == ["other/"]


def test_what_is_there_already_stays() -> None:
    inner = MemorySource([A, B, "readme.png", "notes/x.json", "other/y.json"])
    inner.files["z.json"] = b"null"
    source = arrange(inner, peek)
    top = merged(source)
    assert top.folders == ["111122223333/", "notes/", "other/"]
    assert [file.key for file in top.files] == ["readme.png"]
    assert leaves(source, "notes/") == {"notes/": ["notes/x.json"]}
    assert leaves(source, "other/") == {"other/": ["z.json", "other/y.json"]}
    assert source.uri("other/") == "s3://my-logs/other/"


@pytest.mark.parametrize(
    "inner",
    [
        MemorySource([]),
        MemorySource([A]),
        MemorySource([A, "readme.png"]),
        MemorySource([A, B, "AWSLogs/x.json"]),
        MemorySource([A, B, "2023/x.json"]),
        MemorySource([A, B, "us-east-1/x.json"]),
        MemorySource(["2023/07/10/" + A, "2023/07/10/" + B]),
        MemorySource(["AWSLogs/1/" + A]),
        MemorySource(
            [f"111122223333/us-east-1/2023/07/10/{name}" for name in (A, B)],
            root="111122223333/us-east-1/2023/07/10/",
        ),
    ],
)
def test_what_is_not_flat_is_left_alone(inner: MemorySource) -> None:
    assert arrange(inner, peek) is inner


def test_a_folder_from_an_earlier_run_opens_without_the_root() -> None:
    inner = MemorySource([A, B, C])
    source = ArrangedSource(inner, peek)
    assert [f.key for f in merged(source, "111122223333/us-east-1/2023/07/10/").files] == [A, B]
    assert merged(source, "111122223333/us-east-1/2023/07/11/").files == []


def test_listing_again_sees_new_files() -> None:
    inner = MemorySource([A, B])
    source = arrange(inner, peek)
    day = "444455556666/eu-west-1/2023/07/11/"
    assert day not in leaves(source)
    inner.files[C] = b"{}"
    assert leaves(source)[day] == [C]


def test_start_after_a_key_and_after_a_time() -> None:
    files = {A: b"", B: b"", "0.json": b'["111122223333", "us-east-1"]'}
    source = arrange(
        MemorySource(files), lambda _: ("111122223333", "us-east-1", date(2023, 7, 10))
    )
    day = "111122223333/us-east-1/2023/07/10/"
    assert [f.key for f in merged(source, day).files] == ["0.json", A, B]
    assert [f.key for f in merged(source, day, A).files] == [B]
    # As for a trail's own folder, but a name that tells no time is not ruled out by one.
    noon = f"{day}111122223333_CloudTrail_us-east-1_20230710T1150Z"
    assert [f.key for f in merged(source, day, noon).files] == ["0.json", B]
    assert merged(source, "", "111122223333/").folders == []


def test_what_came_before_a_broken_listing_is_shown() -> None:
    inner = MemorySource([A, B, C], page_size=2)
    source = arrange(inner, peek)
    inner.breaks_after[""] = 1
    pages = source.children("")
    assert next(pages).folders == ["111122223333/"]
    with pytest.raises(SourceError, match="cut off"):
        next(pages)


def test_a_local_folder_reads_through(tmp_path: Path) -> None:
    for name in (A, B):
        (tmp_path / name).write_bytes(name.encode())
    source = arrange(FolderSource(tmp_path), peek)
    (account,) = merged(source).folders
    assert account == "111122223333/"
    day = "111122223333/us-east-1/2023/07/10/"
    assert [source.read(file) for file in merged(source, day).files] == [A.encode(), B.encode()]
    assert source.local


@pytest.mark.skipif("CTEXPLORE_TEST_LOGS" not in os.environ, reason="needs the real logs")
def test_real_flat_logs() -> None:
    logs = Path(os.environ["CTEXPLORE_TEST_LOGS"])
    tree = leaves(arrange(FolderSource(logs / "invictus"), peek))
    assert {folder: len(keys) for folder, keys in tree.items()} == {
        "218007301253/us-east-1/2023/07/10/": 55
    }
    dated = FolderSource(logs / "sans504")
    assert arrange(dated, peek) is dated
