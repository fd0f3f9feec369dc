"""Links that no key proves: they say so, and what speaks against them makes none."""

from __future__ import annotations

from typing import Any

import pytest

from ctexplore.investigate.chains.chain import follow
from tests.build import ACCOUNT
from tests.investigate.credentials import at, call, role_arn, session_of, taken, user
from tests.investigate.loaded import load

BOB = user("bob", "AKIABOB")
SAML = {"type": "SAMLUser", "userName": "maya@corp", "identityProvider": "x", "principalId": "x"}
CENTER = {
    "type": "IdentityCenterUser",
    "accountId": ACCOUNT,
    "onBehalfOf": {"userId": "user-1", "identityStoreArn": "arn:aws:identitystore::1:x/d-1"},
    "credentialId": "credential-1",
}


def browser(key: str, made: str, **changes: Any) -> dict[str, Any]:
    """A user's identity in the console: a temporary key, made at sign-in."""
    attributes = {"creationDate": made, "mfaAuthenticated": "true"}
    return {**user("bob", key), "sessionContext": {"attributes": attributes}, **changes}


def login(number: int, time: str, **changes: Any) -> dict[str, Any]:
    who = {k: v for k, v in BOB.items() if k != "accessKeyId"}
    fields = {"responseElements": {"ConsoleLogin": "Success"}, **changes}
    return call(number, who, time, "ConsoleLogin", eventSource="signin.amazonaws.com", **fields)


def test_a_console_session_likely_began_with_the_sign_in() -> None:
    console = {"sessionCredentialFromConsole": "true"}
    session = load(
        login(1, at(0)),
        login(2, at(30)),
        login(3, at(29), responseElements={"ConsoleLogin": "Failure"}, errorMessage="no"),
        call(4, browser("ASIACONSOLE", at(30, 5)), at(31), **console),
        call(5, browser("ASIAOTHER", "2024-03-05T08:00:00Z"), at(32), **console),
    )
    chain = follow(session, "ASIACONSOLE")
    assert chain.here.began is not None and chain.here.began.row == 1
    assert chain.here.began.lacks == "a sign-in names no key"
    assert "likely" in chain.behind
    assert [caller.key for caller in follow(session, 1).root.opened] == ["ASIACONSOLE"]
    # Credentials made hours before any sign-in came from none of them.
    assert follow(session, "ASIAOTHER").root.key == "ASIAOTHER"
    assert follow(session, 0).root.opened == []


def test_an_answer_without_a_key_is_likely_by_role_session_and_time() -> None:
    session = load(
        taken(1, BOB, at(1), "admin", "", session="work"),
        taken(2, user("eve", "AKIAEVE"), at(1), "admin", "", session="other"),
        taken(3, user("eve", "AKIAEVE"), at(9), "admin", "", session="work"),
        taken(4, user("eve", "AKIAEVE"), at(1), "admin", "ASIAANOTHER", session="work"),
        call(5, session_of("admin", "ASIAWORK", session="work", made=at(1, 1)), at(2)),
    )
    chain = follow(session, "ASIAWORK")
    assert chain.root.key == "AKIABOB"
    assert chain.here.began is not None and chain.here.began.row == 0
    assert chain.here.began.lacks == "its answer holds no key"


@pytest.mark.parametrize(
    "decoy",
    [
        {"role": "readonly"},
        {"session": "other"},
        {"time": at(40)},
        {"changes": {"errorCode": "AccessDenied"}},
        {"key": "ASIAANOTHER"},
    ],
)
def test_what_differs_is_not_even_likely(decoy: dict[str, Any]) -> None:
    made = {"role": "admin", "session": "work", "time": at(1), "key": "", "changes": {}, **decoy}
    record = taken(
        1, BOB, made["time"], made["role"], made["key"], session=made["session"], **made["changes"]
    )
    session = load(record, call(2, session_of("admin", "ASIAWORK", made=at(1, 1)), at(2)))
    chain = follow(session, "ASIAWORK")
    assert chain.root.key == "ASIAWORK" and chain.root.began is None
    assert "not known" in chain.behind


@pytest.mark.parametrize(("role_name", "linked"), [("Admin", True), ("Viewer", False)])
def test_the_portal_likely_led_to_the_saml_session(role_name: str, linked: bool) -> None:
    role = "AWSReservedSSO_Admin_0123456789abcdef"
    details = {"account_id": ACCOUNT, "role_name": role_name}
    session = load(
        call(1, CENTER, at(0, 58), "Federate", eventSource="sso.amazonaws.com",
             serviceEventDetails=details, requestParameters=None),
        taken(2, SAML, at(1), role, "ASIASSO", session="maya@corp", name="AssumeRoleWithSAML"),
        call(3, session_of(role, "ASIASSO", session="maya@corp", made=at(1)), at(2)),
    )  # fmt: skip
    chain = follow(session, "ASIASSO")
    assert chain.here.began is not None and not chain.here.began.likely
    assert (chain.root.idtype == "IdentityCenterUser") is linked
    if linked:
        began = chain.root.opened[0].began
        assert began is not None and began.likely
    else:
        assert chain.behind.startswith("maya@corp")


def test_a_token_that_was_exchanged_proves_who_asked_for_it() -> None:
    web = {"type": "WebIdentityUser", "userName": "subject", "identityProvider": "sts"}
    session = load(
        call(1, BOB, at(1), "GetWebIdentityToken", responseElements={"webIdentityTokenId": "t-1"}),
        taken(2, web, at(2), "admin", "ASIAWEB", name="AssumeRoleWithWebIdentity",
              requestParameters={"roleArn": role_arn("admin"), "webIdentityTokenId": "t-1"}),
        call(3, session_of("admin", "ASIAWEB", made=at(2)), at(3)),
    )  # fmt: skip
    chain = follow(session, "ASIAWEB")
    assert chain.root.key == "AKIABOB"
    began = chain.root.opened[0].began
    assert began is not None and not began.likely


def test_another_accounts_call_is_followed_in_the_callers_own_log() -> None:
    theirs = {"type": "AWSAccount", "principalId": "AIDAEXAMPLE", "accountId": ACCOUNT}
    session = load(
        call(1, theirs, at(1), "Decrypt", sharedEventID="shared-1", recipientAccountId="7"),
        call(2, BOB, at(1), "Decrypt", sharedEventID="shared-2"),
        call(3, BOB, at(1), "Decrypt", sharedEventID="shared-1"),
    )
    assert follow(session, 0).here.key == "AKIABOB"
