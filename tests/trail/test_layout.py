from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.trail.layout import Level, LogKind, Place, describe, place_of

ACCOUNT = "123456789012"
DAY = f"AWSLogs/{ACCOUNT}/CloudTrail/us-east-2/2026/07/29/"


def levels(path: str) -> list[str]:
    """The level of every folder on the way to ``path``."""
    parts = path.rstrip("/").split("/")
    return [place_of("/".join(parts[: n + 1]) + "/").level.value for n in range(len(parts))]


DATED = ["kind", "region", "year", "month", "day"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (DAY, ["AWSLogs", "account", *DATED]),
        ("my/deep/prefix/" + DAY, ["prefix"] * 3 + ["AWSLogs", "account", *DATED]),
        (
            f"AWSLogs/o-exampleorgid/{ACCOUNT}/CloudTrail/us-east-1/2026/07/29/",
            ["AWSLogs", "organization", "account", *DATED],
        ),
        (
            f"o-fxozgwu6rc/AWSLogs/o-fxozgwu6rc/{ACCOUNT}/CloudTrail/ca-central-1/2020/08/30/",
            ["organization", "AWSLogs", "organization", "account", *DATED],
        ),
        (
            f"o-fxozgwu6rc/AWSLogs/{ACCOUNT}/CloudTrail/ca-central-1/2020/08/30/",
            ["organization", "AWSLogs", "account", *DATED],
        ),
        (f"{ACCOUNT}/team/{DAY}", ["account", "prefix", "AWSLogs", "account", *DATED]),
        ("2021/" + DAY, ["year", "AWSLogs", "account", *DATED]),
        ("CloudTrail/old/" + DAY, ["kind", "folder", "AWSLogs", "account", *DATED]),
        (f"{ACCOUNT}/CloudTrail/eu-west-1/2021/07/29/", ["account", *DATED]),
        (f"o-exampleorgid/{ACCOUNT}/CloudTrail/", ["organization", "account", "kind"]),
        ("CloudTrail-Insight/eu-west-1/2021/07/29/", DATED),
        ("eu-west-1/2021/07/29/", DATED[1:]),
        ("2021/07/29/", DATED[2:]),
        ("backup/eu-west-1/2021/07/29/", ["prefix", *DATED[1:]]),
    ],
)
def test_each_layout_is_recognised_segment_by_segment(path: str, expected: list[str]) -> None:
    assert levels(path) == expected


def test_a_day_tells_all_that_its_path_says() -> None:
    place = place_of(f"pre/AWSLogs/o-exampleorgid/{ACCOUNT}/CloudTrail/us-gov-west-1/2024/02/29/")
    assert place == Place(
        level=Level.DAY,
        name="29",
        organization="o-exampleorgid",
        account=ACCOUNT,
        kind=LogKind.CLOUDTRAIL,
        region="us-gov-west-1",
        year=2024,
        month=2,
        day=29,
    )
    assert place.date == date(2024, 2, 29)
    assert not place.foreign


def test_the_bucket_and_an_empty_segment() -> None:
    assert place_of("") == Place()
    assert place_of("/").level is Level.PREFIX
    assert place_of("//" + DAY).level is Level.DAY


def test_awslogs_forgets_what_the_prefix_looked_like_but_for_the_organization() -> None:
    place = place_of(f"o-fxozgwu6rc/111122223333/us-east-1/AWSLogs/{ACCOUNT}/")
    assert (place.organization, place.account, place.region) == ("o-fxozgwu6rc", ACCOUNT, "")
    assert place_of("111122223333/2021/07/AWSLogs/") == Place(Level.AWSLOGS, "AWSLogs")


@pytest.mark.parametrize("kind", list(LogKind))
def test_every_kind(kind: LogKind) -> None:
    place = place_of(f"AWSLogs/{ACCOUNT}/{kind}/us-east-1/")
    assert (place.kind, place.level) == (kind, Level.REGION)


@pytest.mark.parametrize(
    "region",
    [
        "us-east-1",
        "ap-southeast-7",
        "us-gov-east-1",
        "cn-northwest-1",
        "us-iso-east-1",
        "us-isob-east-1",
        "eu-isoe-west-1",
        "eusc-de-east-1",
        "il-central-1",
        "ca-west-1",
    ],
)
def test_regions_of_every_partition_at_the_root_and_below_a_kind(region: str) -> None:
    assert place_of(f"{region}/").region == region
    assert place_of(f"AWSLogs/{ACCOUNT}/CloudTrail/{region}/").region == region


def test_a_region_of_a_shape_not_seen_yet_is_one_only_where_a_region_is_due() -> None:
    assert place_of("CloudTrail/xx-newpart-upper-1/").level is Level.REGION
    assert place_of("xx-newpart-upper-1/").level is Level.PREFIX


