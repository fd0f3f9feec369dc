"""The intrusion, step by step; the package's docstring tells it in words.

STORY holds what a test or a page may point at. Times, names, keys and event ids do not
depend on the seed.
"""

from __future__ import annotations

from msgspec import Struct

from ctexplore.sources.demo import story_calls as calls
from ctexplore.sources.demo.cast import FIREFOX, MAYA, sso_role
from ctexplore.sources.demo.clock import moment, prose
from ctexplore.sources.demo.clues import (
    ADMIN_ROLE,
    LEAKED_KEY,
    LEAKED_USER,
    PLANTED_KEY,
    PLANTED_USER,
    REMOVED_KEY,
    RESPONSE_KEY,
    RESPONSE_ROLE,
    ROLE_KEY,
    SNAPSHOT,
    STRANGER,
    THIEF_ADDRESSES,
    THIEF_AGENT,
    VOLUME,
)
from ctexplore.sources.demo.dice import guid, principal_id
from ctexplore.sources.demo.fleet import HOME, PROD, SECURITY
from ctexplore.sources.demo.identity import Actor, assumed_role, iam_user
from ctexplore.sources.demo.records import Call, Caller, record, text
from ctexplore.sources.demo.signins import console_by_user

WEST = "us-west-2"
ADMIN_POLICY = "arn:aws:iam::aws:policy/AdministratorAccess"

ADMIN = Actor("AssumedRole", PROD, ADMIN_ROLE, "deploy-20260305")
RESPONSE = Actor("AssumedRole", PROD, RESPONSE_ROLE, MAYA.mail)
MAYA_AT_HOME = sso_role(MAYA, SECURITY, "SecurityAudit")
MAYA_SIGNED_IN = moment("03-07 05:41:12")
_TAKEN, _RESPONDED = "03-05 01:55:43", "03-07 06:28:40"

LEAKED = Caller(iam_user(PROD, LEAKED_USER, LEAKED_KEY), THIEF_ADDRESSES[0], THIEF_AGENT)
TAKEN = Caller(assumed_role(ADMIN, ROLE_KEY, moment(_TAKEN)), THIEF_ADDRESSES[0], THIEF_AGENT)
PLANTED = Caller(iam_user(PROD, PLANTED_USER, PLANTED_KEY), THIEF_ADDRESSES[1], THIEF_AGENT)
RESPONDER = Caller(assumed_role(RESPONSE, RESPONSE_KEY, moment(_RESPONDED)), MAYA.address, FIREFOX)


class Step(Struct, frozen=True):
    """One event of the story.

    time: ``MM-DD HH:MM:SS`` of 2026, UTC. key: the access key the caller used; empty at the
    login page. issued: the access key in the answer.
    """

    name: str
    time: str
    region: str
    caller: Caller
    call: Call
    issued: str = ""
    account: str = PROD

    @property
    def second(self) -> int:
        return moment(self.time)

    @property
    def key(self) -> str:
        return str(self.caller.identity.get("accessKeyId", ""))

    @property
    def event_id(self) -> str:
        return guid("story", self.name)

    def write(self) -> str:
        ids = self.event_id, guid("story request", self.name)
        whole = record(self.call, self.caller, self.second, self.account, self.region, *ids)
        return text(whole)


def _user(**more: str) -> dict[str, str]:
    return {"userName": PLANTED_USER, **more}


_CREATED = {
    "path": "/",
    **_user(userId=principal_id("AIDA", PROD, PLANTED_USER)),
    "arn": f"arn:aws:iam::{PROD}:user/{PLANTED_USER}",
    "createDate": prose(moment("03-05 02:04:18")),
}
_NEW_KEY = {
    "accessKey": {
        **_user(accessKeyId=PLANTED_KEY, status="Active"),
        "createDate": prose(moment("03-05 02:04:55")),
    }
}
_SNAPSHOT = {"snapshotId": SNAPSHOT, "volumeId": VOLUME, "ownerId": PROD, "status": "pending"}
_iam = calls.iam

