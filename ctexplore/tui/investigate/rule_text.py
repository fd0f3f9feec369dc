"""Rules in words: in one line beside an event, and as a page. All of it safe for a screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from ctexplore.investigate.sigma.explain import Reason
from ctexplore.investigate.sigma.rule import Rule, RuleSet
from ctexplore.text import clip, safe
from ctexplore.trail.secrets import masked
from ctexplore.tui.detail.json_label import Piece

_VALUE = 80  # cells of one value
_LOUD = {
    "critical": "$severity-alert bold",
    "high": "$severity-alert bold",
    "medium": "$severity-notable",
}


def level_of(rule: Rule) -> str:
    return rule.level or "no level"


def flag(rule: Rule, sign: str) -> str:
    """The sign and the level's first letter."""
    return sign + rule.level[:1].upper()


def rule_line(rule: Rule, why: Sequence[Reason], sign: str) -> list[Piece]:
    """``⚑ high AWS Bucket Deleted: eventName DeleteBucket, errorCode no value (Impact, T1485)``;
    roles are styles."""
    told = ", ".join(dict.fromkeys(_short(reason) for reason in why))
    attack = f" ({safe(rule.attack)})" if rule.attack else ""
    return [
        Piece(f"{sign} ", "bold"),
        Piece(level_of(rule), _LOUD.get(rule.level, "")),
        Piece(f" {safe(rule.name)}", "bold"),
        Piece(f": {told}{attack}", ""),
    ]


def _short(reason: Reason) -> str:
    if reason.wanted == "does not hold":
        return f"not {safe(reason.selection)}"
    value = _found(reason, _VALUE)
    return f"{safe(reason.field)} {value}" if reason.field else value


def _found(reason: Reason, width: int) -> str:
    """What the event has there, without its secrets."""
    if not reason.found:
        return "no value"
    hidden = masked(tuple(reason.field.split(".")), reason.found)
    return clip(safe(reason.found if hidden is None else hidden), width)


def rule_page(rule: Rule, why: Sequence[Reason]) -> Content:
    """Everything about one rule, and what of an event made it match."""
    lines = [
        Content.assemble((safe(rule.name), "bold"), f"  {level_of(rule)}"),
        *_rows(
            {
                "ATT&CK": rule.attack,
                "status": rule.status,
                "author": rule.author,
                "file": str(rule.file),
                "id": rule.id,
            }
        ),
        Content(""),
    ]
    for reason in why:
        said = f"{safe(reason.field) or 'anywhere'} {_wanted(reason)}"
        lines.append(Content.assemble((f"{safe(reason.selection)}: ", "dim"), said))
        lines.append(Content.assemble(("    here: ", "dim"), _found(reason, 400)))
    for title, texts in (
        ("", [rule.description]),
        ("false positives", rule.falsepositives),
        ("references", rule.references),
    ):
        if any(texts):
            lines.append(Content(""))
            lines += [Content.styled(title, "dim")] * bool(title)
            lines += [Content(safe(line)) for text in texts for line in text.splitlines()]
    return Content("\n").join(lines)


def _wanted(reason: Reason) -> str:
    if reason.wanted == "does not hold":
        return "must not hold, and does not"
    return f"wanted: {clip(safe(reason.wanted), 400)}"


def rules_page(rules: RuleSet, events: Sequence[int], unread: int) -> Content:
    """All rules with the number of their events, the worst first, and those that were not asked."""
    lines = [
        Content.assemble(
            (f"{level_of(rule):<14}", _LOUD.get(rule.level, "")),
            (f"{count:>9,}  ", "bold" if count else "dim"),
            (safe(rule.name), "" if count else "dim"),
        )
        for rule, count in zip(rules.rules, events, strict=True)
    ]
    if rules.elsewhere:
        lines += [Content(""), Content(f"{rules.elsewhere:,} rules are about other logs.")]
    if unread:
        lines += [Content(""), Content(f"{unread:,} records could not be read for them.")]
    if rules.problems:
        lines += [Content(""), Content.styled("not asked:", "$text-warning")]
        lines += [Content(f"  {safe(str(problem))}") for problem in rules.problems]
    return Content("\n").join(lines) if lines else Content("No rules.")


def _rows(rows: dict[str, str]) -> list[Content]:
    return [
        Content.assemble((f"{name:<8} ", "dim"), safe(value))
        for name, value in rows.items()
        if value
    ]
