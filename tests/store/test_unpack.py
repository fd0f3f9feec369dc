"""From stored bytes to JSON bytes: agreement with the standard library, damage, limits."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.store.containers import unpack as module
from ctexplore.store.containers.unpack import UnpackError, unpack
from tests.build import gz, log

TEXT = log({"a": "b" * 200, "c": [1, 2, 3]})
# Repetitive, so that compressing pays and damage has something to hit.
texts = st.builds(
    lambda parts: b"{" + b"".join(parts), st.lists(st.sampled_from([b"abc", b'"x":1,', b"\n"]))
)


@given(st.lists(texts, min_size=1, max_size=4), st.sampled_from([1, 6, 9]))
def test_members_are_read_one_after_the_other(parts: list[bytes], level: int) -> None:
    data = b"".join(gzip.compress(part, level) for part in parts)
    assert unpack(data).data == gzip.decompress(data) == b"".join(parts)


@given(texts, st.binary(max_size=40), st.integers(0, 60), st.integers(0, 10))
def test_where_gzip_decompresses_so_do_we(
    text: bytes, junk: bytes, place: int, removed: int
) -> None:
    good = gz(text)
    data = good[:place] + junk + good[place + removed :]
    try:
        expected = gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        return
    try:
        unpacked = unpack(data)
    except UnpackError:
        return
    if not unpacked.cut and expected.startswith(b"{"):
        assert unpacked.data == expected


@given(texts, st.floats(0, 1))
def test_what_was_before_a_cut_is_kept(text: bytes, share: float) -> None:
    stored = gz(text)
    cut = stored[: max(2, int(share * (len(stored) - 1)))]
    unpacked = unpack(cut)
    assert unpacked.cut == "the gzip data is cut off"
    assert text.startswith(unpacked.data)


@given(texts, st.integers(0, 10**6), st.integers(0, 7))
def test_a_flipped_bit_is_told_or_changes_nothing(text: bytes, place: int, bit: int) -> None:
    stored = bytearray(gz(text))
    stored[place % len(stored)] ^= 1 << bit
    try:
        unpacked = unpack(bytes(stored))
    except UnpackError as error:
        assert str(error)
    else:
        assert unpacked.cut or unpacked.notes or unpacked.data == text


@given(st.sampled_from([gzip.compress, bz2.compress, lzma.compress]), texts, texts)
def test_every_kind_takes_streams_in_a_row(compress: object, first: bytes, second: bytes) -> None:
    assert callable(compress)
    assert unpack(compress(first) + compress(second)) == (first + second, (), "")


@given(st.binary(max_size=300), st.integers(0, 1000))
def test_any_bytes_within_the_limit(data: bytes, limit: int) -> None:
    for stored in (data, gz(data), bz2.compress(data)):
        try:
            assert len(unpack(stored, limit).data) <= max(limit, len(data) * 4)
        except UnpackError as error:
            assert str(error)


@pytest.mark.parametrize("extra", [0, 1])
@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_the_limit_is_exact(compress: object, extra: int) -> None:
    assert callable(compress)
    stored = compress(TEXT) + compress(TEXT)
    if extra:
        with pytest.raises(UnpackError, match="more than 0 MB, the limit for one file"):
            unpack(stored, 2 * len(TEXT) - 1)
    else:
        assert unpack(stored, 2 * len(TEXT)).data == TEXT * 2


@pytest.mark.parametrize(
    "compress", [gzip.compress, bz2.compress, lzma.compress, lambda data: gz(gz(data))]
)
def test_a_bomb_takes_no_more_memory_than_the_limit(compress: object) -> None:
    assert callable(compress)
    bomb = compress(b"{" + bytes(8_000_000))
    tracemalloc.start()
    with pytest.raises(UnpackError, match="more than 1 MB"):
        unpack(bomb, 1 << 20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 14 << 20


def test_damage_behind_a_bomb_changes_nothing() -> None:
    stored = bytearray(gz(b"{" + bytes(3_000_000)))
    stored[-2:] = b"xx"
    with pytest.raises(UnpackError, match="more than 1 MB"):
        unpack(bytes(stored), 1 << 20)


def test_all_before_a_wrong_checksum_is_kept_whatever_its_length() -> None:
    text = b"{" + b"".join(b"%d," % n for n in range(90_000))
    stored = gz(text)
    assert len(stored) > 2 * module._LAST_STEP
    for damaged in (stored[:-8] + bytes(8), stored[:-4] + bytes(4)):
        unpacked = unpack(gz(TEXT) + damaged)
        assert unpacked.data == TEXT + text
        assert "checksum" in unpacked.cut


def test_xz_that_wants_too_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    small = module._XZ._replace(start=lambda: lzma.LZMADecompressor(memlimit=1 << 20))
    monkeypatch.setattr(module, "_XZ", small)
    stored = lzma.compress(TEXT, preset=6)
    assert "of memory to unpack" in unpack(stored).cut


def test_the_third_layer_is_the_last() -> None:
    stored = lzma.compress(bz2.compress(gz(TEXT)))
    assert unpack(stored).data == TEXT
    with pytest.raises(UnpackError, match="more than 3 times over"):
        unpack(gz(stored))


def test_notes_of_all_layers_are_kept() -> None:
    stored = gz(gz(TEXT) + b"inner") + b"outside"
    assert unpack(stored).notes == (
        "7 bytes after the end of the gzip data",
        "5 bytes after the end of the gzip data",
    )


@pytest.mark.parametrize("before", [b"", b"junk", bytes(8)])
@pytest.mark.parametrize("like", [slice(-4, None), slice(-8, None)])
def test_what_follows_is_seen_though_it_ends_as_the_data_does(before: bytes, like: slice) -> None:
    stored = gz(TEXT)
    tail = before + stored[like]
    unpacked = unpack(stored + tail)
    assert unpacked.data == TEXT
    assert unpacked.notes == (f"{len(tail)} bytes after the end of the gzip data",)
    assert unpack(stored).notes == ()


def test_only_an_empty_file_is_skipped() -> None:
    for data, skipped in ((b"", True), (gz(b""), True), (b" ", False), (b"\xef\xbb\xbf", False)):
        with pytest.raises(UnpackError) as error:
            unpack(data)
        assert error.value.skipped is skipped
