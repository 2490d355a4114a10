"""Which bytes of a file a `Range` header asks for (RFC 9110 section 14), read the same way at relay and gateway."""

from __future__ import annotations

import re
from typing import NamedTuple

_RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*")


class ByteRange(NamedTuple):
    """Bytes from `start` up to and without `end`."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many bytes these are."""
        return self.end - self.start

    def content_range(self, size: int) -> str:
        """Return the `Content-Range` of an answer with these bytes."""
        return f"bytes {self.start}-{self.end - 1}/{size}"


class RangeNotSatisfiable(ValueError):
    """The range begins behind the end of the file; the answer is 416 with the size."""


def parse_range(header: str | None, size: int) -> ByteRange | None:
    """Return the bytes asked for, or None for the whole file: without a header, and for forms that may be ignored.

    Several ranges in one header are ignored: the answer would be larger than the file.
    """
    found = _RANGE.fullmatch(header) if header is not None else None
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), size if not last else min(size, int(last) + 1)
        if last and int(last) < start:
            return None
    if start >= end:
        raise RangeNotSatisfiable(header)
    return ByteRange(start, end)
