"""Bad files and bad records through ``ctexplore query``: named, counted, and nothing else lost."""

from __future__ import annotations

import json
import os
import re
import socket
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from ctexplore import cli
from ctexplore.sources.folder import FolderSource
from ctexplore.sources.source import LogFile
from tests.build import event, gz, log, raw, without
from tests.store.test_bad_input import ROWS, Row

BEFORE = log(event(1001, eventName="Before"), event(1002, eventName="Before"))
AFTER = gz(log(event(1003, eventName="After")))
_SUM = re.compile(
    r"ctexplore: ([\d,]+) files? = ([\d,]+) read \+ ([\d,]+) failed \+ ([\d,]+) skipped "
    r"\+ ([\d,]+) not read"
)


class Ran(NamedTuple):
    status: int
    out: bytes
    said: list[str]

    @property
    def names(self) -> Counter[str]:
        """Events by name, from ``--by name``."""
        return Counter({v["value"]: v["count"] for v in map(json.loads, self.out.splitlines())})

    @property
    def counts(self) -> tuple[int, ...]:
        """found, read, failed, skipped; which add up."""
        said = _SUM.match(self.said[-1])
        assert said, self.said
        found, *parts = (int(n.replace(",", "")) for n in said.groups())
        assert found == sum(parts)
        return found, *parts[:3]


Query = Callable[..., Ran]


@pytest.fixture
def query(capsysbinary: pytest.CaptureFixture[bytes]) -> Query:
    def run(source: Path, *options: str, matching: str = "") -> Ran:
        status = cli.main(["query", matching, str(source), "--no-cache", *options])
        out, err = capsysbinary.readouterr()
        return Ran(status, out, err.decode().splitlines())

    return run


def names(query: Query, folder: Path) -> Ran:
    return query(folder, "--by", "name", "--format", "jsonl", "--duplicates", "keep")


def trail(folder: Path, **files: bytes) -> Path:
    """A flat folder of log files with two good ones around the given ones."""
    (folder / "0-before.json").write_bytes(BEFORE)
    (folder / "9-after.json.gz").write_bytes(AFTER)
    for name, data in files.items():
        (folder / f"{name}.json.gz").write_bytes(data)
    return folder


GOOD = Counter({"Before": 2, "After": 1})


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in ROWS.items()])
def test_a_bad_file_among_good_ones(row: Row, query: Query, tmp_path: Path) -> None:
    ran = names(query, trail(tmp_path, bad=row.data))
    assert ran.names == GOOD + Counter(row.loaded)
    wrong = row.told if not row.skipped and (row.rejected or not row.read) else []
    for told in wrong[:20]:
        assert f"ctexplore: bad.json.gz: {told}" in ran.said
    if wrong:
        assert ran.status == 3
        assert ran.counts == (3, 2 + row.read, not row.read, 0)
    elif row.skipped:
        assert ran.status == 0


def test_all_bad_files_at_once(query: Query, tmp_path: Path) -> None:
    files = {f"{number:03}": row.data for number, row in enumerate(ROWS.values())}
    ran = names(query, trail(tmp_path, **files))
    wanted = sum((Counter(row.loaded) for row in ROWS.values()), GOOD)
    assert ran.names == wanted
    assert ran.status == 3
    skipped = sum(row.skipped for row in ROWS.values())
    read = sum(row.read for row in ROWS.values())
    assert ran.counts == (len(ROWS) + 2, read + 2, len(ROWS) - read - skipped, skipped)
    said = "\n".join(ran.said)
    unnamed = [
        file
        for file, row in zip(files, ROWS.values(), strict=True)
        if not (row.read or row.skipped) and f"ctexplore: {file}.json.gz: " not in said
    ]
    assert unnamed == [], "where nobody scrolls, every one is told"


# -- records


def test_missing_fields_show_as_missing_and_are_found(query: Query, tmp_path: Path) -> None:
    bare = without(event(4), "eventTime", "eventName", "eventSource", "userIdentity")
    folder = trail(tmp_path, bad=log(bare))
    ran = query(folder, "--format", "table", "--fields", "time,name,source,who")
    lines = ran.out.decode().splitlines()
    assert lines[-1].split() == ["-", "-", "-", "-"], "without a time it sorts last"
    assert query(folder, "--count", matching="-name:*").out == b"1\n"
    assert query(folder, "--count", matching="-who:*").out == b"1\n"


