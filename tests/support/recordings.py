"""Small recordings that a browser really plays, made byte by byte: Ogg with Opus, of silence."""

from __future__ import annotations

import struct

_RATE = 48_000
_PACKET_SAMPLES = 960
# Twenty milliseconds of nothing, in one Opus packet.
_SILENCE = b"\xf8\xff\xfe"
_POLYNOMIAL = 0x04C11DB7


def _checksum(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ _POLYNOMIAL if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc


def _page(number: int, position: int, packets: list[bytes], flags: int = 0) -> bytes:
    sizes = bytes(len(packet) for packet in packets)
    head = b"OggS" + struct.pack("<BBqII", 0, flags, position, 7, number)
    rest = bytes([len(sizes)]) + sizes + b"".join(packets)
    checksum = _checksum(head + bytes(4) + rest)
    return head + struct.pack("<I", checksum) + rest


def ogg_opus(seconds: int) -> bytes:
    """Return so many seconds of silence."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, _RATE, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"test" + struct.pack("<I", 0)
    pages = [_page(0, 0, [head], 2), _page(1, 0, [tags])]
    packets = _RATE // _PACKET_SAMPLES
    for second in range(seconds):
        last = second == seconds - 1
        pages.append(_page(second + 2, (second + 1) * _RATE, [_SILENCE] * packets, 4 if last else 0))
    return b"".join(pages)
