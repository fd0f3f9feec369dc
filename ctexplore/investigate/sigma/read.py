"""Rules of a folder, read by pySigma. What cannot be read is named, the others work."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from ctexplore.investigate.sigma.rule import LEVELS, Rule, RuleProblem, RuleSet

if TYPE_CHECKING:
    from sigma.rule import SigmaRule

_LARGEST: Final = 1 << 20  # bytes of one file; public ones have some kilobytes
_ENDINGS: Final = frozenset((".yml", ".yaml"))
_OURS: Final = re.compile(rb"aws|cloudtrail|correlation|filter|action", re.IGNORECASE)


class RulesError(ValueError):
    """Rules that cannot be read at all; the message says what to do."""


def read_rules(where: Path) -> RuleSet:
    """The rules for CloudTrail in a file or anywhere below a folder. Raises RulesError.

    Takes some 3 ms a rule.
    """
    try:
        import sigma.collection  # noqa: F401
    except ImportError:
        raise RulesError(
            "reading Sigma rules takes pySigma: pip install 'ctexplore[sigma]'"
        ) from None
    rules: list[Rule] = []
    problems: list[RuleProblem] = []
    filters: list[tuple[Path, Any]] = []
    found: list[tuple[Path, SigmaRule]] = []
    elsewhere = 0
    for file in _files(where):
        try:
            data = _bytes(file)
        except OSError as error:
            problems.append(RuleProblem(file, "", (error.strerror or str(error)).lower()))
            continue
        if not _OURS.search(data):
            elsewhere += 1  # whatever it holds, it is about other logs
            continue
        taken, wrong = _documents(file, data)
        problems += wrong
        for rule in taken:
            match type(rule).__name__:
                case "SigmaFilter":
                    filters.append((file, rule))
                case "SigmaCorrelationRule":
                    reason = "a correlation; these are not supported"
                    problems.append(RuleProblem(file, str(rule.title), reason))
                case _ if _is_for_cloudtrail(rule):
                    found.append((file, rule))
                case _:
                    elsewhere += 1
    for file, rule in found:
        try:
            rules.append(_rule(file, _filtered(rule, [f for _, f in filters])))
        except (ValueError, RecursionError, NotImplementedError) as error:
            problems.append(RuleProblem(file, str(rule.title or ""), _reason(error)))
    return RuleSet.of(list(_each_named(rules)), problems, elsewhere)


def _files(where: Path) -> list[Path]:
    """Raises RulesError."""
    if where.is_file():
        return [where]
    if not where.is_dir():
        raise RulesError(f"{where}: no such file or folder of rules")
    files = [f for f in where.rglob("*") if f.suffix.lower() in _ENDINGS and f.is_file()]
    if not files:
        raise RulesError(f"{where}: holds no rules (files that end in .yml)")
    return sorted(files)


def _bytes(file: Path) -> bytes:
    with file.open("rb") as opened:
        data = opened.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise OSError(0, "larger than any rule: above 1 MiB")
    return data


def _documents(file: Path, data: bytes) -> tuple[list[Any], list[RuleProblem]]:
    """pySigma's rules, correlations and filters of one file, and what is wrong with others."""
    import yaml
    from sigma.collection import SigmaCollection
    from sigma.exceptions import SigmaError
    from sigma.rule.base import SigmaYAMLLoader

    try:
        documents = list(yaml.load_all(data, SigmaYAMLLoader))
        broken = [d for d in documents if d is not None and not isinstance(d, dict)]
        if broken:
            return [], [RuleProblem(file, "", "no rule: not a map of title, detection and so on")]
        made = SigmaCollection.from_dicts(
            documents, collect_errors=True, collect_filters=True, resolve_references=False
        )
    except (yaml.YAMLError, UnicodeError) as error:
        return [], [RuleProblem(file, "", f"not YAML: {_reason(error)}")]
    except (SigmaError, RecursionError, TypeError, AttributeError, KeyError, ValueError) as error:
        return [], [RuleProblem(file, "", _reason(error))]
    taken = [*made.rules, *made.filters]
    whole: list[Any] = []
    wrong: list[RuleProblem] = []
    for rule in taken:
        bad = [e for e in rule.errors if _spoils(rule)]
        if bad:
            wrong.append(RuleProblem(file, str(rule.title or ""), _reason(bad[0])))
        else:
            whole.append(rule)
    of_rules = {id(e) for rule in taken for e in rule.errors}
    wrong += [RuleProblem(file, "", _reason(e)) for e in made.errors if id(e) not in of_rules]
    return whole, wrong


def _spoils(rule: Any) -> bool:
    """Whether what is wrong with it is more than a date or a tag."""
    parts = (getattr(rule, name, None) for name in ("logsource", "detection", "filter"))
    return any(type(part).__name__.startswith("Empty") for part in parts)


def _is_for_cloudtrail(rule: SigmaRule) -> bool:
    source = rule.logsource
    return source.product == "aws" and source.service in (None, "cloudtrail")


def _filtered(rule: SigmaRule, filters: list[Any]) -> SigmaRule:
    for each in filters:
        rule = each.apply_on_rule(rule)
    return rule


def _rule(file: Path, rule: SigmaRule) -> Rule:
    from ctexplore.investigate.sigma.convert import tree_of

    # What is wrong with these spoils no rule, and may be of any kind.
    level = _word(rule.level)
    return Rule(
        str(rule.title or file.stem),
        tree_of(rule),
        level if level in LEVELS else "",
        str(rule.id or ""),
        _word(rule.status),
        str(rule.description or "").strip(),
        str(rule.author or ""),
        _texts(rule.tags),
        _texts(rule.references),
        _texts(rule.falsepositives),
        file,
    )


def _word(value: object) -> str:
    return str(getattr(value, "name", "")).lower()


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _each_named(rules: list[Rule]) -> Iterator[Rule]:
    """Rules of one title told apart by their files, then by number."""
    titles = Counter(rule.name for rule in rules)
    seen: Counter[str] = Counter()
    for rule in rules:
        name = rule.name
        if titles[name] > 1:
            name = f"{name} ({rule.file.stem})"
        seen[name] += 1
        again = seen[name]
        yield replace(rule, name=f"{name} #{again}" if again > 1 else name)


def _reason(error: BaseException) -> str:
    """One line, without the place that pySigma adds."""
    return " ".join(str(error).split()) or type(error).__name__
