from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.trail.layout import LogKind
from ctexplore.trail.names import FileClass, LogName, classify, order_key, parse_name

ACCOUNT = "123456789012"
NAME = f"{ACCOUNT}_CloudTrail_us-east-2_20260729T1205Z_Ab3dEf6hIj9kLm2n.json.gz"
LOG = LogName(
    ACCOUNT,
    LogKind.CLOUDTRAIL,
    "us-east-2",
    datetime(2026, 7, 29, 12, 5, tzinfo=UTC),
    "Ab3dEf6hIj9kLm2n",
)

accounts = st.from_regex(r"[0-9]{12}", fullmatch=True)
regions = st.sampled_from(
    ["us-east-1", "us-gov-west-1", "cn-northwest-1", "us-isob-east-1", "eusc-de-east-1"]
)
minutes = st.datetimes(timezones=st.just(UTC)).map(lambda t: t.replace(second=0, microsecond=0))
seconds = st.datetimes(timezones=st.just(UTC)).map(lambda t: t.replace(microsecond=0))
logs = st.builds(
    LogName,
    account=accounts,
    kind=st.sampled_from([kind for kind in LogKind if kind is not LogKind.DIGEST]),
    region=regions,
    delivered=minutes | seconds,
    unique=st.from_regex(r"[A-Za-z0-9]{0,16}", fullmatch=True),
    trail=st.just(""),
    home_region=st.just(""),
    backfill=st.just(value=False),
)
trails = st.from_regex(r"[A-Za-z0-9._-]{3,128}", fullmatch=True) | st.sampled_from(
    ["a_us-east-1_b", "x_20200101T000000Z", "_backfill", "...", "CloudTrail-Digest_eu-west-1"]
)
digests = st.builds(
    LogName,
    account=accounts,
    kind=st.just(LogKind.DIGEST),
    region=regions,
    delivered=seconds,
    unique=st.just(""),
    trail=trails,
    home_region=regions,
    backfill=st.booleans(),
)


@given(logs | digests)
def test_a_built_name_parses_to_the_same_parts(name: LogName) -> None:
    assert parse_name(name.build()) == name


@given(
    st.text()
    | st.from_regex(r"[0-9]{12}_CloudTrail(-Digest)?_.{0,60}")
    | st.binary().map(os.fsdecode)
)
def test_any_text_parses_or_not_and_never_raises(name: str) -> None:
    parsed = parse_name(name)
    if parsed is not None:
        assert parse_name(parsed.build()) == parsed
    assert order_key(name) >= 0
    assert classify(name, 1) in FileClass


def test_a_log() -> None:
    assert parse_name(NAME) == LOG
    assert LOG.build() == NAME


def test_an_insight_on_an_odd_minute() -> None:
    name = f"{ACCOUNT}_CloudTrail-Insight_ca-central-1_20200923T0516Z_KL5e9VCV2SS7IqzB.json.gz"
    parsed = parse_name(name)
    assert parsed and parsed.kind is LogKind.INSIGHT
    assert parsed.delivered == datetime(2020, 9, 23, 5, 16, tzinfo=UTC)
    assert parsed.build() == name


@pytest.mark.parametrize("kind", ["NetworkActivity", "Aggregated"])
def test_the_other_kinds(kind: str) -> None:
    parsed = parse_name(f"{ACCOUNT}_CloudTrail-{kind}_us-east-1_20260729T1205Z_abc.json.gz")
    assert parsed and parsed.kind == f"CloudTrail-{kind}"


def test_the_documented_form_without_an_underscore() -> None:
    parsed = parse_name("123456789012_CloudTrail_us-west-1_20140620T1255ZHdkvFTXOA3Vnhbc.json.gz")
    assert parsed and parsed.unique == "HdkvFTXOA3Vnhbc"
    assert parsed.delivered == datetime(2014, 6, 20, 12, 55, tzinfo=UTC)


@pytest.mark.parametrize("trail", ["management-events", "my_trail_us-west-2", "a.b-c_d", "____"])
@pytest.mark.parametrize("backfill", [False, True])
def test_a_digest_is_read_from_both_ends(trail: str, backfill: bool) -> None:
    tail = "_backfill" if backfill else ""
    name = f"{ACCOUNT}_CloudTrail-Digest_eu-west-1_{trail}_us-east-1_20260729T120501Z{tail}.json.gz"
    parsed = parse_name(name)
    assert parsed == LogName(
        ACCOUNT,
        LogKind.DIGEST,
        "eu-west-1",
        datetime(2026, 7, 29, 12, 5, 1, tzinfo=UTC),
        trail=trail,
        home_region="us-east-1",
        backfill=backfill,
    )
    assert parsed and parsed.build() == name


