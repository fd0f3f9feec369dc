"""From bytes to columns: what each field of a record becomes, whatever its shape."""

from __future__ import annotations

import gzip
import json
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.store.columns.batch import Batch
from ctexplore.store.columns.decode import Decoded, decode
from ctexplore.store.columns.schema import FIELDS, NO_TIME
from ctexplore.store.containers.split import split
from ctexplore.store.containers.unpack import unpack
from ctexplore.store.problem import Outcome
from tests.build import ACCOUNT, column, event, events, gz, log, raw, without

pytestmark = pytest.mark.usefixtures("way")


def fields(record: object, *names: str) -> dict[str, str]:
    """Fields of the only event of a log file, all that are not empty or those named."""
    decoded = decode([("key", log(record))])
    assert decoded.read == [True]
    assert not decoded.problems
    values = {name: column(decoded, name)[0] for name in FIELDS}
    return (
        {n: v for n, v in values.items() if n in names}
        if names
        else {n: v for n, v in values.items() if v}
    )


def field(record: object, name: str) -> str:
    return fields(record, name)[name]


def test_every_column_of_a_usual_record() -> None:
    assert fields(event(1)) == {
        "source": "ec2.amazonaws.com",
        "name": "Event1",
        "type": "AwsApiCall",
        "category": "Management",
        "readonly": "false",
        "who": "alice",
        "actor": f"arn:aws:iam::{ACCOUNT}:user/alice",
        "idtype": "IAMUser",
        "user": "alice",
        "key": "AKIAEXAMPLEALICE",
        "idaccount": ACCOUNT,
        "target": "i-00000001",
        "ip": "192.0.2.7",
        "region": "eu-west-1",
        "account": ACCOUNT,
        "agent": "aws-cli/2.15",
    }


def test_numbers_of_a_usual_record() -> None:
    batch = decode([("a", log()), ("b", gz(log(event(1), event(2))))]).batch
    assert batch.time.tolist() == [1_709_596_801_000, 1_709_596_802_000]
    assert [f"{high:016x}{low:016x}" for high, low in batch.ids.tolist()] == [
        event(n)["eventID"].replace("-", "") for n in (1, 2)
    ]
    assert batch.crc.tolist() == [crc32(raw(event(1))), crc32(raw(event(2)))]
    assert batch.file.tolist() == [1, 1]
    assert batch.index.tolist() == [0, 1]


def test_nothing_decodes_to_nothing() -> None:
    decoded = decode([])
    assert (len(decoded.batch), decoded.read, decoded.problems) == (0, [], [])
    assert len(Decoded.unpack(decoded.pack()).batch) == 0


def test_counts() -> None:
    decoded = decode([("a", gz(log(event(1)))), ("b", b""), ("c", log(b"null", event(2)))])
    assert decoded.unpacked == len(log(event(1))) + len(log(b"null", event(2)))
    assert decoded.rejected == 1
    assert decoded.read == [True, False, True]


@pytest.mark.parametrize("missing", ["eventTime", "eventName", "eventSource", "userIdentity"])
def test_a_missing_field_is_empty(missing: str) -> None:
    emptied = {
        "eventTime": (),
        "eventName": ("name",),
        "eventSource": ("source",),
        "userIdentity": ("who", "actor", "idtype", "user", "key", "idaccount"),
    }[missing]
    full, lacking = fields(event(1)), fields(without(event(1), missing))
    assert lacking == {name: value for name, value in full.items() if name not in emptied}
    batch = decode([("key", log(without(event(1), missing)))]).batch
    assert (batch.time.tolist() == [NO_TIME]) == (missing == "eventTime")


@pytest.mark.parametrize("time", ["2024-02-30T00:00:00Z", "yesterday", "0000-01-01T00:00:00Z"])
def test_a_time_nobody_can_read_is_kept_as_text(time: str) -> None:
    decoded = decode([("key", log(event(1), event(2, eventTime=time), event(3)))])
    assert column(decoded, "timetext") == ["", time, ""]
    assert [t == NO_TIME for t in decoded.batch.time.tolist()] == [False, True, False]


