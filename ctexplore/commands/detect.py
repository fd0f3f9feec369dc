"""``ctexplore detect``: Sigma rules asked about every event."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ctexplore.commands.failure import Failure
from ctexplore.commands.rule_options import add_rule_option, rules_of
from ctexplore.commands.source_options import add_source_options, count
from ctexplore.commands.whole import whole
from ctexplore.text import clip, safe

if TYPE_CHECKING:
    from ctexplore.investigate.sigma.findings import Finding, Findings
    from ctexplore.investigate.sigma.rule import RuleSet

# Of each event; the first is the time, and the last one only JSON tells.
_FIELDS: Final = "time,who,source,name,target,ip,region,account,error,eventID"
_TOLD: Final = 9
_FEW, _MANY = 3, 100
_LEVELS: Final = ("informational", "low", "medium", "high", "critical")
_WIDE: Final = 60  # characters of one field


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sources", metavar="SOURCE", nargs="*", help="s3://…, folder, file, archive, -"
    )
    add_rule_option(parser)
    parser.add_argument("--level", choices=_LEVELS, help="only rules of this level and worse ones")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--limit",
        metavar="N",
        type=count,
        help=f"the newest N events of each rule (default {_FEW}; of json {_MANY})",
    )
    add_source_options(parser)


def run(args: argparse.Namespace) -> int:
    """0 when a rule matches something, 1 when none does, 3 when something was not looked at."""
    if args.rules is None:
        raise Failure("no rules are named", "--rules DIR")
    rules = rules_of(args.rules)
    for problem in rules.problems:
        _say(f"not asked: {problem}")
    asked = [rule for rule in rules.rules if _is_wanted(rule.level, args.level)]
    if not asked:
        about = f", {rules.elsewhere:,} are about other logs" if rules.elsewhere else ""
        raise Failure(f"{args.rules}: no rule to ask{about}")
    with whole(args) as loaded:
        from ctexplore.engines.answer import Lost
        from ctexplore.export.fields import fields
        from ctexplore.investigate.sigma.findings import Findings

        session = loaded.session
        lost = Lost(session.source.uri)
        most = args.limit or (_MANY if args.format == "json" else _FEW)
        findings = Findings(asked, fields(_FIELDS), most, lost.add)
        findings.take(session.table, session.order, session.records)
        lines = _json(findings, rules) if args.format == "json" else _text(findings, rules)
        for line in lines:
            print(line)
        return loaded.status(lost) or (0 if findings.some else 1)


def _is_wanted(level: str, least: str | None) -> bool:
    if least is None:
        return True
    return level in _LEVELS and _LEVELS.index(level) >= _LEVELS.index(least)


def _text(findings: Findings, rules: RuleSet) -> Iterator[str]:
    for finding in findings.some:
        rule = finding.rule
        about = f"  ({safe(rule.attack)})" if rule.attack else ""
        yield f"{rule.level or 'no level'}: {safe(rule.name)}: {_events(finding)}{about}"
        for texts in finding.newest:
            told = (clip(safe(text), _WIDE) for text in texts[:_TOLD])
            yield "  " + "  ".join(text or "-" for text in told)
        if more := finding.events - len(finding.newest):
            yield f"  and {more:,} more"
    hit, asked = len(findings.some), len(findings.of_rules)
    about = f"; {rules.elsewhere:,} rules are about other logs" if rules.elsewhere else ""
    unasked = f"; {len(rules.problems):,} could not be asked" if rules.problems else ""
    events = f"{findings.events:,} events"
    yield f"{hit:,} of {asked:,} rules match something in {events}{about}{unasked}"


def _events(finding: Finding) -> str:
    from ctexplore.investigate.times import span

    told = f"{finding.events:,} event{'s' * (finding.events != 1)}"
    return told if finding.first is None else f"{told}, {span(finding.first, finding.last)}"


def _json(findings: Findings, rules: RuleSet) -> Iterator[str]:
    from ctexplore.investigate.times import stamp

    names = _FIELDS.split(",")
    found = [
        {
            "rule": finding.rule.name,
            "id": finding.rule.id,
            "level": finding.rule.level,
            "tags": finding.rule.tags,
            "file": str(finding.rule.file),
            "events": finding.events,
            "first": stamp(finding.first),
            "last": stamp(finding.last),
            "newest": [dict(zip(names, texts, strict=True)) for texts in finding.newest],
        }
        for finding in findings.some
    ]
    problems = [{"file": str(p.file), "title": p.title, "reason": p.reason} for p in rules.problems]
    said = {
        "found": found,
        "rules": len(findings.of_rules),
        "elsewhere": rules.elsewhere,
        "problems": problems,
        "events": findings.events,
    }
    # All but ASCII is escaped, so that no terminal acts on it.
    yield json.dumps(said, indent=1)


def _say(line: str) -> None:
    print(f"ctexplore: {safe(line)}", file=sys.stderr)