TIMES = {
    "nonsense": "nonsense",
    "2024-02-30T10:00:00Z": "2024-02-30T10:00:00Z",
    "2024-02-28T23:59:60Z": "2024-02-28T23:59:59",
    "2024-03-05T10:00:00.123Z": "2024-03-05T10:00:00",
    "2024-03-05T10:00:00+02:00": "2024-03-05T08:00:00",
    "0001-01-01T00:00:00Z": "0001-01-01T00:00:00",
    "9999-12-31T23:59:59Z": "9999-12-31T23:59:59",
}


@pytest.mark.parametrize("text", TIMES)
def test_odd_times_are_shown_as_they_are_and_sorted(
    text: str, query: Query, tmp_path: Path
) -> None:
    folder = trail(tmp_path, bad=log(event(4, eventTime=text)))
    out = query(folder, "--format", "table", "--fields", "time,name").out.decode()
    line = next(line for line in out.splitlines() if "Event4" in line)
    assert line.startswith(TIMES[text].rstrip("Z")), line
    assert query(folder, "--count").out == b"4\n"


@pytest.mark.parametrize("time", [7, None, {"a": 1}, [], True, "", "\x1b[2J"])
def test_a_time_of_another_type(time: object, query: Query, tmp_path: Path) -> None:
    folder = trail(tmp_path, bad=log(event(4, eventTime=time)))
    assert names(query, folder).names == GOOD + Counter(["Event4"])
    out = query(folder, "--format", "table").out.decode()
    assert out.splitlines()[-1].count("Event4") == 1
    assert "\x1b" not in out


def test_wrong_types_become_text(query: Query, tmp_path: Path) -> None:
    odd = event(4, eventName=7, userIdentity="x", readOnly="true", requestParameters="text")
    odder = event(5, eventName={"a": 1}, userIdentity=[], awsRegion=None, resources="x")
    folder = trail(tmp_path, bad=log(odd, odder))
    assert query(folder, "--count", matching="name:7").out == b"1\n"
    assert query(folder, "--count", matching="requestParameters:text").out == b"1\n"
    assert query(folder, "--count").out == b"5\n"


def test_equal_ids(query: Query, tmp_path: Path) -> None:
    first = event(4)
    folder = trail(tmp_path, bad=log(first, first, first | {"errorCode": "Other"}))
    (folder / "copy.json").write_bytes(log(first))
    (folder / "none.json").write_bytes(log(without(event(6), "eventID"), event(7, eventID=7)))
    folded = query(folder, "--by", "name", "--format", "jsonl").names
    assert folded["Event4"] == 2, "the same bytes are one event, other bytes another"
    assert names(query, folder).names["Event4"] == 4
    assert folded["Event6"] == folded["Event7"] == 1


def test_what_is_exported_is_what_was_written(query: Query, tmp_path: Path) -> None:
    exact = raw(event(4)).replace(
        b'"instanceId"', b'"n":[18446744073709551617,-0,1.10],"instanceId"'
    )
    ran = query(trail(tmp_path, bad=log(exact)), "--format", "jsonl", matching="name:Event4")
    assert ran.out == exact + b"\n"


# -- names and kinds of files


HOSTILE_NAMES = {
    "escape": b"\x1b[31mred\x1b[0m.json",
    "newline": b"two\nlines.json",
    "not UTF-8": b"\xff\xfe.json",
    "right to left": "‮gnj.json".encode(),
    "markup": b"[bold][@click=app.quit]x[ ].json",
    "255 bytes": b"n" * 250 + b".json",
    "blanks": b"  .json",
}


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES.keys())
def test_a_hostile_file_name_opens_and_is_told_escaped(
    name: bytes, query: Query, tmp_path: Path
) -> None:
    folder = trail(tmp_path)
    place = os.fsencode(folder) + b"/" + name
    Path(os.fsdecode(place)).write_bytes(log(event(4), b"null"))
    ran = names(query, folder)
    assert ran.names == GOOD + Counter(["Event4"])
    assert ran.status == 3
    assert all(line.isprintable() for line in ran.said)
    assert any("a record is null, not an object at record 2" in line for line in ran.said)