@pytest.mark.parametrize(
    ("changes", "name", "expected"),
    [
        ({"eventName": 7}, "name", "7"),
        ({"eventName": True}, "name", "true"),
        ({"eventName": ["a", 1]}, "name", '["a",1]'),
        ({"eventName": None}, "name", ""),
        ({"eventSource": {"a": 1}}, "source", '{"a":1}'),
        ({"eventTime": 1709596801}, "time", ""),
        ({"recipientAccountId": 111122223333}, "account", "111122223333"),
        ({"recipientAccountId": 10**30}, "account", str(10**30)),
        ({"readOnly": "true"}, "readonly", "true"),
        ({"readOnly": "False"}, "readonly", "false"),
        ({"readOnly": 1}, "readonly", "1"),
        ({"readOnly": None}, "readonly", ""),
        ({"sessionCredentialFromConsole": "true"}, "console", "true"),
        ({"sessionCredentialFromConsole": True}, "console", "true"),
        ({"sourceIPAddress": None}, "ip", ""),
        ({"userAgent": None}, "agent", ""),
        ({"userAgent": 5}, "agent", "5"),
        ({"userIdentity": "alice"}, "who", "alice"),
        ({"userIdentity": ["alice"]}, "who", '["alice"]'),
        ({"userIdentity": None}, "who", ""),
        ({"userIdentity": {}}, "who", ""),
        ({"userIdentity": {"accountId": 123456789012}}, "who", "123456789012"),
        ({"requestParameters": "a text"}, "target", "a text"),
        ({"requestParameters": [{"name": "x"}]}, "target", "x"),
        ({"requestParameters": 5}, "target", ""),
        ({"requestParameters": {"omitted": True}}, "target", ""),
        ({"resources": "arn:aws:s3:::b"}, "target", "i-00000001"),
        ({"resources": {}}, "target", "i-00000001"),
        ({"resources": [None, 3, "x", {"ARN": 5}]}, "target", "i-00000001"),
        ({"eventVersion": 1.08}, "name", "Event1"),
        ({"additionalEventData": '{"a":1}'}, "name", "Event1"),
    ],
)
def test_other_types(changes: dict[str, Any], name: str, expected: str) -> None:
    decoded = decode([("key", log(event(1) | changes, event(2)))])
    assert not decoded.problems
    assert column(decoded, "name")[1] == "Event2"
    if name == "time":
        assert decoded.batch.time.tolist()[0] == 1_709_596_801_000
    else:
        assert column(decoded, name)[0] == expected


def test_an_event_without_id_has_none() -> None:
    batch = decode([("key", log(without(event(1), "eventID"), event(2, eventID=None)))]).batch
    assert batch.ids.tolist() == [[0, 0], [0, 0]]


def test_bytes_that_are_no_text_are_shown() -> None:
    record = raw(event(1)).replace(b"aws-cli", b"\xff\x1b").replace(b"alice", b"ali\\ud800ce\xfe")
    decoded = decode([("key", log(record))])
    assert column(decoded, "agent") == ["\\xff\x1b/2.15"]
    assert column(decoded, "who") == ["ali\\ud800ce\\xfe"]
    assert all(
        text.encode()
        for entries in decoded.batch.entries.values()
        for e in entries
        for text in e
        if text
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"errorCode": "AccessDenied", "errorMessage": "no"}, "AccessDenied"),
        ({"errorMessage": "Failed authentication"}, "Failed authentication"),
        ({"errorCode": None, "errorMessage": None}, ""),
        ({"errorCode": ""}, ""),
        ({"eventName": "ConsoleLogin", "responseElements": {"ConsoleLogin": "Failure"}}, "Failure"),
        ({"eventName": "ConsoleLogin", "responseElements": {"ConsoleLogin": "Success"}}, ""),
        (
            {
                "eventName": "ConsoleLogin",
                "errorMessage": "Failed authentication",
                "responseElements": {"ConsoleLogin": "Failure"},
            },
            "Failed authentication",
        ),
        ({"eventName": "SwitchRole", "responseElements": {"SwitchRole": "Failure"}}, "Failure"),
        ({"eventName": "CheckMfa", "responseElements": {"CheckMfa": "Success"}}, ""),
        ({"eventName": "ConsoleLogin", "responseElements": "?"}, ""),
    ],
)
def test_error(changes: dict[str, Any], expected: str) -> None:
    assert field(event(1) | changes, "error") == expected


