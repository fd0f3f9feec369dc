"""What in AWS's environment and configuration files decides at which endpoint a bucket lies.

Enough to know that nothing of it has changed; what it means is botocore's to say, whose import
takes a fifth of a second.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

# AWS SDKs and Tools Reference Guide, "Service-specific endpoints" and "AWS Region".
_VARIABLES: Final = (
    *("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"),
    *("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
    *("AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"),
)
_FILES: Final = (
    ("AWS_CONFIG_FILE", "~/.aws/config"),
    ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
)
# Nothing secret, and nothing that a login rewrites every hour.
_LINE: Final = re.compile(
    r"^\s*(?:\[.*|(?:region|endpoint_url|services|s3|ignore_configured_endpoint_urls)\s*=.*)$",
    re.MULTILINE,
)


def endpoint_settings() -> tuple[str, ...]:
    """All of it as text. Equal settings lead the same options to the same endpoint."""
    variables = [os.environ.get(name, "") for name in _VARIABLES]
    return (*variables, *(_lines(os.environ.get(name) or path) for name, path in _FILES))


def _lines(path: str) -> str:
    try:
        text = Path(path).expanduser().read_text(encoding="utf-8", errors="replace")
    except (OSError, RuntimeError, ValueError):  # there is none, or nobody's home
        return ""
    return "\n".join(line.strip() for line in _LINE.findall(text))
