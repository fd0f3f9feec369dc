from __future__ import annotations

import getpass
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from ctexplore.sources.aws.session import open_session
from ctexplore.sources.s3.options import S3Options
from ctexplore.sources.s3.session import connect, first_folder, open_s3
from ctexplore.sources.source import SourceError
from tests.fakes3 import FakeS3, Reply, Request, error, item, listing
from tests.sources.s3_at import merged

ROLE = "arn:aws:iam::444455556666:role/reader"
MFA = "arn:aws:iam::111122223333:mfa/eve"


def refused(**options: object) -> SourceError:
    """What opening a bucket, or its first listing, says."""
    with pytest.raises(SourceError) as caught:
        first_folder(open_s3(S3Options("logs", **options)))  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    assert "test-secret" not in str(caught.value)
    return caught.value


def without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")


def free_port() -> int:
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        return int(plug.getsockname()[1])


def test_no_credentials(aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_keys(monkeypatch)
    got = refused()
    assert (got.reason, got.fatal) == ("no AWS credentials found", True)
    assert "--profile" in got.hint
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTTESTTESTTEST")
    assert "the credentials are incomplete" in refused().reason


def test_no_credentials_but_profiles_to_choose_from(
    aws: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_keys(monkeypatch)
    (aws / "config").write_text("[profile audit]\nregion = us-east-1\n[profile prod]\n")
    assert refused().hint == "--profile takes one of audit, prod"


def test_a_session_in_hand_is_used_once_and_renewing_reads_the_files_again(
    aws: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_session()
    with FakeS3(lambda _: listing([item("a")])) as fake:
        source = open_s3(S3Options("logs", endpoint_url=fake.url), session=session)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIANEWNEWNEWNEWNEWN")
        merged(source)
        assert "AKIATEST" in fake.requests[-1].headers["authorization"]
        source.refresh()
        merged(source)
        assert "AKIANEW" in fake.requests[-1].headers["authorization"]
        assert source.whose == "key AKIANEWNEWNEWNEWNEWN"


def test_no_such_profile(aws: Path) -> None:
    got = refused(profile="night")
    assert (got.reason, got.fatal) == ("the profile night does not exist", True)


def test_broken_configuration(aws: Path) -> None:
    (aws / "config").write_text("[profile night\nregion = x\n")
    assert "the AWS configuration cannot be read" in refused(profile="night").reason


@pytest.mark.parametrize("url", ["nowhere", "https://", "ftp//x"])
def test_an_endpoint_that_is_no_url(aws: Path, url: str) -> None:
    got = refused(endpoint_url=url)
    assert (got.reason, got.fatal) == (f"the endpoint URL {url} is not usable", True)


def test_a_region_that_is_none(aws: Path) -> None:
    assert refused(region="eu west").reason == "the region is not a region's name"


def test_nobody_listens(aws: Path) -> None:
    port = free_port()
    got = refused(endpoint_url=f"http://127.0.0.1:{port}")
    assert got.reason == f"cannot connect to 127.0.0.1:{port} (connection refused)"
    assert got.retry


def test_a_name_dns_does_not_know(aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    got = refused(endpoint_url="https://s3.example.invalid")
    assert got.reason == "cannot connect to s3.example.invalid (the name is not known to DNS)"


def test_a_proxy_that_is_down(aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://eve:hunter2@127.0.0.1:{free_port()}")
    got = refused(endpoint_url="https://s3.example.invalid")
    assert got.reason == "the proxy cannot be reached"
    assert "hunter2" not in str(got)


@contextmanager
def hanging_up() -> Iterator[int]:
    """A port that reads a little and answers with what no TLS server says."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    peer, _ = server.accept()
                except OSError:
                    return
                with peer:
                    peer.recv(1000)
                    peer.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def test_a_server_without_tls(aws: Path) -> None:
    with hanging_up() as port:
        got = refused(endpoint_url=f"https://127.0.0.1:{port}")
    assert got.reason == "TLS failed: the server does not speak TLS"


def test_a_certificate_nobody_vouches_for(aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unverified(*_: object, **__: object) -> None:
        raise ssl.SSLCertVerificationError(
            1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get issuer"
        )

    monkeypatch.setattr("urllib3.connection._ssl_wrap_socket_and_match_hostname", unverified)
    with hanging_up() as port:
        got = refused(endpoint_url=f"https://127.0.0.1:{port}")
    assert got.reason == "TLS failed: the certificate cannot be verified"
    assert "AWS_CA_BUNDLE" in got.hint


def test_an_sso_session_that_expired(aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_keys(monkeypatch)
    monkeypatch.setenv("HOME", str(aws))
    (aws / "config").write_text(
        "[profile night]\nsso_start_url = https://x.awsapps.com/start\nsso_region = us-east-1\n"
        "sso_account_id = 111122223333\nsso_role_name = r\nregion = us-east-1\n"
    )
    got = refused(profile="night")
    assert (got.reason, got.hint) == (
        "the SSO session expired",
        "run aws sso login --profile night",
    )
    assert got.fatal


def assumed(expires: datetime | None = None) -> Reply:
    until = (expires or datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    fields = {
        "AccessKeyId": "ASIAASSUMEDASSUMEDAS",
        "SecretAccessKey": "assumed-secret",
        "SessionToken": "assumed-token",
        "Expiration": until,
    }
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    return Reply(
        body=f"<AssumeRoleResponse><AssumeRoleResult><Credentials>{inside}</Credentials>"
        "</AssumeRoleResult></AssumeRoleResponse>".encode()
    )


def sts_error(code: str, message: str) -> Reply:
    body = f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Reply(403, f"{body}</ErrorResponse>".encode(), {"Content-Type": "text/xml"})


@contextmanager
def sts(
    monkeypatch: pytest.MonkeyPatch, answer: Reply, files: Reply | None = None
) -> Iterator[FakeS3]:
    def script(request: Request) -> Reply:
        return answer if request.operation == "STS" else files or listing([item("a")])

    with FakeS3(script) as fake:
        monkeypatch.setenv("AWS_ENDPOINT_URL", fake.url)
        yield fake


def test_a_role_is_assumed_before_anything_is_listed(
    aws: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sts(monkeypatch, assumed()) as fake:
        source = open_s3(S3Options("logs", role_arn=ROLE))
        assert [request.operation for request in fake.requests] == ["STS"]
        assert "Credential=AKIATEST" in fake.requests[0].headers["authorization"]
        merged(source)
        assert "Credential=ASIAASSUMED" in fake.requests[1].headers["authorization"]
        assert fake.requests[1].headers["x-amz-security-token"] == "assumed-token"
        assert fake.requests[1].bucket == "logs"  # path style, from the environment's URL


def test_a_role_renews_itself(aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore renews what expires within 15 minutes, so each request asks here."""
    with sts(monkeypatch, assumed(datetime.now(UTC) + timedelta(minutes=11))) as fake:
        source = open_s3(S3Options("logs", role_arn=ROLE))
        asked = fake.count("STS")
        merged(source)
        assert fake.count("STS") > asked


def test_a_role_that_is_refused(aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    me = "arn:aws:iam::111122223333:user/eve"
    message = f"User: {me} is not authorized to perform: sts:AssumeRole on resource: {ROLE}"
    with sts(monkeypatch, sts_error("AccessDenied", message)) as fake:
        got = refused(role_arn=ROLE)
        assert got.reason == f"not allowed to assume the role (sts:AssumeRole) as {me}"
        assert got.fatal
        assert fake.count("ListObjectsV2") == 0


@pytest.fixture
def mfa_profile(aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_keys(monkeypatch)
    (aws / "credentials").write_text(
        "[base]\naws_access_key_id = AKIABASEBASEBASEBASE\naws_secret_access_key = s\n"
    )
    (aws / "config").write_text(
        f"[profile night]\nrole_arn = {ROLE}\nsource_profile = base\nmfa_serial = {MFA}\n"
        "region = us-east-1\n"
    )


def answering(monkeypatch: pytest.MonkeyPatch, code: str | type[BaseException]) -> list[str]:
    """Answer botocore's question for an MFA code; what was asked is appended to the result."""
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        if isinstance(code, str):
            return code
        raise code

    monkeypatch.setattr(getpass, "getpass", ask)
    monkeypatch.setattr(
        "botocore.credentials.AssumeRoleProvider.__init__.__defaults__", (ask, None, None)
    )
    return asked


@pytest.mark.usefixtures("mfa_profile")
def test_an_mfa_code_is_asked_for_once_and_before_anything_is_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = answering(monkeypatch, "123456")
    with sts(monkeypatch, assumed()) as fake:
        source = open_s3(S3Options("logs", profile="night"))
        assert (len(asked), MFA in asked[0]) == (1, True)
        assert fake.count("ListObjectsV2") == 0
        merged(source)
        merged(source)
        assert len(asked) == 1


@pytest.mark.usefixtures("mfa_profile")
def test_an_mfa_session_that_ran_out_never_asks_behind_a_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = answering(monkeypatch, "123456")
    with sts(monkeypatch, assumed(datetime.now(UTC) + timedelta(minutes=1))):
        source = open_s3(S3Options("logs", profile="night"))
        with pytest.raises(SourceError, match="the MFA session expired") as caught:
            merged(source)
        assert (caught.value.fatal, caught.value.retry) == (True, True)
        assert len(asked) == 1


@pytest.mark.usefixtures("mfa_profile")
def test_an_mfa_code_that_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "123456")
    said = "MultiFactorAuthentication failed with invalid MFA one time pass code."
    with sts(monkeypatch, sts_error("AccessDenied", said)):
        assert refused(profile="night").reason == "the MFA code was refused"
    answering(monkeypatch, "12")
    with sts(monkeypatch, assumed()):
        assert refused(profile="night").reason == "an MFA code has six digits"
    answering(monkeypatch, EOFError)
    with sts(monkeypatch, assumed()):
        assert "nobody can be asked" in refused(profile="night").reason


@pytest.mark.parametrize(
    ("region", "endpoint", "identity"),
    [
        ("us-east-1", "", "s3:aws/logs"),
        ("cn-north-1", "", "s3:aws-cn/logs"),
        ("us-gov-west-1", "", "s3:aws-us-gov/logs"),
        ("us-east-1", "https://bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com", "s3:aws/logs"),
        ("us-east-1", "http://127.0.0.1:9000/", "s3:http://127.0.0.1:9000/logs"),
        ("us-east-1", "https://u:p@s3.example.com/x", "s3:https://s3.example.com/x/logs"),
    ],
)
def test_identity_names_the_place_and_not_the_way(
    aws: Path, region: str, endpoint: str, identity: str
) -> None:
    options = S3Options("logs", region=region, endpoint_url=endpoint)
    assert open_s3(options, offline=True).identity == identity


def test_labels(aws: Path) -> None:
    point = "arn:aws:s3:eu-west-1:111122223333:accesspoint/night"
    source = open_s3(S3Options(point, prefix="a/", region="eu-west-1"))
    assert (source.label, source.root, source.local) == ("night", "a/", False)
    assert source.uri("a/b") == f"s3://{point}/a/b"
    assert source.region == "eu-west-1"


def test_the_client_is_patient_within_bounds(aws: Path) -> None:
    config = connect(S3Options("logs", workers=7)).client.meta.config
    assert config.retries == {"mode": "standard", "total_max_attempts": 5}
    assert (config.connect_timeout, config.read_timeout) == (5, 20)
    assert (config.max_pool_connections, config.tcp_keepalive) == (7, True)


def test_a_caller_that_cannot_be_named(aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sts(monkeypatch, sts_error("ExpiredToken", "x")):
        source = open_s3(S3Options("logs"))
        with pytest.raises(SourceError, match="the credentials expired"):
            source.caller()


def test_the_caller_is_named_once_known(aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    me = "arn:aws:iam::111122223333:user/eve"
    said = (
        "<GetCallerIdentityResponse><GetCallerIdentityResult>"
        f"<Arn>{me}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>"
    )
    with sts(monkeypatch, Reply(body=said.encode()), error("AccessDenied", 403)) as fake:
        source = open_s3(S3Options("logs"))
        assert source.caller() == source.caller() == me
        assert fake.count("STS") == 1
        with pytest.raises(SourceError, match=rf"\(s3:ListBucket\) as {me} "):
            merged(source)