@pytest.mark.parametrize(
    ("additional", "expected"),
    [
        ({"MFAUsed": "Yes", "LoginTo": "x"}, "true"),
        ({"MFAUsed": "No"}, "false"),
        ({}, ""),
        ('{"MFAUsed":"Yes"}', ""),
        ({"MFAUsed": 1}, ""),
    ],
)
def test_mfa_of_a_console_login(additional: object, expected: str) -> None:
    login = event(1, eventName="ConsoleLogin", additionalEventData=additional)
    decoded = decode([("key", log(event(2), login, event(3)))])
    assert column(decoded, "mfa") == ["", expected, ""]
    assert column(decoded, "who") == ["alice"] * 3


def test_mfa_of_a_session() -> None:
    context = {"attributes": {"mfaAuthenticated": "true", "creationDate": "2024-03-05T00:00:00Z"}}
    session = event(1)["userIdentity"] | {"sessionContext": context}
    assert field(event(1, userIdentity=session), "mfa") == "true"


def test_insights_are_named_by_their_details() -> None:
    details = {
        "state": "Start",
        "eventSource": "ssm.amazonaws.com",
        "eventName": "UpdateInstanceInformation",
        "insightType": "ApiErrorRateInsight",
        "errorCode": "ThrottlingException",
    }
    usual = without(event(1), "eventName", "eventSource", "userIdentity", "requestParameters")
    insight = usual | {"eventCategory": "Insight", "insightDetails": details}
    assert fields(insight, "name", "source", "error", "category", "who") == {
        "name": "UpdateInstanceInformation",
        "source": "ssm.amazonaws.com",
        "error": "ThrottlingException",
        "category": "Insight",
        "who": "",
    }


@pytest.mark.parametrize(
    ("dimension", "value", "name"),
    [
        ("eventName", "GetObject", "name"),
        ("resourceARN", "arn:aws:s3:::bucket", "target"),
        ("userIdentity", f"arn:aws:iam::{ACCOUNT}:user/alice", "actor"),
    ],
)
def test_aggregated_events_have_a_schema_of_their_own(
    dimension: str, value: str, name: str
) -> None:
    record = {
        "eventVersion": "1.0",
        "accountId": ACCOUNT,
        "eventId": "0000002a-0000-4000-8000-000000000000",
        "eventCategory": "Aggregated",
        "eventType": "AwsAggregatedEvent",
        "awsRegion": "eu-west-1",
        "eventSource": "s3.amazonaws.com",
        "timeWindow": {
            "windowStart": "2024-03-05T00:00:00Z",
            "windowEnd": "2024-03-05T00:05:00Z",
            "windowSize": "PT5M",
        },
        "summary": {
            "primaryDimension": {
                "dimension": dimension,
                "statistics": [{"name": value, "value": 12}],
                "aggregationType": "Sum",
            },
            "details": [],
        },
    }
    found = fields(record)
    assert found[name] == value
    assert found["account"] == ACCOUNT
    assert found["source"] == "s3.amazonaws.com"
    batch = decode([("key", log(record))]).batch
    assert batch.time.tolist() == [1_709_596_800_000]
    assert batch.ids.tolist() == [[0x2A00004000, 0x8000 << 48]]