@pytest.mark.parametrize(
    "word", ["my-app-2", "logs", "US-EAST-1", "us-east-1a", "us-east", "east-1"]
)
def test_words_are_no_regions(word: str) -> None:
    assert place_of(f"{word}/").level is Level.PREFIX


@pytest.mark.parametrize(
    "word", ["logs", "US-EAST-1", "us-east-1-old", "us-east-1\n", "us-east-\u0661"]
)
def test_words_below_a_kind_are_plain_folders_and_so_is_all_beneath(word: str) -> None:
    assert levels(f"CloudTrail/{word}/2021/07/") == ["kind", "folder", "folder", "folder"]


@pytest.mark.parametrize(
    "path",
    [
        "0000/",
        "1234/",
        "20211/",
        "21/",
        "2021/13/",
        "2021/00/",
        "2021/7/",
        "2021/07/32/",
        "2021/02/29/",
        "2021/07/00/",
        "2021/07/9/",
        "2021/07/29/extra/",
        "2021/07/29/05/",
        "2021//07/",
        "\u0662\u0660\u0662\u0661/",
        "2021/\u0660\u0667/",
    ],
)
def test_impossible_dates_are_plain_folders(path: str) -> None:
    place = place_of("AWSLogs/123456789012/CloudTrail/us-east-1/" + path)
    assert place.level is Level.FOLDER
    assert place.span() is None
    assert place_of(f"AWSLogs/123456789012/CloudTrail/us-east-1/{path}05/").level is Level.FOLDER


@pytest.mark.parametrize(
    "sibling",
    [
        "Config",
        "GuardDuty",
        "vpcflowlogs",
        "elasticloadbalancing",
        "CloudTrail-Lake",
        "backup",
        "cloudtrail",
        "222233334444",
        "",
    ],
)
def test_whatever_lies_beside_the_kinds_is_foreign_and_so_is_all_beneath(sibling: str) -> None:
    account = f"AWSLogs/{ACCOUNT}/"
    for beneath in ("", "us-east-1/", "us-east-1/2020/8/31/", "CloudTrail/", "AWSLogs/"):
        place = place_of(f"{account}{sibling}/{beneath}")
        assert place.foreign and place.level is Level.FOREIGN
        assert (place.account, place.kind, place.region, place.date) == (ACCOUNT, None, "", None)


def test_without_awslogs_only_known_siblings_are_foreign() -> None:
    # An account's number may be part of the trail's prefix, or name a folder of evidence.
    assert place_of(f"{ACCOUNT}/Config/us-east-1/").foreign
    assert place_of(f"{ACCOUNT}/evidence/").level is Level.PREFIX
    assert place_of(f"{ACCOUNT}/evidence/CloudTrail/us-east-1/").region == "us-east-1"


@pytest.mark.parametrize(
    "word", ["ou-root-1234", "README", "CloudTrail-Lake", "o-short", "o-UPPERCASEID", "12345678901"]
)
def test_other_children_of_awslogs_are_plain_folders(word: str) -> None:
    assert place_of(f"AWSLogs/{word}/").level is Level.FOLDER
    assert place_of(f"AWSLogs/{word}/{ACCOUNT}/").account == ACCOUNT


@given(st.lists(st.one_of(st.text(), st.sampled_from(DAY.split("/"))), max_size=12).map("/".join))
def test_any_path_is_some_place(path: str) -> None:
    place = place_of(path)
    assert place.level in Level
    assert describe(place).startswith(place.name)


def test_a_long_path_of_slashes() -> None:
    assert place_of("/" * 1024).level is Level.PREFIX


@pytest.mark.parametrize(
    ("path", "span"),
    [
        ("2024/", (date(2024, 1, 1), date(2024, 12, 31))),
        ("2024/02/", (date(2024, 2, 1), date(2024, 2, 29))),
        ("2024/12/", (date(2024, 12, 1), date(2024, 12, 31))),
        ("2024/02/03/", (date(2024, 2, 3), date(2024, 2, 3))),
        ("", None),
        ("us-east-1/", None),
        ("2024/02/03/extra/", None),
    ],
)
def test_span(path: str, span: tuple[date, date] | None) -> None:
    assert place_of(path).span() == span


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("2024/", "2024"),
        ("2024/01/", "01  January"),
        ("2024/12/", "12  December"),
        ("2024/01/15/", "15  Mon"),
        ("2024/02/04/", "04  Sun"),
        ("2024/02/04/extra/", "extra"),
        ("2024/13/", "13"),
        ("o-exampleorgid/", "o-exampleorgid (organization)"),
        (f"AWSLogs/{ACCOUNT}/CloudTrail-Insight/", "CloudTrail-Insight"),
        (f"AWSLogs/{ACCOUNT}/Config/", "Config"),
        ("eu-west-1/", "eu-west-1"),
        ("", ""),
    ],
)
def test_labels(path: str, label: str) -> None:
    assert describe(place_of(path)) == label
