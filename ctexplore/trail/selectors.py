"""What a trail logs, in words, from the answers of GetEventSelectors and GetInsightSelectors.

CloudTrail API Reference, "EventSelector", "AdvancedEventSelector", "AdvancedFieldSelector",
"InsightSelector". Answers are taken as they come: what is not understood is shown as it was
written, nothing raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

_SERVICES: Final = {"kms.amazonaws.com": "KMS", "rdsdata.amazonaws.com": "the RDS Data API"}
_READ_WRITE: Final = {
    "All": "read and write",
    "ReadOnly": "read only",
    "WriteOnly": "write only",
}
# Resource types by what people call them, with what they hold; others are named by AWS's words.
_TYPES: Final = {
    "AWS::S3::Object": ("S3", "buckets"),
    "AWS::Lambda::Function": ("Lambda", "functions"),
    "AWS::DynamoDB::Table": ("DynamoDB", "tables"),
}
_OPERATORS: Final = {
    "Equals": "",
    "NotEquals": "not ",
    "StartsWith": "starting with ",
    "NotStartsWith": "not starting with ",
    "EndsWith": "ending with ",
    "NotEndsWith": "not ending with ",
}
_INSIGHTS: Final = {"ApiCallRateInsight": "call rate", "ApiErrorRateInsight": "error rate"}
_CATEGORIES: Final = {
    "Management": "management",
    "Data": "data",
    "NetworkActivity": "network activity",
}
_MOST_NAMED: Final = 3


class Selected(Struct, frozen=True):
    """One text for each selector of a category, () where none of it is logged.

    unlogged: what of the management events is left out, each a few words.
    """

    management: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    network: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    unlogged: tuple[str, ...] = ()

    def __str__(self) -> str:
        """``management: read and write, without KMS; data: S3, all buckets``."""
        said = [f"management: {text}" for text in self.management]
        said += [f"data: {text}" for text in self.data]
        said += [f"network activity: {text}" for text in self.network]
        return "; ".join((*said, *self.other)) or "nothing"

    @property
    def lacks(self) -> tuple[str, ...]:
        """What is not logged, each a few words."""
        missing = list(self.unlogged if self.management else ("management events",))
        if not self.data:
            missing.append("data events (what was read from buckets, tables, functions)")
        if not self.network:
            missing.append("network activity events")
        return tuple(missing)


def selected(answer: Mapping[str, Any]) -> Selected:
    """What an answer of GetEventSelectors selects.

    Without any selector a trail logs all management events and no others (CloudTrail User
    Guide, "Working with trails": the default of a new trail).
    """
    if advanced := _dicts(answer.get("AdvancedEventSelectors")):
        return _advanced(advanced)
    basic = _dicts(answer.get("EventSelectors"))
    return _basic(basic) if basic else Selected((_READ_WRITE["All"],))


def insights(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds of Insights that an answer of GetInsightSelectors selects, in words."""
    found = []
    for selector in _dicts(answer.get("InsightSelectors")):
        kind = str(selector.get("InsightType", "?"))
        of = [_CATEGORIES.get(c, c) for c in _texts(selector.get("EventCategories"))]
        more = f" of {' and '.join(of)} events" if of else ""
        found.append(_INSIGHTS.get(kind, kind) + more)
    return tuple(found)


def _basic(selectors: Sequence[Mapping[str, Any]]) -> Selected:
    management, data = [], []
    parts: set[str] = set()
    left_out: list[set[str]] = []
    for selector in selectors:
        kind = str(selector.get("ReadWriteType", "All"))
        rights = _READ_WRITE.get(kind, kind)
        if selector.get("IncludeManagementEvents", True):
            without = [_service(s) for s in _texts(selector.get("ExcludeManagementEventSources"))]
            management.append(", ".join((rights, *(f"without {name}" for name in without))))
            parts |= {"read", "write"} if kind == "All" else {rights.removesuffix(" only")}
            left_out.append(set(without))
        for resource in _dicts(selector.get("DataResources")):
            said = _resource(str(resource.get("Type", "?")), _texts(resource.get("Values")))
            data.append(said if kind == "All" else f"{said}, {rights}")
    return Selected(
        tuple(management), tuple(data), unlogged=_unlogged(parts, left_out) if management else ()
    )


def _resource(kind: str, values: Sequence[str]) -> str:
    """``S3, all buckets``; ``S3, buckets a, b/logs``."""
    name, things = _named(kind)
    # "arn:aws:s3" and "arn:aws:s3:::" alike mean all (API Reference, "DataResource").
    short = [_short(value) for value in values]
    if "" in short:
        return f"{name}, all {things}"
    return f"{name}, {things} {_several(short)}" if short else f"{name}, no {things}"


