"""Twenty questions that people bring to a trail, each with the filter that answers it.

Names, keys and times are those of the demo, so that every line can be tried as it stands.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Question(NamedTuple):
    """filter: the line that answers. options: of ``ctexplore query``, where a list of events is
    not the shortest answer; may be empty. note: what else to look at; may be empty."""

    text: str
    filter: str
    options: str = ""
    note: str = ""


QUESTIONS: Final = (
    Question("What did this leaked key do?", "key:AKIAIOSFODNN7EXAMPLE", "--by name"),
    Question(
        "Who assumed this role, from where, and what happened then?",
        "role:deploy-admin or name:AssumeRole* requestParameters.roleArn:*:role/deploy-admin",
    ),
    Question(
        "Which human is behind this session?",
        "responseElements.credentials.accessKeyId:ASIARESPONDEREXAMPLE",
        note="the call that issued the session's key",
    ),
    Question(
        "Who opened port 22 to the world?",
        "name:AuthorizeSecurityGroupIngress (0.0.0.0/0 or ::/0)"
        " (requestParameters.ipPermissions.items.fromPort:<=22"
        " requestParameters.ipPermissions.items.toPort:>=22"
        " or requestParameters.fromPort:<=22 requestParameters.toPort:>=22"
        " or requestParameters.ipPermissions.items.ipProtocol:-1)",
    ),
    Question(
        "Who stopped or deleted this instance, database or bucket?",
        "is:write name:Stop*,Terminate*,Delete* i-0108e0ba1a3b7d746",
    ),
    Question(
        "What changed in the half hour before the outage?",
        "is:write -is:service since:2026-03-07T03:30 until:2026-03-07T04:00",
    ),
    Question("Why is this role denied?", "is:denied role:catalog-worker-role", "--by errorMessage"),
    Question(
        "Which console logins failed, lacked MFA or were root's?",
        "name:ConsoleLogin"
        " (is:failed or is:root or userIdentity.type:IAMUser additionalEventData.MFAUsed:No)",
    ),
    Question("Is somebody guessing passwords?", "name:ConsoleLogin is:failed", "--by ip"),
    Question(
        "Did somebody leave a way back in?",
        "source:iam name:CreateUser,CreateAccessKey,CreateLoginProfile,UpdateLoginProfile,"
        "UpdateAssumeRolePolicy,Attach*Policy,Put*Policy,AddUserToGroup"
        " or source:lambda name:CreateFunction*,AddPermission* or name:CreateTrustAnchor",
        "--by who",
    ),
    Question(
        "Was logging tampered with?",
        "source:cloudtrail name:StopLogging,DeleteTrail,UpdateTrail,PutEventSelectors"
        " or name:DeleteFlowLogs,DeleteDetector,StopConfigurationRecorder,PutBucketLifecycle*",
        note="key 9 in the explorer asks for more",
    ),
    Question(
        "Which records came late or were corrected, and when did logging stand still?",
        "addendum:* or name:StopLogging,StartLogging",
        note="that no file is missing or changed, only digest files prove",
    ),
    Question(
        "What data left S3?",
        "source:s3 name:GetObject,CopyObject -ip:10.0.0.0/8,*.amazonaws.com",
        "--by requestParameters.bucketName",
    ),
    Question(
        "Were an instance's credentials used elsewhere?",
        "who:*/i-* -ip:10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,*.amazonaws.com",
        "--by ip",
        note="leave out your own public addresses, too",
    ),
    Question(
        "What happens in regions that we do not use?",
        "-region:us-east-1,eu-west-1,us-west-2 -is:service",
        "--by who",
    ),
    Question(
        "What does this role really need?", "role:catalog-worker-role -is:failed", "--by name"
    ),
    Question(
        "Who connected to instances by SSH or Session Manager?",
        "name:SendSSHPublicKey,SendSerialConsoleSSHPublicKey,StartSession,SendCommand",
        "--by who",
    ),
    Question(
        "Who used this KMS key or this secret?",
        "target:*key/296b548d-5393-7696-f548-5f1b9c6306e9,*secret:corp/checkout-api/db*",
        "--by who",
    ),
    Question(
        "Which other accounts reached into ours?",
        "is:crossaccount or error:VpceAccessDenied",
        "--by userIdentity.accountId",
    ),
    Question(
        "Is this burst an attack or a deployment?",
        "at:2026-03-04T02:15+-10m -is:service",
        "--by agent",
    ),
)


def page() -> str:
    """The questions as text, a line for each, a line for its filter."""
    lines = []
    for number, question in enumerate(QUESTIONS, 1):
        more = "  ".join(filter(None, (question.options, question.note and f"({question.note})")))
        lines.append(f"{number:>2}. {question.text}{more and f'  {more}'}")
        lines.append(f"    {question.filter}")
    return "\n".join(lines) + "\n"
