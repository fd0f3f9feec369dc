"""The tools a person would reach for instead, each asked the same two questions as ctexplore."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from tests.bench import ours
from tests.bench.corpora import Corpus
from tests.bench.processes import Job

PYTHON_VARIABLE = "CTEXPLORE_BENCH_PYTHON"

# Every shell line gets the folder as $1 and the event name as $2.
_FILES = """find "$1" -name '*.json.gz' -print0"""
_ONE_PIPE = f'{_FILES} | xargs -0 zcat | jq -c --arg n "$2" '
_SELECT = "'.Records[] | select(.eventName == $n) | 1'"
_JQ_COUNT = f"{_ONE_PIPE}{_SELECT} | wc -l"
_JQ_NAMES = f"{_FILES} | xargs -0 zcat | jq -r '.Records[].eventName' | sort | uniq -c"
_JQ_TWO = (
    f"""N=$({_FILES} | tr -dc '\\0' | wc -c); {_FILES} | xargs -0 -P 2 -n $((N / 16 + 1)) """
    f"""sh -c 'n=$1; shift; zcat "$@" | jq -c --arg n "$n" "$JQ" | wc -l' - "$2" """
    """| awk '{n += $1} END {print n}'"""
)
_RG_COUNT = """rg -z --no-filename -o -F "\\"eventName\\":\\"$2\\"" "$1" | wc -l"""
_RG_NAMES = """rg -z --no-filename -oN '"eventName":"([^"]*)"' -r '$1' "$1" | sort | uniq -c"""
_LNAV = """lnav -n -c ";select count(*) as n from all_logs where log_body like '%$2%'" \
"$1" | tail -1"""
_TRAILSCRAPER = """"$TOOL" select --log-dir "$1" --from 2000-01-01 --to now \
| grep -o "\\"eventName\\": \\"$2\\"" | wc -l"""

# The record's fields that ctexplore's table holds, as a person would type them for DuckDB.
_TYPED = """eventTime VARCHAR, eventSource VARCHAR, eventName VARCHAR, awsRegion VARCHAR,
sourceIPAddress VARCHAR, userAgent VARCHAR, errorCode VARCHAR, errorMessage VARCHAR,
eventID VARCHAR, eventType VARCHAR, eventCategory VARCHAR, readOnly VARCHAR,
recipientAccountId VARCHAR, userIdentity JSON"""


class Peer(Struct, frozen=True):
    """count: a job that prints how many events have a name. names: one that prints a table of
    counts by event name, or None. slow: three rounds are enough. most: stored bytes it can take,
    0 for any number."""

    name: str
    count: Callable[[Corpus], Job]
    names: Callable[[Corpus], Job] | None = None
    slow: bool = False
    most: int = 0


def python() -> str:
    """The Python that may have DuckDB, its bin folder trailscraper."""
    return os.environ.get(PYTHON_VARIABLE, sys.executable)


def installed() -> tuple[list[Peer], list[str]]:
    """The peers that are here, and for the table's foot what was found and what is missing."""
    found: list[Peer] = []
    told: list[str] = []

    def add(tool: str, version: str, *peers: Peer) -> None:
        told.append(f"{tool} {version}" if version else f"{tool} is missing")
        if version:
            found.extend(peers)

    add(
        "jq",
        _version("jq", "--version") if shutil.which("zcat") else "",
        Peer("zcat | jq, two pipes", _shell(_JQ_TWO, JQ=_SELECT.strip("'"))),
        Peer("zcat | jq, one pipe", _shell(_JQ_COUNT), _shell(_JQ_NAMES), slow=True),
    )
    add("ripgrep", _version("rg", "--version"), Peer("rg -z", _shell(_RG_COUNT), _shell(_RG_NAMES)))
    add(
        "DuckDB",
        _version(python(), "-c", "import duckdb; print(duckdb.__version__)"),
        Peer(
            "DuckDB, a typed table",
            _duckdb(_TYPED, _TABLE),
            _duckdb("eventName VARCHAR", _BY),
            slow=True,
        ),
    )
    scraper = shutil.which("trailscraper", path=f"{Path(python()).parent}:{os.environ['PATH']}")
    add(
        "trailscraper",
        _version(scraper or "", "--version"),
        Peer(
            "trailscraper select",
            _shell(_TRAILSCRAPER, TOOL=scraper or ""),
            slow=True,
            # It holds all records at once: 9 GB for a million.
            most=100 << 20,
        ),
    )
    add("lnav", _version("lnav", "-V"), Peer("lnav", _shell(_LNAV)))
    return found, told


def unzip(corpus: Corpus) -> Job:
    """Unzipping alone with isal, a process for each of two cores."""
    return ours.inside("unzip", str(corpus.folder))


def word_count(corpus: Corpus, word: str) -> Job:
    """ripgrep on a word that no record holds twice."""
    line = 'rg -z --no-filename -o -i -F "$2" "$1" | wc -l'
    return Job(["sh", "-c", line, "-", str(corpus.folder), word])


def _shell(line: str, **variables: str) -> Callable[[Corpus], Job]:
    env = {**os.environ, "LC_ALL": "C", **variables}

    def job(corpus: Corpus) -> Job:
        return Job(["sh", "-c", line, "-", str(corpus.folder), corpus.wanted], env)

    return job


_UNNEST = "from read_json(?, columns = {{Records: 'STRUCT({0})[]'}})"
_TABLE = (
    f"create temp table events as select unnest(Records, recursive := true) {_UNNEST};"
    "select count(*) from events where eventName = ?"
)
_BY = (
    f"select count(*), r.eventName from (select unnest(Records) r {_UNNEST}) where ? <> ''"
    "group by all"
)
_RUN = """import sys, duckdb
duckdb.execute("set enable_progress_bar = false")
glob, name = sys.argv[2:]
first, *rest = sys.argv[1].split(";")
values = [[glob], [name]] if rest else [[glob, name]]
for sql, given in zip([first, *rest], values):
    rows = duckdb.execute(sql, given).fetchall()
for row in rows:
    print(*row)
"""


def _duckdb(columns: str, sql: str) -> Callable[[Corpus], Job]:
    def job(corpus: Corpus) -> Job:
        glob = f"{corpus.folder}/**/*.json.gz"
        return Job([python(), "-c", _RUN, sql.format(columns), glob, corpus.wanted])

    return job


def _version(*command: str) -> str:
    """The last word of the first line it prints; empty when it cannot be run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    words = (done.stdout or done.stderr).partition("\n")[0].split()
    numbers = [w for w in words if any(c.isdigit() for c in w)]
    return numbers[0].removeprefix("jq-").strip(",") if numbers else "?"
