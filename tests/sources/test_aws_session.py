"""Sessions and clients, whatever they are for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ctexplore.sources.aws.session import open_session, whose
from tests.fakes3 import FakeS3, Reply
from tests.sources.test_s3_session import MFA, ROLE, assumed, without_keys

KEYS = "aws_access_key_id = AKIABASEBASEBASEBASE\naws_secret_access_key = s\n"


def test_whose_credentials_these_are(aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert whose(open_session()) == "key AKIATESTTESTTESTTEST"
    without_keys(monkeypatch)
    (aws / "credentials").write_text(f"[default]\n{KEYS}[audit]\n{KEYS}")
    assert whose(open_session()) == "profile default"
    monkeypatch.setenv("AWS_PROFILE", "audit")
    assert whose(open_session()) == "profile audit"


@contextmanager
def container(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The endpoint from which a container has its credentials."""

    keys = {
        "AccessKeyId": "ASIACONTAINERCONTAIN",
        "SecretAccessKey": "s",
        "Token": "t",
        "Expiration": "2100-01-01T00:00:00Z",
    }
    with FakeS3(lambda _: Reply(body=json.dumps(keys).encode())) as server:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{server.url}/")
        yield


def test_a_containers_role_is_named_though_nobody_chose_it(
    aws: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_keys(monkeypatch)
    with container(monkeypatch):
        assert whose(open_session()) == "container role"


def test_an_mfa_code_can_be_asked_for_elsewhere_than_in_the_terminal(
    aws: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_keys(monkeypatch)
    (aws / "credentials").write_text(f"[base]\n{KEYS}")
    (aws / "config").write_text(
        f"[profile night]\nrole_arn = {ROLE}\nsource_profile = base\nmfa_serial = {MFA}\n"
    )
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return "123456"

    with FakeS3(lambda _: assumed()) as fake:
        monkeypatch.setenv("AWS_ENDPOINT_URL", fake.url)
        assert whose(open_session("night", ask=ask)) == "profile night"
    assert (len(asked), MFA in asked[0]) == (1, True)
    assert "ctexplore" in fake.requests[0].headers["user-agent"]
