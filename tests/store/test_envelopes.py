"""The containers that records come in: the same events however they are packed."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
from collections.abc import Callable
from typing import Any

import pytest

from ctexplore.store.columns.decode import Decoded, decode
from ctexplore.store.containers.split import split
from ctexplore.store.containers.unpack import unpack
from ctexplore.store.problem import Outcome
from tests.build import column, event, events, gz, log, raw

Pack = Callable[[list[bytes]], bytes]
FEW = [raw(record) for record in events(1, 2, 3)]
NAMES = ["Event1", "Event2", "Event3"]


def bridge(record: bytes) -> bytes:
    head = b'{"version":"0","id":"1","detail-type":"AWS API Call via CloudTrail","detail":'
    return head + record + b"}"


def message(record: bytes) -> dict[str, Any]:
    return {"id": "3", "timestamp": 1709596800000, "message": record.decode()}


def subscription(records: list[bytes]) -> bytes:
    body = {"messageType": "DATA_MESSAGE", "owner": "111122223333", "logGroup": "trail"}
    return raw(body | {"logEvents": [message(record) for record in records]})


def lookup(records: list[bytes]) -> bytes:
    listed = [
        {"EventId": str(n), "ReadOnly": "false", "CloudTrailEvent": record.decode()}
        for n, record in enumerate(records)
    ]
    return json.dumps({"Events": listed, "NextToken": "x"}, indent=4).encode()


CONTAINERS: dict[str, Pack] = {
    "a log file": lambda records: log(*records),
    "a list": lambda records: b"[" + b",".join(records) + b"]",
    "lines": b"\n".join,
    "lines of Windows": b"\r\n".join,
    "records that follow each other": b"".join,
    "a batch a line": lambda records: log(*records[:2]) + b"\n" + log(*records[2:]),
    "joined log files": lambda records: log(*records[:2]) + log(*records[2:]),
    "lookup-events": lookup,
    "a list of lookup-events": lambda records: raw(json.loads(lookup(records))["Events"]),
    "EventBridge, a list": lambda records: b"[" + b",".join(map(bridge, records)) + b"]",
    "EventBridge, lines": lambda records: b"\n".join(map(bridge, records)),
    "EventBridge, joined": lambda records: b"".join(map(bridge, records)),
    "filter-log-events": lambda records: raw(
        {"events": [message(record) for record in records], "searchedLogStreams": []}
    ),
    "a subscription": subscription,
    "joined subscriptions": lambda records: subscription(records[:1]) + subscription(records[1:]),
    "an export of CloudWatch Logs": lambda records: b"".join(
        b"2024-03-05T00:00:01.%03dZ %b\n" % (n, record) for n, record in enumerate(records)
    ),
    "Logs Insights": lambda records: raw(
        [{"@timestamp": "2024-03-05 00:00:01.000", "@message": r.decode()} for r in records]
    ),
}
COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "gzip": gzip.compress,
    "gzip twice": lambda data: gzip.compress(gzip.compress(data)),
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "gzip in xz": lambda data: lzma.compress(gzip.compress(data)),
    "with a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
}


def one(data: bytes) -> Decoded:
    return decode([("file", data)])


@pytest.mark.parametrize("container", CONTAINERS)
def test_records_come_out_byte_for_byte(container: str) -> None:
    found = split(CONTAINERS[container](FEW))
    assert list(map(bytes, found.records)) == FEW
    assert not found.problems


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_events_are_the_same_however_packed(container: str, compression: str) -> None:
    decoded = one(COMPRESSIONS[compression](CONTAINERS[container](FEW)))
    assert column(decoded, "name") == NAMES
    assert decoded.read == [True]
    assert not decoded.problems


@pytest.mark.parametrize("pack", [raw, lambda record: json.dumps(record, indent=2).encode()])
@pytest.mark.parametrize("around", [lambda record: record, bridge])
def test_a_record_alone(pack: Callable[[Any], bytes], around: Callable[[bytes], bytes]) -> None:
    record = pack(event(1))
    assert list(map(bytes, split(around(record)).records)) == [record]


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_cut_container_gives_the_records_before_the_cut_or_says_why(container: str) -> None:
    whole = CONTAINERS[container](FEW)
    for at in range(1, len(whole), 61):
        decoded = one(whole[:at])
        names = column(decoded, "name")
        assert names == NAMES[: len(names)]
        if len(names) < 3 and container not in ("lines", "lines of Windows"):
            assert decoded.problems or whole[at:].startswith((b"{", b"\n", b"2024")), at


def test_a_control_message_is_no_event() -> None:
    control = raw(
        {
            "messageType": "CONTROL_MESSAGE",
            "logEvents": [{"id": "", "message": "CWL CONTROL MESSAGE: Checking health"}],
        }
    )
    (problem,) = one(control).problems
    assert (problem.outcome, "control message" in problem.reason) == (Outcome.SKIPPED, True)
    both = one(control + subscription(FEW))
    assert column(both, "name") == NAMES
    assert [p.outcome for p in both.problems] == [Outcome.NOTED]


def test_the_test_file_of_an_export_is_skipped() -> None:
    (problem,) = one(gz(b"Permission Check Successful")).problems
    assert problem.outcome is Outcome.SKIPPED


# -- damage in more than one layer


def test_a_cut_in_the_outer_layer_keeps_the_records_before_it() -> None:
    many = events(*range(300))
    whole = gzip.compress(gzip.compress(log(*many)))
    decoded = one(whole[: len(whole) * 3 // 4])
    names = column(decoded, "name")
    assert 100 < len(names) < 300
    assert names == [f"Event{n}" for n in range(len(names))]
    assert "the gzip data is cut off" in [p.reason for p in decoded.problems]


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_wrong_checksum_outside_is_told(layers: int) -> None:
    data = log(*events(1, 2))
    for _ in range(layers):
        data = gzip.compress(data)
    decoded = one(data[:-8] + bytes(8))
    assert len(decoded.batch) == 2
    assert "checksum is wrong" in decoded.problems[0].reason


def test_a_bomb_in_the_inner_layer_is_stopped() -> None:
    bomb = gzip.compress(gzip.compress(bytes(3 << 20)))
    (problem,) = decode([("bomb", bomb)], limit=1 << 20).problems
    assert "unpacks to more than 1 MB" in problem.reason


@pytest.mark.parametrize("depth", [1000, 100_000])
@pytest.mark.parametrize(
    "container", ["a log file", "lines", "EventBridge, lines", "a subscription"]
)
def test_deep_nesting_costs_one_record(container: str, depth: int) -> None:
    deep = b'{"eventName":"Deep","x":' + b"[" * depth + b"]" * depth + b"}"
    decoded = one(CONTAINERS[container]([FEW[0], deep, FEW[2]]))
    names = column(decoded, "name")
    assert (names[0], names[-1]) == ("Event1", "Event3")
    assert len(names) == 3 or decoded.rejected == 1


def test_compressed_four_times_is_refused() -> None:
    data = log(*events(1))
    for _ in range(4):
        data = gzip.compress(data)
    (problem,) = one(data).problems
    assert "more than 3 times" in problem.reason
    assert unpack(gzip.decompress(data)).data == log(*events(1))


# -- the console's CSV


def sheet(header: list[str], *rows: list[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


HEADER = [
    *("Event name", "Event time", "User name", "AWS access key", "Event source", "AWS region"),
    *("Source IP address", "User agent", "Resource type", "Resource name", "Read-only", "Whim"),
]
ROW = [
    *("RunInstances", "2024-03-05T01:02:03Z", "alice", "AKIAEXAMPLEALICE", "ec2.amazonaws.com"),
    *("eu-west-1", "192.0.2.7", 'aws-cli, "2.15"', "AWS::EC2::Instance", "i-1", "false", "x"),
]


def test_rows_of_the_consoles_csv_are_events_and_the_file_is_marked_lossy() -> None:
    decoded = one(sheet(HEADER, ROW, ["", ""]))
    found = {
        name: column(decoded, name) for name in ("name", "who", "key", "region", "ip", "source")
    }
    assert found == {
        "name": ["RunInstances"],
        "who": ["alice"],
        "key": ["AKIAEXAMPLEALICE"],
        "region": ["eu-west-1"],
        "ip": ["192.0.2.7"],
        "source": ["ec2.amazonaws.com"],
    }
    (problem,) = decoded.problems
    assert problem.outcome is Outcome.PARTIAL
    assert "CSV of the console: fields are missing" in problem.reason
    (record,) = split(sheet(HEADER, ROW)).records
    assert json.loads(bytes(record)) == {
        "eventName": "RunInstances",
        "eventTime": "2024-03-05T01:02:03Z",
        "eventSource": "ec2.amazonaws.com",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "192.0.2.7",
        "userAgent": 'aws-cli, "2.15"',
        "readOnly": "false",
        "Whim": "x",
        "userIdentity": {"userName": "alice", "accessKeyId": "AKIAEXAMPLEALICE"},
        "resources": [{"ResourceType": "AWS::EC2::Instance", "ResourceName": "i-1"}],
    }


def test_the_csvs_columns_may_come_in_any_order_and_case() -> None:
    data = sheet(["EVENT TIME", "user NAME", "event name"], ["2024-03-05T01:02:03Z", "bob", "Get"])
    decoded = one(b"\xef\xbb\xbf" + data)
    assert (column(decoded, "who"), column(decoded, "name")) == (["bob"], ["Get"])


def test_a_cell_without_a_column_is_kept() -> None:
    header, row = ["Event name", "Event time"], ["Get", "2024-03-05T01:02:03Z"]
    records = split(sheet(header, [*row, "odd"], row)).records
    odd, usual = (json.loads(bytes(record)) for record in records)
    assert odd == usual | {"column 3": "odd"}


def test_times_as_the_page_shows_them() -> None:
    rows = [["A", "March 05, 2024, 02:30:00 (UTC+02:00)"], ["B", "yesterday"]]
    decoded = one(sheet(["Event name", "Event time"], *rows))
    assert decoded.batch.time.tolist()[0] == 1709598600000
    assert len(decoded.batch) == 2


def test_cells_with_line_ends_and_broken_rows() -> None:
    data = sheet(["Event name", "Event time", "User agent"], ["A", "", "two\nlines"], ["B"])
    assert column(one(data), "name") == ["A", "B"]
    huge = sheet(["Event name", "Event time"], ["A", ""], ["x" * 200_000, ""], ["B", ""])
    decoded = one(huge)
    assert column(decoded, "name") == ["A"]
    assert "no CSV from here on" in decoded.problems[-1].reason


def test_another_csv_is_no_log() -> None:
    (problem,) = one(b"user,arn,password_enabled\nroot,arn:aws:iam::1:root,true\n").problems
    assert (problem.outcome, problem.reason) == (Outcome.FAILED, "not JSON")
