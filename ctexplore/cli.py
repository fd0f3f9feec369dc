"""From arguments to one command and an exit status. Imports nothing heavy."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from typing import Final, NoReturn

from ctexplore import __version__
from ctexplore.commands.failure import Failure

# Exit statuses. 1 is "query found nothing"; 128 + n is signal n.
DONE: Final = 0
NOTHING: Final = 1
USAGE: Final = 2
PARTIAL: Final = 3
CRASH: Final = 70

COMMANDS: Final = {
    "explore": "open the explorer (what ctexplore does without a command)",
    "query": "print the events that match a filter",
    "demo": "write a made-up trail of any size to a folder",
    "cache": "show or clear the local disk cache",
}

_EXAMPLES: Final = """\
examples:
  ctexplore --demo                              a made-up trail with an intrusion to find
  ctexplore --bucket my-logs --profile audit    a trail's bucket
  ctexplore ./downloaded-archive                a folder of log files, without any network
  ctexplore --bucket my-logs --last 24h --region eu-west-1
  ctexplore query 'is:denied who:alice' s3://my-logs --last 7d

commands:
"""


class Parser(argparse.ArgumentParser):
    """argparse whose usage errors are one line, as all others are."""

    def error(self, message: str) -> NoReturn:
        raise Failure(message, f"{self.prog} --help shows what is possible")


def main(argv: list[str] | None = None) -> int:
    """Run one command. Returns its exit status; never raises but for SystemExit of --help."""
    # Files made from here on (cache, exports) are nobody else's to read.
    os.umask(0o077)
    arguments = sys.argv[1:] if argv is None else argv
    try:
        return _run(arguments)
    except Failure as failure:
        print(f"ctexplore: {failure}", file=sys.stderr)
        return failure.status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output has gone; nothing is left to say, least of all by Python.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return DONE
    except Exception as error:
        from ctexplore.commands.crash import report

        report(error)
        return CRASH


def _run(arguments: list[str]) -> int:
    name = "explore"
    if arguments and arguments[0] in COMMANDS:
        name, arguments = arguments[0], arguments[1:]
    elif arguments[:1] == ["--version"]:
        print(f"ctexplore {__version__}")
        return DONE
    command = importlib.import_module(f"ctexplore.commands.{name}")
    parser = _parser(name)
    command.add_arguments(parser)
    status: int = command.run(parser.parse_args(arguments))
    return status


def _parser(name: str) -> Parser:
    if name != "explore":
        return Parser(prog=f"ctexplore {name}", description=COMMANDS[name])
    listed = "\n".join(f"  ctexplore {n:<10}{what}" for n, what in COMMANDS.items())
    parser = Parser(
        prog="ctexplore",
        description="A terminal explorer for AWS CloudTrail logs: read-only, online or offline.",
        epilog=_EXAMPLES + listed,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"ctexplore {__version__}")
    return parser
