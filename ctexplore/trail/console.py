"""The page of an event in the AWS console's Event history."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

# AWS Management Console: its own host names in each partition, by the start of a region's name.
_HOSTS: Final = {
    "cn-": "console.amazonaws.cn",
    "us-gov-": "console.amazonaws-us-gov.com",
}
_COMMERCIAL: Final = "console.aws.amazon.com"
_REGION: Final = re.compile(r"(us|eu|ap|sa|ca|me|af|il|mx|cn|us-gov)-[a-z]+-[0-9]{1,2}")


def event_link(region: str, event_id: str) -> str:
    """The link, or "" for an event without id or in a region of an unknown partition.

    Event history has management and Insights events of the last 90 days, in their own account.
    """
    if not event_id or not _REGION.fullmatch(region):
        return ""
    host = next((h for start, h in _HOSTS.items() if region.startswith(start)), _COMMERCIAL)
    regional = "" if host in _HOSTS.values() else f"{region}."
    page = f"cloudtrailv2/home?region={region}#/events/{quote(event_id, safe='')}"
    return f"https://{regional}{host}/{page}"