def _short(arn: str) -> str:
    """What an ARN names: ``bucket/prefix``, a function's or a table's name; "" for all."""
    parts = arn.split(":", 5)
    if parts[0] != "arn":
        return arn
    return parts[5].rstrip("/") if len(parts) > 5 else ""


def _advanced(selectors: Sequence[Mapping[str, Any]]) -> Selected:
    found: dict[str, list[str]] = {"Management": [], "Data": [], "NetworkActivity": []}
    other: list[str] = []
    parts: set[str] = set()
    left_out: list[set[str]] = []
    for selector in selectors:
        fields = _dicts(selector.get("FieldSelectors"))
        category = "".join(_equal(fields, "eventCategory"))
        words = list(_field_words(fields))
        if category == "Management":
            rights = _rights(fields)
            said = ", ".join((rights, *(w for w in words if w)))
            plain = all(f.get("Field") in ("eventCategory", "readOnly") for f in fields)
            without = {
                _service(value)
                for field in fields
                if field.get("Field") == "eventSource"
                for value in _texts(field.get("NotEquals"))
            }
            # What is narrowed in other ways logs only some events, and fills no gap as a whole.
            if plain or without:
                parts |= (
                    {"read", "write"}
                    if rights == _READ_WRITE["All"]
                    else {rights.removesuffix(" only")}
                )
                left_out.append(without)
        elif category in found:
            rights = _rights(fields)
            types = [_named(kind) for kind in _equal(fields, "resources.type")]
            names = [
                f"{name}, all {things}" if not any("ARN" in w for w in words) else name
                for name, things in types
            ]
            names = names or [_service(s) for s in _equal(fields, "eventSource")]
            only = () if rights == _READ_WRITE["All"] else (rights,)
            said = ", ".join((*names, *only, *(w for w in words if w)))
        else:
            other.append(f"{category or 'no category'}: {', '.join(words) or 'all'}")
            continue
        found[category].append(said or "all")
    management = tuple(found["Management"])
    return Selected(
        management,
        tuple(found["Data"]),
        tuple(found["NetworkActivity"]),
        tuple(other),
        _unlogged(parts, left_out) if management else (),
    )


def _field_words(fields: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What narrows a selector further, field by field."""
    category = "".join(_equal(fields, "eventCategory"))
    for field in fields:
        name = str(field.get("Field", "?"))
        if name in ("eventCategory", "readOnly"):
            continue
        for operator, word in _OPERATORS.items():
            values = _texts(field.get(operator))
            if not values or (name == "resources.type" and operator == "Equals"):
                continue
            if name == "eventSource":
                services = [_service(value) for value in values]
                if operator == "NotEquals":
                    yield from (f"without {service}" for service in services)
                    continue
                if category == "NetworkActivity" and operator == "Equals":
                    continue
                values = services
            shown = "ARN" if name == "resources.ARN" else name
            yield f"{shown} {word}{_several(values)}"


def _rights(fields: Sequence[Mapping[str, Any]]) -> str:
    said = {value.lower() for value in _equal(fields, "readOnly")}
    for field in fields:
        if field.get("Field") == "readOnly":
            said |= {
                "false" if v.lower() == "true" else "true" for v in _texts(field.get("NotEquals"))
            }
    return {
        frozenset({"true"}): _READ_WRITE["ReadOnly"],
        frozenset({"false"}): _READ_WRITE["WriteOnly"],
    }.get(frozenset(said), _READ_WRITE["All"])


def _unlogged(parts: set[str], left_out: Sequence[set[str]]) -> tuple[str, ...]:
    """parts: what is logged as a whole. left_out: services that each of the selectors omits."""
    missing = [f"management events that {part}" for part in ("read", "write") if part not in parts]
    without = set.intersection(*left_out) if left_out else set()
    return (*missing, *(f"events of {name}" for name in sorted(without)))


def _equal(fields: Sequence[Mapping[str, Any]], name: str) -> list[str]:
    return [v for f in fields if f.get("Field") == name for v in _texts(f.get("Equals"))]


def _service(source: str) -> str:
    return _SERVICES.get(source, source.removesuffix(".amazonaws.com"))


def _named(kind: str) -> tuple[str, str]:
    return _TYPES.get(kind, (" ".join(kind.removeprefix("AWS::").split("::")), "resources"))


def _several(values: Sequence[str]) -> str:
    more = len(values) - _MOST_NAMED
    named = ", ".join(values[:_MOST_NAMED])
    return f"{named} and {more:,} more" if more > 0 else named


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [v for v in value if isinstance(v, Mapping)] if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else []
