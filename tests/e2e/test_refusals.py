"""What ends the program before a screen: one line, exit status 2, the terminal as it was."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from tests.e2e.bucket import CountedBucket
from tests.e2e.terminal import GUARD, Terminal
from tests.fakes3 import FakeS3, Reply, Request, error


def refused(arguments: list[str], env: dict[str, str]) -> str:
    """The one line that the explorer ends with, in a terminal that it leaves alone."""
    with Terminal(arguments, env, size=(300, 24)) as terminal:
        assert terminal.status() == 2
        terminal.assert_untouched()
        said = terminal.seen.decode()
    assert said.startswith("ctexplore: ") and said.count("\n") == 1
    return said


def without_keys(env: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if "KEY" not in name}


def test_no_credentials(env: dict[str, str]) -> None:
    said = refused(["--bucket", "my-logs"], without_keys(env))
    assert "no AWS credentials found (give --profile" in said


def test_no_such_profile(env: dict[str, str]) -> None:
    said = refused(["--bucket", "my-logs", "--profile", "night"], env)
    assert "the profile night does not exist" in said


def test_no_such_bucket(bucket: CountedBucket, env: dict[str, str]) -> None:
    said = refused(["s3://no-such-logs", "--endpoint-url", bucket.url], env)
    assert "s3://no-such-logs/: the bucket does not exist" in said


def test_nobody_listens(env: dict[str, str]) -> None:
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{plug.getsockname()[1]}"
        said = refused(["s3://my-logs", "--endpoint-url", url], env)
    assert "cannot connect to 127.0.0.1" in said


def test_a_prefix_that_may_not_be_listed(env: dict[str, str]) -> None:
    with FakeS3(lambda _: error("AccessDenied", 403)) as fake:
        said = refused(["s3://my-logs/a/", "--endpoint-url", fake.url], env)
    assert "s3://my-logs/a/: not allowed to list this prefix (s3:ListBucket)" in said


def test_somebody_elses_bucket(env: dict[str, str]) -> None:
    owner = "444455556666"

    def script(request: Request) -> Reply:
        assert request.headers["x-amz-expected-bucket-owner"] == owner
        return error("AccessDenied", 403)

    with FakeS3(script) as fake:
        place = ["s3://my-logs/a/", "--endpoint-url", fake.url]
        refused([*place, "--expected-bucket-owner", owner], env)


def test_a_bucket_whose_requesters_pay(env: dict[str, str]) -> None:
    def script(request: Request) -> Reply:
        if request.headers.get("x-amz-request-payer") == "requester":
            return error("NoSuchBucket", 404)
        return error("AccessDenied", 403, "Bucket is a requester pays bucket")

    with FakeS3(script) as fake:
        place = ["s3://my-logs", "--endpoint-url", fake.url]
        assert "try --request-payer" in refused(place, env)
        assert "does not exist" in refused([*place, "--request-payer"], env)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-"], "standard input is the terminal"),
        (["no-such-folder"], "no-such-folder: no such file or folder"),
        (["s3://"], "the bucket's name is empty"),
        (["--bucket", "Ünicode"], "is not a bucket's name"),
        (["--prefix", "a"], "--prefix goes with --bucket"),
        (["arn:aws:iam::111122223333:user/eve"], "this ARN is of iam, not of S3"),
        (["--demo", "--account", "12"], "'12' is no account id: 12 digits"),
        (["--demo", "--since", "sometime"], '"sometime" is no time'),
        (["--demo", "--last", "900000d"], "reaches back before the calendar begins"),
        (["--demo", "--max-objects", "0"], "'0' is no whole number above 0"),
        (["--demo", "--theme", "nope"], "there is no theme 'nope'"),
        (["--demo", "--off"], "unrecognized arguments: --off"),
        (["--demo", "--nope"], "unrecognized arguments: --nope"),
    ],
)
def test_slips_of_the_keyboard(env: dict[str, str], arguments: list[str], said: str) -> None:
    assert said in refused(arguments, env)


def test_offline_without_anything_kept(env: dict[str, str]) -> None:
    said = refused(["--bucket", "my-logs", "--offline"], without_keys(env))
    assert "s3://my-logs/: not on disk (it was never listed while online)" in said


@pytest.mark.parametrize(
    ("term", "arguments", "instead"),
    [
        ("dumb", ["--demo"], "ctexplore query '' --demo prints its events"),
        (
            "",
            ["s3://my-logs/a", "--profile", "audit", "--last", "24h", "--filter", "is:write"],
            "ctexplore query is:write s3://my-logs/a/ --profile audit --last 24h prints its",
        ),
        ("dumb", ["s3://my-logs", "--follow"], "ctexplore follow '' s3://my-logs/ prints"),
        ("dumb", [], "ctexplore query FILTER SOURCE prints events"),
    ],
)
def test_a_terminal_that_cannot_show_a_screen(
    env: dict[str, str], term: str, arguments: list[str], instead: str
) -> None:
    assert instead in refused(arguments, {**env, "TERM": term})


@pytest.mark.parametrize("closed", ["0<&-", "0</dev/null", "2>/dev/null"])
def test_no_terminal(env: dict[str, str], closed: str) -> None:
    command = f'"{sys.executable}" -m ctexplore --demo {closed}'
    done = subprocess.run(
        command, shell=True, env=env, capture_output=True, text=True, timeout=GUARD
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "/dev/null" in closed or "ctexplore query '' --demo prints" in done.stderr
