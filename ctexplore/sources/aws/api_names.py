"""How AWS writes the names of its API's operations, which are the names of most events."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final
from zlib import error as ZlibError

# Events that are no operation of an API (CloudTrail User Guide, "AWS Management Console sign-in
# events").
_SIGN_IN: Final = (
    *("ConsoleLogin", "CheckMfa", "SwitchRole", "ExitRole", "RenewRole"),
    *("UserAuthentication", "CredentialChallenge", "CredentialVerification"),
    *("PasswordRecoveryRequested", "PasswordRecoveryCompleted", "PasswordUpdated", "EmailUpdated"),
)
_ENDPOINT: Final = re.compile(rb'"endpointPrefix":\s*"([a-z0-9.-]+)"')
_OPERATION: Final = re.compile(rb'"name":\s*"([A-Z][A-Za-z0-9]+)"')


@lru_cache(64)
def spelled(name: str) -> str | None:
    """The one way in which AWS writes a name, whatever its case here; None when it is not known,
    or written in several ways.

    Reads the models of all services that botocore brings, a third of a second.
    """
    ways = {known for known in _SIGN_IN if known.lower() == name.lower()}
    if not re.fullmatch("[A-Za-z0-9]{3,100}", name):
        return None
    pattern = re.compile(rb'"name":\s*"(%s)"' % name.encode(), re.IGNORECASE)
    try:
        for model in _models():
            ways.update(found.decode() for found in pattern.findall(model))
    except (OSError, EOFError, ZlibError):
        return None
    return ways.pop() if len(ways) == 1 else None


@lru_cache(1)
def operations() -> Mapping[str, frozenset[str]]:
    """The operations of each endpoint's API, by the first label of event sources (``ec2``,
    ``monitoring``); empty where the models cannot be read.

    Reads the models of all services that botocore brings, a third of a second once.
    """
    found: dict[str, set[str]] = {}
    try:
        for model in _models():
            if prefix := _ENDPOINT.search(model):
                names = (name.decode() for name in _OPERATION.findall(model))
                found.setdefault(prefix[1].decode().rpartition(".")[2], set()).update(names)
    except (OSError, EOFError, ZlibError):
        return {}
    return {prefix: frozenset(names) for prefix, names in found.items()}


def _models() -> Iterator[bytes]:
    import botocore

    for path in (Path(botocore.__file__).parent / "data").glob("*/*/service-2.json.gz"):
        yield gzip.decompress(path.read_bytes())
