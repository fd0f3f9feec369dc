"""Is a signature AWS's?"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey


@lru_cache(maxsize=256)
def _load(der: bytes) -> RSAPublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPublicKey):
        raise ValueError("no RSA public key")
    return key


def is_signed(der: bytes, signature: bytes, text: bytes) -> bool:
    """Whether ``signature`` is of ``text``: RSA, PKCS #1 v1.5, SHA-256.

    der: the public key, PKCS #1 or SubjectPublicKeyInfo. Raises ValueError when it is neither.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        _load(der).verify(signature, text, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True
