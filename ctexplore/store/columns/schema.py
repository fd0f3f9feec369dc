"""The columns of the event table, and how they are grouped.

Text is never kept per event. Values that come together are one *dimension*, a numbered list of
distinct entries, and an event holds the entry's number. A *field* is one position of an entry:
``who`` and ``key`` are both fields of ``identity``, so a predicate on either looks at some
thousand identities, not at a million events.
"""

from __future__ import annotations

from typing import Final

# Bumped whenever decoding the same bytes would give another table; older columns are then a miss.
DECODER_VERSION: Final = 7

DIMENSIONS: Final[dict[str, tuple[str, ...]]] = {
    # What was called. readonly and console are "true", "false" or "" when the record has neither.
    "kind": ("source", "name", "type", "category", "readonly", "console"),
    # Who called. who is the label shown; actor is the stable id that sessions of one role share.
    "identity": (
        "who",
        "actor",
        "idtype",
        "user",
        "role",
        "key",
        "idaccount",
        "invokedby",
        "mfa",
        "issuertype",
    ),
    "target": ("target",),
    "ip": ("ip",),
    "region": ("region",),
    "account": ("account",),
    # errorCode, else errorMessage, else the failed login's result: "" means that it worked.
    "error": ("error",),
    "agent": ("agent",),
    # Rare: why a record is not quite what CloudTrail writes, a time that could not be read, and the
    # id that links two records: the one that a correction corrects, an Insight's sharedEventID.
    "oddity": ("oddity", "timetext", "link"),
}

FIELDS: Final[dict[str, tuple[str, int]]] = {
    field: (dimension, position)
    for dimension, fields in DIMENSIONS.items()
    for position, field in enumerate(fields)
}

# The time of an event whose eventTime is missing or unreadable: below every real one, so it
# sorts as the oldest.
NO_TIME: Final = -(2**63)

Entry = tuple[str, ...]
EMPTY: Final[dict[str, Entry]] = {name: ("",) * len(fields) for name, fields in DIMENSIONS.items()}
