"""Twenty oddities of CloudTrail's records and files, each with a record of its own: decoded, in the
five lines, in the list's columns, and found by a filter."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from ctexplore.export.csv import guarded
from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse as parse_filter
from ctexplore.sources.folder import FolderSource
from ctexplore.sources.source import LogFile
from ctexplore.sources.walk import Walk
from ctexplore.store.columns.decode import decode
from ctexplore.store.columns.order import Order
from ctexplore.store.columns.table import Table
from ctexplore.store.containers.split import split
from ctexplore.store.problem import Outcome
from ctexplore.text import safe
from ctexplore.trail.exact import parse
from ctexplore.trail.node import Object
from ctexplore.trail.policy_text import embedded
from ctexplore.trail.severity import Severity
from ctexplore.trail.summary import Summary, summarise
from ctexplore.tui.events.columns import column, event_severity
from ctexplore.tui.events.record_cells import cells
from tests.build import event, gz, log, raw, without
from tests.query.events import NOW, Bytes


class Seen:
    """One record on its way through decoding, the detail, the list and a filter."""

    def __init__(self, record: object) -> None:
        self.raw = raw(record)
        decoded = decode([("a.json.gz", gz(log(self.raw)))])
        assert len(decoded.batch) == 1, decoded.problems
        self.table = Table()
        self.table.append(decoded.batch, [LogFile("a.json.gz", 1)])
        order = Order(self.table)
        order.update()
        self.view = order.view()

    @property
    def summary(self) -> Summary:
        return summarise(parse(self.raw).root)

    def field(self, name: str) -> str:
        return self.table.text(name, 0)

    def shown(self, name: str) -> str:
        """The text of a cell, of a column that the table has."""
        return column(name).text(self.view, 0)

    def cell(self, path: str) -> str:
        return cells(self.raw, {path: tuple(path.split("."))})[path].text

    def found(self, text: str) -> bool:
        mask = Filter(parse_filter(text, NOW)).mask(self.table, 0, 1, Bytes([self.raw]))
        return bool(mask[0])


def test_1_an_identity_without_type_and_none_at_all():
    service = Seen(event(userIdentity={"accountId": "111122223333", "invokedBy": "AWS Internal"}))
    assert service.shown("who") == "AWS Internal"
    assert service.summary.who.startswith("AWS Internal · account 111122223333")
    assert service.found("is:service") and not service.found("idtype:*")
    nobody = Seen(event(userIdentity=None))
    assert nobody.shown("who") == "" and nobody.summary.who == "-"
    assert nobody.found("-who:*")


def test_2_empty_session_issuer_and_federation():
    seen = Seen(
        event(
            userIdentity={
                "type": "AssumedRole",
                "arn": "arn:aws:sts::111122223333:assumed-role/web/i-0abc",
                "accountId": "111122223333",
                "sessionContext": {"sessionIssuer": {}, "webIdFederationData": {}},
            }
        )
    )
    assert seen.shown("who") == "web/i-0abc"
    assert "instance i-0abc" in seen.summary.who and "federated" not in seen.summary.who
    assert seen.found("role:web") and seen.found('actor:"arn:aws:iam::111122223333:role/web"')


def test_3_an_empty_key_and_a_user_without_arn():
    seen = Seen(event(userIdentity={"type": "IAMUser", "userName": "eve", "accessKeyId": ""}))
    assert seen.shown("who") == "eve" and seen.field("key") == ""
    assert seen.summary.who == "eve · IAMUser"
    assert seen.found("who:eve -key:*")


@pytest.mark.parametrize(
    "resource,target",
    [
        ({"ARN": "arn:aws:s3:::b", "accountId": "1", "type": "AWS::S3::Bucket"}, "arn:aws:s3:::b"),
        ({"ARN": "arn:aws:s3:::b", "type": "AWS::S3::Bucket"}, "arn:aws:s3:::b"),
        ({"ARNPrefix": "arn:aws:s3:::b/", "type": "AWS::S3::Object"}, "arn:aws:s3:::b/"),
        ({"accountId": "1", "ARN": "arn:aws:kms:::key/k"}, "arn:aws:kms:::key/k"),
        ({"accountId": "", "ARN": "arn:aws:s3:::b"}, "arn:aws:s3:::b"),
        ({"ResourceName": "b"}, "b"),
        ({"ResourceType": "AWS::S3::Bucket"}, "i-00000001"),
        (None, "i-00000001"),
    ],
)
def test_4_resources_in_all_their_shapes(resource, target):
    seen = Seen(event(resources=[resource]))
    assert seen.field("target") == target
    assert seen.summary.target.startswith(target)
    assert seen.found(f'target:"{target}"')


@pytest.mark.parametrize(
    "fields,error",
    [
        ({"errorCode": "NoSuchKey"}, "NoSuchKey"),
        ({"errorMessage": "Failed authentication"}, "Failed authentication"),
        ({"eventName": "ConsoleLogin", "responseElements": {"ConsoleLogin": "Failure"}}, "Failure"),
    ],
)
def test_5_a_failure_says_so_in_any_of_three_places(fields, error):
    seen = Seen(event(**fields))
    assert seen.shown("error") == error == seen.summary.result
    assert seen.found("is:failed")
    assert event_severity(seen.view, 0) is Severity.ALERT is seen.summary.severity


@pytest.mark.parametrize(
    "code",
    [
        "AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation",
        "UnauthorizedOperation", "AuthorizationError", "VpceAccessDenied",
    ],
)  # fmt: skip
def test_6_every_word_for_denied_is_denied(code):
    seen = Seen(event(errorCode=code))
    assert seen.shown("error") == code and seen.summary.result == code
    assert seen.found("is:denied")
    assert not Seen(event(errorCode="ThrottlingException")).found("is:denied")


@pytest.mark.parametrize("kind", ["AwsConsoleSignIn", "AwsConsoleSignin"])
def test_7_event_types_in_two_spellings(kind):
    login = Seen(
        event(eventType=kind, eventName="ConsoleLogin", eventSource="signin.amazonaws.com")
    )
    assert login.field("type") == kind and login.found("is:console")
    assert kind in login.summary.did
    for vpce in ("AwsVpceEvent", "AwsVpceEvents"):
        seen = Seen(event(eventType=vpce, eventCategory="NetworkActivity", vpcEndpointId="vpce-1"))
        assert seen.summary.target.startswith("endpoint vpce-1") and seen.found("type:AwsVpce*")


@pytest.mark.parametrize("yes", [True, "true", "True"])
def test_8_booleans_as_texts(yes):
    identity = {"type": "Root", "sessionContext": {"attributes": {"mfaAuthenticated": yes}}}
    seen = Seen(event(userIdentity=identity, readOnly=yes, sessionCredentialFromConsole=yes))
    assert (seen.field("readonly"), seen.field("mfa"), seen.field("console")) == ("true",) * 3
    assert "read" in seen.summary.did and "MFA" in seen.summary.who
    assert seen.found("is:read has:mfa is:console")


def test_9_dates_in_other_forms_stay_as_written():
    identity = {
        "type": "AssumedRole",
        "arn": "arn:aws:sts::1:assumed-role/r/s",
        "sessionContext": {"attributes": {"creationDate": "20131102T010628Z"}},
    }
    until = "Jul 18, 2014, 4:07:39 PM"
    answer = {"credentials": {"accessKeyId": "ASIAX", "expiration": until}}
    seen = Seen(event(userIdentity=identity, responseElements=answer))
    assert "since 20131102T010628Z" in seen.summary.who
    assert f"key issued ASIAX until {until}" in seen.summary.result
    assert seen.cell("responseElements.credentials.expiration") == until
    assert seen.found("userIdentity.sessionContext.attributes.creationDate:20131102T010628Z")


@pytest.mark.parametrize(
    "time",
    ["2024-01-15T09:14:05.198Z", 1705310045, "1705310045.0", "2024-01-15T10:14:05+01:00"],
)
def test_10_times_with_fractions_and_as_numbers(time):
    seen = Seen(event(eventTime=time))
    assert seen.shown("time").endswith("09:14:05")
    assert seen.found("at:2024-01-15")
    assert str(time).split("+")[0][:10] in seen.summary.did


def test_10_a_time_nobody_can_read_is_shown_and_sorted_as_none():
    seen = Seen(event(eventTime="soon"))
    assert not seen.table.has_time(0) and seen.field("timetext") == "soon"
    assert "soon" in seen.summary.did and not seen.found("since:2000-01-01")


def test_11_parameters_null_missing_and_a_text_that_is_json():
    null = Seen(event(requestParameters=None))
    assert null.field("target") == "" and null.summary.target.startswith("in account")
    missing = Seen(without(event(), "requestParameters", "responseElements", "userAgent"))
    assert missing.shown("name") == "Event1" and not missing.found("requestParameters:*")
    text = Seen(event(additionalEventData='{"mountTargetId":"fsmt-1"}'))
    assert text.found("fsmt-1") and text.summary.result == "succeeded"
    assert text.cell("additionalEventData") == '{"mountTargetId":"fsmt-1"}'


def test_12_policies_in_texts_plain_and_percent_encoded():
    policy = {"Version": "2012-10-17", "Statement": [{"Action": "s3:*"}]}
    coded = "%7B%0A%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D"
    seen = Seen(
        event(
            requestParameters={"userName": "bob", "policyDocument": json.dumps(policy)},
            responseElements={"policy": coded},
        )
    )
    root = parse(seen.raw).root
    assert isinstance(root, Object)
    request, answer = root["requestParameters"], root["responseElements"]
    assert isinstance(request, Object) and isinstance(answer, Object)
    for text in (request["policyDocument"], answer["policy"]):
        assert isinstance(text, str) and isinstance(embedded(text), Object)
    assert seen.field("target") == "bob" and seen.found("2012-10-17")


@pytest.mark.parametrize(
    "hidden", ["HIDDEN_DUE_TO_SECURITY_REASONS", "<sensitiveDataRemoved>", "***"]
)
def test_13_what_aws_hides_is_shown_as_hidden(hidden):
    seen = Seen(event(requestParameters={"commands": hidden, "name": "job"}))
    assert seen.cell("requestParameters.commands") == hidden
    assert seen.found(f'requestParameters.commands:"{hidden}"')
    user = Seen(
        event(userIdentity={"type": "IAMUser", "userName": "HIDDEN_DUE_TO_SECURITY_REASONS"})
    )
    assert user.shown("who") == "unknown user (failed sign-in)"
    assert user.summary.who.startswith("unknown user (failed sign-in)")
    assert user.found("user:HIDDEN_DUE_TO_SECURITY_REASONS")


@pytest.mark.parametrize("yes", [True, "true"])
def test_14_what_was_too_large_is_said_to_be_left_out(yes):
    seen = Seen(event(requestParameters={"omitted": yes}))
    assert "requestParameters left out by CloudTrail" in seen.summary.result
    assert seen.field("target") == "" and seen.found("requestParameters.omitted:true")


@pytest.mark.parametrize("value,text", [({"value": True}, "{value}"), (True, "true")])
def test_15_one_field_of_two_types(value, text):
    seen = Seen(event(requestParameters={"disableApiTermination": value, "instanceId": "i-1"}))
    assert seen.field("target") == "i-1" and seen.summary.target.startswith("i-1")
    assert seen.cell("requestParameters.disableApiTermination") == text
    assert seen.found("requestParameters.instanceId:i-1")


def test_16_numbers_and_escapes_keep_every_digit():
    written = b'{"big":9007199254740993,"small":1.5e-7,"none":-0.0,"name":"M\\u00fcnchen\\/1"}'
    record = raw(event(requestParameters=0)).replace(
        b'"requestParameters":0', b'"requestParameters":' + written
    )
    seen = Seen(record)
    assert written in seen.raw
    assert bytes(split(log(record)).records[0]) == record
    assert seen.cell("requestParameters.big") == "9007199254740993"
    assert float(seen.cell("requestParameters.small")) == 1.5e-7
    assert seen.field("target") == "München/1" and seen.found("target:München*")
    assert seen.found("requestParameters.big:9007199254740993")


ONE = event(7)
CONTAINERS = {
    "list": raw([ONE]),
    "single": raw(ONE),
    "lines": raw(ONE) + b"\n",
    "batches": log(ONE) + b"\n",
    "lookup": raw({"Events": [{"EventId": "x", "CloudTrailEvent": json.dumps(ONE)}]}),
    "eventbridge": raw(
        {"version": "0", "detail-type": "AWS API Call via CloudTrail", "detail": ONE}
    ),
    "cloudwatch": raw({"logEvents": [{"id": "1", "message": json.dumps(ONE)}]}),
    "twice": gzip.compress(gzip.compress(log(ONE))),
    "plain": log(ONE),
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_17_containers_other_than_records(name):
    decoded = decode([("whatever.bin", CONTAINERS[name])])
    assert len(decoded.batch) == 1, decoded.problems
    table = Table()
    table.append(decoded.batch, [LogFile("whatever.bin", 1)])
    assert (table.text("name", 0), table.text("who", 0)) == ("Event7", "alice")
    mask = Filter(parse_filter("name:Event7", NOW)).mask(table, 0, 1, Bytes([raw(ONE)]))
    assert bool(mask[0])


def test_18_one_bad_record_costs_itself_and_a_file_without_records_is_no_failure():
    bad = b'{"Records":[' + raw(event(1)) + b',{"eventName":},' + raw(event(3)) + b"]}"
    files = {"bad": bad, "empty": b'{"Records":[]}', "good": log(event(5))}
    decoded = decode((f"{name}.json.gz", gz(data)) for name, data in files.items())
    assert len(decoded.batch) == 3 and decoded.rejected == 1
    assert decoded.read == [True, True, True]
    (problem,) = [p for p in decoded.problems if p.outcome is Outcome.PARTIAL]
    assert problem.key == "bad.json.gz" and "2" in problem.place


def test_19_bombs_cut_files_and_names_that_are_no_text(tmp_path: Path):
    bomb = gz(b'{"Records":[' + b" " * (1 << 20) + b"]}")
    stopped = decode([("bomb", bomb)], 1 << 16)
    assert not len(stopped.batch) and stopped.problems[0].outcome is Outcome.FAILED
    whole = gz(log(*(event(n) for n in range(200))))
    cut = decode([("cut.json.gz", whole[: len(whole) // 2])])
    assert 0 < len(cut.batch) < 200 and cut.problems[0].outcome is Outcome.PARTIAL
    name = b"caf\xe9.json.gz"
    (tmp_path / "AWSLogs").mkdir()
    try:
        Path(str(tmp_path / "AWSLogs") + "/" + name.decode("utf-8", "surrogateescape")).write_bytes(
            whole
        )
    except OSError:
        pytest.skip("this file system takes no such name")
    source = FolderSource(tmp_path)
    (file,) = [file for found in Walk(source).walk([""]) for file in found.files]
    assert len(decode([(file.key, source.read(file))]).batch) == 200


HOSTILE = "\x1b[2J\x1b]0;owned\x07[bold]b[/]\u202egpj.exe\r\n"


def test_20_what_attackers_write_reaches_no_screen_and_no_spreadsheet():
    seen = Seen(event(userAgent=HOSTILE, errorMessage="=cmd|' /C calc'!A0"))
    assert seen.field("agent") == HOSTILE
    for text in (safe(seen.shown("agent")), safe(seen.summary.origin), safe(seen.summary.result)):
        assert not any(c in text for c in "\x1b\x07\r\n\u202e")
    assert "[bold]" in safe(seen.summary.origin)
    assert seen.found('"[bold]b"')
    assert guarded(seen.field("error")) == "'=cmd|' /C calc'!A0"
