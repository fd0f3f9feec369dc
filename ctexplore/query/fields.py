"""What a filter may name: columns, CloudTrail's own fields, flags."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final, NamedTuple

from ctexplore.query.syntax import Column, Field, Path

# What each column looks at. who: the label shown, or any name the caller goes by.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "source": ("source",),
    "name": ("name",),
    "who": ("who", "user", "role", "actor"),
    "user": ("user",),
    "role": ("role",),
    "key": ("key",),
    "ip": ("ip",),
    "region": ("region",),
    "account": ("account",),
    "error": ("error",),
    "target": ("target",),
    "agent": ("agent",),
    "category": ("category",),
    "type": ("type",),
    "actor": ("actor",),
    "idtype": ("idtype",),
    "idaccount": ("idaccount",),
    "invokedby": ("invokedby",),
    "readonly": ("readonly",),
    "console": ("console",),
    "mfa": ("mfa",),
    "issuertype": ("issuertype",),
    "oddity": ("oddity",),
    "link": ("link",),
}


class FromAbove(NamedTuple):
    """A column that a room above adds to the table (store/columns/added.py).

    missing: what to say while nothing has been added, for people. several: whether an event may
    have more than one value. values: those that can be offered before there are any.
    """

    missing: str
    several: bool = False
    values: tuple[str, ...] = ()


# Their names always parse; while a table lacks the column, no event has a value.
ADDED: Final[dict[str, FromAbove]] = {
    "integrity": FromAbove(
        "press v to verify",
        values=("verified", "changed", "missing", "unreferenced", "uncovered"),
    ),
    "rule": FromAbove("no rules were asked yet", several=True),
    "new": FromAbove("nothing was compared with before yet", several=True),
}

# The names offered first: short, and one for each column of the event list.
SHORT: Final = (
    "source", "name", "who", "user", "role", "key", "ip", "region", "account", "error",
    "target", "agent", "id", "category", "type",
)  # fmt: skip

# CloudTrail's names of columns that hold what the record has there. errorCode is not among them
# (error: also has errorMessage and failed logins), nor userIdentity.accountId and mfaAuthenticated
# (idaccount: and mfa: know more); those are read from the record.
OWN: Final[dict[str, str]] = {
    "eventSource": "source",
    "eventName": "name",
    "awsRegion": "region",
    "sourceIPAddress": "ip",
    "userAgent": "agent",
    "recipientAccountId": "account",
    "eventID": "id",
    "eventCategory": "category",
    "eventType": "type",
    "readOnly": "readonly",
    "sessionCredentialFromConsole": "console",
    "userIdentity.type": "idtype",
    "userIdentity.accessKeyId": "key",
    "userIdentity.invokedBy": "invokedby",
    "userIdentity.sessionContext.sessionIssuer.type": "issuertype",
}

# Columns a record's own member implies: where it has a value, the column has the same one.
IMPLIED: Final[dict[tuple[str, ...], str]] = {
    ("errorcode",): "error",
    ("useridentity", "accountid"): "idaccount",
}

# Members a record may have at its top (CloudTrail User Guide, "CloudTrail record contents"; the
# last line is of aggregated events).
TOP_LEVEL: Final = (
    "eventVersion", "eventTime", "eventSource", "eventName", "awsRegion", "userIdentity",
    "sourceIPAddress", "userAgent", "errorCode", "errorMessage", "requestParameters",
    "responseElements", "additionalEventData", "requestID", "eventID", "eventType", "apiVersion",
    "managementEvent", "readOnly", "resources", "recipientAccountId", "serviceEventDetails",
    "sharedEventID", "vpcEndpointId", "vpcEndpointAccountId", "eventCategory", "addendum",
    "sessionCredentialFromConsole", "tlsDetails", "edgeDeviceDetails", "eventContext",
    "insightDetails", "annotation",
    "accountId", "timeWindow", "summary",
)  # fmt: skip

# Members below the top that are asked for often; completion offers them.
MEMBERS: Final = (
    "userIdentity.arn", "userIdentity.accountId", "userIdentity.principalId",
    "userIdentity.userName", "userIdentity.sessionContext.sessionIssuer.arn",
    "userIdentity.sessionContext.sourceIdentity",
    "userIdentity.sessionContext.attributes.creationDate",
    "requestParameters.bucketName", "requestParameters.key", "requestParameters.roleArn",
    "requestParameters.roleSessionName", "requestParameters.userName",
    "requestParameters.instanceId", "requestParameters.groupId", "requestParameters.policyArn",
    "requestParameters.functionName", "requestParameters.secretId", "requestParameters.keyId",
    "responseElements.credentials.accessKeyId", "responseElements.accessKey.accessKeyId",
    "additionalEventData.MFAUsed", "additionalEventData.bytesTransferredOut", "resources.ARN",
)  # fmt: skip

TIMES: Final = ("since", "until", "at")

# Flags, written in the language itself. The one without a text compares two columns.
#
# service: a service's own events. A call that a service makes with somebody's credentials
# (invokedBy beside a user or role) is that somebody's and is not one of these.
# denied: every spelling that AWS services use.
FLAGS: Final[dict[str, dict[str, str]]] = {
    "is": {
        "write": "readOnly:false",
        "read": "readOnly:true",
        "failed": "error:*",
        "denied": "error:AccessDenied,AccessDeniedException,Client.UnauthorizedOperation,"
        "UnauthorizedOperation,AuthorizationError,VpceAccessDenied",
        "root": "idtype:Root",
        "service": "idtype:AWSService or type:AwsServiceEvent or (-idtype:* invokedby:*)",
        "console": "type:AwsConsoleSignIn,AwsConsoleAction or console:true",
        "crossaccount": "",
        "insight": "category:Insight or type:AwsCloudTrailInsight",
        "new": "new:*",
    },
    "has": {"mfa": "mfa:true"},
}

_OWN: Final = {name.lower(): column for name, column in OWN.items()}
_TOP: Final = {name.lower(): name for name in TOP_LEVEL}


class UnknownField(LookupError):
    """No such field. nearest: a name that exists and looks alike; may be empty."""

    def __init__(self, name: str, nearest: str) -> None:
        super().__init__(name)
        self.name = name
        self.nearest = nearest


def resolve(name: str, keys: tuple[str, ...]) -> Field:
    """The column or path that a field's name means, whatever its case. Raises UnknownField.

    ``name`` is the text before the colon and ``keys`` the members in it. With a leading dot it
    is the record's own member, whichever names the table has for it.
    """
    if name.startswith("."):
        return Path(keys)
    dotted = ".".join(keys).lower()
    if dotted in COLUMNS or dotted in ADDED or dotted == "id":
        return Column(dotted)
    if dotted in _OWN:
        return Column(_OWN[dotted])
    top = _TOP.get(keys[0].lower())
    if top is None:
        raise UnknownField(name, nearest_field(keys[0], len(keys) > 1))
    return Path((top, *keys[1:]))


def nearest_field(name: str, path: bool = False) -> str:
    names = (*SHORT, *TIMES, *FLAGS, *TOP_LEVEL, *COLUMNS, *ADDED)
    return nearest(name, TOP_LEVEL if path else names)


def nearest(name: str, known: tuple[str, ...] | list[str]) -> str:
    """The known name that is most like this one, or ""."""
    by_lower = {k.lower(): k for k in reversed(known)}
    lower = name.lower()
    found = get_close_matches(lower, by_lower, 1, 0.6)
    if not found and len(lower) > 1:
        found = [k for k in by_lower if k.startswith(lower)]
    return by_lower[found[0]] if found else ""


def label(column: str) -> str:
    """A column's name as a filter is printed: short, else CloudTrail's own."""
    if column not in SHORT:
        for own, name in OWN.items():
            if name == column:
                return own
    return column
