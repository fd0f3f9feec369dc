"""What is remembered of a run opens the same again."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctexplore.commands.words import source_words
from tests.commands.test_opening import options

ROLE = "arn:aws:iam::444455556666:role/reader"
POINT = "arn:aws:s3:eu-west-1:111122223333:accesspoint/night/a/"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["s3://logs-1"], ["s3://logs-1/"]),
        (["--bucket", "logs-1", "--prefix", "a/b"], ["s3://logs-1/a/b/"]),
        (
            ["s3://logs-1/a/", "s3://logs-2", "--profile", "night", "--role-arn", ROLE],
            ["s3://logs-1/a/", "s3://logs-2/", "--profile", "night", "--role-arn", ROLE],
        ),
        ([POINT, "--request-payer"], [POINT, "--request-payer"]),
        (
            ["https://logs-1.s3.eu-south-1.amazonaws.com/a/"],
            ["s3://logs-1/a/", "--region", "eu-south-1"],
        ),
        (
            ["s3://logs-1", "--region", "eu-west-1", "--last", "24h", "--offline"],
            ["s3://logs-1/", "--region", "eu-west-1", "--last", "24h", "--offline"],
        ),
        (["--demo"], []),
        (["-"], []),
        ([], []),
    ],
)
def test_arguments_that_open_it_again(given: list[str], kept: list[str]) -> None:
    words = source_words(options(*given))
    assert list(words) == kept
    # Said once more, they say the same.
    assert source_words(options(*words)) == words


def test_a_folder_is_found_from_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "logs").mkdir()
    monkeypatch.chdir(tmp_path)
    assert source_words(options("logs", "--since", "7d")) == (
        str(tmp_path / "logs"), "--since", "7d",
    )  # fmt: skip