@pytest.mark.parametrize(
    "ending",
    [
        "",
        ".json",
        ".jsonl",
        ".gz",
        ".json.gz.1",
        " (1).json.gz",
        "(2).json.gz",
        ".json (1).gz",
        ".json.gz (3)",
        " - Copy.json.gz",
        " - Copy (2).json.gz",
        ".json.gz~",
        ".json.bz2",
        ".json.xz",
    ],
)
def test_endings_of_downloads_and_copies(ending: str) -> None:
    assert parse_name(NAME.removesuffix(".json.gz") + ending) == LOG


@pytest.mark.parametrize(
    "name",
    [
        "",
        "report.json.gz",
        NAME[1:],
        "x" + NAME,
        NAME + "\n",
        NAME + ".exe",
        NAME.replace("us-east-2", "logs"),
        NAME.replace("us-east-2", "US-EAST-2"),
        NAME.replace("0729", "1329"),
        NAME.replace("0729", "0732"),
        NAME.replace("2026", "0000"),
        NAME.replace("T1205", "T2405"),
        NAME.replace("1205", "\u0661\u0662\u0660\u0665"),
        NAME.replace("CloudTrail", "Config"),
        NAME.replace("CloudTrail", "CloudTrail-Future"),
        NAME.replace("CloudTrail", "CloudTrail-Digest"),
        f"{ACCOUNT}_CloudTrail-Digest_us-east-1_us-east-1_20260729T120501Z.json.gz",
        f"{ACCOUNT}_CloudTrail-Digest_us-east-1_trail_home_20260729T120501Z.json.gz",
        f"{ACCOUNT}_us-east-2_CloudTrail-Digest_us-east-2_t_us-east-2_20260729T120501Z.json.gz",
        "folder/" + NAME,
    ],
)
def test_other_names_are_not_cloudtrails(name: str) -> None:
    assert parse_name(name) is None


@given(st.lists(logs, min_size=2, max_size=6), st.text(max_size=20))
def test_keys_sort_by_delivery_minute_first(names: list[LogName], folder: str) -> None:
    first = datetime(1970, 1, 1, tzinfo=UTC)
    last = datetime(6000, 1, 1, tzinfo=UTC)
    names = [name for name in names if first <= name.delivered < last]
    ordered = sorted(names, key=lambda name: order_key(f"{folder}/{name.build()}"))
    at = [name.delivered.replace(second=0) for name in ordered]
    assert at == sorted(at)


def test_an_order_key_is_minutes_then_a_hash_of_the_whole_key() -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    key = "us-east-2/2026/07/29/" + NAME
    minute = (LOG.delivered - epoch) // timedelta(minutes=1)
    assert order_key(key) == minute << 32 | crc32(key.encode())
    assert order_key(key) != order_key("other/" + NAME)
    assert order_key("a/notes.json") == crc32(b"a/notes.json")
    assert order_key("a/\udcff\ud800") < 1 << 32


@given(seconds)
def test_an_order_key_fits_a_signed_64_bit_integer(delivered: datetime) -> None:
    key = LogName(ACCOUNT, LogKind.CLOUDTRAIL, "us-east-1", delivered, "x").build()
    assert 0 <= order_key(key) < 1 << 63