S3_OBJECT = "arn:aws:s3:::bucket/key"
S3_BUCKET = "arn:aws:s3:::bucket"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"resources": [{"ARN": S3_BUCKET, "accountId": "1", "type": "T"}]}, S3_BUCKET),
        ({"resources": [{"ARN": S3_BUCKET, "type": "AWS::S3::Bucket"}]}, S3_BUCKET),
        ({"resources": [{"ARNPrefix": S3_BUCKET + "/", "type": "T"}]}, S3_BUCKET + "/"),
        ({"resources": [{"accountId": "", "ARN": S3_BUCKET}]}, S3_BUCKET),
        ({"resources": [{"ResourceName": "bucket", "ResourceType": "T"}]}, "bucket"),
        ({"resources": [{"ARN": S3_BUCKET}, {"ARN": S3_OBJECT}]}, S3_OBJECT),
        ({"resources": [], "requestParameters": {"bucketName": "b", "key": "k"}}, "b/k"),
        (
            {"resources": None, "requestParameters": None, "responseElements": {"volumeId": "v"}},
            "v",
        ),
        (
            {
                "requestParameters": None,
                "serviceEventDetails": {"keyId": "arn:aws:kms:eu-west-1:1:key/2"},
            },
            "arn:aws:kms:eu-west-1:1:key/2",
        ),
        ({"requestParameters": {}, "responseElements": {"requestId": "r", "volumeId": "v"}}, "v"),
        ({"requestParameters": {"maxResults": 5}}, ""),
    ],
)
def test_target_comes_from_resources_then_request_then_response(
    changes: dict[str, Any], expected: str
) -> None:
    assert field(event(1) | changes, "target") == expected


def test_lookup_events_output_is_read_like_the_log_file() -> None:
    listed = [{"EventId": "x", "CloudTrailEvent": json.dumps(e)} for e in events(1, 2)]
    looked_up = decode([("a", raw({"Events": listed}))])
    delivered = decode([("a", log(*events(1, 2)))])
    for name in FIELDS:
        assert column(looked_up, name) == column(delivered, name)


def under(frames: int, data: bytes) -> Decoded:
    """Decode with this many more frames on Python's stack."""
    return under(frames - 1, data) if frames else decode([("key", data)])


@pytest.mark.parametrize("depth", [3, 255, 1000])
def test_a_deep_stack_changes_nothing(depth: int) -> None:
    request = b"[" * depth + b'{"instanceId":"i-1"}' + b"]" * depth
    record = raw(event(2)).replace(b'{"instanceId":"i-00000002"}', request)
    data = log(event(1), record, event(3))
    usual, deep = under(0, data), under(850, data)
    assert not usual.problems
    assert deep.problems == usual.problems
    for name in FIELDS:
        assert column(deep, name) == column(usual, name)


def test_a_bomb_stops_at_the_limit() -> None:
    bomb = gz(b'{"Records":[' + b" " * 3_000_000)
    decoded = decode([("bomb", bomb), ("b", gz(bomb)), ("c", log(event(1)))], limit=1 << 20)
    assert decoded.read == [False, False, True]
    assert [str(p) for p in decoded.problems] == [
        f"{key}: unpacks to more than 1 MB, the limit for one file" for key in ("bomb", "b")
    ]


def test_files_together_are_files_apart() -> None:
    """Coding some hundred records at a time leaves no seam."""
    files = [(f"{n}", log(*(event(n * 100 + k) for k in range(n % 97)))) for n in range(40)]
    files.insert(17, ("bad", log(event(1), b"null", event(2, eventTime="?"))))
    together = decode(files)
    apart = [decode([file]) for file in files]
    assert len(together.batch) > 700
    for name in FIELDS:
        assert column(together, name) == [v for d in apart for v in column(d, name)]
    assert together.batch.file.tolist() == [
        n for n, d in enumerate(apart) for _ in range(len(d.batch))
    ]
    for name in ("time", "ids", "crc", "index"):
        values = [v for d in apart for v in getattr(d.batch, name).tolist()]
        assert getattr(together.batch, name).tolist() == values
    assert together.problems == [p for d in apart for p in d.problems]


