"""The table that a trail is to Athena: which members of a record are columns, and of what type.

The columns are those of "Create a table for CloudTrail logs in Athena using partition projection"
(Amazon Athena User Guide). With ``more``, members that the filter language names are there, too;
a table made from AWS's page lacks them.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

TEXT: Final = "string"
JSON: Final = "json"  # a string column that holds a member's JSON
MAP: Final = "map<string,string>"


class Struct(msgspec.Struct, frozen=True):
    """Members by their names, lower case as Athena has them."""

    members: dict[str, Type]


class Array(msgspec.Struct, frozen=True):
    of: Struct


Type: TypeAlias = str | Struct | Array


def _texts(names: str) -> dict[str, Type]:
    return dict.fromkeys(names.split(), TEXT)


def _identity(more: bool) -> Struct:
    issuer = Struct(_texts("type principalid arn accountid username"))
    web = Struct({"federatedprovider": TEXT, "attributes": MAP})
    context: dict[str, Type] = {
        "attributes": Struct(_texts("mfaauthenticated creationdate")),
        "sessionissuer": issuer,
        "ec2roledelivery": TEXT,
        "webidfederationdata": web,
    }
    identity: dict[str, Type] = {
        **_texts("type principalid arn accountid invokedby accesskeyid username"),
        "onbehalfof": Struct(_texts("userid identitystorearn")),
        "sessioncontext": Struct(context),
    }
    if more:
        context |= _texts("sourceidentity assumedroot")
        identity |= {
            **_texts("identityprovider credentialid"),
            "inscopeof": Struct(_texts("sourcearn sourceaccount issuertype credentialsissuedto")),
            "invokedbydelegate": Struct(_texts("accountid")),
        }
    return Struct(identity)


def columns(more: bool) -> dict[str, Type]:
    """The table's columns in order, without those it is partitioned by."""
    return {
        "eventversion": TEXT,
        "useridentity": _identity(more),
        **_texts("eventtime eventsource eventname awsregion sourceipaddress useragent"),
        **_texts("errorcode errormessage"),
        **dict.fromkeys(("requestparameters", "responseelements", "additionaleventdata"), JSON),
        **_texts("requestid eventid readonly"),
        "resources": Array(Struct(_texts("arn accountid type" + " arnprefix" * more))),
        **_texts("eventtype apiversion recipientaccountid"),
        "serviceeventdetails": JSON,
        **_texts("sharedeventid vpcendpointid vpcendpointaccountid eventcategory"),
        "addendum": Struct(_texts("reason updatedfields originalrequestid originaleventid")),
        "sessioncredentialfromconsole": TEXT,
        "edgedevicedetails": JSON,
        "tlsdetails": Struct(
            _texts("tlsversion ciphersuite clientprovidedhostheader" + " keyexchange" * more)
        ),
        **(_texts("managementevent") if more else {}),
    }


class Table(msgspec.Struct, frozen=True):
    """name: as SQL is to call it, ``database.table`` or ``table``.

    day: the partition column of the day of delivery, as 2026/03/07; "" where there is none.
    more: whether it has the members that AWS's page leaves out. account, region: partition columns
    of the trail's folders; "" where there are none. event_days: ``day`` is that of the event, as
    2026-03-07.
    """

    name: str = "cloudtrail_logs"
    day: str = ""
    more: bool = False
    account: str = ""
    region: str = ""
    event_days: bool = False

    @property
    def columns(self) -> dict[str, Type]:
        return columns(self.more)
