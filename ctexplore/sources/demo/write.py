"""A trail on disk, laid out like its bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from ctexplore.sources.demo.bulk import PER_FILE, bulk_files
from ctexplore.sources.demo.files import Made, gzipped
from ctexplore.sources.demo.folders import folders
from ctexplore.sources.demo.generator import Generator
from ctexplore.sources.demo.signing import public_key
from ctexplore.trail.sidecar import KEYS_NAME, SIGNATURE_ENDING, write_keys

SHAPES = ("mixed", *PER_FILE)


class Summary(Struct, frozen=True):
    """What was written; bytes are stored (compressed) bytes."""

    files: int
    events: int
    bytes: int


def write_trail(
    directory: Path,
    events: int,
    seed: int = 1,
    shape: str = "mixed",
    progress: Callable[[int, int], None] | None = None,
) -> Summary:
    """Write a trail of exactly this many events below ``directory``, which is made if need be.

    shape: ``mixed`` is the demo's week with its story, denser or thinner; ``dense`` and
        ``tiny`` are bulk.py's.
        Its digests' signatures and their public key lie beside, as ``ctexplore fetch`` keeps them.
    progress: called after each file with events written and events in all.
    Raises OSError when a file cannot be written; what was written before stays.
    """
    files = stored = done = 0
    known = set()
    made = _mixed(seed, events) if shape == "mixed" else bulk_files(seed, events, shape)
    for folder, each in made:
        place = directory / folder
        if folder not in known:
            place.mkdir(parents=True, exist_ok=True)
            known.add(folder)
        content = gzipped(each.content)
        (place / each.name).write_bytes(content)
        if each.signature:
            (place / (each.name + SIGNATURE_ENDING)).write_bytes(each.signature.write())
        files += 1
        stored += len(content)
        done += each.events
        if progress:
            progress(done, events)
    if shape == "mixed":
        (directory / KEYS_NAME).write_bytes(write_keys([public_key()]))
    return Summary(files, done, stored)


def _mixed(seed: int, events: int) -> Iterator[tuple[str, Made]]:
    generator = Generator(seed, events)
    for key, folder in folders().items():
        for made in generator.files(folder):
            yield key, made
