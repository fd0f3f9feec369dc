"""Reading filters: what each form means, and what is said when one cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given

from ctexplore.query.canonical import canonical
from ctexplore.query.parse import parse
from ctexplore.query.syntax import (
    EVERYTHING,
    And,
    Column,
    Compare,
    FilterError,
    Flag,
    Network,
    Node,
    Not,
    Or,
    Path,
    Present,
    Regex,
    Term,
    Text,
    Time,
    Value,
    Wild,
    Word,
)
from ctexplore.text import safe
from tests.query.events import NOW
from tests.query.strategies import nodes


def read(text: str) -> Node:
    return parse(text, NOW)


def col(name: str, *values: Value) -> Term:
    return Term(Column(name), values)


a, b, c = Word("a"), Word("b"), Word("c")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("", EVERYTHING),
        ("  \t ", EVERYTHING),
        ("a b", And((a, b))),
        ("a and b", And((a, b))),
        ("a AND b", And((a, b))),
        ("a or b c", Or((a, And((b, c))))),
        ("(a or b) c", And((Or((a, b)), c))),
        ("((a b) c)", And((a, b, c))),
        ("a or (b or c)", Or((a, b, c))),
        ("-a", Not(a)),
        ("not a b", And((Not(a), b))),
        ("not not a", a),
        ("--a", a),
        ("-(a or b)", Not(Or((a, b)))),
        ("NOT(a)", Not(a)),
        ('"or"', Word("or")),
        ('"say \\"hi\\" \\\\ \\d"', Word('say "hi" \\ \\d')),
        ('"\\u202e\\U0001f600"', Word("\u202e\U0001f600")),
        ("us-east-1", Word("us-east-1")),
        ("foo,bar", Word("foo,bar")),
        (".*.*.*", Word(".*.*.*")),
        ("/aws/lambda", Word("/aws/lambda")),
        ("arn:aws:iam::1:user/x", Word("arn:aws:iam::1:user/x")),
        ("10:30", Word("10:30")),
        ("2001:db8::1", Word("2001:db8::1")),
    ],
)
def test_terms_are_joined(text: str, node: Node) -> None:
    assert read(text) == node


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("name:CreateUser", col("name", Text("CreateUser"))),
        ("NAME:CreateUser", col("name", Text("CreateUser"))),
        ("eventName:CreateUser", col("name", Text("CreateUser"))),
        ("eventname:CreateUser", col("name", Text("CreateUser"))),
        ("userIdentity.type:Root", col("idtype", Text("Root"))),
        ("name:a,b", col("name", Text("a"), Text("b"))),
        ("name:Create*", col("name", Wild(("Create", "")))),
        ("name:*a**b", col("name", Wild(("", "a", "b")))),
        ('name:"a*"', col("name", Text("a*"))),
        ('name:"a b"*', col("name", Wild(("a b", "")))),
        ('name:"a"b', col("name", Text("ab"))),
        ("name:*", col("name", Present())),
        ("name:**", col("name", Present())),
        ("-error:*", Not(col("error", Present()))),
        ('error:""', col("error", Text(""))),
        ("name:/^Create|x, y/", col("name", Regex("^Create|x, y"))),
        ("name:/a\\/b\\d/i,c", col("name", Regex("a/b\\d", fold=True), Text("c"))),
        ("ip:10.1.2.3", col("ip", Text("10.1.2.3"))),
        ("ip:10.1.2.3/8", col("ip", Network("10.0.0.0/8"))),
        ("ip:2001:DB8::/32", col("ip", Network("2001:db8::/32"))),
        ("ip:10.*", col("ip", Wild(("10.", "")))),
        ('ip:"10.0.0.0/8"', col("ip", Text("10.0.0.0/8"))),
        ("agent:Boto3/1.2", col("agent", Text("Boto3/1.2"))),
        ("role:arn:aws:iam::1:role/x", col("role", Text("arn:aws:iam::1:role/x"))),
        ("is:write,Failed", Flag("is", ("write", "failed"))),
        ("has:mfa", Flag("has", ("mfa",))),
        (
            "requestParameters.bucketName:foo*",
            Term(Path(("requestParameters", "bucketName")), (Wild(("foo", "")),)),
        ),
        ("resources[].ARN:x", Term(Path(("resources", "ARN")), (Text("x"),))),
        ("resources.ARN:x", Term(Path(("resources", "ARN")), (Text("x"),))),
        (
            'requestParameters."odd key".x:1',
            Term(Path(("requestParameters", "odd key", "x")), (Text("1"),)),
        ),
        ("errorcode:x", Term(Path(("errorCode",)), (Text("x"),))),
        (".eventName:x", Term(Path(("eventName",)), (Text("x"),))),
        ('."my root".x:y', Term(Path(("my root", "x")), (Text("y"),))),
        (
            "requestParameters.n:>=10",
            Term(Path(("requestParameters", "n")), (Compare(">=", "10", 10),)),
        ),
        (
            'requestParameters.d:<"15 jan 1970"',
            Term(
                Path(("requestParameters", "d")),
                (Compare("<", "15 jan 1970", 14 * 86_400_000, is_time=True),),
            ),
        ),
        ('eventTime:"2024"', Term(Path(("eventTime",)), (Text("2024"),))),
        (".eventTime:2024", Term(Path(("eventTime",)), (Text("2024"),))),
        ("eventTime:2024*", Term(Path(("eventTime",)), (Wild(("2024", "")),))),
    ],
)
def test_fields_and_values(text: str, node: Node) -> None:
    assert read(text) == node


DAY = 1_705_276_800_000  # 2024-01-15T00:00:00Z
MINUTE = 60_000


@pytest.mark.parametrize(
    ("text", "start", "stop"),
    [
        ("since:2024-01-15", DAY, None),
        ("until:2024-01-15", None, DAY),
        ("since:24h", 1_705_487_400_000 - 86_400_000, None),
        ("at:2024-01-15", DAY, DAY + 86_400_000),
        ("at:2024-01-15T00:01", DAY + MINUTE, DAY + 2 * MINUTE),
        ("at:2024-01-15T00:01:00Z", DAY + MINUTE, DAY + MINUTE + 1000),
        ("at:2024-01-15T00:10+-5m", DAY + 5 * MINUTE, DAY + 15 * MINUTE + 1),
        ("at:2024-01-15T00:10±5m", DAY + 5 * MINUTE, DAY + 15 * MINUTE + 1),
        ("at:2024-01-15T02:10+02:00+-5m", DAY + 5 * MINUTE, DAY + 15 * MINUTE + 1),
        ("eventTime:>=2024-01-15", DAY, None),
        ("eventTime:>2024-01-15", DAY + 1, None),
        ("eventTime:<2024-01-15", None, DAY),
        ("eventtime:<=2024-01-15", None, DAY + 1),
        ("eventTime:2024-01-15", DAY, DAY + 86_400_000),
    ],
)
def test_times(text: str, start: int | None, stop: int | None) -> None:
    node = read(text)
    assert isinstance(node, Time)
    assert (node.start, node.stop) == (start, stop)


def test_typed_times_are_read_by_the_given_zone_unless_they_carry_an_offset() -> None:
    zone = timezone(timedelta(hours=2))
    local = parse("since:2024-01-15T02:00", NOW, zone)
    fixed = parse("since:2024-01-15T00:00Z", NOW, zone)
    assert isinstance(local, Time) and isinstance(fixed, Time)
    assert local.start == fixed.start == DAY


def test_a_relative_time_stays_relative_when_printed() -> None:
    node = parse("since:24h", NOW)
    assert canonical(node) == "since:24h"
    later = parse(canonical(node), NOW + timedelta(hours=1))
    assert isinstance(node, Time) and isinstance(later, Time)
    assert node.start is not None and later.start == node.start + 3_600_000


@given(nodes)
def test_printing_and_parsing_give_the_same_filter(node: Node) -> None:
    assert read(canonical(node)) == node


@given(nodes)
def test_what_is_printed_can_be_shown(node: Node) -> None:
    # Backslashes are the language's own; safe() would double them.
    printed = canonical(node).replace("\\", "/")
    assert safe(printed) == printed


@pytest.mark.parametrize(
    "text",
    [
        "who:/\\u202e/",
        'who:"\\u3164x"',
        'agent:"\\u0301a"*',
        'requestParameters."\\u3164":x',
        '"\\ufe0f"',
    ],
)
def test_what_does_not_show_is_typed_and_printed_as_an_escape(text: str) -> None:
    assert canonical(read(text)) == text


def test_in_an_expression_only_what_would_not_show_is_unescaped() -> None:
    assert read(r"who:/a\/b\u202e\\u202e\d/") == col("who", Regex("a/b\u202e\\\\u202e\\d"))
    with pytest.raises(FilterError, match="not a regular expression"):
        read(r"who:/\u0041/")


def test_the_moment_of_now_is_the_one_given() -> None:
    node = parse("since:now", datetime(2024, 1, 15, tzinfo=UTC))
    assert isinstance(node, Time) and node.start == DAY
