"""The many events around the story's steps: looking about, and carrying data away."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ctexplore.sources.demo import signins, story
from ctexplore.sources.demo.cast import MAYA
from ctexplore.sources.demo.catalogue import SHAPES
from ctexplore.sources.demo.clock import moment
from ctexplore.sources.demo.clues import BUCKET, LEAKED_USER, PLANTED_USER
from ctexplore.sources.demo.dice import dice
from ctexplore.sources.demo.fleet import HOME, PROD, REGIONS, SECURITY, pool
from ctexplore.sources.demo.identity import Target
from ctexplore.sources.demo.noise import Cue, Pen
from ctexplore.sources.demo.records import GLOBAL, Caller, text
from ctexplore.sources.demo.templates import Voice
from ctexplore.sources.demo.week import Note, Place, Written

OBJECTS = 640
"""Objects carried away, of 20 to 180 MB each."""

_LOOKED_AT = (
    "iam:ListUsers iam:ListRoles iam:ListPolicies iam:ListAttachedUserPolicies iam:GetUser "
    "iam:ListAccessKeys s3:ListBuckets s3:GetBucketAcl s3:GetBucketPolicy s3:GetBucketLocation "
    "secretsmanager:ListSecrets secretsmanager:GetSecretValue ssm:DescribeParameters "
    "kms:ListKeys lambda:ListFunctions20150331 rds:DescribeDBInstances dynamodb:ListTables "
    "ec2:DescribeInstances ec2:DescribeSecurityGroups ec2:DescribeSnapshots "
    "cloudtrail:DescribeTrails guardduty:ListDetectors organizations:DescribeOrganization"
)
_ANSWERS = dict.fromkeys(
    ("s3:ListBuckets", "s3:GetBucketLocation", "iam:ListRoles", "ec2:DescribeInstances"), ""
)
"""What the leaked key was allowed; all else was denied."""


def crowd(seed: int) -> Iterator[tuple[Place, Note]]:
    """Every event of the intrusion, its steps among them."""
    for step in story.STORY:
        yield (step.account, step.region), Written(step.second, step.write)
    yield (PROD, HOME), Written(moment("03-06 02:31:05"), story.planted_login)
    yield from _looking_about()
    yield from _carrying_away()
    yield from _alarm(seed)


def _voice(caller: Caller, user: str) -> Voice:
    arn = f"arn:aws:iam::{PROD}:user/{user}"
    return Voice(text(caller.identity), caller.address, caller.agent, arn, caller.channel)


def _event(
    region: str, second: int, name: str, who: Voice, target: Target, outcome: str, size: int = 0
) -> tuple[Place, Note]:
    """Each event has a pen of its own, so that it is the same whoever asks for it first."""

    def write() -> str:
        pen = Pen(0, PROD, region, f"crowd {second} {name} {target}")
        return pen.write(
            second, SHAPES[name], who, target, outcome, {"n": str(size)} if size else {}
        )

    return (PROD, region), Written(second, write)


def _looking_about() -> Iterator[tuple[Place, Note]]:
    """First with the leaked key, nearly all denied; then four roles are tried."""
    leaked = _voice(story.LEAKED, LEAKED_USER)
    second = moment("03-04 02:13:41")
    for turn, region in enumerate((HOME, *REGIONS)):
        for name in _LOOKED_AT.split():
            shape = SHAPES[name]
            if region != HOME and shape.call.source in GLOBAL:
                continue
            second += 1 + (second * 7 + turn) % 4
            target = pool(shape.kind, PROD, region)[0]
            yield _event(region, second, name, leaked, target, _ANSWERS.get(name, "denied"))
    tried = ("admin", "OrganizationAccountAccessRole", "ci-admin", "terraform")
    for index, role in enumerate(tried):
        second = moment("03-05 01:52:11") + index * 37
        target = role, "deploy-20260305"
        yield _event(HOME, second, "sts:AssumeRole", leaked, target, "denied")


def _carrying_away() -> Iterator[tuple[Place, Note]]:
    planted = _voice(story.PLANTED, PLANTED_USER)
    for index, name in enumerate(("s3:ListBuckets", "s3:GetBucketPolicy", "s3:ListObjects")):
        second = moment("03-06 02:40:26") + index * 31
        yield _event(HOME, second, name, planted, (BUCKET, ""), "")
    rng = dice("carrying away")
    second = moment("03-06 02:50:03")
    for index in range(OBJECTS):
        second += 2 + int(rng.random() * 7)
        size = 20_000_000 + int(rng.random() * 160_000_000)
        target = BUCKET, f"exports/customers/2026/part-{index:05d}.parquet"
        yield _event(HOME, second, "s3:GetObject", planted, target, "", size)


def _alarm(seed: int) -> Iterator[tuple[Place, Note]]:
    """Maya is called out of bed and looks at the findings before she acts."""
    actor, start = story.MAYA_AT_HOME, story.MAYA_SIGNED_IN
    place = SECURITY, HOME
    write = partial(signins.portal, MAYA, actor, seed, start - 8, "UserAuthentication")
    yield place, Written(start - 8, write)
    yield place, Written(start, partial(signins.with_saml, MAYA, actor, seed, start))
    write = partial(signins.console_by_role, MAYA, actor, seed, start, start + 1)
    yield place, Written(start + 1, write)
    for index in range(40):
        name = ("guardduty:ListFindings", "guardduty:GetFindings", "cloudtrail:LookupEvents")
        shape = SHAPES[name[index % 3]]
        yield place, Cue(start + 60 + index * 61, actor, start, shape)
    step = story.response_step(seed)
    yield place, Written(step.second, step.write)
