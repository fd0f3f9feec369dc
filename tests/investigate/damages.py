"""Everything that can be done to a trail, and what verifying must say of it.

One list for our own tests and for those that ask the AWS CLI about the same bucket.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
from collections.abc import Callable
from datetime import timedelta

from cryptography.hazmat.primitives.serialization import PublicFormat
from msgspec.structs import replace

from tests.build import event, log
from tests.digests import VALIDITY, Bucket, Chain, fingerprint_of, public_key

Said = tuple[str, str, str]
"""Key, status, and part of the reason."""


Damage = Callable[[Bucket, Chain], list[Said]]
"""Changes a bucket with a chain of six digests; gives what is said of all that is not valid."""


def _listed_by(chain: Chain, number: int, why: str = "not valid") -> list[Said]:
    return [(key, "no-digest", why) for key in chain.logs[number]]


def damaged_log(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.logs[2][0]
    made.objects[key] = gzip.compress(log(event(7)), mtime=0)
    return [(key, "invalid", "its hash is another")]


def flipped_bits(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.logs[2][0]
    data = bytearray(made.objects[key])
    data[-6] ^= 1  # its checksum
    made.objects[key] = bytes(data)
    return [(key, "invalid", "damaged: the gzip checksum is wrong")]


def truncated_log(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.logs[2][0]
    made.objects[key] = made.objects[key][:-20]
    return [(key, "invalid", "truncated")]


def emptied_log(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.logs[2][0]
    made.objects[key] = b""
    return [(key, "invalid", "empty")]


def not_gzip(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.logs[2][0]
    made.objects[key] = b"<html>not found</html>"
    return [(key, "invalid", "damaged")]


def recompressed_alike(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.logs[2][0]
    made.objects[key] = gzip.compress(gzip.decompress(made.objects[key]), 1, mtime=99)
    return []  # the hash is of the content


def recompressed_otherwise(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.logs[2][0]
    made.objects[key] = bz2.compress(gzip.decompress(made.objects[key]))
    return [(key, "invalid", "re-compressed or unpacked: it is not stored as gzip; its content is")]


def recompressed_in_parts(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.logs[2][0]
    data = gzip.decompress(made.objects[key])
    made.objects[key] = gzip.compress(data[:9]) + gzip.compress(data[9:])
    return [(key, "invalid", "re-compressed: several gzip streams")]


def data_after_the_end(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.logs[2][0]
    made.objects[key] += b"more"
    reason = "4 bytes unexpected after the end of its gzip data; its content is unchanged"
    return [(key, "invalid", reason)]


def data_after_the_end_that_ends_alike(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.logs[2][0]
    made.objects[key] += b"more" + made.objects[key][-8:]
    reason = "12 bytes unexpected after the end of its gzip data; its content is unchanged"
    return [(key, "invalid", reason)]


def removed_log(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.logs[2][0]
    del made.objects[key]
    return [(key, "missing", "not found, though a digest lists it")]


def moved_log(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.logs[2][0]
    to = key.replace("/2026/03/02/", "/2026/03/03/")
    made.move(key, to)
    moved = "moved: a digest lists a file of its name elsewhere"
    return [(key, "missing", f": moved to s3://{made.name}/{to}"), (to, "unreferenced", moved)]


def planted_log(made: Bucket, chain: Chain) -> list[Said]:
    return [(made.plant(chain.logs[2][0]), "unreferenced", "no digest lists it: planted")]


def planted_with_an_odd_name(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.logs[2][0].rpartition("/")[0] + "/notes.json.gz"
    made.objects[key] = gzip.compress(log(event(8)))
    return [(key, "unreferenced", "not named as CloudTrail names its files: planted")]


def planted_of_another_region(made: Bucket, chain: Chain) -> list[Said]:
    key = made.plant(chain.logs[2][0])
    to = key.replace("_us-east-1_", "_eu-west-1_")
    made.move(key, to)
    return [(to, "unreferenced", "named as of another account or region")]


def removed_digest(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.digests[2]
    del made.objects[key]
    missing = (key, "missing", "not found, though the digest after it names it")
    return [missing, *_listed_by(chain, 2, "the digest of its hour is missing")]


def removed_adjacent_digests(made: Bucket, chain: Chain) -> list[Said]:
    for number in (1, 2, 3):
        del made.objects[chain.digests[number]]
    return [
        (chain.digests[3], "missing", "not found, though the digest after it names it"),
        (chain.digests[2], "missing", "there is one for every hour, and none that ends at 2026-03"),
        (chain.digests[1], "missing", "there is one for every hour, and none that ends at 2026-03"),
        *(said for n in (1, 2, 3) for said in _listed_by(chain, n, "of its hour is missing")),
    ]


def damaged_digest(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.digests[2]
    made.objects[key] = gzip.compress(gzip.decompress(made.objects[key]).replace(b"5", b"6", 1))
    return [(key, "invalid", ""), *_listed_by(chain, 2)]


def truncated_digest(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.digests[2]
    made.objects[key] = made.objects[key][:-20]
    return [(key, "invalid", "invalid format: cut off"), *_listed_by(chain, 2)]


def no_digest_at_all(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.digests[2]
    made.objects[key] = gzip.compress(b"[]")
    return [(key, "invalid", "invalid format: no digest"), *_listed_by(chain, 2)]


def digest_that_lacks_something(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.digests[2]
    content = made.content(key)
    made.sign(key, content, chain.region)
    del content["digestPublicKeyFingerprint"]
    kept = made.metadata[key]
    made.sign(key, {**content}, chain.region)
    made.metadata[key] = kept
    reason = "invalid format: it lacks digestPublicKeyFingerprint"
    return [(key, "invalid", reason), *_listed_by(chain, 2)]


def moved_digest(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.digests[-1]
    to = key.replace("_20260302T10", "_20260302T11")
    made.objects[to], made.metadata[to] = made.objects[key], made.metadata[key]
    return [
        (
            to,
            "invalid",
            f"has been moved from its original location: it was delivered to s3://{made.name}/{key}",
        )
    ]


def forged_digest(made: Bucket, chain: Chain) -> list[Said]:
    """Log and digest are changed, and it is signed with a key of the forger's."""
    key, log_key = chain.digests[2], chain.logs[2][0]
    made.objects[log_key] = gzip.compress(log(event(7)), mtime=0)
    content = made.content(key)
    content["logFiles"][0]["hashValue"] = _hash(made.objects[log_key])
    made.sign(key, content, "a forger")
    return [(key, "invalid", "signature verification failed"), *_listed_by(chain, 2)]


