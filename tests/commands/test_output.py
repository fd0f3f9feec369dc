"""What ``ctexplore query`` prints and writes, in every format, and what it refuses."""

from __future__ import annotations

import csv
import gzip
import io
import json
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from ctexplore import cli
from ctexplore.commands.output import Output
from ctexplore.engines.answer import Answer
from ctexplore.export.fields import fields
from ctexplore.sources.folder import FolderSource
from ctexplore.sources.source import LogFile, SourceError
from tests.build import event, gz, log, raw
from tests.export.answers import answer_of
from tests.sources.memory_source import MemorySource, log_key


class Ran(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Remote(MemorySource):
    """A bucket that counts its GETs."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(files)
        self.gets: Counter[str] = Counter()

    def read(self, file: LogFile) -> bytes:
        self.gets[file.key] += 1
        return super().read(file)


Query = Callable[..., Ran]


@pytest.fixture
def query(capsysbinary: pytest.CaptureFixture[bytes], trail: Path) -> Query:
    def run(*args: object, of: Path = trail) -> Ran:
        status = cli.main(["query", *map(str, args), str(of), "--no-cache"])
        out, err = capsysbinary.readouterr()
        return Ran(status, out.decode(), err.decode())

    return run


def day(day: int, *numbers: int) -> list[dict[str, object]]:
    return [event(n, eventTime=f"2024-03-{day:02}T09:00:{n:02}Z") for n in numbers]


FILES = {
    log_key("2024/03/01", "0905"): log(*day(1, 1, 2)),
    log_key("2024/03/02", "0905"): log(*day(2, 3)),
    log_key("2024/03/03", "0905", unique="a" * 16): log(*day(3, 4, 5)),
    log_key("2024/03/03", "0905", unique="b" * 16): log(*day(3, 5, 6)),
}
NEWEST_FIRST = [f"Event{n}" for n in (6, 5, 4, 3, 2, 1)]


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    folder = tmp_path / "trail"
    for key, content in FILES.items():
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gz(content))
    return folder


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> Remote:
    source = Remote({key: gz(content) for key, content in FILES.items()})
    monkeypatch.setattr("ctexplore.commands.query.open_source", lambda *_: source)
    return source


def names(lines: list[str]) -> list[str]:
    return [json.loads(line)["eventName"] for line in lines]


def test_json_lines_are_the_records(query: Query) -> None:
    ran = query("", "--format", "jsonl")
    assert (ran.status, ran.err) == (0, "")
    assert names(ran.lines) == NEWEST_FIRST
    assert ran.lines[-1].encode() == raw(day(1, 1)[0])


def test_json_is_one_array(query: Query) -> None:
    found = json.loads(query("name:Event3,Event1", "--format", "json").out)
    assert [record["eventName"] for record in found] == ["Event3", "Event1"]


def test_raw_is_records_as_they_are(query: Query) -> None:
    assert query("name:Event3", "--format", "raw").out.encode() == raw(day(2, 3)[0]) + b"\n"


def test_csv_has_the_lists_columns_or_those_asked_for(query: Query) -> None:
    rows = list(csv.reader(io.StringIO(query("", "--format", "csv").out)))
    assert rows[0][:3] == ["time", "name", "source"]
    assert [row[1] for row in rows[1:]] == NEWEST_FIRST
    ran = query(
        "name:Event3", "--format", "csv", "--fields", "eventName,requestParameters.instanceId"
    )
    assert ran.lines == ['"eventName","requestParameters.instanceId"', '"Event3","i-00000003"']


def test_csv_raw_has_no_prefix(query: Query, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_bytes(log(event(1, userAgent="=1+1")))
    given = ("", "--fields", "agent", "--format", "csv")
    assert query(*given, of=tmp_path / "one.json").lines[1] == '"\'=1+1"'
    assert query(*given, "--csv-raw", of=tmp_path / "one.json").lines[1] == '"=1+1"'


def test_a_table_is_the_same_for_every_answer(query: Query) -> None:
    everything = query("").lines
    assert [line.split()[1] for line in everything] == NEWEST_FIRST
    assert query("name:Event3").lines == [everything[3]]
    assert everything[3].split() == [
        "2024-03-02T09:00:03Z",
        "Event3",
        "ec2",
        "alice",
        "i-00000003",
        "192.0.2.7",
        "eu-west-1",
        "111122223333",
        "-",
    ]


def test_a_table_has_the_fields_asked_for_and_hides_nothing(query: Query, tmp_path: Path) -> None:
    long = "x" * 300
    (tmp_path / "one.json").write_bytes(log(event(1, userAgent=f"{long}\x1b[31m", errorCode=None)))
    [line] = query("", "--fields", "agent,errorCode,name", of=tmp_path / "one.json").lines
    assert line.split() == [f"{long}\\x1b[31m", "-", "Event1"]


@pytest.mark.parametrize("columns", [60, 80, 100, 200])
def test_a_table_fits_a_terminal(
    query: Query,
    columns: int,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    records = [
        event(n, userAgent="長" * n, requestParameters={"bucketName": "b" * n}) for n in (1, 60)
    ]
    (tmp_path / "one.json").write_bytes(log(*records))
    for more in ((), ("--fields", "time,agent,target,who")):
        head, *rows = query("", *more, of=tmp_path / "one.json").lines
        assert head.startswith("TIME")
        assert len(rows) == 2
        assert all("2024-03-05T00:0" in row for row in rows)
        wide = [len(row) + row.count("長") for row in rows]
        assert max(wide) <= columns
        assert ("REGION" in head) == (columns >= 100 and not more)


def test_on_a_terminal_nothing_acts(
    query: Query, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    record = raw(event(1, userAgent="A")).replace(b'"A"', '"\u202e\x1b]52;c;QQ==\x07é\t"'.encode())
    (tmp_path / "one.json").write_bytes(b'{"Records":[' + record + b"]}")
    for form in ("jsonl", "json", "raw", "csv", "table"):
        ran = query(
            "",
            "--format",
            form,
            *(("--fields", "agent") if form in ("csv", "table") else ()),
            of=tmp_path / "one.json",
        )
        assert "]52;c;QQ==" in ran.out
        assert "é" in ran.out
        assert not set("\u202e\x1b\x07\t") & set(ran.out)
    line = query("", "--format", "jsonl", of=tmp_path / "one.json").out
    assert json.loads(line)["userAgent"] == "\u202e\x1b]52;c;QQ==\x07é "


def test_one_number(query: Query) -> None:
    assert query("", "--count").out == "6\n"
    assert query("", "--count", "--duplicates", "keep").out == "7\n"
    assert query("", "--count", "--limit", "4").out == "4\n"
    assert query("name:nothing", "--count") == Ran(1, "0\n", "")


def test_duplicates_can_be_kept(query: Query) -> None:
    ran = query("", "--duplicates", "keep", "--format", "jsonl")
    assert names(ran.lines) == [
        "Event6",
        "Event5",
        "Event5",
        "Event4",
        "Event3",
        "Event2",
        "Event1",
    ]
    assert (
        names(query("name:Event5", "--duplicates", "keep", "--format", "jsonl").lines)
        == ["Event5"] * 2
    )


def test_values_and_how_often_each_comes(query: Query) -> None:
    by = ("", "--by", "name", "--duplicates", "keep")
    assert query(*by).lines == ["2  Event5", *(f"1  Event{n}" for n in (1, 2, 3, 4, 6))]
    assert query(*by, "--limit", "2").lines == ["2  Event5", "1  Event1"]
    assert query(*by, "--limit", "1", "--format", "csv").lines == ['"name","count"', '"Event5","2"']
    both = [{"value": "Event5", "count": 2}, {"value": "Event1", "count": 1}]
    assert json.loads(query(*by, "--limit", "2", "--format", "json").out) == both
    assert [
        json.loads(line) for line in query(*by, "--limit", "2", "--format", "jsonl").lines
    ] == both


@pytest.mark.parametrize("form", ["table", "jsonl"])
def test_no_values_are_no_lines(query: Query, form: str) -> None:
    assert query("name:nothing", "--by", "name", "--format", form) == Ran(1, "", "")


def test_values_of_any_path(query: Query) -> None:
    assert query("-name:Event1", "--by", "userIdentity.arn").lines == [
        "5  arn:aws:iam::111122223333:user/alice"
    ]
    assert query("", "--by", "requestParameters.gone").lines == ["6  -"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--fields", "nmae"], '--fields: there is no field "nmae" (name?)'),
        (["--fields", ""], "no fields are named"),
        (["--by", "sorce"], '--by: there is no field "sorce" (source?)'),
        (["--by", "eventID"], "--by: eventID is another for every event"),
        (["--by", "time"], "--by: time is another for every event"),
        (["--by", "name", "--format", "raw"], "--by goes with --format table, csv, json, jsonl"),
        (["--by", "name", "--count"], "not allowed with"),
        (["--by", "name", "--fields", "who"], "--fields goes with the rows"),
        (["--fields", "who", "--format", "json"], "--fields goes with the rows"),
        (["--csv-raw"], "--csv-raw goes with --format csv"),
        (["--replace"], "--replace goes with --output"),
        (["--format", "xml"], "invalid choice"),
        (["--limit", "0"], "no whole number above 0"),
        (["--output", "/nowhere/a.csv"], "/nowhere/a.csv: its folder does not exist"),
        (["--output", "/"], "/: is a folder"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_opened(
    query: Query,
    monkeypatch: pytest.MonkeyPatch,
    given: list[str],
    said: str,
) -> None:
    def opened(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("ctexplore.commands.query.open_source", opened)
    ran = query("", *given)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_compressed_output_is_not_for_a_terminal(
    query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ran = query("", "--format", "json.gz")
    assert (ran.status, ran.out) == (2, "")
    assert "--output FILE writes it" in ran.err


def test_a_files_name_says_its_format(query: Query, tmp_path: Path) -> None:
    path = tmp_path / "out.json.gz"
    assert query("", "--output", path) == Ran(0, "", "")
    records = json.loads(gzip.decompress(path.read_bytes()))["Records"]
    assert [record["eventName"] for record in records] == NEWEST_FIRST
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names(query("", "--format", "jsonl", of=path).lines) == NEWEST_FIRST
    assert query("", "--output", tmp_path / "out", "--count").status == 0
    assert (tmp_path / "out").read_text() == "6\n"


def test_a_file_is_not_replaced_unasked(query: Query, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("mine")
    ran = query("", "--output", path)
    assert (ran.status, path.read_text()) == (2, "mine")
    assert "exists already (--replace overwrites it)" in ran.err
    assert query("", "--output", path, "--replace").status == 0
    assert path.read_text().startswith('"time"')


def test_a_failure_leaves_no_file(query: Query, tmp_path: Path, remote: Remote) -> None:
    ran = query("", "--output", tmp_path / "out.csv", "--max-objects", "3")
    assert ran.status == 2
    assert [path.name for path in tmp_path.iterdir()] == ["trail"]


def test_each_log_file_is_one_get_even_when_its_records_are_wanted(
    query: Query, remote: Remote
) -> None:
    assert names(query("Event5 or Event1", "--format", "jsonl").lines) == ["Event5", "Event1"]
    assert remote.gets == Counter(list(FILES))


def test_the_newest_few_cost_no_more_than_they_need(query: Query, remote: Remote) -> None:
    assert names(query("", "--format", "jsonl", "--limit", "3").lines) == NEWEST_FIRST[:3]
    assert {key.split("/")[6] for key in remote.gets} == {"03"}
    assert not any(folder.endswith("/02/") for folder in remote.requests)
    assert names(query("", "--format", "jsonl", "--limit", "4").lines) == NEWEST_FIRST[:4]
    assert {key.split("/")[6] for key in remote.gets} == {"03", "02"}


def test_too_many_objects_are_told_before_any_is_read(query: Query, remote: Remote) -> None:
    ran = query("", "--max-objects", "3")
    assert (ran.status, ran.out) == (2, "")
    assert "4 log files are in scope, more than --max-objects 3" in ran.err
    assert not remote.gets


def test_what_was_shown_before_the_limit_is_partial(query: Query, remote: Remote) -> None:
    ran = query("", "--max-objects", "2", "--limit", "5", "--format", "jsonl")
    assert (ran.status, names(ran.lines)) == (3, NEWEST_FIRST[:3])
    assert "stopped: 3 log files are in scope, more than --max-objects 2" in ran.err


def test_records_that_cannot_be_read_again_are_named(
    query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: Counter[str] = Counter()
    real = FolderSource.read

    def gone(self: FolderSource, file: LogFile) -> bytes:
        read[file.key] += 1
        if "/02/" in file.key and read[file.key] > 1:
            raise SourceError(file.key, "gone")
        return real(self, file)

    monkeypatch.setattr(FolderSource, "read", gone)
    ran = query("", "--format", "jsonl")
    assert (ran.status, names(ran.lines)) == (3, ["Event6", "Event5", "Event4", "Event2", "Event1"])
    assert "1 records could not be read again: " in ran.err
    assert "/2024/03/02/" in ran.err
    assert "record 1" in ran.err
    read.clear()
    ran = query("-requestParameters.zone:*", "--count")
    assert (ran.status, ran.out) == (3, "5\n")
    # What a filter may want is held since it was read first.
    read.clear()
    ran = query("requestParameters.instanceId:*", "--count")
    assert (ran.status, ran.out) == (0, "6\n")
    read.clear()
    ran = query("", "--by", "requestParameters.instanceId")
    assert (ran.status, len(ran.lines)) == (3, 5)


def test_lines_of_a_day_are_out_before_the_next_is_read(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    seen: list[bytes] = []

    def answers() -> Iterator[Answer]:
        for number in (2, 1):
            yield answer_of(event(number))
            seen.append(capsysbinary.readouterr().out)

    for form in ("jsonl", "csv", "table", "json", "raw"):
        seen.clear()
        assert Output(form, fields("name")).write(answers()) == 2
        assert b"Event2" in seen[0]
        assert b"Event1" not in seen[0]
        assert b"Event1" in seen[1]


@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
def test_a_reader_that_leaves_ends_it_quietly(tmp_path: Path, form: str) -> None:
    many = [event(n) for n in range(5000)]
    (tmp_path / "many.json").write_bytes(log(*many))
    command = [sys.executable, "-m", "ctexplore", "query", "", str(tmp_path), "--no-cache"]
    with subprocess.Popen(
        [*command, "--format", form], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout and process.stderr
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0
