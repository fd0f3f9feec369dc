"""``ctexplore help questions``: what to ask of a trail, and the line that answers."""

from __future__ import annotations

import argparse

_FIRST = """\
Twenty questions, each with the filter that answers it. Type the line after f in the explorer, or
print the events, here of the demo, whose names and keys these are; what stands behind a question
are options that answer it in fewer lines:

    ctexplore query 'is:denied role:catalog-worker-role' --demo --by errorMessage

"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("topic", choices=("questions",), help="or the name of a command")


def run(_args: argparse.Namespace) -> int:
    """Print the page; exit status 0."""
    from ctexplore.commands.help_questions import page

    print(_FIRST + page(), end="")
    return 0
