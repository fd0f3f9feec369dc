"""The query command of what is open."""

from __future__ import annotations

import json
import shlex
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctexplore import cli
from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from ctexplore.sources.arranged import arrange
from ctexplore.sources.demo import DemoSource
from ctexplore.sources.folder import FolderSource
from ctexplore.sources.s3.options import S3Options
from ctexplore.sources.s3.source import Connection, S3Source
from ctexplore.sources.several import SeveralSource
from ctexplore.sources.source import Source
from ctexplore.store.cache.cache import NoCache
from ctexplore.store.cache.kept import KeptSource
from ctexplore.store.scope import Scope
from ctexplore.tui.command_line import query_command
from tests.tui.explorer import Explorer, opened, trail

DAY = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/01/15/"


def words(source: Source, scope: Scope, text: str = "is:write") -> list[str]:
    command = query_command(source, scope, text)
    assert not command.note
    said = shlex.split(command.text)
    assert said[:2] == ["ctexplore", "query"]
    return said[2:]


def bucket(**options: object) -> KeptSource:
    made = S3Options("my-logs", **options)  # type: ignore[arg-type]
    source = S3Source(made, lambda: Connection(None, "s3:my-logs", "us-east-1", str))
    return KeptSource(source, NoCache(""))


def test_a_bucket_and_how_it_is_reached() -> None:
    source = bucket(profile="audit", role_arn="arn:aws:iam::1:role/r", request_payer=True)
    assert words(source, Scope((DAY, DAY.replace("15", "16")))) == [
        "is:write", f"s3://my-logs/{DAY}", f"s3://my-logs/{DAY.replace('15', '16')}",
        "--profile", "audit", "--role-arn", "arn:aws:iam::1:role/r", "--request-payer",
    ]  # fmt: skip


def test_what_was_narrowed_at_the_start() -> None:
    since = datetime(2024, 1, 15, 9, tzinfo=UTC)
    scope = Scope(("",), since, since.replace(hour=10), frozenset({"eu-west-1"}), frozenset({"1"}))
    assert words(bucket(), scope) == [
        "is:write", "s3://my-logs/", "--account", "1", "--region", "eu-west-1",
        "--since", "2024-01-15T09:00:00Z", "--until", "2024-01-15T10:00:00Z",
    ]  # fmt: skip


def test_offline_stays_offline() -> None:
    source = bucket()
    source.offline = True
    assert words(source, Scope(("",)))[-1] == "--offline"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["", "{}"]),
        ("-is:read", ["-is:read", "{}"]),
        ("-has:mfa", ["-has:mfa", "{}"]),
        ("-h", [" -h", "{}"]),
        ("name:\"b c\" '$HOME'", ["name:\"b c\" '$HOME'", "{}"]),
        ('agent:"\\u001b[31m"', ['agent:"\\u001b[31m"', "{}"]),
        ("since:24h", ["since:24h", "{}"]),
    ],
)
def test_the_filter_comes_through_a_shell_as_it_is(
    tmp_path: Path, text: str, said: list[str]
) -> None:
    place = f"{tmp_path}/"
    assert words(FolderSource(tmp_path), Scope(("",)), text) == [s.format(place) for s in said]


def test_a_folder_below_and_a_file_alone(tmp_path: Path) -> None:
    (tmp_path / "log.json").write_text("{}")
    assert words(FolderSource(tmp_path), Scope(("a b/",)))[-1] == f"{tmp_path}/a b/"
    assert words(FolderSource(tmp_path / "log.json"), Scope(("",)))[-1] == f"{tmp_path}/log.json"


def test_several_sources(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    source = SeveralSource([FolderSource(tmp_path / "a"), DemoSource()])
    assert words(source, Scope(("",))) == ["is:write", f"{tmp_path}/a/", "--demo"]


def test_what_cannot_be_named_is_said(tmp_path: Path) -> None:
    name = "111122223333_CloudTrail_us-east-1_20240115T09{}Z_0123456789abcdef.json.gz"
    for minute in ("00", "05"):
        (tmp_path / name.format(minute)).write_bytes(b"x")
    arranged = arrange(FolderSource(tmp_path), lambda _: None)
    list(arranged.children(""))
    cases: tuple[tuple[Source, str, str], ...] = (
        (arranged, "111122223333/us-east-1/2024/01/15/", f"{tmp_path}/"),
        (DemoSource(), DAY, "--demo"),
    )
    for source, folder, place in cases:
        command = query_command(source, Scope((folder,)), "is:write")
        said = shlex.split(command.text)
        assert place in said
        assert [word for word in said[2:] if word not in (place, "is:write")] == [
            "--account",
            "111122223333",
            "--region",
            "us-east-1",
        ]
        assert "all days" in command.note
        assert set(words(source, Scope(("",)))) == {place, "is:write"}


TEXTS = (
    "",
    "-is:read",
    "-has:mfa",
    "-h",
    "name:Get* or who:bob",
    'requestParameters.key:"file-1",file-7 is:read',
    "-requestParameters.nothing:* corp-logs '",
    'agent:"\\u001b[31m"',
    "since:2024-03-06T09:10 until:2024-03-07",
    "-(who:alice is:read) -name:/^Put/i",
)


@pytest.mark.parametrize("folder", ["", "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/06/"])
async def test_the_command_run_in_a_shell_gives_the_same_events(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], folder: str
) -> None:
    logs = tmp_path / "my logs"
    for name, data in trail(40).items():
        key = name.replace("T0905Z", "T2355Z")  # no file is older than what is in it
        (logs / key).parent.mkdir(parents=True)
        (logs / key).write_bytes(data)
    source = arrange(FolderSource(logs), lambda _: None)
    expected: dict[str, list[str]] = {}
    async with opened(source) as explorer:
        if folder:
            explorer.screen.open((folder,))
            await explorer.loaded()
        for text in TEXTS:
            explorer.screen.bar.put(text)
            await explorer.settle()
            wanted = Filter(parse(text, datetime.now(UTC)))
            shown = await answered(explorer, wanted)
            assert explorer.screen.desk.session is not None
            command = query_command(source, explorer.screen.desk.session.scope, text)
            assert not command.note
            expected[command.text] = shown
    for line, ids in expected.items():
        told = subprocess.run(["sh", "-c", f"printf '%s\\0' {line}"], capture_output=True).stdout
        said = told.decode().split("\0")[1:-1]
        assert cli.main([*said, "--no-cache", "--format", "csv", "--fields", "id"]) == (not ids)
        out = capsysbinary.readouterr().out.decode()
        assert out.replace('"', "").split()[1:] == ids, line
    assert sum(map(bool, expected.values())) >= len(TEXTS) - 3


async def answered(explorer: Explorer, wanted: Filter) -> list[str]:
    """The ids of the events in the list once it shows the filter's answer."""
    session = explorer.screen.desk.session
    assert session is not None
    mask = wanted.mask(session.table, 0, session.table.count, session.records)
    await explorer.matches(int(mask.sum()))
    view = explorer.screen.events.view
    assert view is not None
    return [json.loads(session.records.one(int(row)))["eventID"] for row in view.rows]
