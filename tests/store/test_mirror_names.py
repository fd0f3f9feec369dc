"""Keys that can be no files of a folder are refused, each with its reason."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.store.mirror.names import refused
from ctexplore.trail.sidecar import FETCHED_NAME, KEYS_NAME


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("../../etc/passwd.json", r"has \. or \.\. for a folder"),
        ("a/../b.json", r"has \. or \.\. for a folder"),
        ("a/./b.json", r"has \. or \.\. for a folder"),
        ("..", r"has \. or \.\. for a folder"),
        ("/etc/cron.d/x.json", "begins with /"),
        ("", "begins with /"),
        ("a//b.json", "an empty name"),
        ("a/b.json/", "an empty name"),
        ("a/\x1b[31m.json", "control characters"),
        ("a/b\n.json", "control characters"),
        ("a/b\x9b.json", "control characters"),
        ("a\0b.json", "control characters"),
        ("a/" + "x" * 256, "a name of 256 bytes"),
        ("é" * 128 + "/b.json", "a name of 256 bytes"),
        ("a/\ud800.json", "can be no file's name here"),
        (KEYS_NAME, "ctexplore's own"),
        (FETCHED_NAME.upper(), "ctexplore's own"),
        (".ctexplore-parts/x", "ctexplore's own"),
    ],
)
def test_a_key_that_is_no_file_s_name(key: str, said: str) -> None:
    import re

    why = refused([key, "good.json"], folds=False)
    assert list(why) == [key]
    assert re.search(said, why[key])


@pytest.mark.parametrize(
    "key",
    ["a/b.json", "..a/b..json", "x" * 255, " /b", "a\\..\\b", "%2e%2e/x", "~/x", "\u202e", "-rf"],
)
def test_odd_names_that_are_names(key: str) -> None:
    assert not refused([key], folds=True)


def test_a_key_that_is_a_folder_of_another() -> None:
    keys = ["a", "a/b", "a/b/c", "ab"]
    assert set(refused(keys, folds=False)) == {"a", "a/b"}


@pytest.mark.parametrize(
    ("keys", "clashing"),
    [
        (["A/x", "a/x"], {"a/x"}),
        (["A/x", "a/y"], {"a/y"}),
        (["d/X", "d/x"], {"d/x"}),
        (["d/stra\u00dfe", "d/strasse"], {"d/stra\u00dfe"}),
        (["d/e\u0301", "d/\u00e9"], {"d/\u00e9"}),
        (["A", "a/b"], {"A"}),
    ],
)
def test_what_a_disk_that_knows_no_case_cannot_tell_apart(
    keys: list[str], clashing: set[str]
) -> None:
    assert not refused(keys, folds=False)
    assert set(refused(keys, folds=True)) == clashing


names = st.sampled_from(["a", "A", "b", ".", "..", "", "\u00e9", "e\u0301", "\x1b", "x" * 256])


@given(st.lists(st.lists(names, min_size=1, max_size=4).map("/".join), unique=True), st.booleans())
def test_all_that_is_left_can_lie_together_below_a_folder(keys: list[str], folds: bool) -> None:
    kept = set(keys) - set(refused(keys, folds=folds))
    for key in kept:
        assert os.path.normpath(f"/top/{key}") == f"/top/{key}"
        assert not any(other.startswith(f"{key}/") for other in kept)
    if folds:
        assert len({key.casefold() for key in kept}) == len(kept)
