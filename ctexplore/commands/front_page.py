"""``ctexplore --help``: what it is, how to begin, what there is, on one screen."""

from __future__ import annotations

from collections.abc import Mapping

from ctexplore.commands.examples import FIRST

WIDTH = 79


def front_page(commands: Mapping[str, str], topics: Mapping[str, str]) -> str:
    """The page; each line fits 80 columns. commands, topics: what each does."""
    examples = [f"  {line:<49}{what}" for line, what in FIRST]
    rest = {name: what for name, what in commands.items() if name not in ("explore", "help")}
    listed = [_clipped(f"  {name:<12}{what}") for name, what in rest.items()]
    more = [f"ctexplore help {name}" for name in topics]
    return "\n".join(
        (
            "ctexplore [SOURCE …] [OPTION …]: explore AWS CloudTrail logs; it only reads",
            "",
            *examples,
            "",
            "SOURCE: s3://bucket/prefix, a folder, file or archive, - for standard input",
            "commands; ctexplore COMMAND --help has options and examples:",
            *listed,
            f"  {'help':<12}{', '.join(('ctexplore help COMMAND', *more))}",
            "all options of the explorer: ctexplore explore --help, and below ? its keys",
            "",
        )
    )


def _clipped(line: str) -> str:
    return (
        line if len(line) <= WIDTH else line[: line.rindex(" ", 0, WIDTH - 1)].rstrip(",;") + " …"
    )
