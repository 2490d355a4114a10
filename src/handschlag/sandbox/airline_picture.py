"""The demo airline's picture: a white gull above the sea, drawn here so that no file has to be shipped."""

from __future__ import annotations

import math
import struct
import zlib
from itertools import pairwise

_SIDE = 144
_Colour = tuple[int, int, int]
_Point = tuple[float, float, float]
_SKY: _Colour = (31, 111, 139)
_SEA: _Colour = (20, 78, 101)
_WHITE: _Colour = (255, 255, 255)
# A wing from body to tip, as a quadratic curve in a square from -1 to 1: the other one is its mirror.
_WING = ((0.0, 0.0), (0.3, -0.66), (0.8, 0.0))
_TIP = 0.012
_STEPS = 10
# Nothing of the gull lies outside.
_TOP, _BOTTOM = -0.5, 0.12
_HORIZON, _WAVE = 0.52, 0.035


def airline_picture() -> bytes:
    """Return the picture as a PNG."""
    points = [_point(step / _STEPS) for step in range(_STEPS + 1)]
    wing = list(pairwise(points))
    rows = bytearray()
    for y in range(_SIDE):
        half = [_pixel(wing, _unit(x), _unit(y)) for x in range(_SIDE // 2, _SIDE)]
        rows.append(0)
        rows += b"".join(bytes(pixel) for pixel in [*reversed(half), *half])
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _unit(place: int) -> float:
    return (place + 0.5) * 2 / _SIDE - 1


def _point(t: float) -> _Point:
    """Return a point of the wing, and how thick it is there."""
    a, b, c = ((1 - t) ** 2, 2 * t * (1 - t), t * t)
    (ax, ay), (bx, by), (cx, cy) = _WING
    return a * ax + b * bx + c * cx, a * ay + b * by + c * cy, _TIP + 0.2 * (1 - t) * (t + 0.22)


def _pixel(wing: list[tuple[_Point, _Point]], x: float, y: float) -> _Colour:
    if not _TOP < y < _BOTTOM:
        return _mix(_SKY, _SEA, y - _HORIZON - _WAVE * math.cos(9 * x))
    return _mix(_SKY, _WHITE, max(_inside(a, b, x, y) for a, b in wing))


def _inside(a: _Point, b: _Point, x: float, y: float) -> float:
    """Return how far inside a piece of the wing a place lies."""
    (ax, ay, thick), (bx, by, thin) = a, b
    dx, dy = bx - ax, by - ay
    t = min(1.0, max(0.0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
    return thick + (thin - thick) * t - math.hypot(x - ax - t * dx, y - ay - t * dy)


def _mix(under: _Colour, over: _Colour, depth: float) -> _Colour:
    """Return a colour at an edge: `depth` is how far inside it lies; one pixel wide the two run into each other."""
    share = min(1.0, max(0.0, depth * _SIDE / 2 + 0.5))
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(under, over, strict=True))
    return red, green, blue


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
