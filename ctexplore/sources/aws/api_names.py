"""How AWS writes the names of its API's operations, which are the names of most events."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
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


@lru_cache(64)
def spelled(name: str) -> str | None:
    """The one way in which AWS writes a name, whatever its case here; None when it is not known,
    or written in several ways.

    Reads the models of all services that botocore brings, a third of a second.
    """
    ways = {known for known in _SIGN_IN if known.lower() == name.lower()}
    if not re.fullmatch("[A-Za-z0-9]{3,100}", name):
        return None
    pattern = re.compile(rb'"name":"(%s)"' % name.encode(), re.IGNORECASE)
    try:
        for model in _models():
            ways.update(found.decode() for found in pattern.findall(model))
    except (OSError, EOFError, ZlibError):
        return None
    return ways.pop() if len(ways) == 1 else None


def _models() -> Iterator[bytes]:
    import botocore

    for path in (Path(botocore.__file__).parent / "data").glob("*/*/service-2.json.gz"):
        yield gzip.decompress(path.read_bytes())
