"""Records of credentials that are issued and used."""

from __future__ import annotations

from typing import Any

from tests.build import ACCOUNT, ALICE, event

Record = dict[str, Any]


def at(minute: int, second: int = 0) -> str:
    return f"2024-03-05T10:{minute:02}:{second:02}Z"


def role_arn(role: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:iam::{account}:role/{role}"


def session_of(
    role: str,
    key: str,
    session: str = "work",
    made: str = at(0),
    account: str = ACCOUNT,
    **context: Any,
) -> Record:
    """userIdentity of a role's session. context: more of its sessionContext."""
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE{role.upper()}:{session}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session}",
        "accountId": account,
        **({"accessKeyId": key} if key else {}),
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": f"AROAEXAMPLE{role.upper()}",
                "arn": role_arn(role, account),
                "accountId": account,
                "userName": role,
            },
            "attributes": {"creationDate": made, "mfaAuthenticated": "false"},
            **context,
        },
    }


def user(name: str, key: str) -> Record:
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    return {**ALICE, "userName": name, "arn": arn, "accessKeyId": key}


def call(number: int, who: Record, time: str, name: str = "GetObject", **changes: Any) -> Record:
    return event(number, userIdentity=who, eventTime=time, eventName=name, **changes)


def taken(
    number: int,
    who: Record,
    time: str,
    role: str,
    key: str,
    session: str = "work",
    name: str = "AssumeRole",
    account: str = ACCOUNT,
    **changes: Any,
) -> Record:
    """A role is taken. key: what the answer issues; "" for an answer without one."""
    arn = f"arn:aws:sts::{account}:assumed-role/{role}/{session}"
    answer = {
        "credentials": {"accessKeyId": key, "sessionToken": "x", "expiration": "y"},
        "assumedRoleUser": {"assumedRoleId": f"AROAEXAMPLE{role.upper()}:{session}", "arn": arn},
    }
    return call(
        number, who, time, name,
        **{
            "eventSource": "sts.amazonaws.com",
            "readOnly": True,
            "requestParameters": {"roleArn": role_arn(role, account), "roleSessionName": session},
            "responseElements": answer if key else None,
            **changes,
        },
    )  # fmt: skip


def planted(number: int, who: Record, time: str, name: str, key: str) -> Record:
    """A kept key is made for the user of this name."""
    return call(
        number, who, time, "CreateAccessKey",
        eventSource="iam.amazonaws.com",
        requestParameters={"userName": name},
        responseElements={"accessKey": {"accessKeyId": key, "userName": name, "status": "Active"}},
    )  # fmt: skip