STORY: tuple[Step, ...] = (
    Step("first use", "03-04 02:13:07", HOME, LEAKED, Call("sts", "GetCallerIdentity", True)),
    Step("role taken", _TAKEN, HOME, LEAKED,
         calls.assume(ADMIN, ROLE_KEY, moment(_TAKEN)), issued=ROLE_KEY),
    Step("all of IAM read", "03-05 01:58:20", HOME, TAKEN,
         Call("iam", "GetAccountAuthorizationDetails", True, {"maxItems": 1000})),
    Step("user created", "03-05 02:04:18", HOME, TAKEN,
         _iam("CreateUser", _user(path="/"), {"user": _CREATED})),
    Step("key created", "03-05 02:04:55", HOME, TAKEN,
         _iam("CreateAccessKey", _user(), _NEW_KEY), issued=PLANTED_KEY),
    Step("made administrator", "03-05 02:05:30", HOME, TAKEN,
         _iam("AttachUserPolicy", _user(policyArn=ADMIN_POLICY))),
    Step("password set", "03-05 02:06:12", HOME, TAKEN,
         _iam("CreateLoginProfile", {**_user(), "passwordResetRequired": False},
              {"loginProfile": {**_user(), "passwordResetRequired": False}})),
    Step("trust widened", "03-05 02:09:47", HOME, TAKEN,
         _iam("UpdateAssumeRolePolicy",
              {"roleName": ADMIN_ROLE, "policyDocument": calls.trust(PROD, STRANGER)})),
    Step("public access allowed", "03-06 02:44:09", HOME, PLANTED, calls.public_access(False)),
    Step("bucket opened", "03-06 02:44:51", HOME, PLANTED,
         calls.bucket("PutBucketPolicy", "policy", {"bucketPolicy": calls.ANYBODY})),
    Step("ssh opened", "03-07 02:12:33", WEST, PLANTED,
         calls.ssh("AuthorizeSecurityGroupIngress")),
    Step("disk copied", "03-07 02:20:41", WEST, PLANTED,
         Call("ec2", "CreateSnapshot", request={"volumeId": VOLUME, "description": "sync"},
              response=_SNAPSHOT)),
    Step("disk shared", "03-07 02:27:18", WEST, PLANTED, calls.share("add")),
    Step("logging stopped", "03-07 03:58:21", HOME, PLANTED, calls.switch("StopLogging")),
    Step("logging started", "03-07 06:30:04", HOME, RESPONDER, calls.switch("StartLogging")),
    Step("leaked key disabled", "03-07 06:33:20", HOME, RESPONDER,
         _iam("UpdateAccessKey", {"userName": LEAKED_USER, "accessKeyId": LEAKED_KEY,
                                  "status": "Inactive"})),
    Step("leaked key deleted", "03-07 06:33:48", HOME, RESPONDER,
         _iam("DeleteAccessKey", {"userName": LEAKED_USER, "accessKeyId": LEAKED_KEY})),
    Step("planted key deleted", "03-07 06:34:30", HOME, RESPONDER,
         _iam("DeleteAccessKey", _user(accessKeyId=PLANTED_KEY))),
    Step("password removed", "03-07 06:35:02", HOME, RESPONDER,
         _iam("DeleteLoginProfile", _user())),
    Step("rights removed", "03-07 06:35:41", HOME, RESPONDER,
         _iam("DetachUserPolicy", _user(policyArn=ADMIN_POLICY))),
    Step("user deleted", "03-07 06:36:10", HOME, RESPONDER, _iam("DeleteUser", _user())),
    Step("sessions revoked", "03-07 06:38:01", HOME, RESPONDER,
         _iam("PutRolePolicy", {"roleName": ADMIN_ROLE, "policyName": "AWSRevokeOlderSessions",
                                "policyDocument": calls.document(calls.REVOKE)})),
    Step("trust restored", "03-07 06:39:12", HOME, RESPONDER,
         _iam("UpdateAssumeRolePolicy",
              {"roleName": ADMIN_ROLE, "policyDocument": calls.trust(PROD)})),
    Step("bucket closed", "03-07 06:42:37", HOME, RESPONDER,
         calls.bucket("PutBucketPolicy", "policy", {"bucketPolicy": calls.NOBODY})),
    Step("public access blocked", "03-07 06:43:05", HOME, RESPONDER, calls.public_access(True)),
    Step("ssh closed", "03-07 06:47:29", WEST, RESPONDER,
         calls.ssh("RevokeSecurityGroupIngress")),
    Step("disk no longer shared", "03-07 06:49:02", WEST, RESPONDER, calls.share("remove")),
)  # fmt: skip

# In no log: the thief took it out of the file that also has StopLogging. Only that file's digest,
# signed within the hour, still tells that something else was delivered.
REMOVED = Step(
    "second key created", "03-07 03:52:40", HOME, PLANTED,
    _iam("CreateAccessKey", {"userName": LEAKED_USER},
         {"accessKey": {"userName": LEAKED_USER, "accessKeyId": REMOVED_KEY, "status": "Active",
                        "createDate": prose(moment("03-07 03:52:40"))}}),
    issued=REMOVED_KEY,
)  # fmt: skip


def planted_login() -> str:
    """The thief tries the new password in a browser, without MFA."""
    second = moment("03-06 02:31:05")
    return console_by_user(
        PROD, PLANTED_USER, second, THIEF_ADDRESSES[1], event_id=guid("story", "planted login")
    )


def response_step(seed: int) -> Step:
    """The responder takes a role in production. Logging was off there: only the copy in the
    security account tells."""
    caller = Caller(MAYA_AT_HOME.identity(seed, MAYA_SIGNED_IN), MAYA.address, FIREFOX, "console")
    call = calls.assume(RESPONSE, RESPONSE_KEY, moment(_RESPONDED))
    return Step("response", _RESPONDED, HOME, caller, call, RESPONSE_KEY, SECURITY)
