"""On real logs, counts are those that jq gives, and nothing is read that need not be."""

from __future__ import annotations

import json
import shutil
import subprocess

import numpy as np
import pytest

from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.store.columns.table import Table
from tests.query.events import NOW, Bytes
from tests.query.real_logs import LOGS, read_logs

pytestmark = [
    pytest.mark.skipif(not LOGS, reason="CTEXPLORE_TEST_LOGS does not say where real logs are"),
    pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed"),
]

# What the names in the questions mean to jq. says looks in the whole record as JSON, where none
# of the words asked for is to be found between its keys and values.
DEFINITIONS = """
def low: tostring | ascii_downcase;
def text: if . == null then "" else low end;
def error: if (.errorCode // "") != "" then .errorCode else (.errorMessage // "") end;
def failed: error != "" or .responseElements.ConsoleLogin? == "Failure";
def kind: .userIdentity.type // "";
def service: kind == "AWSService" or .eventType == "AwsServiceEvent"
  or (kind == "" and (.userIdentity.invokedBy // "") != "");
def number: numbers, (strings | tonumber?);
"""
SAYS = 'tojson as $all | def says($t): $all | test($t; "i");'

# Every part of the language, beside what it means to jq.
QUESTIONS = {
    "": "true",
    "source:iam": '.eventSource == "iam.amazonaws.com"',
    "source:iam,s3 is:write": """(.eventSource | IN("iam.amazonaws.com", "s3.amazonaws.com"))
        and .readOnly == false""",
    "name:create*": '(.eventName | low | startswith("create"))',
    "name:*user*,get*policy": """(.eventName | low
        | contains("user") or (startswith("get") and endswith("policy")))""",
    "name:/^(Get|List)[A-Z]/": '(.eventName | test("^(Get|List)[A-Z]"))',
    "name:/bucket$/i": '(.eventName | test("bucket$"; "i"))',
    "-is:read": ".readOnly != true",
    "is:read -source:ec2": '.readOnly == true and .eventSource != "ec2.amazonaws.com"',
    "is:failed": "failed",
    "is:denied": """error | IN("AccessDenied", "AccessDeniedException", "AuthorizationError",
        "Client.UnauthorizedOperation", "UnauthorizedOperation", "VpceAccessDenied")""",
    "errorCode:*": '(.errorCode // "") != ""',
    "-errorCode:* is:failed": '(.errorCode // "") == "" and failed',
    "errorCode:NoSuch*": '(.errorCode // "" | startswith("NoSuch"))',
    "is:root": 'kind == "Root"',
    "is:service": "service",
    "is:console": """(.eventType | IN("AwsConsoleSignIn", "AwsConsoleSignin", "AwsConsoleAction"))
        or (.sessionCredentialFromConsole | text) == "true\"""",
    "userIdentity.type:IAMUser": 'kind == "IAMUser"',
    "key:AKIA*": '(.userIdentity.accessKeyId // "" | startswith("AKIA"))',
    "-key:*": '(.userIdentity.accessKeyId // "") == ""',
    "agent:*boto3*,*terraform*": '.userAgent | text | contains("boto3") or contains("terraform")',
    "ip:*.amazonaws.com": '(.sourceIPAddress | text | endswith(".amazonaws.com"))',
    "ip:0.0.0.0/1": """(.sourceIPAddress | text | test("^[0-9]+([.][0-9]+){3}$")
        and (split(".")[0] | tonumber) < 128)""",
    "region:us-*,eu-west-1": '(.awsRegion | startswith("us-") or . == "eu-west-1")',
    "since:2021-07-30 until:2021-07-30T12:00Z": """.eventTime >= "2021-07-30T00:00:00Z"
        and .eventTime < "2021-07-30T12:00:00Z\"""",
    "at:2023-07-10": '(.eventTime | startswith("2023-07-10"))',
    "eventTime:>2023-07-10T12:00:00Z": '.eventTime > "2023-07-10T12:00:00Z"',
    "requestParameters.bucketName:*log*": """(.requestParameters.bucketName? | text
        | contains("log"))""",
    "requestParameters.maxResults:>=100": """[.requestParameters | objects
        | (.maxResults, .MaxResults) | number] | any(. >= 100)""",  # keys match in either case
    "resources[].ARN:arn:aws:s3*": '[.resources[]?.ARN // ""] | any(startswith("arn:aws:s3"))',
    "resources.type:*": '[.resources[]?.type // ""] | any(. != "")',
    "-responseElements:*": ".responseElements == null",
    "userIdentity.sessionContext.attributes.mfaAuthenticated:false": """
        .userIdentity.sessionContext.attributes.mfaAuthenticated? == "false\"""",
    "user:*-*": """[.userIdentity | .userName
        // (.arn // "" | capture(":assumed-role/[^/]+/(?<s>.+)").s)] | any(text | contains("-"))""",
    "role:*-*": """[.userIdentity | .sessionContext.sessionIssuer.userName?
        // (.arn // "" | capture(":assumed-role/(?<r>[^/]+)/").r)] | any(text | contains("-"))""",
    "account:1*,*56*": '(.recipientAccountId | text | startswith("1") or contains("56"))',
    "id:0*,*-4f*": '(.eventID | text | startswith("0") or contains("-4f"))',
    "category:management -type:AwsApiCall": """(.eventCategory | text) == "management"
        and .eventType != "AwsApiCall\"""",
    "has:mfa": """(.userIdentity.sessionContext.attributes.mfaAuthenticated? | text) == "true"
        or (.eventName == "ConsoleLogin" and .additionalEventData.MFAUsed? == "Yes")""",
    "is:crossaccount": """(.userIdentity.accountId // "") as $caller | $caller != ""
        and (.recipientAccountId // "" | . != "" and . != $caller)""",
    "is:insight": '.eventCategory == "Insight" or .eventType == "AwsCloudTrailInsight"',
    "ip:2000::/3": '(.sourceIPAddress | text | test("^[23][0-9a-f]{3}:"))',
    "at:2023-07-10T12:00+-30m": """.eventTime >= "2023-07-10T11:30:00Z"
        and .eventTime <= "2023-07-10T12:30:00Z\"""",
    'agent:"aws-cli/2"*"Python"*': '(.userAgent | text | test("^aws-cli/2.*python"))',
    "not (is:read or is:service)": ".readOnly != true and (service | not)",
    'requestParameters."x-amz-acl":*': """[.requestParameters | objects
        | ."x-amz-acl" // empty] != []""",
    "userIdentity.sessionContext.attributes.creationDate:<2023-07-10T12:00Z": """
        (.userIdentity.sessionContext.attributes.creationDate? // "~") < "2023-07-10T12:00:00Z\"""",
    "eventVersion:>1.07": "(.eventVersion | tonumber) > 1.07",
    "secret": 'says("secret")',
    '"elastic load"': 'says("elastic load")',
    "10.0": 'says("10[.]0")',
    "-amazonaws": 'says("amazonaws") | not',
    "(trail or bucket) -(is:read or error:*)": """(says("trail") or says("bucket"))
        and (.readOnly == true or failed | not)""",
    "source:sts or (name:Assume* -is:service)": """.eventSource == "sts.amazonaws.com"
        or ((.eventName | startswith("Assume")) and (service | not))""",
}


