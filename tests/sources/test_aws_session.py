"""Sessions and clients, whatever they are for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from ctexplore.sources.aws.session import open_session, whose
from tests.fakes3 import FakeS3
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

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(
                {
                    "AccessKeyId": "ASIACONTAINERCONTAIN",
                    "SecretAccessKey": "s",
                    "Token": "t",
                    "Expiration": "2100-01-01T00:00:00Z",
                }
            ).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)
        yield
        server.shutdown()


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
