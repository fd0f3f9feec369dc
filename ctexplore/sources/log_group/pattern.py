"""What CloudWatch Logs is asked to look for by itself: a filter pattern of one comparison."""

from __future__ import annotations

from typing import Final

from ctexplore.sources.history.lookup import Attribute

_PATHS: Final = {
    "EventId": "eventID",
    "AccessKeyId": "userIdentity.accessKeyId",
    "EventName": "eventName",
    "EventSource": "eventSource",
}


def pattern_of(attribute: Attribute | None) -> str:
    """The pattern, "" for everything (CloudWatch Logs User Guide, "Filter pattern syntax").

    Strings are compared as they are, case and all, so that the attribute has to be spelled as
    CloudTrail spells it. An attribute that a record need not have asks for everything.
    """
    if attribute is None:
        return ""
    if attribute.key == "ReadOnly":
        return f"{{ $.readOnly IS {attribute.value.upper()} }}"
    path = _PATHS.get(attribute.key)
    # Within quotes an asterisk stands for any text, and cannot be said by itself.
    if path is None or "*" in attribute.value:
        return ""
    value = attribute.value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{{ $.{path} = "{value}" }}'
