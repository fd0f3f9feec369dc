"""Rules from YAML, asked about events."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from ctexplore.investigate.sigma.detect import Detector
from ctexplore.investigate.sigma.read import read_rules
from ctexplore.investigate.sigma.rule import Rule, RuleSet
from tests.investigate.sigma import reference
from tests.query.events import Bytes, table_of, written

Event = dict[str, Any]


def rule_text(detection: object, **more: object) -> str:
    rule = {
        "title": "A rule",
        "logsource": {"product": "aws", "service": "cloudtrail"},
        "detection": detection,
        "level": "medium",
    }
    return yaml.safe_dump(rule | more, sort_keys=False)


def rules_in(folder: Path, **texts: str) -> RuleSet:
    for name, text in texts.items():
        (folder / f"{name}.yml").write_text(text)
    return read_rules(folder)


def rows(rules: Sequence[Rule], *events: Event) -> list[list[int]]:
    """For each rule the positions of the events that it matches."""
    raw = [written(event) for event in events]
    hits = Detector(rules).hits(table_of(raw), 0, len(raw), Bytes(raw))
    assert hits.unread == []
    return [some.tolist() for some in hits.rows]


def matching(folder: Path, detection: object, *events: Event) -> list[int]:
    """The events that a rule matches, as the program and plain Python agree on."""
    text = rule_text(detection)
    found = rules_in(folder, rule=text)
    assert found.problems == ()
    by_reference = [n for n, e in enumerate(events) if reference.holds(yaml.safe_load(text), e)]
    (by_program,) = rows(found.rules, *events)
    assert by_program == by_reference
    return by_program
