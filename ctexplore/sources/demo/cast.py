"""Who works in the demo's company, people and machines, and with which credentials."""

from __future__ import annotations

from functools import cache

from msgspec import Struct

from ctexplore.sources.demo.clock import HOUR
from ctexplore.sources.demo.clues import LEAKED_KEY, LEAKED_USER
from ctexplore.sources.demo.dice import hexdigits, number
from ctexplore.sources.demo.fleet import APPS, HOME, PROD, SECURITY, STAGING, pool
from ctexplore.sources.demo.identity import Actor, Target

DOMAIN = "corp.example"
IDENTITY_STORE = f"arn:aws:identitystore::{SECURITY}:identitystore/d-1234567890"

BOTO = "Boto3/1.40.61 md/Botocore#1.40.61 os/linux#6.1 lang/python#3.13.1"
TERRAFORM = (
    "APN/1.0 HashiCorp/1.0 Terraform/1.13.3 (+https://www.terraform.io) "
    "terraform-provider-aws/6.17.0 aws-sdk-go-v2/1.39.2"
)
SSM_AGENT = "aws-sdk-go/1.55.5 (go1.24.7; linux; arm64) amazon-ssm-agent/3.3.987.0"
JAVA = "aws-sdk-java/2.35.5 Linux/6.1.155 OpenJDK_64-Bit_Server_VM/21.0.8 Java/21.0.8"
CLI = "aws-cli/2.31.11 md/awscrt#0.27.6 ua/2.1 os/macos#24.6.0 md/arch#arm64 lang/python#3.13.7"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36"
)


class Person(Struct, frozen=True):
    """name: before the @. sets: (account, permission set) pairs they may sign in with.

    shift: hour of the day (UTC) their working day begins. region: where they look.
    """

    name: str
    sets: tuple[tuple[str, str], ...]
    shift: int
    address: str
    agent: str
    region: str = HOME

    @property
    def mail(self) -> str:
        return f"{self.name}@{DOMAIN}"


@cache
def sso_role(person: Person, account: str, permission_set: str) -> Actor:
    """The role Identity Center keeps in an account for a permission set, in a browser."""
    tail = hexdigits(16, "sso", account, permission_set)
    return Actor(
        "AssumedRole",
        account,
        f"AWSReservedSSO_{permission_set}_{tail}",
        person.mail,
        path="/aws-reserved/sso.amazonaws.com/",
        addresses=(person.address,),
        agent=person.agent,
        channel="console",
        habit={"AdministratorAccess": "operator", "SecurityAudit": "audit"}.get(
            permission_set, "developer"
        ),
        mfa=True,
    )


_DEV = ((STAGING, "DeveloperAccess"), (PROD, "DeveloperAccess"))
_ADMIN = ((PROD, "AdministratorAccess"), (STAGING, "AdministratorAccess"))
_AUDITOR = ((SECURITY, "SecurityAudit"), (PROD, "SecurityAudit"))

PEOPLE = (
    Person("maya.ortiz", _AUDITOR, 7, "198.51.100.14", FIREFOX, "eu-west-1"),
    Person("jonas.lind", _ADMIN, 7, "198.51.100.15", CHROME, "eu-west-1"),
    Person("amara.okafor", _DEV, 8, "198.51.100.16", CHROME, "eu-west-1"),
    Person("piotr.nowak", _DEV, 8, "203.0.113.24", FIREFOX, "eu-west-1"),
    Person("lea.moreau", _DEV, 9, "203.0.113.31", CHROME, "eu-west-1"),
    Person("sam.carter", _ADMIN, 13, "198.51.100.77", CHROME),
    Person("grace.kim", _DEV, 13, "198.51.100.78", CHROME),
    Person("diego.silva", _DEV, 14, "203.0.113.58", FIREFOX),
    Person("nora.walsh", _AUDITOR, 14, "198.51.100.80", CHROME),
    Person("ravi.menon", _DEV, 16, "203.0.113.66", CHROME, "us-west-2"),
    Person("chloe.tran", _DEV, 22, "203.0.113.90", CHROME, "ap-southeast-2"),
)
MAYA = PEOPLE[0]


def pipeline(account: str, run: int) -> Actor:
    """One run of the infrastructure pipeline; each has a session of its own."""
    return Actor(
        "AssumedRole", account, "github-terraform", f"GitHubActions-{run}",
        addresses=(f"203.0.113.{220 + run % 16}",), agent=TERRAFORM, habit="plan",
    )  # fmt: skip


CI_USER = Actor(
    "IAMUser", PROD, LEAKED_USER, fixed_key=LEAKED_KEY, addresses=("198.51.100.20",),
    agent="aws-sdk-go-v2/1.39.2 os/linux lang/go#1.24.7 md/GOARCH#amd64 jenkins",
    habit="jenkins",
)  # fmt: skip
BACKUP_USER = Actor(
    "IAMUser", PROD, "backup-agent", addresses=("198.51.100.21",), agent=BOTO, habit="backup"
)


