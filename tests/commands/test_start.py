"""What the start page can open: profiles, recent sources, trails, one sign-in for all of it."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest

from ctexplore.commands.start import StartWays, keep_recent
from ctexplore.config import state_dir
from ctexplore.sources.source import SourceError
from ctexplore.store.cache.cache import Cache, MemoryCache
from tests.build import event, gz, log
from tests.commands.test_opening import options
from tests.fakes3 import FakeS3, Reply, Request, data, item, listing
from tests.sources.test_s3_session import MFA, ROLE, assumed, without_keys

KEYS = "aws_access_key_id = AKIABASEBASEBASEBASE\naws_secret_access_key = s\n"
DAY = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/"


@pytest.fixture(autouse=True)
def _own_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@contextmanager
def ways(*arguments: str, cache: Cache | None = None) -> Iterator[StartWays]:
    with closing(StartWays(options(*arguments), cache or MemoryCache())) as made:
        yield made


def nobody(question: str) -> str:
    raise AssertionError(f"asked: {question}")


# -- profiles


def test_a_profile_has_to_be_chosen_where_several_exist_and_nothing_says_which(
    aws: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (aws / "credentials").write_text(f"[audit]\n{KEYS}[prod]\n{KEYS}")
    with ways() as made:
        assert made.look().profiles == ("audit", "prod")
        assert not made.look().choose  # keys of the environment are a choice
        without_keys(monkeypatch)
        assert made.look().choose
        monkeypatch.setenv("AWS_PROFILE", "prod")
        assert not made.look().choose
    monkeypatch.delenv("AWS_PROFILE")
    with ways("--profile", "audit") as made:
        assert not made.look().choose
    (aws / "credentials").write_text(f"[default]\n{KEYS}[prod]\n{KEYS}")
    with ways() as made:
        assert not made.look().choose


def test_a_broken_configuration_is_told_by_signing_in(
    aws: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (aws / "config").write_text("[profile night\nregion = x\n")
    with ways() as made:
        assert made.look().profiles == ()
        with pytest.raises(SourceError, match="configuration cannot be read"):
            made.sign_in("", nobody)


# -- signing in


def test_what_is_opened_is_reached_as_whom_the_page_was(aws: Path) -> None:
    (aws / "credentials").write_text(f"[audit]\n{KEYS}")
    with ways("--region", "eu-west-1", "--last", "24h") as made:
        signed = made.sign_in("audit", nobody)
    assert signed.whose == "profile audit"
    assert (signed.reach, signed.narrow) == (
        ("--profile", "audit", "--last", "24h"),
        ("--region", "eu-west-1"),
    )
    assert signed.regions[:2] == (signed.region, "all")
    assert {"eu-west-1", "us-east-1"} < set(signed.regions)
    assert not any(region.startswith(("cn-", "us-gov-")) for region in signed.regions)


def test_an_expired_sso_session_says_how_to_renew_it(
    aws: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_keys(monkeypatch)
    monkeypatch.setenv("HOME", str(aws))
    (aws / "config").write_text(
        "[profile night]\nsso_start_url = https://x.awsapps.com/start\nsso_region = us-east-1\n"
        "sso_account_id = 111122223333\nsso_role_name = r\nregion = us-east-1\n"
    )
    with ways() as made, pytest.raises(SourceError) as caught:
        made.sign_in("night", nobody)
    assert caught.value.hint == "run aws sso login --profile night"


@pytest.fixture
def night(aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile with a role that wants an MFA code."""
    without_keys(monkeypatch)
    (aws / "credentials").write_text(f"[base]\n{KEYS}")
    (aws / "config").write_text(
        f"[profile night]\nrole_arn = {ROLE}\nsource_profile = base\nmfa_serial = {MFA}\n"
        "region = us-east-1\n"
    )


