"""The demo as a source: its tree, its files, the same bytes everywhere."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from ctexplore.sources.demo import DemoSource
from ctexplore.sources.source import LogFile, SourceError

PROD = "111122223333"
LOGS = f"AWSLogs/{PROD}/CloudTrail/us-east-1/2026/03/"
NAME = re.compile(r"(\d{12})_CloudTrail_([a-z0-9-]+)_(\d{8}T\d{4})Z_[A-Za-z0-9]{16}\.json\.gz")


def below(source: DemoSource, folder: str = "") -> Iterator[LogFile]:
    for page in source.children(folder):
        for inner in page.folders:
            yield from below(source, inner)
        yield from page.files


@cache
def whole() -> tuple[tuple[str, dict[str, Any]], ...]:
    """(key, record) of the whole demo, digests and AWS Config left out."""
    source = DemoSource()
    out = []
    for file in below(source):
        if "/CloudTrail-Digest/" not in file.key and "/Config/" not in file.key:
            content = json.loads(gzip.decompress(source.read(file)))
            out += [(file.key, record) for record in content["Records"]]
    return tuple(out)


def logged() -> Iterator[tuple[str, dict[str, Any]]]:
    """What lies in ``CloudTrail`` folders: management and data events."""
    return ((key, record) for key, record in whole() if "/CloudTrail/" in key)


def test_the_tree_is_a_buckets() -> None:
    source = DemoSource()
    level = ["AWSLogs/"]
    assert next(source.children("")).folders == level
    assert next(source.children("AWSLogs/")).folders == [
        "AWSLogs/111122223333/",
        "AWSLogs/444455556666/",
        "AWSLogs/777788889999/",
    ]
    kinds = next(source.children(f"AWSLogs/{PROD}/")).folders
    assert [key.split("/")[2] for key in kinds] == [
        "CloudTrail-Aggregated",
        "CloudTrail-Digest",
        "CloudTrail-Insight",
        "CloudTrail-NetworkActivity",
        "CloudTrail",
        "Config",
    ]
    regions = next(source.children(f"AWSLogs/{PROD}/CloudTrail/")).folders
    assert len(regions) == 4
    days = next(source.children(LOGS)).folders
    assert [key.split("/")[-2] for key in days] == ["02", "03", "04", "05", "06", "07", "08"]


def test_upper_levels_make_no_file() -> None:
    source = DemoSource()
    for folder in ("", "AWSLogs/", f"AWSLogs/{PROD}/CloudTrail/us-east-1/2026/03/"):
        list(source.children(folder))
    assert "_generator" not in vars(source)


def test_names_are_in_byte_order_and_like_aws() -> None:
    source = DemoSource()
    page = next(source.children(LOGS + "04/"))
    names = [file.name for file in page.files]
    assert names == sorted(names)
    for name in names:
        found = NAME.fullmatch(name)
        assert found and found[1] == PROD and found[2] == "us-east-1"
        assert int(found[3][-2:]) % 5 == 0


def test_start_after_lists_the_rest_of_a_level() -> None:
    source = DemoSource()
    files = next(source.children(LOGS + "04/")).files
    assert next(source.children(LOGS + "04/", files[9].key)).files == files[10:]
    days = next(source.children(LOGS, LOGS + "06/zzz")).folders
    # A prefix is listed as long as something below it may come after the key.
    assert [key.split("/")[-2] for key in days] == ["06", "07", "08"]
    assert next(source.children(LOGS, LOGS + "060")).folders == [LOGS + "07/", LOGS + "08/"]


def test_a_listing_gives_the_size_that_is_read() -> None:
    source = DemoSource()
    for file in next(source.children(LOGS + "05/")).files:
        assert len(source.read(file)) == file.size


def test_what_does_not_exist() -> None:
    source = DemoSource()
    page = next(source.children("AWSLogs/999999999999/"))
    assert not page.folders and not page.files
    with pytest.raises(SourceError, match="no such file"):
        source.read(LogFile(LOGS + "04/nothing.json.gz", 1))


def test_reading_before_listing_gives_the_same() -> None:
    first, second = DemoSource(), DemoSource()
    files = next(first.children(LOGS + "06/")).files
    assert second.read(files[3]) == first.read(files[3])


def test_no_place_is_left_unfilled() -> None:
    source = DemoSource()
    for file in next(source.children(LOGS + "04/")).files:
        assert not re.search(rb"%\(\w\)[sd]", gzip.decompress(source.read(file)))


def test_escapes_stay_escaped_in_the_file() -> None:
    source = DemoSource()
    for file in next(source.children(LOGS + "04/")).files:
        content = gzip.decompress(source.read(file))
        assert content.isascii() and not re.search(rb"[\x00-\x1f]", content)


def test_every_folder_that_is_listed_holds_files() -> None:
    source = DemoSource()

    def leaves(folder: str) -> Iterator[str]:
        page = next(source.children(folder))
        if not page.folders:
            yield folder
        for inner in page.folders:
            yield from leaves(inner)

    kinds = ("Insight", "NetworkActivity", "Aggregated", "Digest")
    for kind in (*(f"CloudTrail-{kind}" for kind in kinds), "Config"):
        for leaf in leaves(f"AWSLogs/{PROD}/{kind}/"):
            assert next(source.children(leaf)).files, leaf


_DIGEST = """
import gzip, hashlib, sys
from ctexplore.sources.demo import DemoSource
whole = hashlib.sha256()
source = DemoSource(int(sys.argv[1]))
for folder in sys.argv[2:]:
    for file in next(source.children(folder)).files:
        whole.update(file.key.encode() + gzip.decompress(source.read(file)))
print(whole.hexdigest())
"""
_SAMPLE = [
    f"{LOGS}04/",
    f"{LOGS}07/",
    "AWSLogs/444455556666/CloudTrail/eu-west-1/2026/03/03/",
    "AWSLogs/777788889999/CloudTrail/us-east-1/2026/03/07/",
    f"AWSLogs/{PROD}/CloudTrail-Insight/us-east-1/2026/03/04/",
    f"AWSLogs/{PROD}/CloudTrail-Digest/us-east-1/2026/03/02/",
]


def digest(seed: int, folders: list[str], hash_seed: str = "0") -> str:
    done = subprocess.run(
        [sys.executable, "-c", _DIGEST, str(seed), *folders],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_the_same_bytes_everywhere() -> None:
    """The digest changes when the demo does and for no other reason: on any machine, with any
    Python, in any process."""
    assert (
        digest(1, _SAMPLE, "1")
        == digest(1, _SAMPLE, "2")
        == "fe89b70d75f84a9b941fc9eb7cb06e3b92c91dd481b87a5422beabcf8a2184b8"
    )


def test_the_same_bytes_whatever_is_asked_for_first() -> None:
    forwards, backwards = DemoSource(), DemoSource()
    first = [next(forwards.children(folder)).files for folder in _SAMPLE]
    last = [next(backwards.children(folder)).files for folder in reversed(_SAMPLE)]
    # A file's version is the checksum of its content.
    assert first == last[::-1]


def test_another_seed_is_another_trail_with_the_same_story() -> None:
    assert DemoSource(1).identity != DemoSource(2).identity
    keys = [next(DemoSource(seed).children(LOGS + "03/")).files for seed in (1, 2)]
    assert {file.key for file in keys[0]}.isdisjoint(file.key for file in keys[1])