@cache
def service_actor(
    account: str, name: str, habit: str = "assume", targets: tuple[Target, ...] = ()
) -> Actor:
    """A service that calls as itself, without a role."""
    return Actor("AWSService", account, name, channel="service", habit=habit, targets=targets)


def _linked(account: str, role: str, session: str, service: str, habit: str) -> Actor:
    """A service-linked role: the service acts in the account under its own name."""
    return Actor("AssumedRole", account, role, session, f"/aws-service-role/{service}/",
                 invoked_by=service, period=12 * HOUR, channel="service", habit=habit)  # fmt: skip


@cache
def machines(account: str, region: str) -> tuple[Actor, ...]:
    """Functions, instances and tasks, each with a role whose sessions a service starts."""
    big = {PROD: 8, STAGING: 4, SECURITY: 2}[account] if region == HOME else 3
    out = []
    for i in range(big):
        name = f"{APPS[i]}-{('worker', 'api')[i % 2]}"
        if region != HOME:
            name += f"-{region}"
        address = f"203.0.113.{128 + number('nat', account, region, i) % 40}"
        out.append(
            Actor("AssumedRole", account, f"{name}-role", name,
                  issuer="lambda.amazonaws.com", period=6 * HOUR, addresses=(address,),
                  agent=f"{BOTO} exec-env/AWS_Lambda_python3.13", habit="function")
        )  # fmt: skip
    for i, (name, _) in enumerate(pool("instance", account, region, big)):
        role = ("web-node", "eks-node", "batch-node")[i % 3]
        out.append(
            Actor("AssumedRole", account, role, name, issuer="ec2.amazonaws.com",
                  period=6 * HOUR, channel="vpce", agent=SSM_AGENT, habit="instance",
                  addresses=(f"10.{number(account, region) % 200}.{i}.{20 + i}",))
        )  # fmt: skip
    for i in range(big // 2):
        session = hexdigits(32, "task", account, region, i)
        out.append(
            Actor("AssumedRole", account, "checkout-task", session,
                  issuer="ecs-tasks.amazonaws.com", period=6 * HOUR, agent=JAVA, habit="task",
                  addresses=(f"10.{number(account, region) % 200}.9.{60 + i}",), channel="vpce")
        )  # fmt: skip
    return tuple(out)


VENDOR = Actor("AssumedRole", "999900001111", "collector", "metrics")
MONITORS = {
    account: Actor("AssumedRole", account, "MonitoringIntegration", "metrics-collector",
                   period=HOUR, agent=BOTO, habit="monitor", issuer=VENDOR.account,
                   addresses=("203.0.113.200", "203.0.113.201", "203.0.113.202"))
    for account in (PROD, STAGING)
}  # fmt: skip
AUDITOR = Actor(
    "AssumedRole", SECURITY, "audit-collector-role", "audit-collector",
    issuer="lambda.amazonaws.com", period=6 * HOUR, addresses=("203.0.113.140",),
    agent=f"{BOTO} exec-env/AWS_Lambda_python3.13", habit="security",
)  # fmt: skip
AUDITED = {
    account: Actor("AssumedRole", account, "OrganizationSecurityAudit", "audit-collector",
                   period=6 * HOUR, issuer=SECURITY, addresses=("203.0.113.140",),
                   agent=AUDITOR.agent, habit="audit")
    for account in (PROD, STAGING)
}  # fmt: skip


@cache
def roster(account: str, region: str) -> tuple[Actor, ...]:
    """Who makes the background noise of an account and region, each as often as it speaks."""
    here = machines(account, region)
    runs: dict[str, list[Target]] = {}
    for actor in here:
        runs.setdefault(actor.issuer, []).append((actor.name, actor.session))
    voices: list[tuple[int, Actor]] = [(6, actor) for actor in here]
    voices += [
        *((2, service_actor(account, name, "assume", tuple(of))) for name, of in runs.items()),
        (7, service_actor(account, "cloudtrail.amazonaws.com", "trail")),
        (4, service_actor(account, "delivery.logs.amazonaws.com", "delivery")),
        (3, service_actor(account, "dynamodb.amazonaws.com", "decrypt")),
        (3, service_actor(account, "secretsmanager.amazonaws.com", "decrypt")),
        (9, _linked(account, "AWSServiceRoleForConfig", "configLambdaExecution",
                    "config.amazonaws.com", "recorder")),
    ]  # fmt: skip
    if account == SECURITY:
        voices.append((24, AUDITOR))
    else:
        voices += [
            (14, MONITORS[account]),
            (8, AUDITED[account]),
            (7, _linked(account, "AWSServiceRoleForAutoScaling", "AutoScaling",
                        "autoscaling.amazonaws.com", "autoscaling")),
            (5, _linked(account, "AWSServiceRoleForECS", "ECS_Service_Scheduler",
                        "ecs.amazonaws.com", "ecs")),
            (6, _linked(account, "AWSServiceRoleForAmazonEKS", "EKSClusterUpdate",
                        "eks.amazonaws.com", "eks")),
        ]  # fmt: skip
    return tuple(actor for weight, actor in voices for _ in range(weight))
