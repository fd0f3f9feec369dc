"""Titles of columns that are read from records, where the member's own name says too little, and
which of them are amounts of bytes."""

from __future__ import annotations

from typing import Final

_INSIGHT = "insightDetails.insightContext.statistics."

TITLES: Final = {
    f"{_INSIGHT}baseline.average": "usual/min",
    f"{_INSIGHT}insight.average": "now/min",
    f"{_INSIGHT}insightDuration": "minutes",
    "additionalEventData.bytesTransferredIn": "bytes in",
    "additionalEventData.bytesTransferredOut": "bytes out",
    "summary.primaryDimension.statistics.name": "counted",
    "summary.primaryDimension.statistics.value": "count",
    "vpcEndpointAccountId": "endpoint owner",
}

# Last members of a path, casefolded.
BYTES: Final = frozenset(("bytestransferredin", "bytestransferredout"))