def forged_with_a_key_of_his_own(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.digests[2]
    content = made.content(key)
    content["digestPublicKeyFingerprint"] = fingerprint_of("a forger")
    made.sign(key, content, "a forger")
    reason = (
        f"public key not found in region us-east-1 for fingerprint {fingerprint_of('a forger')}"
    )
    return [(key, "invalid", reason), *_listed_by(chain, 2)]


def lost_signature(made: Bucket, chain: Chain) -> list[Said]:
    """Copying an object may lose its metadata; of a newest digest nothing else tells it."""
    key = chain.digests[-1]
    made.metadata[key] = {}
    reason = "signature verification failed: its signature is not kept with it"
    return [(key, "invalid", reason), *_listed_by(chain, -1)]


def signature_that_is_none(made: Bucket, chain: Chain) -> list[Said]:
    key = chain.digests[-1]
    made.metadata[key]["signature"] = "zz"
    return [(key, "invalid", "signature verification failed"), *_listed_by(chain, -1)]


def wrong_key(made: Bucket, chain: Chain) -> list[Said]:
    """The fingerprint is right, and the key is another."""
    key = public_key(chain.region)
    made.keys[:] = [replace(key, value=public_key("a forger").value)]
    return _all_invalid(chain, "signature verification failed")


def key_that_is_none(made: Bucket, chain: Chain) -> list[Said]:
    made.keys[:] = [replace(public_key(chain.region), value=b"0\x03nokey")]
    reason = f"unable to load the public key with fingerprint {fingerprint_of(chain.region)}"
    return _all_invalid(chain, reason)


def expired_key(made: Bucket, chain: Chain) -> list[Said]:
    start = VALIDITY[0]
    made.keys[:] = [replace(public_key(chain.region), end=start + timedelta(days=9))]
    # CloudTrail does not give one out that was not valid then.
    return _all_invalid(chain, "public key")


def _all_invalid(chain: Chain, reason: str) -> list[Said]:
    invalid = [(key, "invalid", reason) for key in chain.digests]
    return [*invalid, *((key, "no-digest", "") for key in chain.all_logs)]


def _hash(data: bytes) -> str:
    return hashlib.sha256(gzip.decompress(data)).hexdigest()


def key_of_the_other_form(made: Bucket, chain: Chain) -> list[Said]:
    made.keys[:] = [
        replace(
            public_key(chain.region),
            value=public_key(chain.region, form=PublicFormat.SubjectPublicKeyInfo).value,
        )
    ]
    return []


DAMAGES: list[Damage] = [
    damaged_log,
    flipped_bits,
    truncated_log,
    emptied_log,
    not_gzip,
    recompressed_alike,
    recompressed_otherwise,
    recompressed_in_parts,
    data_after_the_end,
    data_after_the_end_that_ends_alike,
    removed_log,
    moved_log,
    planted_log,
    planted_with_an_odd_name,
    planted_of_another_region,
    removed_digest,
    removed_adjacent_digests,
    damaged_digest,
    truncated_digest,
    no_digest_at_all,
    digest_that_lacks_something,
    moved_digest,
    forged_digest,
    forged_with_a_key_of_his_own,
    lost_signature,
    signature_that_is_none,
    wrong_key,
    key_that_is_none,
    expired_key,
    key_of_the_other_form,
]
