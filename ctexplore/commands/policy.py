"""``ctexplore policy``: a least-privilege IAM policy from what events did."""

from __future__ import annotations

import argparse
import json
import sys

from ctexplore.commands.filter_text import parse_filter
from ctexplore.commands.source_options import add_source_options
from ctexplore.text import safe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("filter", metavar="FILTER", help="whose events, such as 'role:deployer'")
    parser.add_argument(
        "sources", metavar="SOURCE", nargs="*", help="s3://…, folder, file, archive, -"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--failed", action="store_true", help="allow what failed, too")
    add_source_options(parser)


def run(args: argparse.Namespace) -> int:
    """0 with a policy, 1 when no event needs one, 3 when something could not be read.

    Text is the policy on standard output, ready to be used, and all remarks on standard error.
    """
    node = parse_filter(args.filter)
    from ctexplore.commands.whole import whole

    with whole(args) as loaded:
        from ctexplore.engines.answer import Lost
        from ctexplore.investigate.policy.derive import used_policy
        from ctexplore.investigate.policy.tell import as_data, remarks
        from ctexplore.query.evaluate import Filter

        session = loaded.session
        table, order, lost, mask = session.table, session.order, Lost(session.source.uri), None
        if node is not None:
            wanted = Filter(node)
            mask = wanted.mask(table, 0, order.count, session.records)
            for row in wanted.unread:
                lost.add(table, row)
        policy = used_policy(table, order.view(mask).rows, failed=args.failed)
        if args.format == "json":
            print(json.dumps(as_data(policy), indent=1))
        else:
            if policy.calls:
                print(policy.text)
            sys.stdout.flush()
            for line in remarks(policy):
                print(safe(line), file=sys.stderr)
        return loaded.status(lost) or (0 if policy.calls else 1)
