"""Which addresses of a text are links: one rule for whoever seals a link's preview and whoever shows it."""

from __future__ import annotations

import re

from handschlag.content.fields import URL_CHARACTERS

# Without spaces, quotes, angle brackets, and what turns the direction of writing around; not within a word.
_LINK = re.compile(
    r"(?<![^\W_])[hH][tT][tT][pP][sS]?://"
    '[^\\u0000-\\u0020\\u007f-\\u00a0\\u1680\\u2000-\\u200a\\u200e\\u200f\\u2028-\\u202f\\u205f\\u2066-\\u2069\\u3000\\ufeff<>"]+'
)
# A name before an @ pretends to be the host, and a browser takes a backslash for a slash.
_ADDRESS = re.compile(r"[a-zA-Z]+://[^/?#@\\]+([/?#].*)?")
_SENTENCE = ".,:;!?'*_~"


def first_link(text: str) -> str | None:
    """Return the first link of a text, as it is written there and without the punctuation around it."""
    for found in _LINK.finditer(text):
        link = _trimmed(found.group())
        if _ADDRESS.fullmatch(link) and len(link) <= URL_CHARACTERS:
            return link
    return None


def _trimmed(link: str) -> str:
    while True:
        shorter = link.rstrip(_SENTENCE)
        if shorter.endswith(")") and shorter.count("(") < shorter.count(")"):
            shorter = shorter[:-1]
        if shorter == link:
            return link
        link = shorter
