"""Names of accounts from AWS Organizations: asked once, kept for offline, refused in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ctexplore import cli
from ctexplore.trail.accounts import NAMES
from tests.build import event, gz, log
from tests.fakes3 import FakeS3, Reply, Request, data, item, listing
from tests.sources.memory_source import log_key

PROD = "111122223333"
KEY = log_key("2024/03/05", account=PROD)
BODY = gz(log(event(1)))
PAGES = [
    {"Accounts": [{"Id": PROD, "Name": "Production"}], "NextToken": "more"},
    {"Accounts": [{"Id": "444455556666", "Name": "te\x1bst"}, {"Id": "777788889999"}]},
]
Ask = Callable[..., tuple[int, str, str]]


def script(request: Request) -> Reply:
    if request.operation == "STS":  # any POST: here it is Organizations
        return Reply(body=json.dumps(PAGES[(request.n - 1) % 2]).encode())
    if request.operation == "GetObject":
        return data(BODY)
    prefix = request.query["prefix"]
    below = KEY[len(prefix) :]
    if "/" not in below:
        return listing([item(KEY, len(BODY))])
    return listing(folders=[prefix + below.partition("/")[0] + "/"])


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, aws: Path) -> Iterator[FakeS3]:
    with FakeS3(script) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_ORGANIZATIONS", server.url)
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        yield server
    NAMES.forget()


@pytest.fixture
def ask(fake: FakeS3, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Ask:
    def run(text: str, *options: str) -> tuple[int, str, str]:
        where = [f"s3://logs/{KEY.rpartition('/')[0]}/", "--cache-dir", str(tmp_path / "cache")]
        status = cli.main(["query", text, *where, "--count", *options])
        return status, *capfd.readouterr()

    return run


def test_all_pages_are_asked_for_and_names_filter(fake: FakeS3, ask: Ask) -> None:
    assert ask("account:production", "--org-names") == (0, "1\n", "")
    assert fake.count("STS") == 2
    assert (NAMES.name(PROD), NAMES.name("777788889999")) == ("Production", "")


def test_nobody_is_asked_without_the_option(fake: FakeS3, ask: Ask) -> None:
    assert ask("account:production")[:2] == (1, "0\n")
    assert fake.count("STS") == 0


def test_what_was_asked_once_is_there_offline(fake: FakeS3, ask: Ask) -> None:
    assert ask("account:production", "--org-names")[0] == 0
    sent = len(fake.requests)
    NAMES.forget()
    assert ask("account:production", "--org-names", "--offline") == (0, "1\n", "")
    assert len(fake.requests) == sent


def test_offline_without_having_asked(ask: Ask) -> None:
    ask("")
    status, _, told = ask("", "--org-names", "--offline")
    assert status == 2
    assert "its accounts' names are not on disk" in told


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("AccessDeniedException", "allow organizations:ListAccounts"),
        ("AWSOrganizationsNotInUseException", "this account is in no organization"),
    ],
)
def test_a_refusal_names_the_permission(fake: FakeS3, ask: Ask, code: str, said: str) -> None:
    def refuse(request: Request) -> Reply:
        if request.operation != "STS":
            return script(request)
        return Reply(400, json.dumps({"__type": code, "Message": "no"}).encode())

    fake.script = refuse
    status, out, told = ask("", "--org-names")
    assert (status, out) == (2, "")
    assert told.startswith("ctexplore: AWS Organizations: ") and said in told


def test_a_folder_has_no_organization(
    tmp_path: Path, aws: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.json.gz").write_bytes(BODY)
    assert cli.main(["query", "", str(tmp_path / "logs"), "--org-names", "--no-cache"]) == 2
    assert "no bucket is open" in capfd.readouterr().err
