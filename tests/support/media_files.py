"""Small files of every kind a message may hold, made here: a picture, a film, a voice, a ticket, a sticker."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path


def png(width: int = 8, height: int = 8, colour: tuple[int, int, int] = (12, 110, 130)) -> bytes:
    """Return a picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes(colour) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def webp() -> bytes:
    """Return a sticker of one pixel."""
    data = bytes.fromhex("2f00000010071011118888fe0700")
    return (
        b"RIFF" + struct.pack("<I", 12 + len(data) + len(data) % 2) + b"WEBPVP8L" + struct.pack("<I", len(data)) + data
    )


def mp4() -> bytes:
    """Return a film without pictures: its type, and an empty table of what it holds."""

    def box(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", 8 + len(data)) + kind + data

    return box(b"ftyp", b"mp42\0\0\0\0mp42isom") + box(b"moov", box(b"mvhd", bytes(100))) + box(b"mdat", bytes(64))


def ogg() -> bytes:
    """Return a voice note of silence: the first page of an Opus stream."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48000, 0, 0)
    page = b"OggS" + struct.pack("<BBqIIIBB", 0, 2, 0, 7, 0, 0, 1, len(head))
    return page + head


def pdf() -> bytes:
    """Return a ticket of one empty page."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


FILES = {
    "gate.png": ("image/png", png()),
    "gull.webp": ("image/webp", webp()),
    "boarding.mp4": ("video/mp4", mp4()),
    "voice.ogg": ("audio/ogg", ogg()),
    "ticket.pdf": ("application/pdf", pdf()),
}


def write_files(folder: Path) -> Path:
    """Put all of them into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (_, data) in FILES.items():
        (folder / name).write_bytes(data)
    return folder
