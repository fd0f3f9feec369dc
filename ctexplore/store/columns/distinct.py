"""What a distinct value is in the table: JSON and field values to the texts of an entry.

Done once for each value, however many events have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from ctexplore.store.columns.entries import Entries
from ctexplore.store.columns.schema import Entry
from ctexplore.trail import record as trail


def entries(dimension: str, keys: Iterable[Any]) -> Entries:
    """The entries that keys of the coder stand for."""
    found = list(map(_READ[dimension], keys))
    texts = list(chain.from_iterable(found))
    # Exact reading gives texts that also know how they were written.
    if set(map(type, texts)) <= {str} and _is_text("".join(texts)):
        return Entries.of(found)
    return Entries.of(tuple(map(_plain, entry)) for entry in found)


@lru_cache(1 << 12)
def target(read: Callable[[object], str], key: bytes) -> str:
    """What ``read`` finds in a JSON value. The same values come back in every batch, each of which
    takes some microseconds."""
    return read(trail.value_of(key))


def _single(value: str | None) -> Entry:
    return (value or "",)


def _either(values: tuple[str | None, str | None]) -> Entry:
    return (values[0] or values[1] or "",)


def _kind(values: tuple[Any, ...]) -> Entry:
    source, name, event_type, category, read_only, console = values
    texts = (source or "", name or "", event_type or "", category or "")
    return *texts, _boolean(read_only), _boolean(console)


def _boolean(value: bool | str | None) -> str:
    """Booleans come as booleans in log files and as text in lookup-events output."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return (value or "").lower()


@lru_cache(1 << 12)
def _identity(key: bytes | tuple[bytes, str]) -> Entry:
    if isinstance(key, bytes):
        return tuple(trail.identity_of(key))
    raw, mfa = key
    return tuple(trail.identity_of(raw)._replace(mfa=mfa))


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
    return str(text) if _is_text(text) else "".join(map(_shown, text))


def _is_text(text: str) -> bool:
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _shown(char: str) -> str:
    if "\udc80" <= char <= "\udcff":
        return f"\\x{ord(char) - 0xDC00:02x}"
    return f"\\u{ord(char):04x}" if "\ud800" <= char <= "\udfff" else char
