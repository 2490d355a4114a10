"""Files, sealed in chunks: each opens alone, and what is cut, swapped, lengthened or from another file does not open.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway and Vizár, 2015) over AES-256-GCM: the nonce of a chunk is the file's random
prefix (7 bytes), the chunk's number (4 bytes, big-endian) and 1 for the last chunk, else 0. A key seals one file. Every chunk but the last
holds CHUNK_BYTES; an empty file is one empty last chunk. So the length of the sealed file tells the number of every byte (a Range needs
only its chunks), and a chunk that is not the last does not open as the last, nor the other way round.
"""

from __future__ import annotations

from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from handschlag.crypto.errors import FileNotOpened

CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
KEY_BYTES = 32
PREFIX_BYTES = 7
SECRET_BYTES = KEY_BYTES + PREFIX_BYTES
_COUNTER_BYTES = 4


class FileKey(NamedTuple):
    """What opens one file; it never prints."""

    key: bytes
    prefix: bytes

    @property
    def raw(self) -> bytes:
        """Both as the SECRET_BYTES bytes they were made from."""
        return self.key + self.prefix

    def __repr__(self) -> str:
        return "FileKey()"


def make_file_key(random: bytes) -> FileKey:
    """Return a file's key from SECRET_BYTES fresh random bytes."""
    if len(random) != SECRET_BYTES:
        raise ValueError(f"random: got {len(random)} bytes, expected {SECRET_BYTES}")
    return FileKey(random[:KEY_BYTES], random[KEY_BYTES:])


def sealed_size(size: int) -> int:
    """Return how many bytes a file of `size` bytes has when it is sealed."""
    return size + TAG_BYTES * max(1, -(-size // CHUNK_BYTES))


class FileCipher:
    """Seals and opens single chunks of one file."""

    def __init__(self, file_key: FileKey) -> None:
        self._cipher = AESGCM(file_key.key)
        self._prefix = file_key.prefix

    def _nonce(self, number: int, *, last: bool) -> bytes:
        return self._prefix + number.to_bytes(_COUNTER_BYTES, "big") + bytes([last])

    def seal_chunk(self, number: int, data: bytes, *, last: bool) -> bytes:
        """Return a chunk sealed; no number may be sealed twice."""
        return self._cipher.encrypt(self._nonce(number, last=last), data, None)

    def open_chunk(self, number: int, sealed: bytes, *, last: bool) -> bytes:
        """Return what a chunk holds; raises FileNotOpened."""
        try:
            return self._cipher.decrypt(self._nonce(number, last=last), sealed, None)
        except (InvalidTag, ValueError):
            raise FileNotOpened from None


class FileSealer:
    """Takes a file piece by piece, in pieces of any size, and returns what is sealed so far."""

    def __init__(self, file_key: FileKey) -> None:
        self._cipher = FileCipher(file_key)
        self._held = bytearray()
        self._number = 0
        self.size = 0

    def feed(self, data: bytes) -> bytes:
        """Return the sealed chunks that are complete now and cannot be the last."""
        self.size += len(data)
        self._held += data
        sealed = []
        start = 0
        # The last chunk is known as the last only at the end: a full one waits until more comes.
        while len(self._held) - start > CHUNK_BYTES:
            sealed.append(self._seal(bytes(self._held[start : start + CHUNK_BYTES]), last=False))
            start += CHUNK_BYTES
        del self._held[:start]
        return b"".join(sealed)

    def finish(self) -> bytes:
        """Return the last chunk; nothing may be fed afterwards."""
        return self._seal(bytes(self._held), last=True)

    def _seal(self, data: bytes, *, last: bool) -> bytes:
        sealed = self._cipher.seal_chunk(self._number, data, last=last)
        self._number += 1
        return sealed


class FileOpener:
    """Takes a sealed file piece by piece and returns what is opened so far; only after `finish` is it known to be whole.

    Begins at the chunk `first`, for those who fetch a part: then `finish` is called only if the part reaches the file's end.
    """

    def __init__(self, file_key: FileKey, *, first: int = 0) -> None:
        self._cipher = FileCipher(file_key)
        self._held = bytearray()
        self._number = first
        self.size = 0

    def feed(self, sealed: bytes) -> bytes:
        """Return what the chunks hold that are complete and cannot be the last; raises FileNotOpened."""
        self._held += sealed
        opened = []
        start = 0
        while len(self._held) - start > SEALED_CHUNK_BYTES:
            opened.append(self._open(bytes(self._held[start : start + SEALED_CHUNK_BYTES]), last=False))
            start += SEALED_CHUNK_BYTES
        del self._held[:start]
        return b"".join(opened)

    def finish(self, *, last: bool = True) -> bytes:
        """Return the last chunk's content; raises FileNotOpened if the file ends too early. `last=False`: a part ends here."""
        return self._open(bytes(self._held), last=last)

    def _open(self, sealed: bytes, *, last: bool) -> bytes:
        opened = self._cipher.open_chunk(self._number, sealed, last=last)
        if last and self._number and not opened:
            # The file would have ended with the chunk before: one file has one form.
            raise FileNotOpened
        self._number += 1
        self.size += len(opened)
        return opened


class ChunkSpan(NamedTuple):
    """Which sealed bytes hold a range of a file: chunks `first` to `last`, and what to leave out at the front."""

    first: int
    start: int
    end: int
    skip: int
    reaches_end: bool


def chunk_span(start: int, end: int, size: int) -> ChunkSpan:
    """Return where the bytes `start` to `end` (without `end`) of a file of `size` bytes lie in the sealed file."""
    chunks = max(1, -(-size // CHUNK_BYTES))
    first = min(start // CHUNK_BYTES, chunks - 1)
    last = min(max(end - 1, start) // CHUNK_BYTES, chunks - 1)
    reaches_end = last == chunks - 1
    return ChunkSpan(
        first=first,
        start=first * SEALED_CHUNK_BYTES,
        end=sealed_size(size) if reaches_end else (last + 1) * SEALED_CHUNK_BYTES,
        skip=start - first * CHUNK_BYTES,
        reaches_end=reaches_end,
    )
