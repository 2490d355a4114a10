"""Files sealed in chunks: what was sealed opens, whole or in part, and nothing else does (spec/encryption.md section 6)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handschlag.crypto.attachments import (
    CHUNK_BYTES,
    SEALED_CHUNK_BYTES,
    TAG_BYTES,
    FileCipher,
    FileKey,
    FileOpener,
    FileSealer,
    chunk_span,
    make_file_key,
    sealed_size,
)
from handschlag.crypto.errors import FileNotOpened
from handschlag.wire.canonical import from_base64

VECTORS = json.loads((Path(__file__).parents[2] / "spec/vectors/attachments.json").read_text())
KEY = make_file_key(bytes(range(39)))
SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 5]


def content_of(size: int) -> bytes:
    """Return bytes that differ everywhere: byte `i` of SHA-256 blocks over the block's number."""
    blocks = (hashlib.sha256(n.to_bytes(4, "big")).digest() for n in range(-(-size // 32)))
    return b"".join(blocks)[:size]


def sealed_of(content: bytes, key: FileKey = KEY) -> bytes:
    return sealed_in_pieces([content], key)


def sealed_in_pieces(pieces: list[bytes], key: FileKey = KEY) -> bytes:
    sealer = FileSealer(key)
    return b"".join([sealer.feed(piece) for piece in pieces]) + sealer.finish()


def opened_of(sealed: bytes, key: FileKey = KEY) -> bytes:
    opener = FileOpener(key)
    return opener.feed(sealed) + opener.finish()


def chunks_of(sealed: bytes) -> list[bytes]:
    return [sealed[start : start + SEALED_CHUNK_BYTES] for start in range(0, len(sealed), SEALED_CHUNK_BYTES)]


@pytest.mark.parametrize("size", SIZES)
def test_a_file_of_any_size_opens_to_what_was_sealed(size: int) -> None:
    sealed = sealed_of(content_of(size))
    assert len(sealed) == sealed_size(size)
    assert opened_of(sealed) == content_of(size)


@given(st.lists(st.integers(0, 40_000), max_size=12), st.integers(1, 90_000))
@settings(max_examples=40, deadline=None)
def test_it_does_not_matter_in_which_pieces_a_file_comes(cuts: list[int], step: int) -> None:
    content = content_of(sum(cuts))
    pieces, start = [], 0
    for cut in cuts:
        pieces.append(content[start : start + cut])
        start += cut
    sealed = sealed_in_pieces(pieces)
    assert sealed == sealed_of(content)
    opener = FileOpener(KEY)
    opened = b"".join(opener.feed(sealed[at : at + step]) for at in range(0, len(sealed), step)) + opener.finish()
    assert opened == content


@given(st.integers(0, 3 * CHUNK_BYTES), st.integers(0, 3 * CHUNK_BYTES), st.sampled_from(SIZES[1:]))
@settings(max_examples=60, deadline=None)
def test_a_part_opens_from_its_own_chunks_alone(first: int, second: int, size: int) -> None:
    start, end = sorted((first % size, second % size))
    end += 1
    span = chunk_span(start, end, size)
    assert span.end - span.start < end - start + 2 * SEALED_CHUNK_BYTES
    opener = FileOpener(KEY, first=span.first)
    part = opener.feed(sealed_of(content_of(size))[span.start : span.end]) + opener.finish(last=span.reaches_end)
    assert part[span.skip :][: end - start] == content_of(size)[start:end]


class TestWhatDoesNotOpen:
    def refused(self, sealed: bytes, key: FileKey = KEY) -> None:
        with pytest.raises(FileNotOpened) as found:
            opened_of(sealed, key)
        assert str(found.value) == "the file does not open"

    @pytest.mark.parametrize("size", SIZES)
    def test_a_file_cut_at_a_chunk_or_anywhere(self, size: int) -> None:
        sealed = sealed_of(content_of(size))
        for kept in {
            0,
            TAG_BYTES - 1,
            len(sealed) - 1,
            len(sealed) - TAG_BYTES,
            *range(SEALED_CHUNK_BYTES, len(sealed), SEALED_CHUNK_BYTES),
        }:
            self.refused(sealed[: max(0, kept)])

    def test_chunks_in_another_order(self) -> None:
        first, second, third, last = chunks_of(sealed_of(content_of(3 * CHUNK_BYTES + 5)))
        self.refused(second + first + third + last)
        self.refused(first + third + second + last)

    def test_a_chunk_left_out_or_repeated(self) -> None:
        first, second, third, last = chunks_of(sealed_of(content_of(3 * CHUNK_BYTES + 5)))
        self.refused(first + third + last)
        self.refused(first + second + second + third + last)

    def test_bytes_behind_the_end(self) -> None:
        sealed = sealed_of(content_of(CHUNK_BYTES))
        self.refused(sealed + b"\0")
        self.refused(sealed + sealed)

    def test_a_chunk_of_another_file_with_the_same_key(self) -> None:
        other = FileKey(KEY.key, bytes(7))
        mine, theirs = (
            chunks_of(sealed_of(content_of(2 * CHUNK_BYTES))),
            chunks_of(sealed_of(content_of(2 * CHUNK_BYTES), other)),
        )
        self.refused(mine[0] + theirs[1])

    def test_another_key_or_prefix(self) -> None:
        sealed = sealed_of(content_of(10))
        self.refused(sealed, FileKey(bytes(32), KEY.prefix))
        self.refused(sealed, FileKey(KEY.key, bytes(7)))

    def test_any_single_changed_bit(self) -> None:
        sealed = sealed_of(content_of(100))
        for at in range(len(sealed)):
            self.refused(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])

    def test_a_second_form_of_a_file_with_an_empty_last_chunk(self) -> None:
        cipher = FileCipher(KEY)
        self.refused(cipher.seal_chunk(0, bytes(CHUNK_BYTES), last=False) + cipher.seal_chunk(1, b"", last=True))

    @pytest.mark.parametrize("sealed", [0, 15, SEALED_CHUNK_BYTES + 1, SEALED_CHUNK_BYTES + TAG_BYTES])
    def test_a_length_no_sealed_file_has(self, sealed: int) -> None:
        with pytest.raises(FileNotOpened):
            opened_of(sealed_of(content_of(2 * CHUNK_BYTES))[:sealed])


def test_a_key_does_not_print() -> None:
    assert repr(KEY) == "FileKey()"


def test_a_key_is_made_from_exactly_39_random_bytes() -> None:
    with pytest.raises(ValueError, match="got 38 bytes"):
        make_file_key(bytes(38))


@pytest.mark.parametrize("vector", VECTORS["cases"], ids=lambda vector: str(vector["size"]))
def test_files_are_sealed_as_the_vectors_say(vector: dict[str, str | int]) -> None:
    key = FileKey(from_base64(str(vector["key"]), "key"), from_base64(str(vector["prefix"]), "prefix"))
    content = content_of(int(vector["size"]))
    assert hashlib.sha256(content).hexdigest() == vector["sha256"]
    sealed = sealed_of(content, key)
    assert len(sealed) == vector["sealed_size"]
    assert hashlib.sha256(sealed).hexdigest() == vector["sealed_sha256"]
    assert opened_of(sealed, key) == content
