from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.sources.address import Address, AddressError, parse_address, which

DAY = "AWSLogs/111122223333/CloudTrail/us-east-1/2023/07/10/"
FILE = DAY + "111122223333_CloudTrail_us-east-1_20230710T1145Z_7xgocspSowgK0Gto.json.gz"
POINT = "arn:aws:s3:eu-west-1:111122223333:accesspoint/logs"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my-logs", Address("my-logs")),
        ("my-logs/", Address("my-logs")),
        ("my-logs/team/a", Address("my-logs", "team/a/")),
        (" s3://my-logs ", Address("my-logs")),
        ("S3://my-logs/", Address("my-logs")),
        ("s3://my-logs/AWSLogs", Address("my-logs", "AWSLogs/")),
        (f"s3://my-logs/{DAY}", Address("my-logs", DAY)),
        (f"s3://my-logs/{FILE}", Address("my-logs", DAY, FILE)),
        ("s3://my-logs//odd//", Address("my-logs", "/odd//")),
        ("s3://my-logs/a%20b?c#d/", Address("my-logs", "a%20b?c#d/")),
        ("s3://my-logs/logs.example.com", Address("my-logs", "logs.example.com/")),
        ("arn:aws:s3:::my-logs", Address("my-logs")),
        ("arn:aws-cn:s3:::my-logs/AWSLogs/", Address("my-logs", "AWSLogs/")),
        ("logs-abc123-s3alias", Address("logs-abc123-s3alias")),
        ("My_Old_Bucket", Address("My_Old_Bucket")),
        (POINT, Address(POINT, region="eu-west-1")),
        (POINT + "/AWSLogs/", Address(POINT, "AWSLogs/", region="eu-west-1")),
        (POINT + "/object/" + FILE, Address(POINT, DAY, FILE, "eu-west-1")),
        (
            "arn:aws-us-gov:s3:us-gov-west-1:111122223333:accesspoint:logs",
            Address(
                "arn:aws-us-gov:s3:us-gov-west-1:111122223333:accesspoint/logs",
                region="us-gov-west-1",
            ),
        ),
    ],
)
def test_a_written_address(text: str, expected: Address) -> None:
    assert parse_address(text) == expected


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("my-logs.s3.amazonaws.com/", ""),
        ("my-logs.s3.eu-west-1.amazonaws.com/", "eu-west-1"),
        ("my-logs.s3-eu-west-1.amazonaws.com/", "eu-west-1"),
        ("my-logs.s3.dualstack.eu-west-1.amazonaws.com/", "eu-west-1"),
        ("my-logs.s3-fips.us-gov-west-1.amazonaws.com/", "us-gov-west-1"),
        ("my-logs.s3-fips-us-gov-west-1.amazonaws.com/", "us-gov-west-1"),
        ("my-logs.s3-fips.dualstack.us-east-1.amazonaws.com/", "us-east-1"),
        ("my-logs.s3-accelerate.amazonaws.com/", ""),
        ("my-logs.s3.cn-north-1.amazonaws.com.cn/", "cn-north-1"),
        ("my-logs.s3.eusc-de-east-1.amazonaws.eu/", "eusc-de-east-1"),
        ("s3.amazonaws.com/my-logs/", ""),
        ("s3.eu-west-1.amazonaws.com/my-logs/", "eu-west-1"),
        ("s3-eu-west-1.amazonaws.com/my-logs/", "eu-west-1"),
        ("s3.dualstack.eu-west-1.amazonaws.com/my-logs/", "eu-west-1"),
    ],
)
@pytest.mark.parametrize("key", [DAY, FILE, ""])
@pytest.mark.parametrize("query", ["", "?X-Amz-Credential=AKIAEXAMPLE%2F&X-Amz-Signature=abc"])
def test_a_pasted_link(host: str, region: str, key: str, query: str) -> None:
    found = parse_address(f"https://{host}{key}{query}")
    assert found == Address("my-logs", DAY if key else "", FILE if key == FILE else "", region)


def test_a_link_is_percent_decoded_and_a_dotted_bucket_kept() -> None:
    found = parse_address("https://a.s3.b.s3.us-west-2.amazonaws.com/with%20space%2Fand%25/")
    assert found == Address("a.s3.b", "with space/and%/", region="us-west-2")


