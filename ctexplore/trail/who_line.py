"""The caller in one line: everything userIdentity says that tells two callers apart."""

from __future__ import annotations

from ctexplore.trail.accounts import NAMES
from ctexplore.trail.category_lines import joined as _join
from ctexplore.trail.category_lines import labelled as _labelled
from ctexplore.trail.facts import at, text
from ctexplore.trail.identity import Identity
from ctexplore.trail.node import Object


def who_line(record: Object, identity: Identity) -> str:
    user = at(record, "userIdentity")
    context = at(user, "sessionContext")
    federated = at(context, "webIdFederationData")
    console = text(record, "sessionCredentialFromConsole") == "true"
    mfa = identity.mfa or {"Yes": "true", "No": "false"}.get(
        text(record, "additionalEventData", "MFAUsed"), ""
    )
    issuer = text(context, "sessionIssuer", "arn")
    service = identity.invokedby if identity.invokedby != identity.who else ""
    owner = identity.idaccount or text(record, "accountId")
    return _join(
        identity.who,
        identity.idtype,
        _labelled("account", NAMES.titled(owner) if owner != identity.who else ""),
        _labelled("key", identity.key),
        {"true": "MFA", "false": "no MFA"}.get(mfa, _labelled("MFA", mfa)),
        "console session" if console else "",
        _labelled("called by", service),
        _labelled("source identity", text(context, "sourceIdentity")),
        _session(identity),
        _labelled("role" if identity.role else "issued by", issuer),
        _labelled("federated by", text(federated, "federatedProvider")),
        _labelled("identity provider", text(user, "identityProvider")),
        _labelled("Identity Center user", text(user, "onBehalfOf", "userId")),
        _labelled("user name", text(record, "additionalEventData", "UserName")),
        _labelled("for", text(user, "inScopeOf", "credentialsIssuedTo")),
        _labelled("delegate", text(user, "invokedByDelegate", "accountId")),
        _labelled("credential", text(user, "credentialId")),
        _labelled("IMDS", text(context, "ec2RoleDelivery")),
        _labelled("since", text(context, "attributes", "creationDate")),
    )


def _session(identity: Identity) -> str:
    """The session where the label leaves it out, or what kind of caller its name gives away."""
    if identity.user.startswith("i-") and identity.role:
        return f"instance {identity.user}"
    if identity.role.startswith("AWSReservedSSO_"):
        return f"Identity Center {identity.role}"
    said = identity.user in identity.who or identity.who.startswith("unknown user")
    return _labelled("user", "" if said else identity.user)
