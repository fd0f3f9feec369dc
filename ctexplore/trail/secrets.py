"""Which values of a record would let a reader act as somebody else, and what to show instead.

CloudTrail leaves out what it knows to be secret, but session tokens of STS, presigned URLs and
whatever callers put into free text reach the log. Access key ids are names, not secrets.
"""

from __future__ import annotations

import re

from ctexplore.trail.node import Node, Number, Path

_PLAIN = re.compile(r"[^a-z0-9]")
_SECRET_NAME = re.compile(
    r"secret|pwd|plaintext|authorization|.*(?:password|passwd|passphrase|token|"
    r"secret(?:access)?key|clientsecret|secretstring|secretbinary|samlassertion|privatekey|"
    r"keymaterial|passworddata|amzsignature)"
)
# Tokens that page through a listing, make a call repeatable or lock a version.
_HARMLESS_TOKEN = re.compile(
    r".*(?:next|client|request|continuation|idempotency|pagination|page|starting|lock|change|"
    r"creat(?:e|ion|or)|(?:next)?batch|resume|marker|invocation|task)token"
)
# What AWS writes where it left a secret out.
_REMOVED = re.compile(r"HIDDEN_DUE_TO_SECURITY_REASONS|<?sensitiveDataRemoved>?|\*+|", re.I)

# Secrets inside longer texts: group 1 stays, group 2 goes. Each pattern begins where a run of
# its own characters begins, so that no text takes more than linear time.
_INSIDE = (
    re.compile(
        r"((?:x-amz-signature|x-amz-security-token|signature|password|passwd|pwd|"
        r"secret[_-]?(?:access[_-]?)?key|client[_-]?secret|"
        r"(?:access|refresh|id|auth|session|security)[_-]?token)"
        r"(?:=|\"\s{0,4}:\s{0,4}\"))([^&\s\"',;#]+)",
        re.I,
    ),
    re.compile(r"(\bbearer\s)([A-Za-z0-9._~+/=-]{16,})", re.I),
    re.compile(r"(://[^/\s:@]+:)([^/\s@]+)(?=@)"),
    re.compile(
        r"(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)"
        r"(.+?)(?=-----END [A-Z ]{0,30}PRIVATE KEY-----|\Z)",
        re.DOTALL,
    ),
    re.compile(r"(?<![\w-])()(eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)", re.ASCII),
    # Session tokens of STS begin with one of these, whatever the field is called.
    re.compile(
        r"(?<![A-Za-z0-9+/=%])()"
        r"((?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz|FQoDYXdz|AQoDYXdz)[A-Za-z0-9+/=%]{20,})"
    ),
)
_NEEDS_A_LOOK = re.compile(r"=|\":|\"\s{1,4}:|://|bearer|-----BEGIN|eyJ|IQoJ|F[wQ]o[GD]|AQoD", re.I)


def masked(path: Path, value: Node, name: str = "") -> str | None:
    """What to show for a leaf that is, or contains, a secret; None when it may be shown.

    name: the text beside it, in objects that pair a name with a value
    (``{"name": "DB_PASSWORD", "value": …}``).
    """
    if not isinstance(value, str | Number):
        return None
    text = str(value)
    if _REMOVED.fullmatch(text):
        return None
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    if _is_secret_name(key) or (key.lower() == "value" and _is_secret_name(name)):
        return mask(text)
    veiled = veil(text)
    return veiled if veiled != text else None


def mask(text: str) -> str:
    """A secret as its length and, of a long one, the first four characters."""
    if len(text) < 16:
        return "[masked, under 16 characters]"
    return f"{text[:4]}…[masked, {len(text):,} characters]"


def veil(text: str) -> str:
    """A text with the secrets in it masked: signatures and tokens of URLs, passwords, keys."""
    if not _NEEDS_A_LOOK.search(text):
        return text
    for pattern in _INSIDE:
        text = pattern.sub(lambda found: found[1] + mask(found[2]), text)
    return text


def _is_secret_name(name: str) -> bool:
    plain = _PLAIN.sub("", name[-80:].lower())
    return bool(_SECRET_NAME.fullmatch(plain)) and not _HARMLESS_TOKEN.fullmatch(plain)