def test_a_link_to_an_access_point() -> None:
    url = "https://logs-111122223333.s3-accesspoint.cn-north-1.amazonaws.com.cn/AWSLogs/"
    arn = "arn:aws-cn:s3:cn-north-1:111122223333:accesspoint/logs"
    assert parse_address(url) == Address(arn, "AWSLogs/", region="cn-north-1")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            f"https://s3.console.aws.amazon.com/s3/buckets/my-logs?prefix={DAY}&region=eu-west-1",
            Address("my-logs", DAY, region="eu-west-1"),
        ),
        (
            "https://us-east-1.console.aws.amazon.com/s3/buckets/my-logs?region=eu-west-1"
            f"&bucketType=general&prefix={DAY.replace('/', '%2F')}&showversions=false",
            Address("my-logs", DAY, region="eu-west-1"),
        ),
        (
            f"https://s3.console.aws.amazon.com/s3/object/my-logs?region=eu-west-1&prefix={FILE}",
            Address("my-logs", DAY, FILE, "eu-west-1"),
        ),
        (
            "https://us-east-1.console.aws.amazon.com/s3/object/my-logs?prefix=AWSLogs/no-ending",
            Address("my-logs", "AWSLogs/", "AWSLogs/no-ending", "us-east-1"),
        ),
        (
            "https://s3.console.aws.amazon.com/s3/buckets/my-logs/AWSLogs/?tab=overview",
            Address("my-logs", "AWSLogs/"),
        ),
        ("https://console.aws.amazon.com/s3/buckets/my-logs", Address("my-logs")),
        (
            "https://111122223333-abcd.eu-west-1.console.aws.amazon.com/s3/buckets/my-logs",
            Address("my-logs", region="eu-west-1"),
        ),
        (
            "https://cn-north-1.console.amazonaws.cn/s3/buckets/my-logs?region=cn-north-1",
            Address("my-logs", region="cn-north-1"),
        ),
        (
            "https://us-gov-west-1.console.amazonaws-us-gov.com/s3/buckets/my-logs",
            Address("my-logs", region="us-gov-west-1"),
        ),
    ],
)
def test_a_console_link(url: str, expected: Address) -> None:
    assert parse_address(url) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the bucket's name is empty"),
        ("s3://", "the bucket's name is empty"),
        ("s3:my-logs", "expected s3://NAME"),
        ("ab", "3 to 63 lower-case"),
        ("a" * 300, "3 to 63 lower-case"),
        ("b\u00fccket", "3 to 63 lower-case"),
        ("-logs", "3 to 63 lower-case"),
        ("my..logs", "3 to 63 lower-case"),
        ("192.168.0.1", "3 to 63 lower-case"),
        ("my logs", "3 to 63 lower-case"),
        ("logs--use1-az4--x-s3", "directory buckets"),
        ("arn:aws:s3", "expected arn:aws:s3:REGION"),
        ("arn:aws:sqs:us-east-1:111122223333:queue", "of sqs, not of S3"),
        ("arn:aws:s3:eu-west-1:111122223333:bucket/x", "expected arn:aws:s3:REGION"),
        ("arn:aws:s3:eu-west-1:1111:accesspoint/logs", "expected arn:aws:s3:REGION"),
        ("arn:aws:s3:eu-west-1:111122223333:accesspoint/A", "not an access point's name"),
        ("arn:aws:s3::111122223333:accesspoint/x.mrap", "multi-Region access points"),
        (
            "arn:aws:s3-outposts:us-east-1:111122223333:outpost/op-1/accesspoint/a",
            "Outposts is not supported",
        ),
        ("arn:aws:s3-object-lambda:us-east-1:111122223333:accesspoint/a", "Object Lambda"),
        ("https://example.com/my-logs", "--endpoint-url https://example.com --bucket NAME"),
        ("http://127.0.0.1:9000/b/", "--endpoint-url http://127.0.0.1:9000 --bucket NAME"),
        ("https://[::1/b", "not a link that can be read"),
        ("https://my-logs.s3.amazonaws.com:99999/", "not a link that can be read"),
        ("https://s3.console.aws.amazon.com/s3/home", "not the console's page"),
        ("https://b-1.s3.amazonaws.com/k.gz?versionId=3HL4", "only the current version"),
    ],
)
def test_what_is_refused_says_what_was_expected(text: str, says: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_address(text)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_capitals_are_allowed_only_where_old_buckets_are() -> None:
    assert parse_address("OldLogs", region="us-east-1").bucket == "OldLogs"
    with pytest.raises(AddressError, match="us-east-1 only"):
        parse_address("OldLogs", region="eu-west-1")


def test_a_signature_is_never_repeated() -> None:
    secret = "X-Amz-Signature=deadbeef&X-Amz-Security-Token=SECRET"
    for url in (
        f"https://example.com/x?{secret}",
        f"https://user:SECRET@example.com/x?{secret}",
        f"https://ab.s3.amazonaws.com/x?versionId=1&{secret}",
        f"https://A_.s3.eu-west-1.amazonaws.com/x?{secret}",
    ):
        with pytest.raises(AddressError) as caught:
            parse_address(url)
        assert "SECRET" not in str(caught.value)
        assert "deadbeef" not in str(caught.value)


def test_options_join_the_address() -> None:
    assert parse_address("my-logs", "team", "eu-west-1") == Address(
        "my-logs", "team/", region="eu-west-1"
    )
    link = "https://my-logs.s3.us-east-1.amazonaws.com/"
    assert parse_address(link, region="eu-west-1").region == "eu-west-1"
    with pytest.raises(AddressError, match="already has a prefix"):
        parse_address("s3://my-logs/a/", "b/")
    with pytest.raises(AddressError, match="the access point is in eu-west-1"):
        parse_address(POINT, region="us-east-1")


def test_which_tells_paths_from_buckets(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    assert which(str(tmp_path / "logs")) == tmp_path / "logs"
    assert which("s3://my-logs", exists=lambda _: True) == Address("my-logs")
    assert which("my-logs", exists=lambda _: True) == Path("my-logs")
    with pytest.raises(AddressError, match=r"a bucket is written s3://my-logs$"):
        which("my-logs", exists=lambda _: False)
    with pytest.raises(AddressError, match=r"no such file or folder$"):
        which("./My Logs", exists=lambda _: False)
    with pytest.raises(AddressError, match="the source is empty"):
        which("")


STARTS = [
    "",
    "s3://",
    "arn:aws:s3:",
    "https://",
    "https://b.s3.amazonaws.com/",
    "https://[",
    "https://s3.console.aws.amazon.com/s3/",
    POINT,
]


@given(st.sampled_from(STARTS), st.text(max_size=40))
def test_any_text_is_an_address_or_one_line_that_says_why(start: str, text: str) -> None:
    try:
        found = parse_address(start + text)
    except AddressError as error:
        assert str(error)
    else:
        assert found.bucket
        assert found.prefix == "" or found.prefix.endswith("/")
        assert found.key == "" or (found.key.startswith(found.prefix) and found.key != found.prefix)
