"""How sessions begin: the records of sign-ins and of the calls that issue credentials.

Source: CloudTrail User Guide, 'AWS Management Console sign-in events'; IAM User Guide, 'Logging
IAM and AWS STS API calls with AWS CloudTrail'.
"""

from __future__ import annotations

from typing import Any

from ctexplore.sources.demo.cast import CHROME, IDENTITY_STORE, Person
from ctexplore.sources.demo.clock import prose
from ctexplore.sources.demo.dice import guid, hexdigits
from ctexplore.sources.demo.fleet import HOME, SECURITY
from ctexplore.sources.demo.identity import Actor, iam_user
from ctexplore.sources.demo.records import Call, Caller, credentials, record, text

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"


def _ids(*parts: object) -> tuple[str, str]:
    return guid("event", *parts), guid("request", *parts)


def _answer(actor: Actor, seed: int, started: int, hours: int) -> dict[str, Any]:
    key = actor.key(seed, started)
    return {
        "credentials": credentials(key, prose(started + hours * 3600), hexdigits(32, key)),
        "assumedRoleUser": {"assumedRoleId": f"{actor.id}:{actor.session}", "arn": actor.arn},
    }


def _assume_role(actor: Actor, seed: int, started: int, shared: str) -> Call:
    return Call(
        "sts",
        "AssumeRole",
        read=True,
        request={"roleArn": actor.role_arn, "roleSessionName": actor.session},
        response=_answer(actor, seed, started, 6),
        resources=[{"accountId": actor.account, "type": "AWS::IAM::Role", "ARN": actor.role_arn}],
        more={"sharedEventID": shared},
    )


def from_account(actor: Actor, caller: Actor, seed: int, started: int, account: str) -> str:
    """AssumeRole across accounts, as the log of ``account`` shows it.

    The copy in the caller's account names the caller in full; the role owner's copy says only
    which account it came from. Both have one sharedEventID and one requestID.
    """
    identity = caller.identity(seed, caller.started(started))
    if account != caller.account:
        identity = {
            "type": "AWSAccount",
            "principalId": f"{caller.id}:{caller.session}",
            "accountId": caller.account,
        }
    who = Caller(identity, actor.addresses[0], actor.agent)
    event_id, _ = _ids(seed, actor.arn, started, account)
    request_id = guid("request", seed, actor.arn, started)
    call = _assume_role(actor, seed, started, guid("shared", seed, actor.arn, started))
    return text(record(call, who, started, account, HOME, event_id, request_id))


def by_pipeline(actor: Actor, seed: int, started: int) -> str:
    """GitHub's runner exchanges its token for a session (AssumeRoleWithWebIdentity)."""
    subject = "repo:corp/infrastructure:ref:refs/heads/main"
    provider = f"arn:aws:iam::{actor.account}:oidc-provider/token.actions.githubusercontent.com"
    identity = {
        "type": "WebIdentityUser",
        "principalId": f"{provider}:sts.amazonaws.com:{subject}",
        "userName": subject,
        "identityProvider": provider,
    }
    call = Call(
        "sts",
        "AssumeRoleWithWebIdentity",
        read=True,
        request={
            "roleArn": actor.role_arn,
            "roleSessionName": actor.session,
            "durationSeconds": 3600,
        },
        response={
            "subjectFromWebIdentityToken": subject,
            **_answer(actor, seed, started, 1),
            "provider": provider,
            "audience": "sts.amazonaws.com",
        },
        resources=[{"accountId": actor.account, "type": "AWS::IAM::Role", "ARN": actor.role_arn}],
    )
    caller = Caller(identity, actor.addresses[0], "configure-aws-credentials-for-github-actions")
    ids = _ids(seed, actor.arn, started)
    return text(record(call, caller, started, actor.account, HOME, *ids))


