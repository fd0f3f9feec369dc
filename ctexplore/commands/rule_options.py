"""The option that names Sigma rules, the same for every command."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure

if TYPE_CHECKING:
    from ctexplore.investigate.sigma.rule import RuleSet


def add_rule_option(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    parser.add_argument(
        "--rules", metavar="DIR", type=Path, help="Sigma rules: a folder or a file of them"
    )


def rules_of(where: Path) -> RuleSet:
    """Raises Failure."""
    from ctexplore.investigate.sigma.read import RulesError, read_rules

    try:
        return read_rules(where.expanduser())
    except RulesError as error:
        raise Failure(str(error)) from None
