"""Requests that got no answer from S3: credentials, profile, region, network, broken bodies.

Exceptions are told apart by the names of their classes: importing botocore takes a tenth of
a second, so this waits until something of it is called.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ctexplore.sources.source import SourceError

_SECRETS = (
    (re.compile(r"\b(A[KS]IA)[A-Z0-9]{12,}\b"), r"\1…"),
    (re.compile(r"//[^/@\s]+@"), "//…@"),
    (re.compile(r"\?[^\s\"']*"), ""),
    (re.compile(r"[A-Za-z0-9+/=_-]{120,}"), "…"),
)
# class: (reason, hint, flags); flags: f fatal, r retry. {…} are filled from the error.
_KNOWN: Mapping[str, tuple[str, str, str]] = {
    "NoCredentialsError": (
        "no AWS credentials found",
        "give --profile, run aws sso login, or set AWS_PROFILE",
        "f",
    ),
    "PartialCredentialsError": ("the credentials are incomplete: {text}", "", "f"),
    "ProfileNotFound": (
        "the profile {profile} does not exist",
        "aws configure list-profiles names those that do",
        "f",
    ),
    "NoRegionError": ("no region is set", "give --region or set AWS_REGION", "f"),
    "InvalidRegionError": ("the region is not a region's name", "check --region", "f"),
    "SSOError": ("the SSO session expired", "run aws sso login{for_profile}", "fr"),
    "TokenRetrievalError": ("the SSO session expired", "run aws sso login{for_profile}", "fr"),
    "LoginError": ("the console login expired", "run aws login{for_profile}", "fr"),
    "RefreshWithMFAUnsupportedError": (
        "the MFA session expired",
        "try again and enter a new code",
        "fr",
    ),
    "EOFError": ("an MFA code is needed, and nobody can be asked for it", "", "f"),
    "MetadataRetrievalError": ("the credentials could not be fetched: {text}", "", "fr"),
    "CredentialRetrievalError": ("the credentials could not be fetched: {text}", "", "fr"),
    "InvalidConfigError": ("the AWS configuration is not usable: {text}", "", "f"),
    "ConfigParseError": ("the AWS configuration cannot be read: {text}", "", "f"),
    "ConfigNotFound": ("the AWS configuration cannot be read: {text}", "", "f"),
    "MissingDependencyException": ("this needs the package botocore[crt]", "", "f"),
    "ProxyConnectionError": (
        "the proxy cannot be reached",
        "check HTTPS_PROXY and NO_PROXY",
        "r",
    ),
    "InvalidProxiesConfigError": ("the proxy's settings are not usable", "check HTTPS_PROXY", "f"),
    "SSLError": (
        "TLS failed: {cause}",
        "AWS_CA_BUNDLE can name your organization's certificates",
        "r",
    ),
    "EndpointConnectionError": (
        "cannot connect to {host}{cause_in_brackets}",
        "check the network, --region and --endpoint-url",
        "r",
    ),
    "ConnectTimeoutError": (
        "no connection to {host} in time",
        "check the network, the proxy and --endpoint-url",
        "r",
    ),
    "ReadTimeoutError": ("stalled: no byte came for 20 s", "try again", "r"),
    "ConnectionClosedError": ("the connection was closed before an answer came", "try again", "r"),
    "ResponseStreamingError": ("the connection broke while reading", "try again", "r"),
    "FlexibleChecksumError": ("content does not match its checksum", "try again", "r"),
    "ResponseParserError": (
        "the endpoint did not answer with S3 XML",
        "a proxy or a portal may stand before it",
        "r",
    ),
    "ParamValidationError": ("the request is not valid: {text}", "", ""),
    "HTTPClientError": ("the connection failed: {text}", "try again", "r"),
}


def failures() -> tuple[type[Exception], ...]:
    """Everything a botocore call, or reading a body it gave, may raise by no fault of ours."""
    from botocore.exceptions import BotoCoreError, ClientError
    from urllib3.exceptions import HTTPError

    # ValueError: botocore's parsers leave int() and date errors as they are. EOFError: an MFA
    # code was asked for and standard input had ended.
    return (ClientError, BotoCoreError, HTTPError, OSError, ValueError, EOFError)


def scrub(text: str) -> str:
    """One line of an error's text without keys, passwords and signatures, 300 letters at most."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return " ".join(text.split())[:300]


def explain_unanswered(error: BaseException, place: str, profile: str = "") -> SourceError:
    """The SourceError for an exception that carries no answer of S3."""
    values = getattr(error, "kwargs", {})
    host = re.sub(r"^\w+://|/.*$", "", scrub(str(values.get("endpoint_url", ""))))
    cause = _cause(str(values.get("error", "")) or str(error))
    named = str(values.get("profile", "")) or profile
    if "parameter TokenCode" in str(error):
        return SourceError(place, "an MFA code has six digits", "try again", fatal=True, retry=True)
    for kind in type(error).__mro__:
        if kind.__name__ in _KNOWN:
            reason, hint, flags = _KNOWN[kind.__name__]
            if values.get("profiles"):
                hint = "--profile takes one of {profiles}"
            fill = {
                "text": scrub(str(error)),
                "profile": named,
                "profiles": scrub(str(values.get("profiles"))),
                "for_profile": f" --profile {named}" if named else "",
                "host": host or "the endpoint",
                "cause": cause or "the connection could not be secured",
                "cause_in_brackets": f" ({cause})" if cause else "",
            }
            return SourceError(
                place,
                reason.format_map(fill),
                hint.format_map(fill),
                fatal="f" in flags,
                retry="r" in flags,
            )
    return SourceError(place, f"{scrub(str(error))} ({type(error).__name__})", retry=True)


def _cause(text: str) -> str:
    """The few words in a urllib3 message that a person can act on."""
    lower = text.lower()
    for seen, words in (
        ("name or service not known", "the name is not known to DNS"),
        ("nodename nor servname", "the name is not known to DNS"),
        ("failed to resolve", "the name is not known to DNS"),
        ("name resolution", "the name is not known to DNS"),
        ("connection refused", "connection refused"),
        ("no route to host", "no route to the host"),
        ("network is unreachable", "the network is unreachable"),
        ("certificate has expired", "the certificate has expired"),
        ("self-signed certificate", "a self-signed certificate"),
        ("self signed certificate", "a self-signed certificate"),
        ("hostname mismatch", "the certificate is for another host"),
        ("doesn't match", "the certificate is for another host"),
        ("certificate verify failed", "the certificate cannot be verified"),
        ("wrong_version_number", "the server does not speak TLS"),
        ("wrong version number", "the server does not speak TLS"),
        ("reset by peer", "the connection was reset"),
    ):
        if seen in lower:
            return words
    return ""
