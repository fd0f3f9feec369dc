"""A Sigma rule as it is asked about events, and what kept others from being asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from ctexplore.investigate.sigma.tree import Tree

# The specification's levels, the worst first; a rule without a level comes last.
LEVELS: Final = ("critical", "high", "medium", "low", "informational", "")


class Rule(Struct, frozen=True):
    """name: its title, alone of its kind among the rules that were read together. level: one of
    LEVELS. tags: as the rule has them, such as attack.t1098. Texts are as their author wrote
    them: not safe for a screen."""

    name: str
    tree: Tree
    level: str = ""
    id: str = ""
    status: str = ""
    description: str = ""
    author: str = ""
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    falsepositives: tuple[str, ...] = ()
    file: Path = Path()

    @property
    def rank(self) -> int:
        """0 for the worst level."""
        return LEVELS.index(self.level)

    @property
    def attack(self) -> str:
        """The tags of MITRE ATT&CK, techniques by number: ``Privilege escalation, T1098``."""
        found = [tag.removeprefix("attack.") for tag in self.tags if tag.startswith("attack.")]
        return ", ".join(t.upper() if is_number(t) else _words(t) for t in found)


class RuleProblem(Struct, frozen=True):
    """A rule, or a whole file, that cannot be asked; title is "" for a file."""

    file: Path
    title: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (str(self.file), self.title, self.reason)))


class RuleSet(Struct, frozen=True):
    """rules: the worst first, then by name. elsewhere: rules that are about other logs."""

    rules: tuple[Rule, ...] = ()
    problems: tuple[RuleProblem, ...] = ()
    elsewhere: int = 0
    names: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls, rules: Sequence[Rule], problems: Sequence[RuleProblem], elsewhere: int = 0
    ) -> RuleSet:
        ordered = tuple(sorted(rules, key=lambda rule: (rule.rank, rule.name)))
        names = {rule.name: number for number, rule in enumerate(ordered)}
        return cls(ordered, tuple(problems), elsewhere, names)

    def named(self, name: str) -> Rule | None:
        number = self.names.get(name)
        return None if number is None else self.rules[number]


def is_number(tag: str) -> bool:
    """Whether an ATT&CK tag is a technique, group or software by its number, as t1098.001."""
    return len(tag) > 1 and tag[0] in "tgs" and tag[1:].replace(".", "").isdigit()


def _words(tag: str) -> str:
    return tag.replace("-", " ").replace("_", " ").capitalize()
