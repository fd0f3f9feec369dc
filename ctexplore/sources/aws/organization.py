"""What AWS Organizations calls the accounts of an organization.

ListAccounts answers the management account and delegated administrators (AWS Organizations API
Reference, "ListAccounts").
"""

from __future__ import annotations

from typing import Any

from ctexplore.config import Account
from ctexplore.sources.aws.session import open_client
from ctexplore.sources.s3.errors import Asked, code_of, explain
from ctexplore.sources.s3.unanswered import failures
from ctexplore.sources.source import SourceError

_PLACE = "AWS Organizations"
_REASONS = {
    "AccessDeniedException": (
        "not allowed to list the accounts",
        "allow organizations:ListAccounts, and use the organization's management account or a "
        "delegated administrator; or name them below [accounts] in the configuration file",
    ),
    "AWSOrganizationsNotInUseException": (
        "this account is in no organization",
        "name accounts below [accounts] in the configuration file",
    ),
}


def organization_accounts(session: Any) -> dict[str, Account]:
    """Accounts with their names, by id. session: a boto3 session with credentials.

    One request for every 20 accounts. Raises SourceError.
    """
    found: dict[str, Account] = {}
    try:
        client = open_client(session, "organizations", region=session.region_name or "us-east-1")
        for page in client.get_paginator("list_accounts").paginate():
            for account in page.get("Accounts", ()):
                number, name = str(account.get("Id", "")), str(account.get("Name", "")).strip()
                if number and name:
                    found[number] = Account(name)
    except failures() as error:
        if why := _REASONS.get(code_of(error)):
            raise SourceError(_PLACE, *why, denied=True) from None
        raise explain(error, Asked(_PLACE, "")) from None
    return found
