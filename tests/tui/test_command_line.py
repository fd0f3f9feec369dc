"""The query command of what is open."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctexplore.sources.arranged import arrange
from ctexplore.sources.demo import DemoSource
from ctexplore.sources.folder import FolderSource
from ctexplore.sources.s3 import Connection, S3Source
from ctexplore.sources.s3_options import S3Options
from ctexplore.sources.several import SeveralSource
from ctexplore.sources.source import Source
from ctexplore.store.cache import NoCache
from ctexplore.store.kept import KeptSource
from ctexplore.store.scope import Scope
from ctexplore.tui.command_line import query_command

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
        "--profile", "audit", "--role-arn", "arn:aws:iam::1:role/r", "--request-payer",
        "is:write", f"s3://my-logs/{DAY}", f"s3://my-logs/{DAY.replace('15', '16')}",
    ]  # fmt: skip


def test_what_was_narrowed_at_the_start() -> None:
    since = datetime(2024, 1, 15, 9, tzinfo=UTC)
    scope = Scope(("",), since, since.replace(hour=10), frozenset({"eu-west-1"}), frozenset({"1"}))
    assert words(bucket(), scope) == [
        "--account", "1", "--region", "eu-west-1", "--since", "2024-01-15T09:00:00Z",
        "--until", "2024-01-15T10:00:00Z", "is:write", "s3://my-logs/",
    ]  # fmt: skip


def test_offline_stays_offline() -> None:
    source = bucket()
    source.offline = True
    assert words(source, Scope(("",)))[0] == "--offline"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["", "{}"]),
        ("-is:read", ["--", "-is:read", "{}"]),
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
    assert words(source, Scope(("",))) == ["--demo", "is:write", f"{tmp_path}/a/"]


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
