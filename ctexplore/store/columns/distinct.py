"""What a distinct value is in the table: JSON and field values to the texts of an entry.

Done once for each value, however many events have it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from ctexplore.store.columns.schema import Entry
from ctexplore.trail import record as trail


def entry(dimension: str, key: Any) -> Entry:
    """The entry that a key of the coder stands for."""
    return tuple(map(_plain, _READ[dimension](key)))


def _single(value: str | None) -> Entry:
    return (value or "",)


def _either(values: tuple[str | None, str | None]) -> Entry:
    return (values[0] or values[1] or "",)


def _kind(values: tuple[Any, ...]) -> Entry:
    source, name, event_type, category, read_only, console = values
    return source, name, event_type, category, _boolean(read_only), _boolean(console)


def _boolean(value: bool | str | None) -> str:
    """Booleans come as booleans in log files and as text in lookup-events output."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return (value or "").lower()


# The same few thousand identities come back in every batch; each takes four microseconds.
@lru_cache(4096)
def _identity(key: bytes | tuple[bytes, str]) -> Entry:
    if isinstance(key, bytes):
        return trail.identity_of(key)
    raw, mfa = key
    return trail.identity_of(raw)._replace(mfa=mfa)


_READ: Final[dict[str, Callable[[Any], Entry]]] = {
    "kind": _kind,
    "identity": _identity,
    "target": _single,
    "ip": _single,
    "region": _single,
    "account": _single,
    "error": _either,
    "agent": _single,
    "oddity": tuple,
}


def _plain(text: str) -> str:
    """Text that any encoding can take: undecodable bytes as ``\\xff``, half pairs as ``\\ud800``.

    Such a record is marked as odd; its bytes stay what they are.
    """
    text = str(text)  # exact reading gives texts that also know how they were written
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join(map(_shown, text))
    return text


def _shown(char: str) -> str:
    if "\udc80" <= char <= "\udcff":
        return f"\\x{ord(char) - 0xDC00:02x}"
    return f"\\u{ord(char):04x}" if "\ud800" <= char <= "\udfff" else char