# What hypothesis may put into a record's place, all of it JSON.
texts = st.text(max_size=12) | st.sampled_from(["2024-03-05T00:00:00Z", "arn:aws:iam::1:user/x"])
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
NAMES = [
    *event(1),
    "resources",
    "errorCode",
    "errorMessage",
    "insightDetails",
    "eventId",
    "summary",
]
records = st.dictionaries(st.sampled_from(NAMES) | texts, values, max_size=8) | st.builds(
    lambda changes: event(1) | changes, st.dictionaries(st.sampled_from(NAMES), values, max_size=3)
)


def consistent(decoded: Decoded, files: int) -> None:
    """What holds for every decoding."""
    batch = decoded.batch
    assert len(decoded.read) == files
    for name in ("ids", "crc", "file", "index"):
        assert len(getattr(batch, name)) == len(batch)
    for dimension, codes in batch.codes.items():
        assert len(codes) == len(batch)
        assert not len(codes) or codes.max() < len(batch.entries[dimension])
        for entry in batch.entries[dimension]:
            assert all(isinstance(text, str) for text in entry)
            "".join(entry).encode()
    unread = {n for n, read in enumerate(decoded.read) if not read}
    assert not unread & set(batch.file.tolist())
    told = {int(p.key) for p in decoded.problems if p.outcome is not Outcome.NOTED}
    assert unread <= told
    assert decoded.rejected == sum(p.records for p in decoded.problems)


@given(st.lists(st.binary(max_size=200), max_size=3))
def test_any_bytes(contents: list[bytes]) -> None:
    consistent(decode((f"{n}", data) for n, data in enumerate(contents)), len(contents))


@given(st.lists(values, max_size=4))
def test_any_json(records: list[object]) -> None:
    data = json.dumps(records).encode()
    decoded = decode([("0", data), ("1", b'{"Records":' + data + b"}"), ("2", gz(data))])
    consistent(decoded, 3)
    assert [int(n) for n in decoded.batch.file].count(1) + decoded.rejected // 3 >= len(records) - 1


@given(st.lists(records, max_size=5))
def test_any_records_all_load(drawn: list[dict[str, Any]]) -> None:
    decoded = decode([("0", log(*drawn))])
    consistent(decoded, 1)
    assert len(decoded.batch) == len(drawn)
    assert not decoded.rejected
    kept = Decoded.unpack(decoded.pack())
    assert kept.read == decoded.read
    assert kept.problems == decoded.problems
    assert [column(kept, name) for name in FIELDS] == [column(decoded, name) for name in FIELDS]


Edit = tuple[float, int, bytes]
pieces = st.binary(max_size=4) | st.sampled_from([bytes([c]) for c in b'"{}[],:\n\\'])
edits = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 8), pieces), max_size=5)


def edited(data: bytes, changes: list[Edit]) -> bytes:
    for place, removed, added in changes:
        at = int(place * len(data))
        data = data[:at] + added + data[at + removed :]
    return data


SAMPLES = [
    log(*events(1, 2, 3)),
    gz(log(*events(1, 2, 3))),
    b"\n".join(map(raw, events(1, 2, 3))),
    json.dumps({"Records": events(1, 2)}, indent=1).encode(),
    json.dumps({"Events": [{"CloudTrailEvent": json.dumps(event(1))}]}).encode(),
]


@given(st.sampled_from(SAMPLES), edits, st.none() | st.floats(0, 1))
def test_any_damage(data: bytes, changes: list[Edit], cut: float | None) -> None:
    data = edited(data, changes)
    if cut is not None:
        data = data[: int(cut * len(data))]
    decoded = decode([("0", data), ("1", log(event(9)))])
    consistent(decoded, 2)
    assert column(decoded, "name")[-1] == "Event9"
    # Who asks for the record behind a row splits the file again.
    if len(decoded.batch) > 1:
        again = split(unpack(data).data).records
        batch = decoded.batch
        for index, crc in zip(batch.index[:-1].tolist(), batch.crc[:-1].tolist(), strict=True):
            assert crc32(again[index]) == crc


