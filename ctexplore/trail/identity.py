"""Who made the call: one label and one stable key out of every shape userIdentity comes in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_SSO_ROLE = re.compile(r"AWSReservedSSO_(.+)_[0-9a-f]{16}")
_HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"

Json = Mapping[str, Any]


class Identity(NamedTuple):
    """The ``identity`` entry of an event; every part is "" when the record does not say.

    who: the label a person reads. actor: what all sessions of one role or user share (an ARN,
    a service name or an account). idtype: userIdentity.type. user: user, session or source
    identity's name. key: access key id. idaccount: the caller's account. invokedby: the service
    that called on somebody's behalf. mfa: "true", "false" or "". issuertype: the type of whose
    session it is, as Role, Root or IAMUser.
    """

    who: str = ""
    actor: str = ""
    idtype: str = ""
    user: str = ""
    role: str = ""
    key: str = ""
    idaccount: str = ""
    invokedby: str = ""
    mfa: str = ""
    issuertype: str = ""


NOBODY = Identity()


def identify(identity: object) -> Identity:
    """Read a record's userIdentity (CloudTrail User Guide, "CloudTrail userIdentity element").

    Never raises: parts of an unexpected type are taken as text or as absent. What is no object
    gives NOBODY.
    """
    if not isinstance(identity, Mapping) or not identity:
        return NOBODY
    context = _object(identity, "sessionContext")
    attributes = _object(context, "attributes")
    issuer = _object(context, "sessionIssuer")
    arn = _text(identity.get("arn"))
    idtype = _text(identity.get("type"))
    invoked_by = _text(identity.get("invokedBy"))
    account = _text(identity.get("accountId")) or _account_of(arn)
    role, session = _role_and_session(idtype, arn, identity, issuer)
    source_identity = _text(context.get("sourceIdentity"))
    user = source_identity or session or _user_name(idtype, arn, identity)
    sso = _SSO_ROLE.fullmatch(role)
    behalf = _text(_object(identity, "onBehalfOf").get("userId"))
    who = (
        _label(idtype, identity, account, issuer, context)
        or (f"{user} as {sso[1]}" if sso and user else "")
        or (f"{role}/{user}" if role and user else role)
        or ("unknown user (failed sign-in)" if user == _HIDDEN else user)
        or behalf
        or _last(arn)
        or _text(identity.get("principalId")).rpartition(":")[2]
        or invoked_by
        or account
        or "?"
    )
    actor = _text(issuer.get("arn")) or _actor(arn) or behalf or who
    return Identity(
        who,
        actor,
        idtype,
        user or behalf,
        role,
        _text(identity.get("accessKeyId")),
        account,
        invoked_by,
        _text(attributes.get("mfaAuthenticated")).lower(),
        _text(issuer.get("type")),
    )


def _label(idtype: str, identity: Json, account: str, issuer: Json, context: Json) -> str:
    """The labels that the type alone decides; "" leaves it to the common ladder."""
    match idtype:
        case "Root":
            assumed = _text(context.get("assumedRoot")).lower() == "true"
            return f"root@{account}" + (" (AssumeRoot)" if assumed else "")
        case "AWSService":
            return _text(identity.get("invokedBy"))
        case "AWSAccount":
            principal = _text(identity.get("principalId")).rpartition(":")[2]
            named = principal if principal != account else ""
            return f"account {account}" + (f"/{named}" if named else "")
        case "SAMLUser" | "WebIdentityUser":
            name = _text(identity.get("userName")) or _text(identity.get("principalId"))
            provider = _text(identity.get("identityProvider"))
            return f"{name} via {_provider(provider)}" if name and provider else name
        case "FederatedUser":
            name = _last(_text(identity.get("arn")))
            by = _text(issuer.get("userName"))
            return f"{name} by {by}" if name and by else name
    return ""


def _role_and_session(idtype: str, arn: str, identity: Json, issuer: Json) -> tuple[str, str]:
    """Role and session name; assumed-role ARNs end in ``assumed-role/<role>/<session>``."""
    if idtype == "Role":
        return _text(identity.get("userName")) or _last(arn), ""
    if ":assumed-role/" in arn:
        role, _, session = arn.partition(":assumed-role/")[2].partition("/")
        return _text(issuer.get("userName")) or role, session
    if idtype == "AssumedRole":
        session = _text(identity.get("principalId")).partition(":")[2]
        return _text(issuer.get("userName")), session
    return "", ""


def _user_name(idtype: str, arn: str, identity: Json) -> str:
    """The user's own name; a Role's userName is the role's, a federated user's is in the ARN."""
    if idtype == "Role":
        return ""
    name = _text(identity.get("userName"))
    return name or (_last(arn) if idtype == "FederatedUser" else "")


def _provider(provider: str) -> str:
    """``arn:…:oidc-provider/HOST/id/X`` is known by its host and path; others have no ARN."""
    return provider.partition("/")[2] if provider.startswith("arn:") else provider


def _actor(arn: str) -> str:
    """The role's ARN behind an assumed-role session, whose own ARN changes with every session."""
    if ":assumed-role/" not in arn:
        return arn
    head, _, tail = arn.partition(":assumed-role/")
    return f"{head.replace(':sts:', ':iam:')}:role/{tail.partition('/')[0]}"


def role_of(arn: str) -> tuple[str, str] | None:
    """(account, role's name) of an IAM role's ARN, whatever its path; None for anything else."""
    parts = arn.split(":", 5)
    if len(parts) != 6 or not parts[5].startswith("role/"):
        return None
    return parts[4], _last(parts[5])


def _account_of(arn: str) -> str:
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""


def _last(path: str) -> str:
    """What follows the last ``/``, else the last ``:``, of an ARN."""
    return path.rpartition("/")[2] if "/" in path else path.rpartition(":")[2]


def _object(parent: Json, name: str) -> Json:
    value = parent.get(name)
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, Mapping | list) else str(value)
