"""What a Sigma rule means, in plain Python over its YAML: without pySigma, without columns."""

from __future__ import annotations

import ipaddress
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

Event = dict[str, Any]


def holds(rule: dict[str, Any], event: Event) -> bool:
    """Whether a rule, as YAML gives it, matches a record."""
    detection = dict(rule["detection"])
    condition = detection.pop("condition")
    texts = condition if isinstance(condition, list) else [condition]
    return any(Condition(text, detection, event).value() for text in texts)


class Condition:
    """A condition's text, read from left to right: or, and, not, parentheses."""

    def __init__(self, text: str, detection: dict[str, Any], event: Event) -> None:
        self.tokens = re.findall(r"[()]|[^\s()]+", text)
        self.detection, self.event = detection, event

    def value(self) -> bool:
        found = self._or()
        assert not self.tokens, self.tokens
        return found

    def _or(self) -> bool:
        found = self._and()
        while self.tokens[:1] == ["or"]:
            self.tokens.pop(0)
            found = self._and() or found
        return found

    def _and(self) -> bool:
        found = self._not()
        while self.tokens[:1] == ["and"]:
            self.tokens.pop(0)
            found = self._not() and found
        return found

    def _not(self) -> bool:
        word = self.tokens.pop(0)
        if word == "not":
            return not self._not()
        if word == "(":
            found = self._or()
            assert self.tokens.pop(0) == ")"
            return found
        if word in ("1", "any", "all") and self.tokens[:1] == ["of"]:
            self.tokens.pop(0)
            pattern = self.tokens.pop(0)
            names = [
                name
                for name in self.detection
                if (pattern == "them" or re.fullmatch(pattern.replace("*", ".*"), name))
                and not name.startswith("_")
            ]
            assert names
            return (all if word == "all" else any)(self._selected(name) for name in names)
        return self._selected(word)

    def _selected(self, name: str) -> bool:
        return selection(self.detection[name], self.event)


def selection(wanted: Any, event: Event) -> bool:
    if isinstance(wanted, dict):
        return all(item(key, value, event) for key, value in wanted.items())
    if isinstance(wanted, list) and any(isinstance(each, dict) for each in wanted):
        return any(selection(each, event) for each in wanted)
    return item("", wanted, event)


def item(key: str, wanted: Any, event: Event) -> bool:
    field, *modifiers = key.split("|")
    values = wanted if isinstance(wanted, list) else [wanted]
    together = all if "all" in modifiers else any
    found = together(one(field, modifiers, value, event) for value in values)
    return not found if "neq" in modifiers else found


def one(field: str, modifiers: list[str], wanted: Any, event: Event) -> bool:
    texts = at(field, event) if field else list(everything(event))
    if "exists" in modifiers:
        return bool(texts) == wanted
    if wanted is None or wanted == "":
        return not texts
    if "fieldref" in modifiers:
        others = [t.casefold() for t in at(wanted, event)]
        if "contains" in modifiers:
            return any(o in t.casefold() for t in texts for o in others)
        if "startswith" in modifiers:
            return any(t.casefold().startswith(o) for t in texts for o in others)
        if "endswith" in modifiers:
            return any(t.casefold().endswith(o) for t in texts for o in others)
        return any(o == t.casefold() for t in texts for o in others)
    if "re" in modifiers:
        flags = re.IGNORECASE * ("i" in modifiers) | re.DOTALL * ("s" in modifiers)
        return any(re.search(wanted, t, flags) for t in texts)
    if "cidr" in modifiers:
        return any(within(t, wanted) for t in texts)
    for op in ("lt", "lte", "gt", "gte"):
        if op in modifiers:
            return any(beside(t, op, wanted) for t in texts)
    if "hour" in modifiers:
        return any(hour(t) == wanted for t in texts)
    wanted = text(wanted)
    if "base64" in modifiers:
        wanted = b64encode(wanted.encode()).decode()
    if "contains" in modifiers or not field:
        wanted = f"*{wanted}*"
    if "startswith" in modifiers:
        wanted += "*"
    if "endswith" in modifiers:
        wanted = f"*{wanted}"
    return any(like(t, wanted, cased="cased" in modifiers) for t in texts)


def like(found: str, wanted: str, *, cased: bool) -> bool:
    if not cased:
        found, wanted = found.casefold(), wanted.casefold()
    return whole(wanted).fullmatch(found) is not None


@cache
def whole(wanted: str) -> re.Pattern[str]:
    pattern, escaped = "", False
    for char in wanted:
        if escaped:
            pattern += re.escape(char if char in "*?\\" else "\\" + char)
            escaped = False
        elif char == "\\":
            escaped = True
        else:
            pattern += {"*": ".*", "?": "."}.get(char, re.escape(char))
    return re.compile(pattern + re.escape("\\") * escaped, re.DOTALL)


def within(found: str, block: str) -> bool:
    try:
        return ipaddress.ip_address(found) in ipaddress.ip_network(block)
    except ValueError:
        return False


def beside(found: str, op: str, bound: float) -> bool:
    try:
        have = float(found)
    except ValueError:
        return False
    return {"lt": have < bound, "lte": have <= bound, "gt": have > bound, "gte": have >= bound}[op]


def hour(found: str) -> int | None:
    try:
        return datetime.fromisoformat(found).astimezone(UTC).hour
    except ValueError:
        return None


_said: tuple[Event, dict[str, list[str]]] = {}, {}


def at(path: str, event: Event) -> list[str]:
    """As _at, asked once for each path of the record that was asked last."""
    global _said
    if event is not _said[0]:
        _said = event, {}
    if path not in _said[1]:
        _said[1][path] = list(_at(path, event))
    return _said[1][path]


def _at(path: str, event: Event) -> Iterator[str]:
    """The texts at a path: arrays are their elements; an object is its JSON and all in it."""
    found: list[Any] = [event]
    for key in path.split("."):
        found = [
            value
            for part in flat(found)
            if isinstance(part, dict)
            for name, value in part.items()
            if name.casefold() == key.casefold()
        ]
    for value in flat(found):
        if isinstance(value, dict):
            yield json.dumps(value, separators=(",", ":"), ensure_ascii=False)
            yield from filter(None, everything(value))
        elif value is not None and value != "":
            yield text(value)


def flat(values: Any) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from flat(value)
        else:
            yield value


def everything(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from everything(member)
    elif isinstance(value, list):
        for member in value:
            yield from everything(member)
    elif value is not None:
        yield text(value)


def text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
