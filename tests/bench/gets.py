"""Rows: what a GET of a small object costs the client's processor."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Iterator

from tests.bench import ours
from tests.bench.processes import Job, run
from tests.bench.s3_server import BUCKET, FOLDER, OBJECTS, serving
from tests.bench.table import Limit, Row, row, times


def rows(objects: int, rounds: int, *, quick: bool = False) -> Iterator[Row]:
    """quick: without the AWS CLI, which takes seconds to start."""
    with serving() as url:
        pairs = [[_each(url, objects, who) for who in ("ours", "boto3")] for _ in range(rounds)]
        mine, boto3 = map(statistics.median, zip(*pairs, strict=True))
        yield row(
            "processor time of an S3 GET, 1.5 KB",
            f"{mine * 1000:.2f} ms",
            mine * 1000,
            Limit(0.45, 0.25, unit=" ms"),
            beside=f"boto3 get_object: {boto3 * 1000:.2f} ms",
            cpu=times(mine / boto3),
        )
        if not quick and (cli := _command_line(url)):
            yield row(
                "the same",
                "",
                beside=f"aws s3 cp --recursive: {cli * 1000:.2f} ms",
                cpu=times(mine / cli),
            )


def _each(url: str, objects: int, who: str) -> float:
    return float(run(ours.inside("s3_gets", url, str(objects), who)).output)


def _command_line(url: str) -> float | None:
    """The AWS CLI's, its start taken off; None where it is missing."""
    if not shutil.which("aws"):
        return None

    def copy(prefix: str) -> float | None:
        with tempfile.TemporaryDirectory() as target:
            words = ["aws", "--endpoint-url", url, "s3", "cp", "--recursive", "--quiet"]
            cost = run(Job([*words, f"s3://{BUCKET}/{prefix}", target], ours.ENV))
        return None if cost.status else cost.cpu

    everything, nothing = copy(FOLDER), copy("nothing/")
    if everything is None or nothing is None:
        return None
    return (everything - nothing) / OBJECTS