@given(edits, st.integers(0, 4))
def test_damage_in_one_record_costs_no_other(changes: list[Edit], damaged: int) -> None:
    """Unless the damage closes the list, all the others load, whatever becomes of this one."""
    parts = [raw(event(n)) for n in range(5)]
    inside = parts[damaged][1:-1]
    parts[damaged] = b"{" + edited(inside, changes) + b"}"
    names = column(decode([("0", log(*parts))]), "name")
    others = [f"Event{n}" for n in range(5) if n != damaged]
    assert [name for name in names if name in others] == others


@given(st.integers(0, len(SAMPLES[0])), st.booleans())
def test_a_cut_leaves_what_was_before_it(length: int, compressed: bool) -> None:
    data = gzip.compress(SAMPLES[0], 1)[:length] if compressed else SAMPLES[0][:length]
    decoded = decode([("0", data)])
    names = column(decoded, "name")
    assert names == ["Event1", "Event2", "Event3"][: len(names)]
    if not compressed:
        ends = [len(log(*events(*range(1, n + 1)))) - 2 for n in (1, 2, 3)]
        assert len(names) == sum(length >= end for end in ends)
        assert bool(decoded.problems) == (length < len(data) or data != SAMPLES[0])


def test_a_file_name_that_is_no_text_is_kept_with_its_problems() -> None:
    decoded = decode([("\udcff\x1b.json", b"null"), ("ä\n", log(b"null", event(1)))])
    kept = Decoded.unpack(decoded.pack())
    assert [p.key for p in kept.problems] == ["\udcff\x1b.json", "ä\n"]
    assert kept.problems == decoded.problems


def test_packed_columns_that_are_not_whole() -> None:
    packed = decode([("0", log(*events(1, 2)))]).pack()
    for length in range(len(packed)):
        with pytest.raises(ValueError, match=r"\w"):
            Decoded.unpack(packed[:length])
    with pytest.raises(ValueError, match="not whole"):
        Decoded.unpack(packed + b"x")
    assert isinstance(Decoded.unpack(packed).batch, Batch)


SHARED = "5ca1ab1e-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("changes", "link"),
    [
        ({}, ""),
        ({"sharedEventID": SHARED}, ""),
        ({"addendum": {"reason": "DELIVERY_DELAY"}}, ""),
        ({"addendum": {"reason": "UPDATED_DATA", "originalEventID": SHARED.upper()}},
         SHARED.upper()),
        ({"addendum": None}, ""),
        ({"addendum": SHARED}, ""),
        ({"addendum": {"originalEventID": SHARED}, "userAgent": 5}, SHARED),
        ({"addendum": {"originalEventID": SHARED}, "eventTime": "soon"}, SHARED),
    ],
)  # fmt: skip
def test_a_correction_is_linked_to_what_it_corrects(changes: dict[str, Any], link: str) -> None:
    assert fields(event(1, **changes), "link", "name") == {"link": link, "name": "Event1"}


def test_both_ends_of_an_insight_have_one_link() -> None:
    ends = [
        without(event(n, sharedEventID=SHARED, insightDetails={"eventName": "Run"}), "eventName")
        for n in (1, 2)
    ]
    summed = without(event(3, sharedEventID=SHARED, eventId="x"), "eventName")
    decoded = decode([("key", log(event(0), *ends, summed))])
    assert column(decoded, "link") == ["", SHARED, SHARED, ""]
    assert column(Decoded.unpack(decoded.pack()), "link") == ["", SHARED, SHARED, ""]


def test_links_keep_their_rows_in_a_file_of_many() -> None:
    many = [
        event(n, addendum={"originalEventID": f"id {n}"}) if n % 90 == 0 else event(n)
        for n in range(1, 600)
    ]
    decoded = decode([("a", log(*many)), ("b", log(*many))])
    linked = {row: link for row, link in enumerate(column(decoded, "link")) if link}
    rows = {n - 1: f"id {n}" for n in range(90, 600, 90)}
    assert linked == rows | {row + 599: link for row, link in rows.items()}
