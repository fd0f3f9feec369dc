"""What a call opened, shared or gave away, in plain words; nothing for any other call.

Parameters as CloudTrail writes them, which follows each service's API: EC2 puts lists into
``items``, RDS and S3 have spellings of their own. Words are not made safe for a screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ctexplore.trail.facts import at, failure, text
from ctexplore.trail.grants import ANYBODY, allows_all, document, grants, principal, texts
from ctexplore.trail.node import Node, Object

_PROTOCOLS: Final = {"-1": "all traffic", "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
_WORLD: Final = frozenset(("0.0.0.0/0", "::/0"))
# Managed policies with which their holder can give himself everything else.
_POWERFUL: Final = {
    "AdministratorAccess": "full control of the account",
    "IAMFullAccess": "full control of users, roles and policies",
    "PowerUserAccess": "everything but users and roles",
}
_BLOCKS: Final = (
    "BlockPublicAcls",
    "IgnorePublicAcls",
    "BlockPublicPolicy",
    "RestrictPublicBuckets",
)
_GROUPS: Final = {"AllUsers": ANYBODY, "AuthenticatedUsers": "any AWS account"}


def change_words(record: Object) -> list[str]:
    """``opens 22/tcp to 0.0.0.0/0 (anybody)``; of a call that failed, what was tried."""
    name = text(record, "eventName").partition("20")[0]  # lambda's names have dates
    ask = _WORDS.get((text(record, "eventSource").partition(".")[0], name))
    asked = record.get("requestParameters")
    if ask is None or not isinstance(asked, Object):
        return []
    said = list(dict.fromkeys(ask(asked, text(record, "recipientAccountId"))))
    return [f"tried: {words}" for words in said] if failure(record) else said


def _items(node: Node, *path: str) -> list[Object]:
    """EC2's ``{"items": […]}``, or a list, or one object."""
    found = at(node, *path)
    if isinstance(found, Object) and "items" in found:
        found = found["items"]
    if isinstance(found, Object):
        found = [found] if found else []
    return [each for each in found if isinstance(each, Object)] if isinstance(found, list) else []


# -- security groups


def _security_group(before: str) -> Callable[[Object, str], Iterator[str]]:
    """before: ``opens {} to``, as of an incoming rule."""

    def words(asked: Object, _account: str) -> Iterator[str]:
        rules = _items(asked, "ipPermissions")
        if text(asked, "ipProtocol"):
            rules = [*rules, asked]
        for rule in rules:
            for peer in _peers(rule):
                yield f"{before.format(_ports(rule))} {peer}"

    return words


def _ports(rule: Object) -> str:
    """``22/tcp``, ``1000-2000/udp``, ``all tcp``, ``all traffic``."""
    protocol = text(rule, "ipProtocol") or text(rule, "IpProtocol")
    protocol = _PROTOCOLS.get(protocol, protocol)
    first = text(rule, "fromPort") or text(rule, "FromPort")
    last = text(rule, "toPort") or text(rule, "ToPort") or first
    if protocol not in ("tcp", "udp"):
        return protocol or "all traffic"
    if not first or first == "-1" or (first in ("0", "1") and last == "65535"):
        return f"all {protocol}"
    return f"{first}/{protocol}" if first == last else f"{first}-{last}/{protocol}"


def _peers(rule: Object) -> Iterator[str]:
    for names in (("cidrIp", "CidrIpv4"), ("cidrIpv6", "CidrIpv6")):
        for name in names:
            if block := text(rule, name):
                yield _block(block)
    for each in _items(rule, "ipRanges"):
        yield _block(text(each, "cidrIp"))
    for each in _items(rule, "ipv6Ranges"):
        yield _block(text(each, "cidrIpv6"))
    for each in _items(rule, "groups"):
        yield text(each, "groupId") or text(each, "groupName") or "a group"
    for each in _items(rule, "prefixListIds"):
        yield text(each, "prefixListId")


def _block(block: str) -> str:
    return f"{block} ({ANYBODY})" if block in _WORLD else block


def _rules_modified(asked: Object, _account: str) -> Iterator[str]:
    request = asked.get("ModifySecurityGroupRulesRequest")
    for each in _items(request, "SecurityGroupRule"):
        if isinstance(rule := each.get("SecurityGroupRule"), Object):
            for peer in _peers(rule):
                changed = text(each, "SecurityGroupRuleId")
                yield f"changes the rule {changed} to {_ports(rule)}, {peer}"


# -- buckets


def _bucket_policy(asked: Object, account: str) -> list[str]:
    return grants(document(asked.get("bucketPolicy")), account)


def _public_access(asked: Object, _account: str) -> Iterator[str]:
    wanted = at(asked, "PublicAccessBlockConfiguration")
    off = [name for name in _BLOCKS if text(wanted, name) != "true"]
    if not off:
        yield "blocks all public access"
    elif len(off) == len(_BLOCKS):
        yield "lifts the block of public access"
    else:
        yield f"leaves public access open in part: no {', '.join(off)}"


