"""As whom a bucket is read, as the first line says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctexplore.sources.arranged import ArrangedSource
from ctexplore.sources.folder import FolderSource
from ctexplore.sources.s3.options import S3Options
from ctexplore.sources.s3.source import Connection, S3Source
from ctexplore.sources.several import SeveralSource
from ctexplore.store.cache.cache import MemoryCache
from ctexplore.store.cache.kept import KeptSource
from ctexplore.tui.whom import as_whom

ROLE = "arn:aws:iam::111122223333:role/audit/reader"


def bucket(**options: str) -> S3Source:
    made = S3Options("logs", **options)  # type: ignore[arg-type]
    return S3Source(made, lambda: Connection(None, "s3:test/logs", "us-east-1", str))


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)


def test_what_was_said_of_a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    assert as_whom(bucket()) == ""
    monkeypatch.setenv("AWS_PROFILE", "prod")
    assert as_whom(bucket()) == "profile prod"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    assert as_whom(bucket()) == "key AKIAEXAMPLE"
    assert as_whom(bucket(profile="audit")) == "profile audit"
    assert as_whom(bucket(profile="audit", role_arn=ROLE)) == "role reader"


def test_what_lies_around_a_bucket_does_not_hide_it(tmp_path: Path) -> None:
    source = bucket(profile="audit")
    assert as_whom(ArrangedSource(source, lambda _: None)) == "profile audit"
    assert as_whom(KeptSource(source, MemoryCache())) == "profile audit"
    assert as_whom(KeptSource(source, MemoryCache(), offline=True)) == "offline"
    others = (source, FolderSource(tmp_path), bucket(role_arn=ROLE), bucket(profile="audit"))
    assert as_whom(SeveralSource(others)) == "profile audit + role reader"
    assert as_whom(FolderSource(tmp_path)) == ""
