from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.sources.s3.form import is_plain, learn

KEY = "AWSLogs/111122223333/CloudTrail/us-east-1/2023/07/10/1_CloudTrail_us-east-1_x.json.gz"
KEYS = ReadOnlyCredentials("AKIATESTTESTTESTTEST", "test-secret", None)
WITH_TOKEN = ReadOnlyCredentials("ASIATESTTESTTESTTEST", "other-secret", "token/+==")
URL = "https://my-logs.s3.eu-west-1.amazonaws.com/"

names = st.text("abcXYZ019._-", min_size=1).filter(lambda name: not name.startswith("."))
plain_keys = st.lists(names, min_size=1, max_size=5).map("/".join)
etags = st.from_regex(r"[0-9a-f]{32}(-[0-9]{1,4})?", fullmatch=True)
secrets = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)


def sent(
    key: str = KEY,
    etag: str = "abc",
    keys: ReadOnlyCredentials = KEYS,
    base: str = URL,
    region: str = "eu-west-1",
    **more: str,
) -> AWSPreparedRequest:
    """A GET as botocore signs it; ``_`` in the name of one more header stands for ``-``."""
    headers = {
        "If-Match": f'"{etag}"',
        "User-Agent": "Boto3/1  x",
        "x-amz-checksum-mode": "ENABLED",
    }
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    request = AWSRequest("GET", base + quote(key, safe="/~"), headers)
    S3SigV4Auth(keys, "s3", region).add_auth(request)
    request.headers["amz-sdk-invocation-id"] = "1"
    request.headers["amz-sdk-request"] = "ttl=20230101T000000Z; attempt=2; max=5"
    return request.prepare()


def fields(request: bytes) -> tuple[str, dict[str, str]]:
    head, _, body = request.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    assert body == ""
    return first, dict(line.split(": ", 1) for line in lines)


@given(plain_keys, plain_keys, etags, secrets, st.sampled_from(["", "token/+=="]), st.dates())
def test_it_signs_as_botocore_does(
    key: str, other: str, etag: str, secret: str, token: str, day: Any
) -> None:
    """A form learned from one object signs any other as botocore would, with renewed keys too."""
    keys = ReadOnlyCredentials("AKIATESTTESTTESTTEST", secret, token or None)
    old = ReadOnlyCredentials("AKIAOLDOLDOLDOLDOLDO", "old", (token and "old token") or None)
    form = learn(sent(other, keys=old), other, "abc", old)
    assert form is not None
    now = sent(key, etag, keys)
    stamp = now.headers["X-Amz-Date"]
    assert form.authorization(key, etag, keys, stamp) == now.headers["Authorization"]
    form.authorization(key, etag, keys, f"{day:%Y%m%d}T000000Z")  # another day's signing key
    assert form.authorization(key, etag, keys, stamp) == now.headers["Authorization"]


@pytest.mark.parametrize("keys", [KEYS, WITH_TOKEN])
@pytest.mark.parametrize(
    "base", [URL, "http://127.0.0.1:9000/my-logs/", "https://s3.example.com/x/my-logs/a-b/"]
)
def test_a_request_is_the_one_it_was_learned_from(base: str, keys: ReadOnlyCredentials) -> None:
    learned = sent(
        keys=keys,
        base=base,
        x_amz_request_payer="requester",
        x_amz_expected_bucket_owner="111122223333",
    )
    form = learn(learned, KEY, "abc", keys)
    assert form is not None and form.signs_token == bool(keys.token)
    first, headers = fields(form.request(KEY, "abc", keys))
    assert first == f"GET /{learned.url.split('/', 3)[3]} HTTP/1.1"
    assert headers.pop("host") == learned.url.split("/")[2]
    assert headers.pop("accept-encoding") == "identity"
    assert headers.pop("amz-sdk-request") == "attempt=1; max=5"
    assert headers["x-amz-request-payer"] == "requester"
    anew = {"x-amz-date", "authorization", "amz-sdk-invocation-id"}
    before = {name.lower(): value for name, value in learned.headers.items()}
    assert headers.keys() == before.keys() - {"amz-sdk-request"}
    assert {n: v for n, v in headers.items() if n not in anew} == {
        n: v for n, v in before.items() if n in headers and n not in anew
    }
    again = form.authorization(KEY, "abc", keys, headers["x-amz-date"])
    assert headers["authorization"] == again


@pytest.mark.parametrize(
    ("request_", "keys"),
    [
        (sent(x_amz_new_option="1"), KEYS),
        (sent(Range="bytes=0-1"), KEYS),
        (sent(X_Amzn_Trace_Id="Root=1"), KEYS),
        (sent(), WITH_TOKEN),
        (sent(), ReadOnlyCredentials(KEYS.access_key, "another", None)),
        (sent(base="https://my-logs.s3.amazonaws.com:443/"), KEYS),
        (sent(base="https://u:p@s3.example.com/my-logs/"), KEYS),
    ],
)
def test_what_it_does_not_know_is_not_learned(
    request_: AWSPreparedRequest, keys: ReadOnlyCredentials
) -> None:
    assert learn(request_, KEY, "abc", keys) is None


def test_another_kind_of_request_is_not_learned() -> None:
    def changed(url: str = "", **headers: str) -> Any:
        good = sent()
        return SimpleNamespace(url=url or good.url, headers={**good.headers, **headers})

    assert learn(changed(), KEY, "abc", KEYS) is not None
    for odd in (
        changed(Authorization="AWS4-ECDSA-P256-SHA256 Credential=x"),
        changed(Authorization="Bearer x"),
        changed(url=f"{URL}{KEY}?versionId=1"),
        changed(url=f"{URL}other.json.gz"),
        changed(url=f"https://my-logs.s3.eu-west-1.amazonaws.com/{KEY}/x"),
        changed(**{"User-Agent": "a\r\nx-evil: 1"}),
        changed(**{"X-Amz-Date": ""}),
    ):
        assert learn(odd, KEY, "abc", KEYS) is None
    unsigned = changed()
    del unsigned.headers["Authorization"]
    assert learn(unsigned, KEY, "abc", KEYS) is None


@pytest.mark.parametrize("key", [KEY, "a", "a/b", "_a-b.c/1..2"])
def test_plain_keys(key: str) -> None:
    assert is_plain(key, "0123456789abcdef-12")
    assert quote(key, safe="/~") == key


@pytest.mark.parametrize(
    "key",
    [
        *("", "/", "/a", "a/", "a//b", "a/../b", "./a", "a b", "a+b", "a=b", "a~b", "ä", "a%2fb"),
        *("a\n", "a\r\nb", "a?b", "a#b", 'a"b', "a\x1b"),
    ],
)
def test_keys_that_need_quoting_are_not_plain(key: str) -> None:
    assert not is_plain(key, "abc")


@pytest.mark.parametrize("etag", ["", "a b", 'a"b', "a\r\nx: y", "ä", "a/b", "*", "W/abc"])
def test_etags_that_are_none(etag: str) -> None:
    assert not is_plain(KEY, etag)
