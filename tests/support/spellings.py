"""A text in the forms in which it could lie somewhere: plain, base64, hexadecimal, escaped, UTF-16."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from urllib.parse import quote

import msgspec


def spellings(text: str) -> set[bytes]:
    """Return the forms; base64 at each of the three places where a text can begin in its groups of three bytes."""
    plain = text.encode()
    found = {
        plain,
        plain.hex().encode(),
        plain.hex().upper().encode(),
        json.dumps(text)[1:-1].encode(),
        msgspec.json.encode(text)[1:-1],
        quote(text).encode(),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
    }
    for offset in range(3):
        # What stands before and after the text changes the characters at the ends: those are left out.
        groups = base64.b64encode(b"\0" * offset + plain)
        kept = groups[(0, 2, 3)[offset] : (offset + len(plain)) * 8 // 6]
        found |= {kept, kept.translate(bytes.maketrans(b"+/", b"-_"))}
    return found


def places_of(texts: Mapping[str, str], places: Mapping[str, bytes]) -> set[tuple[str, str]]:
    """Return which text lies in which place, in whatever form."""
    return {
        (name, place)
        for name, text in texts.items()
        for place, content in places.items()
        if any(form in content for form in spellings(text))
    }
