"""Secrets are masked, names of things are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.trail.node import Number, Object
from ctexplore.trail.secrets import mask, masked, veil

TOKEN = "IQoJb3JpZ2luX2VjEC0aCXVzLWVhc3QtMSJI" + "Ab9/+" * 60
LONG = "s3cr3t-" * 5
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    "path",
    [
        ("responseElements", "credentials", "sessionToken"),
        ("responseElements", "credentials", "secretAccessKey"),
        ("responseElements", "accessKey", "secretAccessKey"),
        ("responseElements", "SecretString"),
        ("responseElements", "authorizationData", 0, "authorizationToken"),
        ("requestParameters", "x-amz-security-token"),
        ("requestParameters", "X-Amz-Signature"),
        ("requestParameters", "masterUserPassword"),
        ("requestParameters", "newPassword"),
        ("requestParameters", "sAMLAssertion"),
        ("requestParameters", "webIdentityToken"),
        ("requestParameters", "environment", "variables", "DB_PASSWORD"),
        ("responseElements", "accessToken"),
        ("requestParameters", "tokens", "refresh_token"),
        ("responseElements", "password", 0),
    ],
)
def test_values_of_these_names_are_masked_whole(path):
    shown = masked(path, LONG)
    assert shown == f"s3cr…[masked, {len(LONG)} characters]"


@pytest.mark.parametrize(
    "path,value",
    [
        (("userIdentity", "accessKeyId"), "AKIAIOSFODNN7EXAMPLE"),
        (("responseElements", "credentials", "accessKeyId"), "ASIAIOSFODNN7EXAMPLE"),
        (("requestParameters", "nextToken"), "AAEAAclp8UFCJ7dny493eHEd80U02QjHYLN3Zos8"),
        (("requestParameters", "clientRequestToken"), "25b7f231-8bfb-4010-941d-0fde22294458"),
        (("requestParameters", "continuation-token"), "1qwyHag6eZDLuZ0wIsu7dA44KhJ"),
        (("requestParameters", "secretId"), "arn:aws:secretsmanager:us-east-1:1:secret:db"),
        (("requestParameters", "secretName"), "prod/database/password"),
        (("responseElements", "webIdentityTokenId"), "9f2c1b6e-6d9f-4c36-8a4c-2f4c0e7d1a11"),
        (("requestParameters", "httpTokens"), "optional, optional, optional"),
        (("requestParameters", "passwordResetRequired"), True),
        (("requestParameters", "password"), None),
        (("requestParameters", "password"), "HIDDEN_DUE_TO_SECURITY_REASONS"),
        (("requestParameters", "password"), "<sensitiveDataRemoved>"),
        (("requestParameters", "password"), "***"),
        (("requestParameters", "password"), ""),
        (("errorMessage",), "The password does not meet the policy: too short, no digits"),
    ],
)
def test_these_are_shown(path, value):
    assert masked(path, value) is None


def test_a_number_can_be_a_secret_and_an_object_cannot():
    assert masked(("password",), Number("12345678")) == "[masked, under 16 characters]"
    assert masked(("token",), Object([("a", "b")])) is None


def test_a_pair_of_name_and_value_is_judged_by_the_name():
    path = ("requestParameters", "environment", 0, "value")
    assert masked(path, LONG, "DB_PASSWORD") == mask(LONG)
    assert masked(path, LONG, "LOG_LEVEL") is None


@pytest.mark.parametrize(
    "text,secret",
    [
        (f"https://b.s3.amazonaws.com/k?X-Amz-Date=1&X-Amz-Signature={LONG}&x=1", LONG),
        (f"https://b.s3.amazonaws.com/k?X-Amz-Security-Token={TOKEN}", TOKEN),
        (f"AWS4-HMAC-SHA256 Credential=AKIA/x, SignedHeaders=host, Signature={LONG}", LONG),
        (f"jdbc:mysql://db/x?user=app&password={LONG}", LONG),
        ("https://alice:hunter2@example.com/x", "hunter2"),
        (f"Authorization: Bearer {LONG}", LONG),
        (f"got {JWT} from caller", JWT),
        (f"token {TOKEN} is expired", TOKEN),
        (f"key: {PEM} end", "MIIEabc"),
        ('{"user":"u","password": "hunter2", cut off', "hunter2"),
        ('{"user":"u","clientSecret" : "hunter2"}', "hunter2"),
    ],
)
def test_secrets_inside_longer_texts_are_masked_and_the_rest_stays(text, secret):
    shown = masked(("userAgent",), text)
    assert shown is not None and secret not in shown
    start = text.index(secret)
    assert shown.startswith(text[: max(0, start - 40)])
    assert shown == veil(text)


def test_a_whole_secret_that_contains_a_url_shows_nothing_of_it():
    value = f"https://x/?X-Amz-Signature={LONG}&pin=1234567"
    assert "pin" not in str(masked(("SecretString",), value))


@given(st.text(min_size=1, max_size=300))
def test_a_mask_shows_at_most_four_characters(secret):
    shown = mask(secret)
    assert shown.partition("[masked")[0].rstrip("…") == (secret[:4] if len(secret) >= 16 else "")


@given(st.text(alphabet="eyJ-.=:/@&? IQoJb3JpZ2lupassword-----BEGINPRIVATEKEY", max_size=400))
def test_any_text_can_be_veiled_and_text_without_secrets_stays(text):
    assert ("[masked" in veil(text)) == (veil(text) != text)


def test_texts_made_to_be_slow_are_not():
    # Quadratic patterns would take minutes here.
    for unit in (
        "eyJ-",
        "IQoJb3JpZ2lu=",
        "-----BEGIN PRIVATE KEY-----",
        "://a:",
        "bearer  ",
        "pwd=",
    ):
        veil(unit * (400_000 // len(unit)))
