"""``ctexplore [SOURCE…]``: the explorer, with a start page where no source is named."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ctexplore.commands.athena_options import ATHENA, add_engine_options, open_athena
from ctexplore.commands.failure import Failure
from ctexplore.commands.filter_text import parse_filter
from ctexplore.commands.opening import open_source
from ctexplore.commands.rule_options import add_rule_option
from ctexplore.commands.settle import FILE
from ctexplore.commands.source_options import (
    add_source_options,
    limits_of,
    open_cache,
    scope_of,
)
from ctexplore.commands.terminal import check_terminal, settle_environment

if TYPE_CHECKING:
    from ctexplore.sources.source import Source
    from ctexplore.store.cache.cache import Cache
    from ctexplore.tui.app import TerminalApp
    from ctexplore.tui.preferences import Preferences


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sources", metavar="SOURCE", nargs="*", help="s3://…, folder, file, archive, -"
    )
    add_source_options(parser)
    add_engine_options(parser)
    looks = parser.add_argument_group("the screen")
    add_rule_option(looks)
    looks.add_argument("--filter", metavar="F", default="", help="filter to start with")
    looks.add_argument("--follow", action="store_true", help="show new events as they come")
    looks.add_argument("--theme", metavar="NAME", default="", help="such as light; see README")
    looks.add_argument(
        "--columns",
        metavar="A,B",
        action="extend",
        type=_columns,
        default=[],
        help="of the list, for now; any path too",
    )
    looks.add_argument(
        "--notebook", metavar="NAME", default="", help="for marks and notes; or a FILE.jsonl"
    )
    looks.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")


def run(args: argparse.Namespace) -> int:
    # A slip is told here; on the screen it would be told after an MFA code was asked for.
    parse_filter(args.filter)
    _check_notebook(args.notebook)
    check_terminal(args)
    wanted = scope_of(args, ())
    with closing(open_cache(args)) as cache:
        named = (args.sources, args.bucket, args.prefix, args.demo, args.history, args.log_group)
        if not any(named) and args.engine != ATHENA:
            if args.follow:
                raise Failure("nothing to follow", "name a bucket or a folder")
            return _start(args, cache)
        with closing(_opened(args, cache)) as source:
            limits = limits_of(args, source)

            def explorer() -> TerminalApp:
                from ctexplore.tui.app import ExplorerApp

                return ExplorerApp(
                    source,
                    cache,
                    wanted,
                    limits,
                    text=args.filter,
                    theme=args.theme,
                    follow=args.follow,
                    preferences=preferences(args),
                )

            return _show(args, explorer)


def _opened(args: argparse.Namespace, cache: Cache) -> Source:
    if args.engine == ATHENA:
        return _athena(args, cache)
    from ctexplore.commands.start import keep_recent

    source = open_source(args, cache, may_ask=True)
    keep_recent(args)
    return source


def _athena(args: argparse.Namespace, cache: Cache) -> Source:
    from ctexplore.store.cache.asked import KeptQueries

    source = open_athena(args)
    source.kept = KeptQueries(cache)
    return source


def _start(args: argparse.Namespace, cache: Cache) -> int:
    """Nothing was named: show what there is."""
    from ctexplore.commands.start import StartWays

    def page() -> TerminalApp:
        from ctexplore.tui.start_page.start_page import StartApp

        return StartApp(ways, text=args.filter, theme=args.theme, preferences=preferences(args))

    with closing(StartWays(args, cache)) as ways:
        return _show(args, page)


def _show(args: argparse.Namespace, made: Callable[[], TerminalApp]) -> int:
    """made: imports Textual, which reads the environment then."""
    settle_environment()
    try:
        app = made()
    except ValueError as error:
        origin = args.origins["theme"]
        if origin.kind != FILE:
            raise Failure(f"{origin.where or '--theme'}: {error}") from None
        args.own.wrong(args.own.key("theme", "explore"), str(error))
        args.theme = ""
        app = made()
    app.run(mouse=not args.no_mouse)
    return app.return_code or 0


def preferences(args: argparse.Namespace) -> Preferences:
    """What was set for the screen. Columns of the file are the usual ones, which a choice made in
    the explorer replaces; others are for this run."""
    from ctexplore.tui.preferences import Preferences

    usual = args.origins["columns"].kind == FILE
    own, columns = args.own, tuple(args.columns)
    return Preferences(
        columns=() if usual else columns,
        usual_columns=columns if usual else (),
        keys=own.settings.keys,
        file=own.path,
        started=_started_file(),
        problems=tuple(map(str, own.problems)),
        rules=args.rules,
        notebook=args.notebook,
        athena=partial(_athena, args),
    )


def _started_file() -> Path | None:
    from ctexplore.config import state_dir

    try:
        return state_dir() / "started"
    except RuntimeError:
        return None


def _columns(text: str) -> list[str]:
    """Names of columns. Raises ValueError for what is none."""
    from ctexplore.export.fields import field

    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        field(name)
    return names


def _check_notebook(named: str) -> None:
    if named:
        from ctexplore.investigate.notebook.book import NotebookError, notebook_file

        try:
            notebook_file(named)
        except NotebookError as error:
            raise Failure(f"--notebook: {error}") from None
