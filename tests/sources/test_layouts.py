"""Every layout of a trail opens to the events that were laid out, by the tree's own reading."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from ctexplore.sources.demo.layouts import LAYOUTS, ORGANIZATION, layout_files, write_layout
from ctexplore.sources.folder import FolderSource
from ctexplore.sources.walk import Walk
from ctexplore.store.columns.decode import decode
from ctexplore.trail.layout import Level, place_of
from tests.build import column


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_walk_finds_every_file_and_each_event_once(tmp_path: Path, name: str) -> None:
    expected = write_layout(tmp_path, name)
    source = FolderSource(tmp_path)
    found = list(Walk(source).walk([""]))
    files = [file for each in found for file in each.files]
    assert not [problem for each in found for problem in each.problems]
    assert len(files) == expected.files
    ids = []
    for file in files:
        stored = source.read(file)
        ids += [record["eventID"] for record in json.loads(gzip.decompress(stored))["Records"]]
    assert len(ids) == len(expected.ids) and set(ids) == expected.ids


@pytest.mark.parametrize("name", [name for name in LAYOUTS if name != "flat"])
def test_folders_are_known_for_what_they_are(name: str) -> None:
    layout = LAYOUTS[name]
    logs = [key for key, _, ids in layout_files(name) if ids]
    places = [place_of(key.rpartition("/")[0] + "/") for key in logs]
    assert {place.level for place in places} == {Level.DAY}
    assert {place.account for place in places} == set(layout.accounts)
    assert {place.region for place in places} == set(layout.regions)
    wanted = {ORGANIZATION} if ORGANIZATION in layout.above else {""}
    if layout.management:
        wanted.add("")  # its own folder, from before there was an organization
    assert {place.organization for place in places} == wanted


@pytest.mark.parametrize("name,partition", [("govcloud", "aws-us-gov"), ("china", "aws-cn")])
def test_other_partitions_name_themselves_in_every_arn(name: str, partition: str) -> None:
    decoded = decode((key, content) for key, content, ids in layout_files(name) if ids)
    assert not decoded.problems
    actors = set(column(decoded, "actor"))
    assert actors == {f"arn:{partition}:iam::111122223333:user/auditor"}
    assert all(target.startswith(f"arn:{partition}:s3:::") for target in column(decoded, "target"))


def test_layouts_of_the_same_accounts_hold_the_same_events() -> None:
    def ids(name: str) -> set[str]:
        return {each for _, _, found in layout_files(name) for each in found}

    assert ids("organization") == ids("control-tower") == ids("control-tower-2") == ids("flat")
    assert ids("organization") < ids("converted")
    assert ids("account") == ids("prefix") == ids("siblings")


def test_the_last_minutes_lie_in_the_next_days_folder() -> None:
    days = {key.split("/")[-2] for key, _, _ in layout_files("account")}
    assert days == {"02", "03", "04"}
