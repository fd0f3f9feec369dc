"""Credentials that expire in the middle of a load: one halt, and nothing lost after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctexplore.store.cache.cache import MemoryCache
from ctexplore.store.fetch import THREADS
from ctexplore.store.scope import Scope
from ctexplore.store.session import Session
from ctexplore.store.steps import Halt
from tests.build import event, gz, log
from tests.fakes3 import FakeS3, Reply, Request, data, error, etag, item, listing
from tests.sources.s3_at import s3_at

DAY = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/05/"
KEYS = "[default]\naws_access_key_id = {}\naws_secret_access_key = s\naws_session_token = t\n"


def test_a_token_that_expires_at_object_500_of_1000(
    aws: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    (aws / "credentials").write_text(KEYS.format("OLD"))
    bodies = {f"{DAY}{n:04}.json.gz": gz(log(event(n))) for n in range(1000)}

    def script(request: Request) -> Reply:
        old = "Credential=OLD/" in request.headers["authorization"]
        if request.operation == "GetObject":
            if old and request.n > 500:
                return error("ExpiredToken", 400)
            return data(bodies[request.key])
        if request.query.get("prefix") == DAY:
            return listing(item(key, len(body), etag(body)) for key, body in bodies.items())
        return listing(folders=[DAY])

    with FakeS3(script) as fake:
        source = s3_at(fake.url)
        session = Session(source, MemoryCache(), Scope((DAY,)))
        halts = []
        for step in session.load():
            if isinstance(step, Halt):
                halts.append(step.error)
                tally = session.tally
                assert tally.found == 1000 == tally.read + tally.waiting
                assert tally.failed == 0
                # What was asked for at the same time failed alike; nothing more was sent.
                assert 0 < fake.count("GetObject") - 500 <= THREADS
                (aws / "credentials").write_text(KEYS.format("NEW"))
                source.refresh()
        assert [halt.reason for halt in halts] == ["the credentials expired"]
        assert "aws sso login" in halts[0].hint
        # No object that was here was asked for again.
        assert fake.count("GetObject") <= 1000 + THREADS
        tally = session.tally
        assert (tally.found, tally.read, tally.events, tally.waiting) == (1000, 1000, 1000, 0)
