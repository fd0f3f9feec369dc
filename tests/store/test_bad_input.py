"""Every kind of bad file and bad record: what is said of it, and that nothing else is lost."""

from __future__ import annotations

import bz2
import json
import lzma
import struct

import pytest
from msgspec import Struct, field

from ctexplore.store.columns.decode import Decoded, decode
from ctexplore.store.problem import Outcome
from tests.build import ACCOUNT, column, event, events, gz, log, raw, without

pytestmark = pytest.mark.usefixtures("way")

GOOD = log(*events(1, 2, 3))
REQUEST = b'{"instanceId":"i-00000002"}'
NAMES = ["Event1", "Event2", "Event3"]


class Row(Struct):
    """data: a file. loaded: names of the events it gives. told: what is said of it, each with
    its place. read: whether it counts as read; skipped or failed else. odd: by name."""

    data: bytes
    loaded: list[str] = field(default_factory=lambda: list(NAMES))
    told: list[str] = field(default_factory=list)
    read: bool = True
    skipped: bool = False
    rejected: int = 0
    odd: dict[str, str] = field(default_factory=dict)


def digest() -> bytes:
    return raw({"awsAccountId": ACCOUNT, "digestStartTime": "2024-03-05T00:00:00Z", "logFiles": []})


def failed(data: bytes, *told: str, rejected: int = 0) -> Row:
    return Row(data, [], list(told), read=False, rejected=rejected)


def skipped(data: bytes, *told: str) -> Row:
    return Row(data, [], list(told), read=False, skipped=True)


def mixed(middle: bytes, *told: str, rejected: int = 1) -> Row:
    """A record or something else between two good ones."""
    return Row(log(event(1), middle, event(3)), ["Event1", "Event3"], list(told), rejected=rejected)


def marked(record: bytes, oddity: str) -> Row:
    """A record that is read although something about it is odd."""
    return Row(log(event(1), record, event(3)), odd={"Event2": oddity})


def second(**changes: object) -> bytes:
    return raw(event(2, **changes))


def replaced(old: bytes, new: bytes, number: int = 2) -> bytes:
    record = raw(event(number))
    assert old in record
    return record.replace(old, new)


def nested(depth: int) -> bytes:
    """A record ``depth`` levels deep."""
    inner = b"[" * (depth - 1) + b"]" * (depth - 1)
    return replaced(REQUEST, inner)


def at(part: bytes) -> int:
    return second().index(part)


def lines(*values: object, end: bytes = b"\n") -> bytes:
    return b"".join(raw(value) + end for value in values)


def cut_gzip(length: int) -> bytes:
    return gz(GOOD)[:length]


def patched(data: bytes, at: int, new: bytes) -> bytes:
    at %= len(data)
    return data[:at] + new + data[at + len(new) :]


def flipped(at: int) -> bytes:
    data = gz(GOOD)
    return patched(data, at, bytes([data[at] ^ 16]))


def gzip_header(flags: int, extra: bytes) -> bytes:
    """GOOD with optional gzip header fields."""
    data = gz(GOOD)
    return data[:3] + bytes([flags]) + data[4:10] + extra + data[10:]


def lookup(*records: dict[str, object]) -> bytes:
    """What ``aws cloudtrail lookup-events`` prints."""
    listed = [
        {"EventId": r["eventID"], "ReadOnly": "false", "CloudTrailEvent": json.dumps(r)}
        for r in records
    ]
    return json.dumps({"Events": listed, "NextToken": "x"}, indent=4).encode()


NUMBERS = b'"numbers":[9007199254740993,9223372036854775808,18446744073709551616,%s]' % (
    b"7" * 5000
)
INSIGHT = event(
    4,
    eventCategory="Insight",
    eventType="AwsCloudTrailInsight",
    insightDetails={
        "state": "Start",
        "eventSource": "ssm.amazonaws.com",
        "eventName": "UpdateInstanceInformation",
        "insightType": "ApiCallRateInsight",
    },
)
INSIGHT = without(INSIGHT, "eventName", "eventSource", "userIdentity", "readOnly")