def portal(person: Person, actor: Actor, seed: int, second: int, name: str) -> str:
    """Identity Center's own records: ``UserAuthentication``, then ``Federate``."""
    user = guid("identity-center", person.name)
    identity = {
        "type": "IdentityCenterUser",
        "accountId": SECURITY,
        "onBehalfOf": {"userId": user, "identityStoreArn": IDENTITY_STORE},
        "credentialId": guid("credential", seed, person.name, second // 3600),
    }
    if name == "Federate":
        details = {"account_id": actor.account, "relay_state": "", "role_name": actor.name}
        call = Call("sso", name, type="AwsServiceEvent", more={"serviceEventDetails": details})
    else:
        call = Call(
            "signin",
            name,
            type="AwsServiceEvent",
            extra={
                "AuthWorkflowID": guid("workflow", seed, person.name, second),
                "LoginTo": "https://d-1234567890.awsapps.com/start/",
                "UserName": person.mail,
                "CredentialType": "EXTERNAL_IDP",
            },
            more={"serviceEventDetails": {name: "Success"}},
        )
    caller = Caller(identity, person.address, person.agent)
    ids = _ids(seed, name, person.name, second)
    return text(record(call, caller, second, SECURITY, HOME, *ids))


def with_saml(person: Person, actor: Actor, seed: int, started: int) -> str:
    provider = f"arn:aws:iam::{actor.account}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"
    identity = {
        "type": "SAMLUser",
        "principalId": f"EXAMPLEsamlqualifier=:{person.mail}",
        "userName": person.mail,
        "identityProvider": "EXAMPLEsamlqualifier=",
    }
    call = Call(
        "sts",
        "AssumeRoleWithSAML",
        read=True,
        request={
            "sAMLAssertionID": f"_{guid('saml', seed, person.name, started)}",
            "roleSessionName": person.mail,
            "roleArn": actor.role_arn,
            "principalArn": provider,
            "durationSeconds": 28800,
        },
        response={
            "subjectType": "persistent",
            "issuer": "https://portal.sso.us-east-1.amazonaws.com/saml/assertion/EXAMPLE",
            **_answer(actor, seed, started, 8),
            "nameQualifier": "EXAMPLEsamlqualifier=",
            "subject": person.mail,
            "audience": "https://signin.aws.amazon.com/saml",
        },
        resources=[
            {"accountId": actor.account, "type": "AWS::IAM::Role", "ARN": actor.role_arn},
            {"accountId": actor.account, "type": "AWS::IAM::SAMLProvider", "ARN": provider},
        ],
    )
    caller = Caller(identity, person.address, person.agent)
    ids = _ids(seed, "saml", person.name, actor.account, started)
    return text(record(call, caller, started, actor.account, HOME, *ids))


def console(
    identity: Any,
    second: int,
    account: str,
    address: str,
    *,
    agent: str = CHROME,
    mfa: bool = False,
    failure: str = "",
    saml: bool = False,
    event_id: str = "",
) -> str:
    """ConsoleLogin. ``failure``: errorMessage; AWS writes no errorCode with it."""
    extra = {
        "LoginTo": "https://console.aws.amazon.com/console/home?isauthcode=true",
        "MobileVersion": "No",
        "MFAUsed": "Yes" if mfa else "No",
    }
    if saml:
        provider = "saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"
        extra["SamlProviderArn"] = f"arn:aws:iam::{account}:{provider}"
    call = Call(
        "signin",
        "ConsoleLogin",
        type="AwsConsoleSignIn",
        response={"ConsoleLogin": "Failure" if failure else "Success"},
        error=("", failure) if failure else None,
        extra=extra,
    )
    caller = Caller(identity, address, agent, "signin")
    event_id = event_id or guid("console", account, second, address)
    return text(record(call, caller, second, account, HOME, event_id, ""))


def unknown_user(account: str) -> dict[str, Any]:
    """Who a failed sign-in names when there is no such user: nobody may read a typed password."""
    return {"type": "IAMUser", "accountId": account, "accessKeyId": "", "userName": HIDDEN}


def console_by_role(person: Person, actor: Actor, seed: int, started: int, second: int) -> str:
    identity = actor.identity(seed, started)
    del identity["accessKeyId"]
    return console(identity, second, actor.account, person.address, agent=person.agent, saml=True)


def console_by_user(account: str, name: str, second: int, address: str, **how: Any) -> str:
    return console(iam_user(account, name), second, account, address, **how)