@pytest.fixture(scope="module")
def logs() -> tuple[Table, Bytes]:
    return read_logs()


@pytest.fixture(scope="module")
def expected(logs: tuple[Table, Bytes]) -> dict[str, int]:
    """One pass of jq over all records for all questions."""
    asked = ", ".join(f"(({q}) | if . then 1 else 0 end)" for q in QUESTIONS.values())
    result = subprocess.run(
        ["jq", "-cn", f"{DEFINITIONS} inputs | {SAYS} [{asked}]"],
        input=b"\n".join(r for r in logs[1].raw if r is not None),
        capture_output=True,
        check=True,
        timeout=300,
    )
    answers = np.array([json.loads(line) for line in result.stdout.splitlines()])
    return dict(zip(QUESTIONS, answers.sum(axis=0).tolist(), strict=True))


@pytest.mark.parametrize("text", QUESTIONS)
def test_counts_are_those_of_jq(
    text: str, logs: tuple[Table, Bytes], expected: dict[str, int]
) -> None:
    table, records = logs
    mask = Filter(parse(text, NOW)).mask(table, 0, table.count, records)
    assert int(mask.sum()) == expected[text]


def test_most_questions_are_not_empty(expected: dict[str, int]) -> None:
    assert sum(count > 0 for count in expected.values()) >= len(QUESTIONS) - 6
