"""``ctexplore profile``: all that one actor did, counted."""

from __future__ import annotations

import argparse
import json

from ctexplore.commands.failure import Failure
from ctexplore.commands.source_options import add_source_options
from ctexplore.text import safe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "actor", metavar="ACTOR", help="an ARN, an access key id, or a user's or role's name"
    )
    parser.add_argument(
        "sources", metavar="SOURCE", nargs="*", help="s3://…, folder, file, archive, -"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    add_source_options(parser)


def run(args: argparse.Namespace) -> int:
    """0 when there is such an actor, 1 when not, 2 when several have the name, 3 when something
    could not be read."""
    from ctexplore.commands.whole import whole

    with whole(args) as loaded:
        from ctexplore.investigate.profile.profile import actors_named, profile
        from ctexplore.investigate.profile.tell import as_data, text_lines

        actors = actors_named(loaded.session, args.actor)
        if len(actors) != 1:
            status = loaded.status()
            if actors:
                raise Failure(
                    f"several actors are called {args.actor}", "name one: " + ", ".join(actors[:20])
                )
            raise Failure(f"no loaded event is by {args.actor}", status=status or 1)
        found = profile(loaded.session, actors[0])
        if args.format == "json":
            # All but ASCII is escaped, so that no terminal acts on it.
            print(json.dumps(as_data(found), indent=2))
        else:
            print("\n".join(map(safe, text_lines(found))))
        return loaded.status()
