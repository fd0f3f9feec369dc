"""What a sign-in says beside who and where: MFA, the page it led to, its result.

Source: CloudTrail User Guide, "AWS Management Console sign-in events".
"""

from __future__ import annotations

from ctexplore.trail.facts import at, text
from ctexplore.trail.node import Object


def sign_in_parts(record: Object) -> list[str]:
    """``to URL``, ``second factor ARN`` and the like; MFA itself is said of the caller."""
    extra = at(record, "additionalEventData")
    parts = [
        ("to", text(extra, "LoginTo") or text(extra, "RedirectTo")),
        ("with", text(extra, "MFAIdentifier")),
        ("by", text(extra, "CredentialType")),
        ("through", text(extra, "SamlProviderArn")),
        ("from role", text(extra, "SwitchFrom")),
    ]
    said = [f"{label} {value}" for label, value in parts if value]
    return [*said, "on a phone"] if text(extra, "MobileVersion") == "Yes" else said


def sign_in_result(record: Object) -> str:
    """``Success`` or ``Failure``, which the answer keeps under the event's own name; or ""."""
    name = text(record, "eventName")
    return text(record, "responseElements", name) or text(record, "serviceEventDetails", name)
