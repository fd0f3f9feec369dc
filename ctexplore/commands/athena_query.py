"""``query --engine athena``: the filter as SQL there, the rest of it here."""

from __future__ import annotations

import argparse
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ctexplore.commands.athena_options import held_tables, open_athena
from ctexplore.commands.failure import Failure
from ctexplore.commands.source_options import limits_of, open_cache
from ctexplore.commands.watch import Watch

if TYPE_CHECKING:
    from ctexplore.commands.output import Output
    from ctexplore.engines.athena.ask import Asked
    from ctexplore.query.syntax import Node
    from ctexplore.sources.athena.source import AthenaSource
    from ctexplore.store.scope import Scope


def ask(args: argparse.Namespace, node: Node | None, scope: Scope, output: Output) -> int:
    """As ``query``: 0 when something matches, 1 when nothing does, 3 when something is missing."""
    from ctexplore.engines.athena.ask import asked
    from ctexplore.engines.athena.quoting import NotInSql
    from ctexplore.sources.source import SourceError

    if args.history or args.demo or args.log_group or args.offline:
        raise Failure("--engine athena asks a table of a trail's bucket, online")
    try:
        question = asked(node, held_tables(args), scope, limit=output.limit)
        with closing(open_athena(args)) as source:
            watch = Watch(priced=False, nothing_shown=output.at_end)
            with closing(watch):
                watch.say(str(question))
                for reason in question.reasons:
                    watch.say(f"here, because {reason}")
                _estimate(args, scope, watch)
                if args.estimate:
                    return 0
                if _counts(output, question):
                    # A field that SQL cannot put together is counted here, of the rows.
                    with suppress(NotInSql):
                        return _counted(source, question, node, scope, output, watch)
                return _rows(args, source, question, scope, output, watch)
    except (NotInSql, SourceError) as error:
        raise Failure(str(error)) from None


def _estimate(args: argparse.Namespace, scope: Scope, watch: Watch) -> None:
    """What it will read, where the bucket is named beside the table."""
    if not (args.sources or args.bucket):
        if args.estimate:
            raise Failure("--estimate lists folders", "name the trail's bucket, too")
        return
    from ctexplore.commands.opening import open_source
    from ctexplore.engines.athena.estimate import guess

    with closing(open_cache(args)) as cache, closing(open_source(args, cache)) as source:
        watch.say(str(guess(source, replace(scope, folders=(source.root,)))))


def _counts(output: Output, question: Asked) -> bool:
    from ctexplore.query.syntax import EVERYTHING

    return bool(output.count or output.by) and question.left == EVERYTHING and output.fold


def _counted(
    source: AthenaSource,
    question: Asked,
    node: Node | None,
    scope: Scope,
    output: Output,
    watch: Watch,
) -> int:
    from ctexplore.engines.athena.ask import within
    from ctexplore.engines.athena.counts import by_sql, count_sql

    whole, table, narrow = within(node, scope), question.table, (scope.accounts, scope.regions)
    if output.count:
        rows, done = source.queries.run(count_sql(whole, table, *narrow))
        counts = [("", int(rows[0][0] or 0))]
        found = output.write_values(counts, number=True)
    else:
        rows, done = source.queries.run(by_sql(whole, table, output.by, *narrow, output.values))
        found = output.write_values([(str(v or ""), int(n or 0)) for v, n in rows])
    watch.say(f"Athena: {done}")
    return 0 if found else 1


def _rows(
    args: argparse.Namespace,
    source: AthenaSource,
    question: Asked,
    scope: Scope,
    output: Output,
    watch: Watch,
) -> int:
    from ctexplore.engines.answer import Lost
    from ctexplore.engines.memory import answers
    from ctexplore.query.evaluate import Filter
    from ctexplore.query.syntax import EVERYTHING
    from ctexplore.sources.athena.source import FOLDER
    from ctexplore.store.cache.asked import KeptQueries
    from ctexplore.store.days import Days

    left = None if question.left == EVERYTHING else Filter(question.left)
    whole = replace(scope, folders=(FOLDER,), regions=frozenset(), accounts=frozenset())
    with closing(open_cache(args)) as cache:
        source.kept = KeptQueries(cache)
        answer = source.narrowed(question.question)
        lost = Lost(answer.uri)
        days = Days(answer, cache, whole, limits_of(args, answer), watch=watch)
        watch.days = days
        with closing(days):
            parts = answers(days.parts(), left, lost, limit=output.limit, fold=output.fold)
            found = output.write(parts)
        watch.end(lost)
    if answer.done is not None:
        watch.say(f"Athena: {answer.done}")
    for line in watch.missing:
        watch.say(line)
    return 3 if watch.missing else 0 if found else 1
