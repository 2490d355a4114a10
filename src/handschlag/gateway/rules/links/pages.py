"""What a page says of itself: Open Graph, Twitter's names for the same, else its title and description."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from typing import NamedTuple

from lxml import etree

from handschlag.content.link_preview import DESCRIPTION_CHARACTERS, TITLE_CHARACTERS

# So much of a page is read; what is wanted stands at its beginning.
PAGE_BYTES = 512 * 1024
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
# As every browser reads them.
_LATIN = {"iso-8859-1": "windows-1252", "latin1": "windows-1252", "us-ascii": "windows-1252"}
# In the order in which they are believed.
_TITLES = ("og:title", "twitter:title", "title")
_DESCRIPTIONS = ("og:description", "twitter:description", "description")
_PICTURES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
_UNSHOWN = re.compile("[\\s\\u0000-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]+")


class PageHead(NamedTuple):
    """What is shown of a page, and where its picture lies: as the page spells it."""

    title: str
    description: str | None
    picture: str | None


def read_page(content: bytes, charset: str | None) -> PageHead | None:
    """Return what a page says of itself, None if it has no title; `charset` is the server's word."""
    said = _Said()
    try:
        parser = _parser(said, content, charset)
        parser.feed(content)
        parser.close()
    except etree.LxmlError:
        return None
    title = _first(said.by_name, _TITLES, TITLE_CHARACTERS)
    if title is None:
        return None
    description = _first(said.by_name, _DESCRIPTIONS, DESCRIPTION_CHARACTERS)
    picture = next((said.by_name[name].strip() for name in _PICTURES if said.by_name.get(name, "").strip()), None)
    return PageHead(title, description if description != title else None, picture)


class _Said:
    """Hears the parser, and keeps of each name what was said first."""

    def __init__(self) -> None:
        self.by_name: dict[str, str] = {}
        self._title: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "title" and "title" not in self.by_name:
            self._title = []
        elif tag == "meta":
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
            self.by_name.setdefault(name.strip().lower(), attributes.get("content", ""))

    def data(self, text: str) -> None:
        if self._title is not None:
            self._title.append(text)

    def end(self, tag: str) -> None:
        if tag == "title" and self._title is not None:
            self.by_name["title"], self._title = "".join(self._title), None

    def close(self) -> None:
        """Nothing is left to do."""


def _parser(said: _Said, content: bytes, charset: str | None) -> etree.HTMLParser:
    """Return a parser by the server's charset, else UTF-8 if the page is that, else by the page's own word."""
    if charset:
        # Of one that nobody knows there is nothing to believe.
        with suppress(LookupError, ValueError):
            return etree.HTMLParser(target=said, encoding=_LATIN.get(charset.lower(), charset))
    return etree.HTMLParser(target=said, encoding="utf-8" if _is_utf8(content) else None)


def _is_utf8(content: bytes) -> bool:
    """Whether it is, or the beginning of it."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content)
    except UnicodeDecodeError:
        return False
    return True


def _first(meta: dict[str, str], names: tuple[str, ...], most: int) -> str | None:
    return next((line for name in names if (line := _line(meta.get(name, ""), most))), None)


def _line(text: str, most: int) -> str | None:
    """Return a text as one line of at most so many characters, cut between words."""
    line = _UNSHOWN.sub(" ", text[: 20 * most]).strip()
    if len(line) <= most:
        return line or None
    cut = line[: most - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(",;:-") + "…"
