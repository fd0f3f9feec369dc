"""Credentials that ask for a code before the screen, and that expire behind it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal
from tests.fakes3 import FakeS3, Reply, Request, data, error, item, listing
from tests.sources.test_s3_session import MFA, ROLE, assumed

ONE = gzip.compress(b'{"Records": [{"eventName": "Once", "eventTime": "2026-03-02T00:00:00Z"}]}')
DAY = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/"


@pytest.fixture
def profile(env: dict[str, str], home: Path) -> dict[str, str]:
    """Only the profiles night (a role with MFA) and base, in files."""
    folder = home / ".aws"
    folder.mkdir()
    (folder / "config").write_text(
        f"[profile night]\nrole_arn = {ROLE}\nsource_profile = base\nmfa_serial = {MFA}\n"
    )
    write_keys(home, "AKIAOLDOLDOLDOLDOLDO")
    return {name: value for name, value in env.items() if "KEY" not in name}


def write_keys(home: Path, key: str) -> None:
    (home / ".aws/credentials").write_text(
        f"[base]\naws_access_key_id = {key}\naws_secret_access_key = s\n"
    )


def answer(request: Request) -> Reply:
    if request.operation == "STS":
        return assumed()
    if request.operation == "GetObject":
        return data(ONE)
    return listing([item(f"{DAY}{number}.json.gz", len(ONE)) for number in range(5)])


def test_an_mfa_code_is_asked_for_before_the_screen(profile: dict[str, str]) -> None:
    with FakeS3(answer) as fake:
        env = {**profile, "AWS_ENDPOINT_URL": fake.url}
        with Terminal([f"s3://logs/{DAY}", "--profile", "night"], env) as terminal:
            terminal.wait_for(f"Enter MFA code for {MFA}:")
            assert (fake.requests, terminal.modes()) == ([], {})
            terminal.press("123456\r")
            terminal.wait_for("5 files = 5 read + 0 failed + 0 skipped")
            assert b"123456" not in terminal.seen
            terminal.press("q")
            assert terminal.status() == 0
            terminal.assert_restored()


def test_ctrl_c_at_the_question_ends_it(profile: dict[str, str]) -> None:
    with FakeS3(answer) as fake:
        env = {**profile, "AWS_ENDPOINT_URL": fake.url}
        with Terminal([f"s3://logs/{DAY}", "--profile", "night"], env) as terminal:
            terminal.wait_for("Enter MFA code")
            terminal.press("\x03")
            assert terminal.status() == 130
            terminal.assert_untouched()
            assert b"Traceback" not in terminal.seen


@pytest.mark.parametrize("asks", [False, True], ids=["from a file", "with a code"])
def test_expired_credentials_are_renewed_and_loading_goes_on(
    profile: dict[str, str], home: Path, asks: bool
) -> None:
    renewed: list[bool] = []

    def script(request: Request) -> Reply:
        if request.operation == "GetObject" and not renewed:
            return error("ExpiredToken", 400)
        return answer(request)

    with FakeS3(script) as fake:
        env = {**profile, "AWS_ENDPOINT_URL": fake.url}
        named = "night" if asks else "base"
        with Terminal([f"s3://logs/{DAY}", "--profile", named], env) as terminal:
            if asks:
                terminal.wait_for("Enter MFA code")
                terminal.press("123456\r")
            terminal.wait_for("the credentials expired")
            terminal.wait_for("0 read + 0 failed + 0 skipped + 5 waiting")
            renewed.append(True)
            write_keys(home, "AKIANEWNEWNEWNEWNEWN")
            asked = terminal.seen.count(b"Enter MFA code")
            terminal.press("r")
            if asks:
                terminal.wait_for(lambda _: terminal.seen.count(b"Enter MFA code") > asked)
                assert terminal.modes()[1049] is False
                terminal.press("654321\r")
            terminal.wait_for("5 files = 5 read + 0 failed + 0 skipped")
            assert terminal.modes()[1049] is True
            terminal.press("q")
            assert terminal.status() == 0
            terminal.assert_restored()
        if not asks:
            assert "AKIANEW" in fake.requests[-1].headers["authorization"]
