"""Pages that nobody thought of: whatever stands in one, what is shown of it keeps its limits."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from handschlag.content.link_preview import DESCRIPTION_CHARACTERS, TITLE_CHARACTERS
from handschlag.gateway.rules.links.pages import read_page

PIECES = [
    b"<title>",
    b"</title>",
    b'<meta name="description" content="',
    b"<div>",
    b"<!--",
    b"<script>",
    b"&#x202e;",
    b"\xff\xfe",
]


@given(
    content=st.lists(st.sampled_from(PIECES) | st.binary(max_size=200), max_size=8).map(b"".join),
    charset=st.none() | st.sampled_from(["utf-8", "utf-16", "ISO-8859-1", "rot13"]) | st.text(max_size=20),
)
def test_what_is_shown_is_one_short_line_that_turns_nothing_around(content: bytes, charset: str | None) -> None:
    page = read_page(content, charset)
    for shown, most in (
        () if page is None else ((page.title, TITLE_CHARACTERS), (page.description, DESCRIPTION_CHARACTERS))
    ):
        assert shown is None or 0 < len(shown) <= most
        for character in shown or "":
            assert unicodedata.category(character) not in ("Cc", "Zl", "Zp"), hex(ord(character))
            assert unicodedata.bidirectional(character) not in (
                "LRE",
                "RLE",
                "PDF",
                "LRO",
                "RLO",
                "LRI",
                "RLI",
                "FSI",
                "PDI",
            )
