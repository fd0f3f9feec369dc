"""``ctexplore chain``: who issued these credentials, and what they led to."""

from __future__ import annotations

import argparse
import json
import re
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure
from ctexplore.commands.source_options import add_source_options
from ctexplore.text import safe

if TYPE_CHECKING:
    from ctexplore.store.session import Session

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("asked", metavar="KEY|EVENT", help="an access key id, or an event's id")
    parser.add_argument(
        "sources", metavar="SOURCE", nargs="*", help="s3://…, folder, file, archive, -"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    add_source_options(parser)


def run(args: argparse.Namespace) -> int:
    """0 when it was found, 1 when nothing loaded has it, 3 when something could not be read."""
    from ctexplore.commands.whole import whole

    with whole(args) as loaded:
        from ctexplore.investigate.chains.chain import NoChain, follow
        from ctexplore.investigate.chains.tell import as_data, text_lines

        session = loaded.session
        try:
            chain = follow(session, _asked(session, args.asked))
        except NoChain as none:
            status = loaded.status()
            raise Failure(str(none), status=status or 1) from None
        if args.format == "json":
            # All but ASCII is escaped, so that no terminal acts on it.
            print(json.dumps(as_data(chain, session.table), indent=2))
        else:
            print("\n".join(map(safe, text_lines(chain))))
        return loaded.status()


def _asked(session: Session, text: str) -> str | int:
    """A key as it is, an event's id as its row. Raises NoChain."""
    if not _GUID.fullmatch(text):
        return text
    from ctexplore.investigate.chains.chain import NoChain
    from ctexplore.store.columns.stamps import one_id

    high, low = one_id(text.lower())
    ids = session.table.ids
    rows = ((ids[:, 0] == high) & (ids[:, 1] == low)).nonzero()[0]
    if not len(rows):
        raise NoChain(f"no loaded event has the id {text}")
    return int(rows[0])
