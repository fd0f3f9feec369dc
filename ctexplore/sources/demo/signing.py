"""The key that signs the demo's digests, as one of AWS's signs those of a real trail.

It is no secret and guards nothing: whoever has ctexplore has it. Python's own arithmetic signs,
so that browsing the demo needs no library for it; four milliseconds a digest.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from ctexplore.sources.demo.dice import hexdigits
from ctexplore.sources.demo.fleet import HOME
from ctexplore.trail.sidecar import PublicKey, Signature

_P: Final = int(
    "cc64bb6d2e3a6a429649e3c7ee874c8c2d1c196944e8f6dc75d169b3e9217bf573333ae2e1c783ddadb9a114"
    "1baa63d32f614bd516edc7cc26ddb801b1396fafee2f0cbf77bf28b9885b9c700ab293d8a58dc6830f28c429"
    "eedaaa27da0c2656bbddd507d2d35c61d7cb4fb9a2288e514658358d87af12b2d0ec7562ff592693",
    16,
)
_Q: Final = int(
    "be90728e0c9eab530f3cf5d499a281e0b75629f5190e0446d2929b32eeda0f054821c33105858c478848eb9c"
    "3b8b22e84ccb3ee681098d694a1910af6d83080a5729dfc7cbfd290c32c2429b6500b9da51329eedb39e8981"
    "4dd468424ad6b9341b3b7a6d0858a43e7ba224fea4e88518ef2b0d311f3a31e6c4effb1cc047bc31",
    16,
)
_N: Final = _P * _Q
_E: Final = 65537
_D: Final = pow(_E, -1, (_P - 1) * (_Q - 1))
_SIZE: Final = 256  # bytes
# What PKCS #1 v1.5 puts before a SHA-256 (RFC 8017, section 9.2).
_SHA256: Final = bytes.fromhex("3031300d060960864801650304020105000420")

FINGERPRINT: Final = hexdigits(32, "fingerprint")
ALGORITHM: Final = "SHA256withRSA"


def public_key() -> PublicKey:
    """Valid whenever the demo's digests were signed, and for its home region."""
    number = _N.to_bytes(_SIZE, "big")
    # PKCS #1: a sequence of two integers, as ListPublicKeys gives it.
    value = bytes.fromhex("3082010a0282010100") + number + bytes.fromhex("0203010001")
    return PublicKey(FINGERPRINT, value, HOME)


def sign(text: bytes) -> Signature:
    """RSA, PKCS #1 v1.5, SHA-256, by the Chinese remainder theorem: a third of the time."""
    head = _SHA256 + sha256(text).digest()
    padded = b"\x00\x01" + b"\xff" * (_SIZE - 3 - len(head)) + b"\x00" + head
    number = int.from_bytes(padded, "big")
    by_p, by_q = pow(number, _D % (_P - 1), _P), pow(number, _D % (_Q - 1), _Q)
    signed = by_q + _Q * ((by_p - by_q) * pow(_Q, -1, _P) % _P)
    return Signature(signed.to_bytes(_SIZE, "big").hex(), ALGORITHM)
