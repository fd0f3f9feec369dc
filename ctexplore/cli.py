"""From arguments to one command and an exit status. Imports nothing heavy."""

from __future__ import annotations

import argparse
import errno
import gc
import importlib
import os
import re
import sys
from typing import Final, NoReturn

from ctexplore import __version__
from ctexplore.commands.failure import Failure
from ctexplore.commands.parser import Parser

# Exit statuses. 1 is "query found nothing"; 128 + n is signal n.
DONE: Final = 0
NOTHING: Final = 1
USAGE: Final = 2
PARTIAL: Final = 3
CRASH: Final = 70

_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)

COMMANDS: Final = {
    "explore": "open the explorer (what ctexplore does without a command)",
    "query": "print the events that match a filter",
    "follow": "print new events that match a filter, as they are delivered",
    "fetch": "copy log files, digests and public keys to a folder, for use without a connection",
    "profile": "all that one actor did, counted",
    "chain": "who issued credentials, and every session they led to",
    "policy": "a least-privilege IAM policy from what events did",
    "detect": "ask Sigma rules about every event",
    "verify": "prove by digests that log files are whole and unchanged",
    "report": "write what a notebook says, as a page, as Markdown or as evidence",
    "athena": "print a filter as SQL for Amazon Athena",
    "demo": "write a made-up trail of any size to a folder",
    "cache": "show or clear the local disk cache",
    "config": "show what is in force and where it comes from, and the keys that may be changed",
    "completion": "what bash, zsh or fish needs to complete words",
    "help": "the page of the program, of a command, or of a topic",
}
_WITHOUT_OPTIONS: Final = ("config", "completion", "help")
_FILTERED: Final = ("query", "follow", "policy")  # take a filter first
TOPICS: Final = {"questions": "twenty questions and the lines that answer them"}


def run() -> NoReturn:
    """The program: ``main``, then its end.

    Threads may still be at work: the explorer waits for none of them. Python's own end would
    abort the process (SIGABRT, 134) where one of them is in C++, as in numpy or re2.
    """
    try:
        status = main()
    except SystemExit as end:
        if not isinstance(end.code, int):
            raise
        status = end.code
    os._exit(status)


def main(argv: list[str] | None = None) -> int:
    """Run one command. Returns its exit status; raises SystemExit for --help and signals only."""
    # Files made from here on (cache, exports) are nobody else's to read.
    os.umask(0o077)
    # Modules and columns are no cycles, which Python looks for after each 700 new objects:
    # 4 % of the start.
    gc.set_threshold(50_000)
    # numpy's linear algebra, which nothing here uses, would start threads that spin for a while.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _settle_streams()
    arguments = sys.argv[1:] if argv is None else argv
    try:
        status = _run(arguments)
        sys.stdout.flush()
        return status
    except Failure as failure:
        _say(str(failure))
        return failure.status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output has gone; nothing is left to say, least of all by Python.
        _drop_output()
        return DONE
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _NO_ROOM and error.filename is None:
            _drop_output()
            _say(f"standard output: {os.strerror(error.errno)}")
            return USAGE
        from ctexplore import crash

        _say(crash.keep(error))
        return CRASH
    finally:
        _flush()


def _settle_streams() -> None:
    """Fill closed standard streams, lest a file opened later take their place and their output."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            while (opened := os.open(os.devnull, os.O_RDWR)) < number:
                """A lower one was closed too."""
            setattr(sys, name, os.fdopen(opened, mode))
        elif number and hasattr(stream, "reconfigure"):
            # A terminal that is not UTF-8 gets escapes, not an error in the middle.
            stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _flush() -> None:
    """Write what is left while a failure can be borne: at its end Python would exit with 120."""
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)


def _say(line: str) -> None:
    from ctexplore.text import safe

    print(f"ctexplore: {safe(line)}", file=sys.stderr)


def _run(arguments: list[str]) -> int:
    name = "explore"
    if arguments in (["help"], ["--help"], ["-h"]):
        from ctexplore.commands.front_page import front_page

        print(front_page(COMMANDS, TOPICS), end="")
        return DONE
    if arguments[:1] == ["help"] and COMMANDS.keys() >= set(arguments[1:]):
        arguments = [*arguments[1:2], "--help"]
    if arguments and arguments[0] in COMMANDS:
        name, arguments = arguments[0], arguments[1:]
    elif arguments[:1] == ["--version"]:
        print(f"ctexplore {__version__}")
        return DONE
    command = importlib.import_module(f"ctexplore.commands.{name}")
    parser = _parser(name)
    command.add_arguments(parser)
    # argparse would name all options, which are listed below anyway, in ten lines.
    parser.usage = " ".join((parser.prog, *parser.positions(), "[OPTION …]"))
    if name in _FILTERED and arguments[:1] and re.match("-(?!-|h$)", arguments[0]):
        # A filter that begins with "-", its "not", is no option of ours: all those are long.
        arguments = [" " + arguments[0], *arguments[1:]]
    from ctexplore.commands.settle import check_names, own_settings, settle
    from ctexplore.commands.signals import heeded

    if name in _WITHOUT_OPTIONS:
        parsed = parser.parse_args(arguments)
        listed = _WITHOUT_OPTIONS if name == "config" else ()
        parsed.commands = [c for c in COMMANDS if c not in listed]
    else:
        own = own_settings()
        parsed = settle(parser, name, arguments, own)
        check_names(own, [c for c in COMMANDS if c not in _WITHOUT_OPTIONS])
        if own.problems and name != "explore":
            # A filter's or a region's default left out would answer another question.
            raise Failure(str(own.problems[0]), "ctexplore config show tells all that is wrong")
        parsed.own = own
    with heeded():
        status: int = command.run(parsed)
    return status


def _parser(name: str) -> Parser:
    prog = "ctexplore" if name == "explore" else f"ctexplore {name}"
    from ctexplore.commands.examples import epilog

    parser = Parser(
        prog=prog,
        description=COMMANDS[name],
        epilog=epilog(name),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    if name == "explore":
        parser.add_argument("--version", action="version", version=f"ctexplore {__version__}")
    return parser
