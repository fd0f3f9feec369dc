"""Five lines for every kind of caller and every category of event, and for nonsense."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.trail.categories import Category
from ctexplore.trail.exact import parse
from ctexplore.trail.facts import identity_of
from ctexplore.trail.severity import Severity
from ctexplore.trail.summary import Summary, summarise

CALL = {
    "eventTime": "2024-01-15T09:14:05Z",
    "eventSource": "iam.amazonaws.com",
    "eventName": "AttachUserPolicy",
    "awsRegion": "us-east-1",
    "sourceIPAddress": "203.0.113.7",
    "userAgent": "aws-cli/2.15.0",
    "requestParameters": {
        "userName": "bob",
        "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
    },
    "responseElements": None,
    "eventType": "AwsApiCall",
    "readOnly": False,
    "managementEvent": True,
    "eventCategory": "Management",
    "recipientAccountId": "111122223333",
    "tlsDetails": {"tlsVersion": "TLSv1.3", "clientProvidedHostHeader": "iam.amazonaws.com"},
}


def read(**fields: object) -> Summary:
    return summarise(parse(json.dumps({**CALL, **fields}).encode()).root)


def who(**identity: object) -> str:
    return read(userIdentity=identity).who


def session(role: str, name: str, **context: object) -> dict[str, object]:
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{name}",
        "arn": f"arn:aws:sts::111122223333:assumed-role/{role}/{name}",
        "accountId": "111122223333",
        "accessKeyId": "ASIAEXAMPLE",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "arn": f"arn:aws:iam::111122223333:role/{role}",
                "userName": role,
            },
            "attributes": {"creationDate": "2024-01-15T08:02:11Z", "mfaAuthenticated": "false"},
            **context,
        },
    }


def test_an_iam_user():
    line = who(
        type="IAMUser", userName="alice", accountId="111122223333", accessKeyId="AKIAEXAMPLE"
    )
    assert line == "alice · IAMUser · account 111122223333 · key AKIAEXAMPLE"


def test_root_with_mfa():
    context = {"attributes": {"mfaAuthenticated": "true"}}
    line = who(type="Root", accountId="111122223333", sessionContext=context)
    assert line == "root@111122223333 · Root · account 111122223333 · MFA"


def test_an_assumed_role():
    line = who(**session("ci-deploy", "run-8812"))
    assert line == (
        "ci-deploy/run-8812 · AssumedRole · account 111122223333 · key ASIAEXAMPLE · no MFA · "
        "role arn:aws:iam::111122223333:role/ci-deploy · since 2024-01-15T08:02:11Z"
    )


@pytest.mark.parametrize(
    "identity,part",
    [
        (session("web", "i-0ab12cd3", ec2RoleDelivery="2.0"), "instance i-0ab12cd3"),
        (session("web", "i-0ab12cd3", ec2RoleDelivery="2.0"), "IMDS 2.0"),
        (session("ops", "x", sourceIdentity="carol"), "source identity carol"),
        (
            session("AWSReservedSSO_Admin_0123456789abcdef", "dave@example.com"),
            "dave@example.com as Admin",
        ),
        (
            session("irsa", "s", webIdFederationData={"federatedProvider": "arn:…:oidc/eks"}),
            "federated by arn:…:oidc/eks",
        ),
        ({**session("r", "s"), "invokedBy": "cloudformation.amazonaws.com"}, "called by cloudfo"),
        ({"type": "AWSService", "invokedBy": "eks.amazonaws.com"}, "eks.amazonaws.com · AWSSer"),
        ({"type": "AWSAccount", "accountId": "777788889999"}, "account 777788889999"),
        (
            {"type": "SAMLUser", "userName": "erin", "identityProvider": "idp.example.com"},
            "identity provider idp.example.com",
        ),
        (
            {"type": "WebIdentityUser", "userName": "system:serviceaccount:prod:checkout"},
            "system:serviceaccount:prod:checkout",
        ),
        (
            {"type": "FederatedUser", "arn": "arn:aws:sts::1:federated-user/frank"},
            "frank",
        ),
        (
            {"type": "IdentityCenterUser", "onBehalfOf": {"userId": "94d8-11ee"}},
            "Identity Center user 94d8-11ee",
        ),
        ({"type": "IdentityCenterUser", "credentialId": "VGVzdA=="}, "credential VGVzdA=="),
        ({"type": "Role", "userName": "batch", "inScopeOf": {}}, "batch · Role"),
        ({"type": "Directory", "userName": "grace"}, "grace · Directory"),
        ({"type": "Unknown", "principalId": "AIDAX"}, "AIDAX · Unknown"),
        ({"accountId": "1", "invokedBy": "kms.amazonaws.com"}, "kms.amazonaws.com · account 1"),
        ({"type": "Root", "invokedByDelegate": {"accountId": "5"}}, "delegate 5"),
    ],
)
def test_what_else_the_caller_line_says(identity, part):
    assert part in who(**identity)


def test_the_label_is_the_one_of_the_columns():
    record = parse(json.dumps({"userIdentity": session("ci", "run")}).encode()).root
    assert summarise(record).who.startswith(identity_of(record).who + " · ")


def test_a_console_session_says_so():
    line = read(userIdentity={"type": "Root"}, sessionCredentialFromConsole="true").who
    assert "console session" in line


def test_did_origin_target_and_result_of_a_call():
    summary = read(userIdentity={"type": "IAMUser", "accountId": "111122223333"})
    assert summary.did == (
        "AttachUserPolicy · iam.amazonaws.com · write · Management · 2024-01-15T09:14:05Z"
    )
    assert summary.target == "bob · in account 111122223333"
    assert summary.origin == (
        "203.0.113.7 · us-east-1 · aws-cli/2.15.0 · TLSv1.3 · iam.amazonaws.com"
    )
    assert summary.result == "succeeded"
    assert summary.severity is Severity.NOTABLE


def test_a_failed_call():
    summary = read(errorCode="AccessDenied", errorMessage="User alice is not authorized")
    assert summary.result == "AccessDenied: User alice is not authorized"
    assert summary.severity is Severity.ALERT


def test_a_message_without_a_code_is_a_failure():
    summary = read(errorMessage="Failed authentication")
    assert summary.result == "Failed authentication"
    assert summary.severity is Severity.ALERT


def test_a_failed_console_login():
    summary = read(
        eventName="ConsoleLogin",
        eventType="AwsConsoleSignIn",
        userIdentity={"type": "IAMUser", "userName": "HIDDEN_DUE_TO_SECURITY_REASONS"},
        responseElements={"ConsoleLogin": "Failure"},
        additionalEventData={"MFAUsed": "No"},
    )
    assert summary.result == "Failure"
    assert summary.severity is Severity.ALERT
    assert summary.who == "unknown user (failed sign-in) · IAMUser · no MFA"
    assert "AwsConsoleSignIn" in summary.did


def test_resources_come_first_and_the_rest_is_counted():
    arns = [f"arn:aws:s3:::bucket-{n}" for n in range(6)]
    line = read(resources=[{"ARN": arn} for arn in arns]).target
    assert line.startswith(f"{arns[0]} · {arns[1]} · {arns[2]} · and 3 more resources")


def test_an_object_is_named_without_its_bucket_again():
    line = read(
        resources=[
            {"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::logs/a/b.json"},
            {"type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::logs"},
        ]
    ).target
    assert line == "arn:aws:s3:::logs/a/b.json · in account 111122223333"


def test_a_call_into_another_account():
    line = read(userIdentity={"type": "AWSAccount", "accountId": "777788889999"}).target
    assert line.endswith("in account 111122223333 · called from account 777788889999")


def test_bytes_of_a_data_event():
    summary = read(
        eventCategory="Data",
        additionalEventData={"bytesTransferredIn": 0, "bytesTransferredOut": 5242880.0},
    )
    assert summary.result == "succeeded · out 5.0 MB"
    assert "Data" in summary.did


@pytest.mark.parametrize("size", ["9" * 5000, "1e400", "-5", "NaN", '"lots"'])
def test_a_size_that_is_none_is_shown_as_it_stands(size):
    raw = f'{{"additionalEventData":{{"bytesTransferredOut":{size}}}}}'.encode()
    assert summarise(parse(raw).root).result == f"succeeded · out {size.strip(chr(34))}"


def test_a_network_event_through_an_endpoint():
    summary = read(
        eventCategory="NetworkActivity",
        eventType="AwsVpceEvent",
        requestParameters=None,
        vpcEndpointId="vpce-0a1b",
        vpcEndpointAccountId="444455556666",
        errorCode="VpceAccessDenied",
        errorMessage="The request was denied due to a VPC endpoint policy",
    )
    assert summary.category is Category.NETWORK
    assert summary.target == (
        "endpoint vpce-0a1b · owned by account 444455556666 · in account 111122223333"
    )
    assert "NetworkActivity · AwsVpceEvent" in summary.did
    assert summary.result == (
        "denied by the endpoint's policy · "
        "VpceAccessDenied: The request was denied due to a VPC endpoint policy"
    )
    assert "vpce-0a1b" not in summary.origin


def test_a_call_through_an_endpoint_names_it_with_its_origin():
    line = read(vpcEndpointId="vpce-0a1b", vpcEndpointAccountId="444455556666").origin
    assert "endpoint vpce-0a1b · endpoint's account 444455556666" in line


STATISTICS = {
    "baseline": {"average": 0.0020},
    "insight": {"average": 24.5},
    "insightDuration": 55,
    "baselineDuration": 11336,
}


def insight(state: str = "Start", **details: object) -> Summary:
    about = {
        "state": state,
        "eventSource": "ec2.amazonaws.com",
        "eventName": "RunInstances",
        "insightType": "ApiCallRateInsight",
        "insightContext": {"statistics": STATISTICS},
        **details,
    }
    record = {"eventCategory": "Insight", "eventTime": "2024-01-15T09:00:00Z"}
    return summarise(parse(json.dumps({**record, "insightDetails": about}).encode()).root)


def test_an_insight():
    summary = insight()
    assert summary.labels == ("who", "did", "rate", "with", "state")
    assert summary.who == "CloudTrail Insights"
    assert summary.did == (
        "RunInstances · ec2.amazonaws.com · Insight · API call rate · 2024-01-15T09:00:00Z"
    )
    assert summary.target == (
        "0.002 → 24.5 a minute · 12,250 times the usual · for 55 min · usual over 7 d 20 h"
    )
    assert summary.result.startswith("Start: ")
    assert summary.severity is Severity.NOTABLE
    assert insight("End").result == "End: unusual for 55 min"


def test_an_insight_says_whose_calls_and_which_errors():
    def attribution(attribute: str, *values: tuple[str, float]) -> dict[str, object]:
        found = [{"value": value, "average": average} for value, average in values]
        return {"attribute": attribute, "insight": found, "baseline": []}

    role = "arn:aws:sts::111122223333:assumed-role/ci/run"
    summary = insight(
        insightType="ApiErrorRateInsight",
        errorCode="AccessDenied",
        insightContext={
            "statistics": STATISTICS,
            "attributions": [
                attribution("userIdentityArn", (role, 20), *((f"x{n}", 1) for n in range(4))),
                attribution("userAgent", ("aws-cli/2", 24.5)),
                attribution("errorCode", ("AccessDenied", 24), ("null", 0.5)),
            ],
        },
    )
    assert summary.who == "assumed-role/ci/run 20/min · x0 1/min · x1 1/min · and 2 more"
    assert summary.origin == "aws-cli/2 24.5/min · errors AccessDenied, no error"
    assert summary.result.endswith(" · error AccessDenied")
    assert summary.severity is Severity.ALERT


def aggregated(dimension: str, *values: tuple[str, int], **details: object) -> Summary:
    counted = [{"name": name, "value": value} for name, value in values]
    return summarise(
        parse(
            json.dumps(
                {
                    "eventCategory": "Aggregated",
                    "eventType": "AwsAggregatedEvent",
                    "eventSource": "s3.amazonaws.com",
                    "accountId": "111122223333",
                    "timeWindow": {
                        "windowStart": "2024-01-15T09:00:00Z",
                        "windowEnd": "2024-01-15T09:05:00Z",
                        "windowSize": "PT5M",
                    },
                    "summary": {
                        "primaryDimension": {
                            "dimension": dimension,
                            "statistics": counted,
                            "aggregationType": "Count",
                        },
                        **details,
                    },
                }
            ).encode()
        ).root
    )


def test_an_aggregated_event_of_a_resource():
    summary = aggregated("resourceARN", *((f"arn:{n}", n) for n in range(5)))
    assert summary.labels[3:] == ("window", "count")
    assert summary.who == "account 111122223333"
    assert summary.did == "resourceARN · s3.amazonaws.com · Aggregated · AwsAggregatedEvent"
    assert summary.target == "arn:0, arn:1, arn:2 and 2 more · in account 111122223333"
    assert summary.origin == "2024-01-15T09:00:00Z to 2024-01-15T09:05:00Z · PT5M"
    assert summary.result == "Count arn:0 0, arn:1 1, arn:2 2 and 2 more"


def test_an_aggregated_event_of_an_event_name():
    by = {
        "dimension": "resourceARN",
        "statistics": [{"name": "arn:aws:s3:::logs", "value": 7}],
        "aggregationType": "Count",
    }
    summary = aggregated("eventName", ("PutObject", 7), details=[by])
    assert summary.did.startswith("PutObject · s3.amazonaws.com")
    assert summary.target == "logs · in account 111122223333"
    assert summary.result == "Count PutObject 7 · by resourceARN: arn:aws:s3:::logs 7"
    assert summary.row[1] == "PutObject"


def test_a_sign_in_says_where_to_and_how():
    summary = read(
        eventName="ConsoleLogin",
        eventSource="signin.amazonaws.com",
        eventType="AwsConsoleSignIn",
        requestParameters=None,
        responseElements={"ConsoleLogin": "Success"},
        userIdentity={"type": "IAMUser", "userName": "alice"},
        additionalEventData={
            "MFAUsed": "Yes",
            "MobileVersion": "No",
            "LoginTo": "https://console.aws.amazon.com/s3",
            "MFAIdentifier": "arn:aws:iam::111122223333:mfa/alice",
        },
    )
    assert summary.category is Category.SIGN_IN
    assert summary.who == "alice · IAMUser · MFA"
    assert summary.target == (
        "to https://console.aws.amazon.com/s3 · with arn:aws:iam::111122223333:mfa/alice · "
        "in account 111122223333"
    )
    assert summary.result == "Success"


def test_a_service_event_says_what_happened_and_not_that_it_succeeded():
    summary = read(
        eventName="RotateKey",
        eventType="AwsServiceEvent",
        requestParameters=None,
        userIdentity={"invokedBy": "AWS Internal"},
        serviceEventDetails={"keyId": "k-1", "backingKey": {"x": 1}},
    )
    assert summary.category is Category.SERVICE
    assert summary.result == "no error · keyId k-1"


@pytest.mark.parametrize(
    "fields,category",
    [
        ({"eventCategory": "Data"}, Category.DATA),
        ({"eventCategory": "", "managementEvent": False}, Category.DATA),
        ({"eventCategory": "", "eventType": "AwsVpceEvents"}, Category.NETWORK),
        ({"eventType": "AwsConsoleSignin"}, Category.SIGN_IN),
        ({"eventCategory": "New"}, Category.MANAGEMENT),
    ],
)
def test_categories_by_whatever_names_them(fields, category):
    assert read(**fields).category is category


def test_an_issued_key_but_not_its_token():
    token = "IQoJb3JpZ2lu" + "x" * 300
    summary = read(
        eventName="AssumeRole",
        responseElements={
            "credentials": {
                "accessKeyId": "ASIANEW",
                "sessionToken": token,
                "expiration": "Jan 15, 2024, 10:14:05 AM",
            }
        },
    )
    assert summary.result == "succeeded · key issued ASIANEW until Jan 15, 2024, 10:14:05 AM"


def test_a_secret_in_a_user_agent_is_masked_in_every_line():
    agent = "curl https://b/k?X-Amz-Signature=0123456789abcdef0123"
    summary = read(userAgent=agent, errorMessage=agent, sourceIPAddress=agent)
    assert "0123456789abcdef" not in "".join(map(str, summary))
    assert "[masked, 20 characters]" in summary.origin


def test_corrections_and_omissions_are_told():
    summary = read(
        requestParameters={"omitted": True},
        addendum={
            "reason": "UPDATED_DATA",
            "updatedFields": "userIdentity",
            "originalEventID": "e-1",
        },
    )
    assert "requestParameters left out by CloudTrail" in summary.result
    assert "corrects event e-1 (UPDATED_DATA) · fields userIdentity" in summary.result
    late = read(addendum={"reason": "DELIVERY_DELAY"}).result
    assert late == "succeeded · delivered late (DELIVERY_DELAY)"


def test_the_row_holds_the_columns_of_the_list():
    row = read(userIdentity={"type": "IAMUser", "userName": "alice"}, errorCode="X").row
    assert row == (
        "2024-01-15T09:14:05Z",
        "AttachUserPolicy",
        "iam.amazonaws.com",
        "alice",
        "bob",
        "203.0.113.7",
        "us-east-1",
        "111122223333",
        "X",
    )


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "arn", "sessionContext", "userName", "statistics", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
FIELDS = [*CALL, "userIdentity", "resources", "insightDetails", "summary", "timeWindow", "addendum"]


@given(st.dictionaries(st.sampled_from([*FIELDS, "additionalEventData"]), values))
def test_any_types_give_five_lines(record):
    summary = summarise(parse(json.dumps(record).encode()).root)
    assert all(isinstance(line, str) and line for line in summary[:5])


@pytest.mark.parametrize("raw", [b"null", b"7", b'"x"', b"[]", b"[{}]"])
def test_what_is_no_object_says_so(raw):
    assert summarise(parse(raw).root).did == "not a record: its JSON is no object"


@pytest.mark.parametrize("field", ["userIdentity", "requestParameters", "responseElements"])
def test_depth_is_no_danger(field):
    raw = f'{{"{field}":'.encode() + b'{"a":' * 1000 + b"1" + b"}" * 1001
    assert summarise(parse(raw).root).result == "succeeded"


@pytest.mark.skipif("CTEXPLORE_TEST_LOGS" not in os.environ, reason="no real logs named")
def test_real_records_all_have_a_caller_and_an_event():
    files = sorted(Path(os.environ["CTEXPLORE_TEST_LOGS"]).rglob("*.json.gz"))[:300]
    assert files
    for file in files:
        for record in json.loads(gzip.decompress(file.read_bytes())).get("Records", []):
            summary = summarise(parse(json.dumps(record).encode()).root)
            assert summary.who != "-"
            assert summary.did.startswith(record["eventName"])