def _acl(asked: Object, _account: str) -> Iterator[str]:
    for canned in texts(asked.get("x-amz-acl")):
        if canned.startswith("public-"):
            yield f"lets {ANYBODY} {canned.removeprefix('public-').replace('-', ' and ')}"
        elif canned == "authenticated-read":
            yield "lets any AWS account read"
    granted = at(asked, "AccessControlPolicy", "AccessControlList", "Grant")
    for each in granted if isinstance(granted, list) else [granted]:
        group = text(each, "Grantee", "URI").rpartition("/")[2]
        if group in _GROUPS:
            yield f"lets {_GROUPS[group]} {text(each, 'Permission').lower().replace('_', ' ')}"


# -- policies


def _trust(member: str) -> Callable[[Object, str], list[str]]:
    return lambda asked, account: grants(document(asked.get(member)), account, "assume the role")


def _key_policy(asked: Object, account: str) -> list[str]:
    return grants(document(asked.get("policy")), account)


def _key_grant(asked: Object, account: str) -> Iterator[str]:
    operations = ", ".join(texts(asked.get("operations"))) or "use the key"
    yield f"lets {principal(text(asked, 'granteePrincipal'), account)} {operations}"


def _function(asked: Object, account: str) -> Iterator[str]:
    limits = " under conditions" if text(asked, "sourceArn") or text(asked, "sourceAccount") else ""
    whom = principal(text(asked, "principal"), account)
    yield f"lets {whom} {text(asked, 'action')}{limits}"


def _attached(asked: Object, _account: str) -> Iterator[str]:
    name = text(asked, "policyArn").rpartition("/")[2]
    if name in _POWERFUL:
        whom = _holder(asked)
        yield f"attaches {name}{f' to {whom}' if whom else ''}: {_POWERFUL[name]}"


def _written(asked: Object, _account: str) -> Iterator[str]:
    if allows_all(document(asked.get("policyDocument"))):
        whom = _holder(asked)
        yield f"allows everything on everything{f' for {whom}' if whom else ''}"


def _holder(asked: Object) -> str:
    for kind in ("user", "role", "group"):
        if name := text(asked, f"{kind}Name"):
            return f"{kind} {name}"
    return ""


# -- copies of data


def _shared(what: str, member: str) -> Callable[[Object, str], Iterator[str]]:
    def words(asked: Object, account: str) -> Iterator[str]:
        for op, said in (("add", "shares the {} with"), ("remove", "shares the {} no more with")):
            for each in _items(asked, member, op):
                whom = text(each, "userId")
                if text(each, "group") == "all":
                    public = f"makes the {what} public", f"makes the {what} private again"
                    yield public[op == "remove"]
                elif whom:
                    yield f"{said.format(what)} {principal(whom, account)}"

    return words


def _database(what: str) -> Callable[[Object, str], Iterator[str]]:
    def words(asked: Object, account: str) -> Iterator[str]:
        for whom in texts(asked.get("valuesToAdd")):
            public = f"makes the {what} public"
            yield public if whom == "all" else f"shares the {what} with {principal(whom, account)}"
        for whom in texts(asked.get("valuesToRemove")):
            who = ANYBODY if whom == "all" else principal(whom, account)
            yield f"shares the {what} no more with {who}"

    return words


def _says(words: str) -> Callable[[Object, str], list[str]]:
    return lambda _asked, _account: [words]


_WORDS: Final[dict[tuple[str, str], Callable[[Object, str], Iterator[str] | list[str]]]] = {
    ("ec2", "AuthorizeSecurityGroupIngress"): _security_group("opens {} to"),
    ("ec2", "AuthorizeSecurityGroupEgress"): _security_group("lets out {} to"),
    ("ec2", "RevokeSecurityGroupIngress"): _security_group("closes {} to"),
    ("ec2", "RevokeSecurityGroupEgress"): _security_group("lets out no more {} to"),
    ("ec2", "ModifySecurityGroupRules"): _rules_modified,
    ("ec2", "ModifySnapshotAttribute"): _shared("snapshot", "createVolumePermission"),
    ("ec2", "ModifyImageAttribute"): _shared("image", "launchPermission"),
    ("rds", "ModifyDBSnapshotAttribute"): _database("snapshot"),
    ("rds", "ModifyDBClusterSnapshotAttribute"): _database("snapshot"),
    ("s3", "PutBucketPolicy"): _bucket_policy,
    ("s3", "DeleteBucketPolicy"): _says("removes the bucket's policy"),
    ("s3", "PutBucketPublicAccessBlock"): _public_access,
    ("s3", "PutAccountPublicAccessBlock"): _public_access,
    ("s3", "DeleteBucketPublicAccessBlock"): _says("lifts the block of public access"),
    ("s3", "DeleteAccountPublicAccessBlock"): _says("lifts the account's block of public access"),
    ("s3", "PutBucketAcl"): _acl,
    ("s3", "PutObjectAcl"): _acl,
    ("s3", "CreateBucket"): _acl,
    ("iam", "CreateRole"): _trust("assumeRolePolicyDocument"),
    ("iam", "UpdateAssumeRolePolicy"): _trust("policyDocument"),
    **{("iam", f"Attach{kind}Policy"): _attached for kind in ("User", "Role", "Group")},
    **{("iam", f"Put{kind}Policy"): _written for kind in ("User", "Role", "Group")},
    ("iam", "CreatePolicy"): _written,
    ("iam", "CreatePolicyVersion"): _written,
    ("kms", "PutKeyPolicy"): _key_policy,
    ("kms", "CreateKey"): _key_policy,
    ("kms", "CreateGrant"): _key_grant,
    ("lambda", "AddPermission"): _function,
}
