"""Numbers that come out the same on every machine and every Python.

Everything random in the demo starts from a digest of names and a seed. ``hash()`` differs
from run to run, and only ``random()`` and ``getrandbits()`` of the random module keep their
sequence between Python versions, so nothing else of it is used.
"""

from __future__ import annotations

import random
import string
from functools import lru_cache
from hashlib import blake2b

_BASE32 = string.ascii_uppercase + "234567"
_BASE62 = string.digits + string.ascii_letters


def number(*parts: object) -> int:
    """A 128-bit number that depends on the parts and their order, nothing else."""
    text = "\x1f".join(map(str, parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), "big")


def dice(*parts: object) -> random.Random:
    """A generator of its own for these parts; call only random() and getrandbits() on it."""
    return random.Random(number(*parts))


def digits(value: int, count: int, alphabet: str) -> str:
    """The last ``count`` digits of value, written in this alphabet."""
    base = len(alphabet)
    out = []
    for _ in range(count):
        value, rest = divmod(value, base)
        out.append(alphabet[rest])
    return "".join(out)


def unique_string(*parts: object) -> str:
    """The 16 letters and digits at the end of a log file's name."""
    return digits(number("file", *parts), 16, _BASE62)


def access_key(prefix: str, *parts: object) -> str:
    """An access key id: 20 characters that end in EXAMPLE, so that nobody takes it for real."""
    return prefix + digits(number("key", *parts), 9, _BASE32) + "EXAMPLE"


@lru_cache(maxsize=4096)
def principal_id(prefix: str, *parts: object) -> str:
    """A role's or user's unique id (``AROA…``, ``AIDA…``): 21 characters ending in EXAMPLE."""
    return prefix + digits(number("principal", *parts), 10, _BASE32) + "EXAMPLE"


def hexdigits(count: int, *parts: object) -> str:
    return f"{number('hex', *parts):032x}"[:count]


def guid(*parts: object) -> str:
    return guid_of(hexdigits(32, "guid", *parts))


def guid_of(text: str) -> str:
    """32 hexadecimal digits as a version-4 GUID."""
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:32]}"