@pytest.mark.usefixtures("night")
def test_one_mfa_code_is_enough_for_the_page_and_a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return "123456"

    def script(request: Request) -> Reply:
        if request.operation == "STS":
            return assumed()
        stored = gz(log(event(1)))
        return data(stored) if request.operation == "GetObject" else listing([item(f"{DAY}a.gz")])

    with FakeS3(script) as fake, ways() as made:
        monkeypatch.setenv("AWS_ENDPOINT_URL", fake.url)
        made.sign_in("night", ask)
        opening = made.open(["s3://logs/", "--profile", "night"], ask)
        assert (len(asked), fake.count("STS")) == (1, 1)
        assert opening.source.label == "logs"
        made.sign_in("night", ask, again=True)
        assert len(asked) == 2


@pytest.mark.usefixtures("night")
def test_a_session_that_ran_out_meanwhile_is_opened_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return "123456"

    def script(request: Request) -> Reply:
        if request.operation == "STS":
            soon = datetime.now(UTC) + timedelta(minutes=1)
            return assumed(soon if request.n == 1 else None)
        return listing([item(f"{DAY}a.json.gz")])

    with FakeS3(script) as fake, ways() as made:
        monkeypatch.setenv("AWS_ENDPOINT_URL", fake.url)
        made.sign_in("night", ask)
        assert len(asked) == 1
        made.open([f"s3://logs/{DAY}", "--profile", "night"], ask)
        assert len(asked) == 2


# -- opening


def test_a_trail_leads_to_its_bucket_and_the_bucket_back_offline(
    moto: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    bucket = boto3.client("s3")
    bucket.create_bucket(Bucket="my-logs")
    bucket.put_object(Bucket="my-logs", Key=f"deep/{DAY}a.json.gz", Body=gz(log(event(1))))
    trail = boto3.client("cloudtrail")
    trail.create_trail(Name="audit", S3BucketName="my-logs", S3KeyPrefix="deep")
    cache = MemoryCache()
    with ways(cache=cache) as made:
        made.sign_in("", nobody)
        assert made.caller() == "arn:aws:sts::123456789012:user/moto"
        *_, found = made.trails()
        assert [t.uri for t in found.trails] == ["s3://my-logs/deep/AWSLogs/"]
        opening = made.open([found.trails[0].uri], nobody)
        assert opening.source.root == "deep/AWSLogs/"
        list(opening.source.children("deep/AWSLogs/"))
        made.left(opening.source)
        (kept,) = made.look().kept
        assert kept.words == ("s3://my-logs/deep/AWSLogs/",)
        assert made.look().recent == (kept.words,)
    without_keys(monkeypatch)
    with ways(cache=cache) as made:
        offline = made.open([*kept.words, "--offline"], nobody).source
        assert [f for page in offline.children(offline.root) for f in page.folders]
        assert made.look().recent == (kept.words,)


def test_limits_hold_for_all_that_is_opened(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(log(event(1)))
    with ways("--max-memory", "500M", "--max-objects", "7") as made:
        limits = made.open([str(tmp_path), "--since", "7d"], nobody).limits
    assert (limits.max_objects, limits.max_memory) == (7, 500 << 20)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["/no/such/folder"], "no such file or folder"),
        (["s3://Ünicode"], "is not a bucket's name"),
        (["/", "--no-such-option"], "unrecognized arguments"),
    ],
)
def test_what_cannot_be_opened_is_a_source_error(words: list[str], said: str, aws: Path) -> None:
    with ways() as made, pytest.raises(SourceError, match=said):
        made.open(words, nobody)


# -- recent sources


def test_recent_sources_are_the_last_first_and_nobody_elses_to_read(tmp_path: Path) -> None:
    for name in ("a", "b", "a"):
        (tmp_path / name).mkdir(exist_ok=True)
        keep_recent(options(str(tmp_path / name)))
    keep_recent(options("--demo"))
    with ways() as made:
        assert made.look().recent == ((str(tmp_path / "a"),), (str(tmp_path / "b"),))
    file = state_dir() / "sources"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_line_that_is_no_command_is_left_out(tmp_path: Path) -> None:
    state_dir().mkdir(parents=True)
    (state_dir() / "sources").write_text("s3://logs/ 'open quote\ns3://logs/\n")
    with ways() as made:
        assert made.look().recent == (("s3://logs/",),)
