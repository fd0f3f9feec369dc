"""What a sign-in says beside who and where: MFA, the page it led to, its result.

Source: CloudTrail User Guide, "AWS Management Console sign-in events".
"""

from __future__ import annotations

from ctexplore.trail.facts import at, text
from ctexplore.trail.node import Object

_TOLD = ("LoginTo", "MobileVersion", "MFAUsed", "MFAIdentifier", "SamlProviderArn", "UserName",
         "CredentialType", "SwitchFrom", "RedirectTo")  # fmt: skip


def sign_in_parts(record: Object) -> list[str]:
    """``to URL``, ``second factor ARN`` and the like; MFA itself is said of the caller."""
    extra = at(record, "additionalEventData")
    known = {name: text(extra, name) for name in _TOLD}
    parts = [
        ("to", known["LoginTo"] or known["RedirectTo"]),
        ("with", known["MFAIdentifier"]),
        ("by", known["CredentialType"]),
        ("through", known["SamlProviderArn"]),
        ("from role", known["SwitchFrom"]),
    ]
    said = [f"{label} {value}" for label, value in parts if value]
    return [*said, "on a phone"] if known["MobileVersion"] == "Yes" else said


def sign_in_result(record: Object) -> str:
    """``Success`` or ``Failure``, which the answer keeps under the event's own name; or ""."""
    name = text(record, "eventName")
    return text(record, "responseElements", name) or text(record, "serviceEventDetails", name)