def test_what_is_no_file_is_skipped_without_waiting(query: Query, tmp_path: Path) -> None:
    folder = trail(tmp_path, broken=b"xx")
    os.mkfifo(folder / "fifo.json")
    (folder / "zero.json").symlink_to("/dev/zero")
    (folder / "loop").symlink_to(folder)
    gone = folder / "nowhere.json"
    gone.symlink_to(folder / "gone")
    listening = socket.socket(socket.AF_UNIX)
    # A socket's path may not be long, a test's folder is.
    before = Path.cwd()
    os.chdir(folder)
    listening.bind("socket.json")
    os.chdir(before)
    ran = names(query, folder)
    listening.close()
    assert ran.names == GOOD
    assert ran.counts == (8, 2, 1, 5)
    assert f"ctexplore: skipped 1 file, a symbolic link that leads nowhere: {gone}" in ran.said
    assert any(
        line.startswith("ctexplore: skipped 3 files, not a regular file: ") for line in ran.said
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_told(query: Query, tmp_path: Path) -> None:
    folder = trail(tmp_path, secret=log(event(4)))
    (folder / "secret.json.gz").chmod(0)
    (folder / "closed").mkdir(mode=0)
    ran = names(query, folder)
    (folder / "closed").chmod(0o700)
    assert ran.names == GOOD
    assert ran.status == 3
    assert any("secret.json.gz" in line and "ermission" in line for line in ran.said)
    assert any("closed" in line and "ermission" in line for line in ran.said)


def vanish(path: Path) -> None:
    path.unlink()


def grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" " * 100_000)


def shrink(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:300])


@pytest.mark.parametrize("change", [vanish, grow, shrink])
def test_a_file_that_changes_after_it_was_listed(
    change: Callable[[Path], None],
    query: Query,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = trail(tmp_path, changing=log(event(4), event(5)))
    read = FolderSource.read
    changed: list[str] = []

    def after(self: FolderSource, file: LogFile) -> bytes:
        if file.name.startswith("changing") and not changed:
            changed.append(file.name)
            change(folder / file.name)
        return read(self, file)

    monkeypatch.setattr(FolderSource, "read", after)
    ran = names(query, folder)
    assert changed
    assert ran.names == GOOD
    assert ran.status == 3
    what = "deleted" if change is vanish else "changed"
    assert any(f"changing.json.gz: {what} since it was listed" in line for line in ran.said)
    assert ran.counts == (3, 2, 1, 0)


# -- places


@pytest.mark.parametrize(
    "place",
    [
        "AWSLogs/111122223333/CloudTrail/us-east-1/2024/13/32",
        "AWSLogs/111122223333/CloudTrail/us-east-1/0000/00/00",
        "AWSLogs/111122223333/CloudTrail/US-EAST-1/2024/03/05",
        "AWSLogs/o-abcdefghij/111122223333/CloudTrail/us-east-1/2024/03/05",
        "my/own/folders",
        "deep/" * 60 + "down",
    ],
)
def test_any_folders_are_walked(place: str, query: Query, tmp_path: Path) -> None:
    folder = trail(tmp_path)
    below = folder / place
    below.mkdir(parents=True)
    (below / "some.json").write_bytes(log(event(4)))
    assert names(query, folder).names == GOOD + Counter(["Event4"])


# -- filters


@pytest.mark.parametrize(
    "text", ['"("', '"["', ".*" * 50, "name:/(a+)+$/", "x" * 10_000, '"😀"', "name:[b]"]
)
def test_odd_filters_match_what_they_say(text: str, query: Query, tmp_path: Path) -> None:
    ran = query(trail(tmp_path), "--count", matching=text)
    assert ran.status == 1
    assert ran.out == b"0\n"
    assert not ran.said


@pytest.mark.parametrize("text", ["(", "name:/(/", "is:nonsense", "name:"])
def test_a_wrong_filter_is_one_line(text: str, query: Query, tmp_path: Path) -> None:
    ran = query(trail(tmp_path), matching=text)
    assert ran.status == 2
    assert len(ran.said) == 1
    assert ran.said[0].startswith("ctexplore: filter: column ")
    assert ran.said[0].isprintable()
