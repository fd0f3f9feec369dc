"""``ctexplore report NOTEBOOK``: what a notebook says, as a page, as Markdown or as evidence."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure

if TYPE_CHECKING:
    from ctexplore.investigate.notebook.book import Notebook


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "notebook", metavar="NOTEBOOK", nargs="?", default="", help="a name, FILE.jsonl or evidence"
    )
    parser.add_argument("--format", choices=("html", "md"), help="by default html, or as FILE says")
    parser.add_argument("--output", metavar="FILE", type=Path, help="instead of standard output")
    parser.add_argument(
        "--evidence", metavar="FILE.zip", type=Path, help="records, sums and report in one archive"
    )
    parser.add_argument("--replace", action="store_true", help="overwrite FILE")


def run(args: argparse.Namespace) -> int:
    """Exit status 0; 3 where records are missing or evidence is not as it was made.

    Raises Failure.
    """
    from ctexplore.export.files import FileError, write_file
    from ctexplore.investigate.notebook.as_html import html
    from ctexplore.investigate.notebook.as_markdown import markdown
    from ctexplore.investigate.notebook.evidence import evidence
    from ctexplore.investigate.notebook.report import report

    book, wrong = _opened(args.notebook)
    for problem in wrong:
        _say(problem)
    try:
        if args.evidence:
            packed, missing = evidence(book)
            size = write_file(args.evidence, packed, replace=args.replace)
            _say(f"{args.evidence}: {size:,} bytes, {len(book.entries) - missing:,} entries whole")
            if missing:
                _say(f"{missing:,} events without their record, which was not kept")
                wrong = [*wrong, ""]
            if not args.output:
                return 3 if wrong else 0
        form = args.format or ("md" if args.output and args.output.suffix == ".md" else "html")
        chunks = (markdown if form == "md" else html)(report(book))
        if args.output:
            write_file(args.output, (c.encode() for c in chunks), replace=args.replace)
        else:
            sys.stdout.writelines(chunks)
    except FileError as error:
        hint = "--replace overwrites it" if error.exists else ""
        raise Failure(str(error), hint) from None
    return 3 if wrong else 0


def _opened(named: str) -> tuple[Notebook, list[str]]:
    """The notebook, and what is wrong with it. Raises Failure."""
    from ctexplore.config import state_dir
    from ctexplore.investigate.notebook.book import Notebook, NotebookError, notebook_file
    from ctexplore.investigate.notebook.evidence import EvidenceError, opened

    known = sorted(p.stem for p in (state_dir() / "notebooks").glob("*.jsonl"))
    hint = f"there are {', '.join(known)}" if known else "m marks an event in the explorer"
    if not named:
        raise Failure("which notebook?", hint)
    try:
        if Path(named).is_file() and not named.endswith(".jsonl"):
            return opened(Path(named))
        file = notebook_file(named)
        book = Notebook(file)
    except (NotebookError, EvidenceError) as error:
        raise Failure(str(error)) from None
    if not file.exists():
        raise Failure(f"there is no notebook {file}", hint)
    wrong = [f"{file}: {book.unread:,} lines cannot be read"] * bool(book.unread)
    return book, wrong


def _say(line: str) -> None:
    from ctexplore.text import safe

    print(f"ctexplore: {safe(line)}", file=sys.stderr)
