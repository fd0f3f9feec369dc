"""Who made the call: label and stable key for every type of userIdentity, and for none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.trail.identity import NOBODY, Identity, identify

ACCOUNT = "111122223333"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deploy/Deployer"


def session(
    role: str = "Deployer", name: str = "ci-42", partition: str = "aws", **context: Any
) -> dict[str, Any]:
    """An assumed role's userIdentity; ``context`` is added to its sessionContext."""
    issuer = {
        "type": "Role",
        "principalId": "AROAEXAMPLE",
        "arn": f"arn:{partition}:iam::{ACCOUNT}:role/{role}",
        "accountId": ACCOUNT,
        "userName": role,
    }
    attributes = {"creationDate": "2024-03-05T00:00:00Z", "mfaAuthenticated": "false"}
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{name}",
        "arn": f"arn:{partition}:sts::{ACCOUNT}:assumed-role/{role}/{name}",
        "accountId": ACCOUNT,
        "accessKeyId": "ASIAEXAMPLE",
        "sessionContext": {
            "sessionIssuer": issuer,
            "webIdFederationData": {},
            "attributes": attributes,
        }
        | context,
    }


def without(identity: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in identity.items() if name not in names}


IDENTITIES: dict[str, tuple[object, dict[str, str]]] = {
    "root": (
        {
            "type": "Root",
            "principalId": ACCOUNT,
            "arn": f"arn:aws:iam::{ACCOUNT}:root",
            "accountId": ACCOUNT,
            "accessKeyId": "",
        },
        {
            "who": f"root@{ACCOUNT}",
            "actor": f"arn:aws:iam::{ACCOUNT}:root",
            "idtype": "Root",
            "idaccount": ACCOUNT,
        },
    ),
    "root with an account alias": (
        {"type": "Root", "userName": "my-alias", "accountId": ACCOUNT},
        {"who": f"root@{ACCOUNT}", "user": "my-alias"},
    ),
    "root assumed by the management account": (
        {"type": "Root", "accountId": ACCOUNT, "sessionContext": {"assumedRoot": "true"}},
        {"who": f"root@{ACCOUNT} (AssumeRoot)"},
    ),
    "root assumed, as a truth value": (
        {"type": "Root", "accountId": ACCOUNT, "sessionContext": {"assumedRoot": True}},
        {"who": f"root@{ACCOUNT} (AssumeRoot)"},
    ),
    "IAM user": (
        {
            "type": "IAMUser",
            "principalId": "AIDAEXAMPLE",
            "arn": ALICE,
            "accountId": ACCOUNT,
            "accessKeyId": "AKIAEXAMPLE",
            "userName": "alice",
            "sessionContext": {"attributes": {"mfaAuthenticated": "true"}},
        },
        {
            "who": "alice",
            "actor": ALICE,
            "idtype": "IAMUser",
            "user": "alice",
            "key": "AKIAEXAMPLE",
            "idaccount": ACCOUNT,
            "mfa": "true",
        },
    ),
    "IAM user through a service": (
        {"type": "IAMUser", "arn": ALICE, "userName": "alice", "invokedBy": "eks.amazonaws.com"},
        {"who": "alice", "actor": ALICE, "invokedby": "eks.amazonaws.com", "idaccount": ACCOUNT},
    ),
    "IAM user whose sign-in failed": (
        {
            "type": "IAMUser",
            "accountId": ACCOUNT,
            "accessKeyId": "",
            "userName": "HIDDEN_DUE_TO_SECURITY_REASONS",
        },
        {
            "who": "unknown user (failed sign-in)",
            "user": "HIDDEN_DUE_TO_SECURITY_REASONS",
            "key": "",
        },
    ),
    "IAM user without arn or name": (
        {"type": "IAMUser", "principalId": "AIDAEXAMPLE", "accountId": ACCOUNT},
        {"who": "AIDAEXAMPLE", "actor": "AIDAEXAMPLE"},
    ),
    "IAM user without name": (
        {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/team/bob"},
        {"who": "bob", "actor": f"arn:aws:iam::{ACCOUNT}:user/team/bob"},
    ),
    "assumed role": (
        session(),
        {
            "who": "Deployer/ci-42",
            "actor": f"arn:aws:iam::{ACCOUNT}:role/Deployer",
            "idtype": "AssumedRole",
            "user": "ci-42",
            "role": "Deployer",
            "key": "ASIAEXAMPLE",
            "idaccount": ACCOUNT,
            "mfa": "false",
        },
    ),
    "assumed role with a path": (
        session()
        | {
            "sessionContext": {
                "sessionIssuer": {"type": "Role", "arn": ROLE, "userName": "Deployer"}
            }
        },
        {"who": "Deployer/ci-42", "actor": ROLE},
    ),
    "assumed role of an instance": (
        session(name="i-0abc0123456789def"),
        {"who": "Deployer/i-0abc0123456789def", "user": "i-0abc0123456789def"},
    ),
    "assumed role with an empty issuer": (
        session(sessionIssuer={}),
        {"who": "Deployer/ci-42", "actor": f"arn:aws:iam::{ACCOUNT}:role/Deployer"},
    ),
    "assumed role without context": (
        without(session(), "sessionContext"),
        {"who": "Deployer/ci-42", "actor": f"arn:aws:iam::{ACCOUNT}:role/Deployer", "mfa": ""},
    ),
    "assumed role without arn": (
        without(session(), "arn"),
        {"who": "Deployer/ci-42", "actor": f"arn:aws:iam::{ACCOUNT}:role/Deployer"},
    ),
    "assumed role in another partition": (
        session(partition="aws-us-gov", sessionIssuer={}),
        {"who": "Deployer/ci-42", "actor": f"arn:aws-us-gov:iam::{ACCOUNT}:role/Deployer"},
    ),
    "assumed role with a source identity": (
        session(sourceIdentity="alice@example.com"),
        {"who": "Deployer/alice@example.com", "user": "alice@example.com"},
    ),
    "assumed role from Identity Center": (
        session("AWSReservedSSO_AdministratorAccess_0123456789abcdef", "bob@example.com"),
        {"who": "bob@example.com as AdministratorAccess", "user": "bob@example.com"},
    ),
    "assumed role from Kubernetes": (
        session(
            name="botocore-session-1",
            webIdFederationData={"federatedProvider": f"arn:aws:iam::{ACCOUNT}:oidc-provider/x"},
        ),
        {"who": "Deployer/botocore-session-1"},
    ),
    "federated user": (
        {
            "type": "FederatedUser",
            "principalId": f"{ACCOUNT}:Bob",
            "arn": f"arn:aws:sts::{ACCOUNT}:federated-user/Bob",
            "accountId": ACCOUNT,
            "accessKeyId": "ASIAEXAMPLE",
            "sessionContext": {
                "sessionIssuer": {"type": "IAMUser", "arn": ALICE, "userName": "alice"}
            },
        },
        {"who": "Bob by alice", "actor": ALICE, "user": "Bob", "role": ""},
    ),
    "federated user without issuer": (
        {"type": "FederatedUser", "arn": f"arn:aws:sts::{ACCOUNT}:federated-user/Bob"},
        {"who": "Bob", "actor": f"arn:aws:sts::{ACCOUNT}:federated-user/Bob"},
    ),
    "SAML user": (
        {
            "type": "SAMLUser",
            "principalId": "SampleUkh1i4=:_cb9",
            "userName": "carol@example.com",
            "identityProvider": "SampleUkh1i4=",
        },
        {
            "who": "carol@example.com via SampleUkh1i4=",
            "idaccount": "",
            "user": "carol@example.com",
        },
    ),
    "web identity": (
        {
            "type": "WebIdentityUser",
            "principalId": "accounts.google.com:app:123",
            "userName": "123",
            "identityProvider": "accounts.google.com",
        },
        {"who": "123 via accounts.google.com"},
    ),
    "web identity of a service account": (
        {
            "type": "WebIdentityUser",
            "userName": "system:serviceaccount:prod:checkout",
            "identityProvider": f"arn:aws:iam::{ACCOUNT}:oidc-provider/oidc.example.com/id/AB",
        },
        {"who": "system:serviceaccount:prod:checkout via oidc.example.com/id/AB"},
    ),
    "web identity without name": (
        {"type": "WebIdentityUser", "principalId": "accounts.google.com:app:123"},
        {"who": "accounts.google.com:app:123"},
    ),
    "service": (
        {"type": "AWSService", "invokedBy": "eks.amazonaws.com"},
        {
            "who": "eks.amazonaws.com",
            "actor": "eks.amazonaws.com",
            "idtype": "AWSService",
            "invokedby": "eks.amazonaws.com",
        },
    ),
    "service nobody names": (
        {"type": "AWSService", "principalId": "x.amazonaws.com"},
        {"who": "x.amazonaws.com"},
    ),
    "another account": (
        {"type": "AWSAccount", "principalId": "AIDAEXAMPLE", "accountId": "777788889999"},
        {
            "who": "account 777788889999/AIDAEXAMPLE",
            "actor": "account 777788889999/AIDAEXAMPLE",
            "idaccount": "777788889999",
        },
    ),
    "a session of another account": (
        {"type": "AWSAccount", "principalId": "AROAEXAMPLE:backup", "accountId": "777788889999"},
        {"who": "account 777788889999/backup"},
    ),
    "another account that is its own principal": (
        {"type": "AWSAccount", "principalId": "777788889999", "accountId": "777788889999"},
        {"who": "account 777788889999"},
    ),
    "another account through a service": (
        {"type": "AWSAccount", "accountId": "777788889999", "invokedBy": "eks.amazonaws.com"},
        {"who": "account 777788889999", "actor": "account 777788889999"},
    ),
    "role": (
        {"type": "Role", "userName": "Deployer", "arn": ROLE, "accountId": ACCOUNT},
        {"who": "Deployer", "role": "Deployer", "actor": ROLE},
    ),
    "role without name": (
        {"type": "Role", "arn": ROLE},
        {"who": "Deployer", "role": "Deployer", "idaccount": ACCOUNT},
    ),
    "Identity Center user": (
        {
            "type": "IdentityCenterUser",
            "accountId": ACCOUNT,
            "onBehalfOf": {
                "userId": "544894e8-80c1",
                "identityStoreArn": "arn:aws:identitystore::1",
            },
            "credentialId": "90e292de",
        },
        {"who": "544894e8-80c1", "actor": "544894e8-80c1", "user": "544894e8-80c1"},
    ),
    "directory": (
        {"type": "Directory", "userName": "dave", "principalId": "d-1"},
        {"who": "dave", "user": "dave"},
    ),
    "unknown": (
        {"type": "Unknown", "principalId": "AROAEXAMPLE:x", "accountId": ACCOUNT},
        {"who": "x", "idtype": "Unknown"},
    ),
    "no type, a service": ({"invokedBy": "kms.amazonaws.com"}, {"who": "kms.amazonaws.com"}),
    "no type, an account and a service": (
        {"accountId": ACCOUNT, "invokedBy": "AWS Internal"},
        {"who": "AWS Internal", "actor": "AWS Internal", "idaccount": ACCOUNT, "idtype": ""},
    ),
    "no type, an account": ({"accountId": ACCOUNT}, {"who": ACCOUNT, "actor": ACCOUNT}),
    "nothing known": ({"type": "Sphinx"}, {"who": "?", "actor": "?", "idtype": "Sphinx"}),
    "empty names": (
        {"type": "IAMUser", "userName": "", "arn": "", "principalId": "", "accessKeyId": None},
        {"who": "?", "key": ""},
    ),
    "other types": (
        {"type": 5, "userName": 7, "accountId": 111122223333, "sessionContext": "x", "arn": ["a"]},
        {"who": "7", "idtype": "5", "idaccount": "111122223333"},
    ),
    "truth values where texts were": (
        {
            "type": "IAMUser",
            "userName": "a",
            "sessionContext": {"attributes": {"mfaAuthenticated": True}},
        },
        {"mfa": "true"},
    ),
    "null": (None, NOBODY._asdict()),
    "an empty object": ({}, NOBODY._asdict()),
}


@pytest.mark.parametrize(
    ("identity", "expected"), [pytest.param(*row, id=name) for name, row in IDENTITIES.items()]
)
def test_identity(identity: object, expected: dict[str, str]) -> None:
    found = identify(identity)._asdict()
    assert {name: found[name] for name in expected} == expected


def test_sessions_of_one_role_are_one_actor() -> None:
    actors = {identify(session(name=f"run-{n}")).actor for n in range(3)}
    actors |= {identify(session(name=f"run-{n}", sessionIssuer={})).actor for n in range(3)}
    assert actors == {f"arn:aws:iam::{ACCOUNT}:role/Deployer"}


names = [*session(), *session()["sessionContext"], "userName", "userId", "invokedBy"]
types = sorted({str(i.get("type")) for i, _ in IDENTITIES.values() if isinstance(i, dict)})
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(names), inner, max_size=6)
    ),
    max_leaves=12,
)


@given(json, st.sampled_from(types))
def test_any_shape_gives_texts(identity: object, idtype: str) -> None:
    if isinstance(identity, dict):
        identity = {"type": idtype} | identity
    found = identify(identity)
    assert isinstance(found, Identity)
    assert all(type(part) is str for part in found)
    assert bool(found.who) == (found != NOBODY)
    assert bool(found.actor) == bool(found.who)