BASE = f"AWSLogs/{ACCOUNT}/"
DIGEST = f"{ACCOUNT}_CloudTrail-Digest_us-east-1_trail_us-east-1_20260729T120501Z.json.gz"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (BASE + "CloudTrail/us-east-2/2026/07/29/" + NAME, FileClass.LOG),
        (NAME, FileClass.LOG),
        (NAME.replace("CloudTrail", "CloudTrail-Insight"), FileClass.INSIGHT),
        (NAME.replace("CloudTrail", "CloudTrail-NetworkActivity"), FileClass.NETWORK),
        (NAME.replace("CloudTrail", "CloudTrail-Aggregated"), FileClass.AGGREGATED),
        (DIGEST, FileClass.DIGEST),
        (BASE + "CloudTrail-Insight/us-east-1/file_name.json.gz", FileClass.INSIGHT),
        (BASE + "CloudTrail-NetworkActivity/us-east-1/file_name.json.gz", FileClass.NETWORK),
        (BASE + "CloudTrail-Aggregated/us-east-1/2026/07/29/file.json.gz", FileClass.AGGREGATED),
        (BASE + "CloudTrail-Digest/us-east-1/2026/07/29/renamed.json.gz", FileClass.DIGEST),
        (BASE + "CloudTrail-Digest/us-east-1/notes.txt", FileClass.OTHER),
        (BASE + "CloudTrail-Digest/us-east-1/" + NAME, FileClass.LOG),
        (BASE + "Config/us-east-1/2020/8/31/ConfigHistory/x.json.gz", FileClass.FOREIGN),
        (BASE + "GuardDuty/us-east-1/2020/08/31/uuid.jsonl.gz", FileClass.FOREIGN),
        (BASE + "CloudTrail-Lake/Query/2026/07/29/id/result_sign.json", FileClass.FOREIGN),
        (BASE + "elasticloadbalancing/us-east-1/readme.txt", FileClass.FOREIGN),
        (BASE + "backup/" + NAME, FileClass.LOG),
        (f"{ACCOUNT}_Config_us-east-1_ConfigHistory_x.json.gz", FileClass.FOREIGN),
        (f"{ACCOUNT}_vpcflowlogs_us-east-1_fl-1234_20260729T1205Z_1.log.gz", FileClass.FOREIGN),
        (f"{ACCOUNT}_evidence_alice_laptop.json.gz", FileClass.LOG),
        (f"{ACCOUNT}_CloudTrail-Future_us-east-1_20260729T1205Z_x.json.gz", FileClass.LOG),
    ]
    + [
        ("logs/" + name, FileClass.LOG)
        for name in [
            "a.json",
            "a.json.gz",
            "a.jsonl",
            "a.ndjson",
            "a.gz",
            "a.json.bz2",
            "a.xz",
            "a.log",
            "a.JSON.GZ",
            "noextension",
            "a.json.1",
            "a (1).json",
            "a.json (1)",
            "a.json~",
            "events 2021.07.29",
            "a.json\n",
            ".hidden.json",
            "\udcff\x1b[31m\n",
            "events.1",
            "",
        ]
    ]
    + [
        ("logs/" + name, FileClass.ARCHIVE)
        for name in [
            "a.zip",
            "a.tar",
            "a.tgz",
            "a.tar.gz",
            "a.TAR.GZ",
            "a.tar.xz",
            "a.tar.gz.1",
            "a.tbz2",
            "a (1).zip",
        ]
    ]
    + [
        ("logs/" + name, FileClass.OTHER)
        for name in [
            ".DS_Store",
            ".gitignore",
            "README.md",
            "a.txt",
            "a.json.bak",
            "a.json.gz.part",
            "a.7z",
            "._" + NAME,
            "a.csv",
            "a.pdf",
            "a.json.gz.A1b2C3d4",
            "desktop.ini",
        ]
    ],
)
def test_files_are_classified_by_name_then_folder_then_ending(
    key: str, expected: FileClass
) -> None:
    assert classify(key, 100) is expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("AWSLogs/", FileClass.MARKER),
        (BASE + "CloudTrail/us-east-1/2026/07/29/", FileClass.MARKER),
        (BASE + "Config/", FileClass.MARKER),
        ("AWSLogs_$folder$", FileClass.MARKER),
        ("logs/$folder$", FileClass.MARKER),
        ("logs/" + NAME, FileClass.LOG),
        ("logs/empty", FileClass.LOG),
        ("logs/empty.txt", FileClass.OTHER),
    ],
)
def test_only_empty_objects_that_stand_for_folders_are_markers(
    key: str, expected: FileClass
) -> None:
    assert classify(key, 0) is expected
    if expected is FileClass.MARKER:
        assert classify(key, 1) is not FileClass.MARKER


def test_which_classes_are_read() -> None:
    assert {file_class for file_class in FileClass if file_class.read} == {
        FileClass.LOG,
        FileClass.INSIGHT,
        FileClass.NETWORK,
        FileClass.AGGREGATED,
    }


@pytest.mark.skipif("CTEXPLORE_TEST_LOGS" not in os.environ, reason="no real logs named")
def test_every_real_name_is_cloudtrails_own() -> None:
    root = Path(os.environ["CTEXPLORE_TEST_LOGS"])
    files = [path for place in ("sans504", "invictus") for path in (root / place).rglob("*.json*")]
    assert len(files) == 3872 + 55
    for path in files:
        parsed = parse_name(path.name)
        assert parsed and parsed.build() == path.name.removesuffix(".gz") + ".gz"
        assert classify(path.relative_to(root).as_posix(), 1) is FileClass.LOG