ROWS: dict[str, Row] = {
    "an empty file": skipped(b"", "empty file"),
    "gzip of nothing": skipped(gz(b""), "empty file"),
    "blanks only": failed(b" \r\n\t ", "no JSON: only blanks"),
    "a byte order mark only": failed(b"\xef\xbb\xbf", "no JSON: only blanks"),
    "null": failed(b"null", "no Records: the file holds null, not an object"),
    "a text": failed(b'"x"', "no Records: the file holds text, not an object"),
    "a number": failed(b"3", "no Records: the file holds a number, not an object"),
    "true": failed(b" true\n", "no Records: the file holds true or false, not an object"),
    "an empty list": Row(b"[]", []),
    "an empty object": failed(b"{}", "no Records in the file"),
    "plain text": failed(b"hello, world", "not JSON"),
    "Records is null": failed(b'{"Records":null}', "Records is null, not a list"),
    "Records is an object": failed(b'{"Records":{}}', "Records is an object, not a list"),
    "Records is a text": failed(b'{"Records":"x"}', "Records is text, not a list"),
    "Records is empty": Row(b'{"Records":[]}', []),
    "Records is empty, spaced": Row(b' { "Records" : [ ] }\n', []),
    "null among records": mixed(b"null", "a record is null, not an object at record 2"),
    "a number among records": mixed(b"7", "a record is a number, not an object at record 2"),
    "a text among records": mixed(b'"s"', "a record is text, not an object at record 2"),
    "a list among records": mixed(b"[]", "a record is a list, not an object at record 2"),
    "nothing but nulls": failed(
        log(b"null", b"null"),
        "a record is null, not an object at record 1",
        "a record is null, not an object at record 2",
        rejected=2,
    ),
    "a digest file": skipped(gz(digest()), "a digest file, it holds no events"),
    "a digest among records": Row(
        log(event(1), digest(), event(3)),
        ["Event1", "", "Event3"],
        odd={"": "neither name, time nor id"},
    ),
    "an empty object among records": Row(
        log(event(1), b"{}", event(3)),
        ["Event1", "", "Event3"],
        odd={"": "neither name, time nor id"},
    ),
    "an Insights event": Row(log(event(1), INSIGHT), ["Event1", "UpdateInstanceInformation"]),
    "an AWS Config file": skipped(
        raw({"fileVersion": "1.0", "configSnapshotId": "x", "configurationItems": []}),
        "an AWS Config file, it holds no events",
    ),
    "GuardDuty findings": skipped(
        lines(*[{"schemaVersion": "2.0", "service": {}, "severity": 2, "n": n} for n in range(3)]),
        "a GuardDuty finding, it holds no events",
    ),
    "a load balancer's log": skipped(
        gz(b"https 2024-03-05T22:23:00.186641Z app/my-lb/50dc6c495c0c9188 192.0.2.1:2817 - 0.0\n"),
        "a load balancer's log, it holds no events",
    ),
    "a classic load balancer's log": skipped(
        b'2024-03-05T23:39:43.945958Z my-lb 192.0.2.1:2817 10.0.0.1:80 0.00 "GET / HTTP/1.1"\n',
        "a load balancer's log, it holds no events",
    ),
    "a VPC flow log": skipped(
        gz(b"version account-id interface-id srcaddr dstaddr\n2 111122223333 eni-1 - - -\n"),
        "a VPC flow log, it holds no events",
    ),
    "a VPC flow log without header": skipped(
        b"2 111122223333 eni-0123 192.0.2.1 192.0.2.2 443 49152 6 20 4249 1 2 ACCEPT OK\n",
        "a VPC flow log, it holds no events",
    ),
    "an S3 server access log": skipped(
        b"%s logs [06/Mar/2024:00:00:38 +0000] 192.0.2.3 - - REST.GET\n" % (b"ab" * 32),
        "an S3 server access log, it holds no events",
    ),
    "one event a line": Row(lines(*events(1, 2, 3))),
    "one event a line, gzip": Row(gz(lines(*events(1, 2, 3), end=b"\r\n"))),
    "one log file a line": Row(
        lines(json.loads(log(event(1), event(2))), json.loads(log(event(3))))
    ),
    "a broken line": Row(
        lines(event(1), replaced(b'"eventTime":', b'"eventTime"'), event(3)),
        ["Event1", "Event3"],
        [f"not JSON: a colon is missing at byte {at(b'eventTime') + 10} at line 2"],
        rejected=1,
    ),
    "a line without its end": Row(
        lines(event(1), second()[: second().index(b'"awsRegion')], event(3)),
        ["Event1", "Event3"],
        [f"not JSON: the JSON is cut off at byte {at(b'awsRegion') - 1} at line 2"],
        rejected=1,
    ),
    "the first line broken": Row(
        lines(b"{" + raw(event(1)), event(2), event(3)),
        ["Event2", "Event3"],
        ["not JSON: a key in quotes is missing at byte 1 at line 1"],
        rejected=1,
    ),
    "a text line among lines": Row(
        lines(event(1), b"# a note", event(2), event(3)),
        told=["8 bytes that are not JSON at line 2"],
    ),
    "a record in a log file on a line": Row(
        lines(event(1), log(event(2), b"null"), event(3)),
        told=["a record is null, not an object at line 2, record 2"],
        rejected=1,
    ),
    "a bare event": Row(raw(event(1)), ["Event1"]),
    "a list of events": Row(raw(events(1, 2, 3))),
    "a list of events on lines": Row(json.dumps(events(1, 2, 3), indent=1).encode()),
    "lookup-events": Row(lookup(*events(1, 2, 3))),
    "one event of lookup-events": Row(
        raw({"EventId": "x", "CloudTrailEvent": json.dumps(event(1))}), ["Event1"]
    ),
    "an EventBridge event": Row(
        raw({"version": "0", "detail-type": "AWS API Call via CloudTrail", "detail": event(1)}),
        ["Event1"],
    ),
    "a CloudWatch subscription": Row(
        gz(
            raw(
                {
                    "messageType": "DATA_MESSAGE",
                    "logEvents": [{"id": "1", "message": json.dumps(e)} for e in events(1, 2, 3)],
                }
            )
        )
    ),
    "CloudWatch get-log-events": Row(
        raw({"events": [{"timestamp": 1, "message": json.dumps(e)} for e in events(1, 2, 3)]})
    ),
    "a quoted event that is no JSON": Row(
        raw({"events": [{"message": json.dumps(event(1))}, {"message": "CWL CONTROL MESSAGE"}]}),
        ["Event1"],
        ["not JSON: no value at byte 0 at record 2"],
        rejected=1,
    ),
    "indented": Row(json.dumps({"Records": events(1, 2, 3)}, indent=2).encode()),
    "indented, CRLF": Row(
        json.dumps({"Records": events(1, 2, 3)}, indent=2).replace("\n", "\r\n").encode()
    ),
    "one record a line inside Records": Row(
        b'{"Records": [\n' + b",\n".join(map(raw, events(1, 2, 3))) + b"\n]}\n"
    ),
    "other keys beside Records": Row(
        b'{"NextToken":"x","Records":[' + b",".join(map(raw, events(1, 2, 3))) + b'],"n":1}'
    ),
    "UTF-8 with a byte order mark": Row(b"\xef\xbb\xbf" + GOOD),
    "UTF-16": Row(GOOD.decode().encode("utf-16"), told=["UTF-16 text"]),
    "UTF-16 without mark": Row(GOOD.decode().encode("utf-16-le"), told=["UTF-16-LE text"]),
    "UTF-16, big end first": Row(GOOD.decode().encode("utf-16-be"), told=["UTF-16-BE text"]),
    "UTF-32, gzip": Row(gz(GOOD.decode().encode("utf-32")), told=["UTF-32 text"]),
    "half of UTF-16": failed(GOOD.decode().encode("utf-16")[:-1], "damaged UTF-16 text"),
    "invalid UTF-8": marked(replaced(b"aws-cli", b"aws\xff"), "not UTF-8"),
    "invalid UTF-8 where no column looks": marked(replaced(b"request-2", b"\xfe\xff"), "not UTF-8"),
    "invalid UTF-8 in the identity": marked(replaced(b'"alice"', b'"\xffalice"'), "not UTF-8"),
    "overlong UTF-8": marked(replaced(b"aws-cli", b"\xc0\xaf"), "not UTF-8"),
    "surrogates in UTF-8": marked(replaced(b"aws-cli", b"\xed\xa0\x80"), "not UTF-8"),
    "half a pair": marked(replaced(b"aws-cli", b"\\ud800"), "half of a surrogate pair"),
    "half a pair in the request": marked(
        replaced(b"i-00000002", b"i-\\udc00"), "half of a surrogate pair"
    ),
    "valid UTF-8": Row(log(event(1), raw(event(2)).replace(b"aws-cli", "ä😀".encode()), event(3))),
    "a raw control character": marked(replaced(b"aws-cli", b"\x1b[31m"), "raw control character"),
    "a raw line end in a text": marked(replaced(b"aws-cli", b"a\nb"), "raw control character"),
    "an escaped NUL": Row(log(event(1), replaced(b"aws-cli", b"\\u0000"), event(3))),
    "an escaped NUL in a key": Row(
        log(event(1), replaced(b'"instanceId"', b'"\\u0000"'), event(3))
    ),
    "a raw NUL in a text": marked(replaced(b"aws-cli", b"\0"), "raw control character"),
    "nothing but NULs": failed(b"\0" * 1_000_000, "binary data, not gzip or JSON"),
    "NULs behind the records": Row(
        GOOD + b"\0" * 10,
        told=[f"10 bytes that are not JSON after the records at byte {len(GOOD):,}"],
    ),
    "cut inside a record": Row(
        GOOD[:-100],
        ["Event1", "Event2"],
        [f"cut off after 2 records at byte {len(log(*events(1, 2))) - 1:,}"],
        rejected=1,
    ),
    "cut between records": Row(
        log(*events(1, 2))[:-2] + b",",
        ["Event1", "Event2"],
        [f"cut off after 2 records at byte {len(log(*events(1, 2))) - 1:,}"],
    ),
    "cut before the first record": failed(
        GOOD[:9], "cut off after 0 records at byte 1", rejected=1
    ),
    "cut inside the first record": failed(
        GOOD[:50], "cut off after 0 records at byte 12", rejected=1
    ),
    "garbage behind": Row(
        GOOD + b"garbage",
        told=[f"7 bytes that are not JSON after the records at byte {len(GOOD):,}"],
    ),
    "garbage on a line behind": Row(
        GOOD + b"\ngarbage\n", told=["7 bytes that are not JSON at line 2"]
    ),
    "garbage in front": Row(b"xx" + GOOD, told=["2 bytes that are not JSON at byte 0"]),
    "two log files in one": Row(log(event(1)) + log(event(2), event(3))),
    "two indented log files in one": Row(
        b"".join(json.dumps({"Records": [e]}, indent=1).encode() for e in events(1, 2, 3))
    ),
    "a second log file cut": Row(
        log(event(1), event(2)) + log(event(3))[:-50],
        ["Event1", "Event2"],
        [f"cut off after 2 records at byte {len(log(*events(1, 2))) + 12:,}"],
        rejected=1,
    ),
    "a key twice in a record": Row(
        log(event(1), replaced(b'"awsRegion"', b'"eventName":"First","awsRegion"'), event(3)),
        ["Event1", "First", "Event3"],
    ),
    "Records twice": Row(log(event(1))[:-1] + b"," + log(event(2), event(3))[1:]),
    "Records twice, the last one empty": Row(GOOD[:-1] + b',"Records":[]}'),
    "Records twice, once in disguise": Row(GOOD[:-1] + b',"\\u0052ecords":[]}'),
    "Records twice, the same first record": Row(
        GOOD[:-1] + b"," + log(event(1))[1:], [*NAMES, "Event1"]
    ),
    "255 levels deep": Row(log(event(1), nested(255), event(3))),
    "1,024 levels deep": Row(log(event(1), nested(1024), event(3))),
    "1,025 levels deep": mixed(
        nested(1025), f"nested deeper than 1,024 levels at byte {at(REQUEST) + 1023:,} at record 2"
    ),
    "100,000 levels deep": mixed(
        nested(100_000),
        f"nested deeper than 1,024 levels at byte {at(REQUEST) + 1023:,} at record 2",
    ),
    "a file of brackets": failed(b"[" * 100_000, "cut off after 0 records at byte 1", rejected=1),
    "large integers": Row(
        log(event(1), replaced(b'"instanceId"', NUMBERS + b',"instanceId"'), event(3))
    ),
    "a number past all types": Row(
        log(event(1), replaced(b'"instanceId"', b'"n":1e400,"instanceId"'), event(3))
    ),
    "exact decimals": Row(
        log(
            event(1),
            replaced(b'"instanceId"', b'"n":[-0,0.1000000000000000055],"instanceId"'),
            event(3),
        )
    ),
    "NaN": marked(replaced(b'"instanceId"', b'"n":NaN,"instanceId"'), "NaN, which is not JSON"),
    "Infinity": marked(
        replaced(b'"instanceId"', b'"n":-Infinity,"instanceId"'), "-Infinity, which is not JSON"
    ),
    "a broken number": mixed(
        replaced(b'"instanceId"', b'"n":01,"instanceId"'),
        f"not JSON: a comma or }} is missing at byte {at(REQUEST) + 6} at record 2",
    ),
    "100 KB of requestParameters": Row(
        log(event(1), second(requestParameters={"x": "y" * 100_000}), event(3))
    ),
    "a text of 5 MB": Row(log(event(1), second(errorMessage="y" * 5_000_000), event(3))),
    "100,000 keys in an object": Row(
        log(event(1), second(requestParameters={f"k{n}": n for n in range(100_000)}), event(3))
    ),
    "a key of 1 MB": Row(log(event(1), second(requestParameters={"k" * 1_000_000: 1}), event(3))),
    "a bad record of a million": Row(
        log(*[b"null"] * 30, event(1)),
        ["Event1"],
        [f"a record is null, not an object at record {n}" for n in range(1, 21)]
        + ["10 more records that cannot be read"],
        rejected=30,
    ),
    "gzip header only": failed(cut_gzip(10), "the gzip data is cut off"),
    "half a gzip header": failed(cut_gzip(5), "the gzip data is cut off"),
    "gzip without its last byte": Row(cut_gzip(-1), told=["the gzip data is cut off"]),
    "gzip without checksum": Row(cut_gzip(-8), told=["the gzip data is cut off"]),
    "a wrong gzip checksum": Row(
        patched(gz(GOOD), -8, b"\1\2\3\4"),
        told=["the gzip checksum is wrong, content may be damaged"],
    ),
    "a wrong gzip length": Row(
        patched(gz(GOOD), -4, b"\1\2\3\4"),
        told=["the gzip checksum is wrong, content may be damaged"],
    ),
    "gzip with NUL padding": Row(gz(GOOD) + b"\0" * 512),
    "gzip with junk behind": Row(
        gz(GOOD) + b"junk", told=["4 bytes after the end of the gzip data"]
    ),
    "two gzip members": Row(gz(GOOD[:300]) + gz(GOOD[300:])),
    "many gzip members": Row(b"".join(gz(GOOD[n : n + 1]) for n in range(len(GOOD)))),
    "a log file in each gzip member": Row(gz(log(event(1))) + gz(log(*events(2, 3)))),
    "a gzip method nobody knows": failed(patched(gz(GOOD), 2, b"\7"), "the gzip data is damaged"),
    "a gzip file name of 100 KB": Row(gzip_header(8, b"n" * 100_000 + b"\0")),
    "gzip extra data of 60 KB": Row(gzip_header(4, struct.pack("<H", 60_000) + b"x" * 60_000)),
    "a flipped bit in the gzip data": failed(flipped(60), "the gzip data is damaged"),
    "a flipped bit that still unpacks": Row(
        flipped(100), told=["the gzip checksum is wrong, content may be damaged"]
    ),
    "reserved gzip flags": Row(patched(gz(GOOD), 3, b"\xe0")),
    "gzip in gzip": Row(gz(gz(GOOD))),
    "gzip in gzip in gzip": Row(gz(gz(gz(GOOD)))),
    "gzip four times over": failed(gz(gz(gz(gz(GOOD)))), "compressed more than 3 times over"),
    "no gzip at all": Row(GOOD),
    "bzip2": Row(bz2.compress(GOOD)),
    "two bzip2 streams": Row(bz2.compress(GOOD[:300]) + bz2.compress(GOOD[300:])),
    "bzip2, cut": failed(bz2.compress(GOOD)[:-20], "the bzip2 data is cut off"),
    "bzip2, damaged": failed(
        patched(bz2.compress(GOOD), 100, b"\0\0"), "the bzip2 data is damaged", "not JSON"
    ),
    "xz": Row(lzma.compress(GOOD)),
    "xz with junk behind": Row(
        lzma.compress(GOOD) + b"junk", told=["4 bytes after the end of the xz data"]
    ),
    "xz, a wrong checksum": Row(
        patched(lzma.compress(GOOD, check=lzma.CHECK_CRC32), -22, b"\1\2"),
        told=["the xz data is damaged"],
    ),
    "zstd": failed(b"\x28\xb5\x2f\xfd\4\0", "not gzip or JSON (looks like zstd: unpack it first)"),
    "zip": failed(b"PK\3\4" + GOOD, "not gzip or JSON (looks like zip: open it as an archive)"),
    "HTML": failed(b"\n<!doctype html><p>", "not gzip or JSON (looks like HTML or XML)"),
    "PNG": failed(b"\x89PNG\r\n\x1a\n\0", "not gzip or JSON (looks like a PNG picture)"),
    "tar": failed(
        gz(b"name".ljust(257, b"\0") + b"ustar\x0000".ljust(300, b"\0")),
        "not gzip or JSON (looks like tar: open it as an archive)",
    ),
    "another eventVersion": marked(second(eventVersion="2.0"), "eventVersion 2.0"),
    "unknown fields": Row(log(event(1), second(brandNew={"a": [1, 2]}), event(3))),
}


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in ROWS.items()])
def test_row(row: Row) -> None:
    decoded = decode([("before", GOOD), ("the/file", row.data), ("after", gz(GOOD))])
    assert decoded.read == [True, row.read, True]
    of_file = decoded.batch.file
    assert [names(decoded)[n] for n in (of_file == 0).nonzero()[0]] == NAMES
    assert [names(decoded)[n] for n in (of_file == 2).nonzero()[0]] == NAMES
    assert [names(decoded)[n] for n in (of_file == 1).nonzero()[0]] == row.loaded
    assert [str(p).removeprefix("the/file: ") for p in decoded.problems] == row.told
    assert {p.key for p in decoded.problems} <= {"the/file"}
    assert decoded.rejected == row.rejected
    pairs = zip(names(decoded), column(decoded, "oddity"), strict=True)
    assert {name: oddity for name, oddity in pairs if oddity} == row.odd
    outcomes = {p.outcome for p in decoded.problems}
    if row.skipped:
        assert outcomes == {Outcome.SKIPPED}
    elif not row.read:
        assert outcomes == {Outcome.FAILED}
    else:
        assert outcomes <= {Outcome.PARTIAL, Outcome.NOTED}
        assert (Outcome.PARTIAL in outcomes) >= bool(row.rejected)


def names(decoded: Decoded) -> list[str]:
    return column(decoded, "name")
