"""What a page says of itself in its head: Open Graph, Twitter's names for the same, else its title and description.

A page is its author's: it is cut to its head, and only small pieces of it are ever parsed, so that none takes long.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

from handschlag.content.link_preview import DESCRIPTION_CHARACTERS, TITLE_CHARACTERS

# So much of a page is read; its head is at the beginning.
PAGE_BYTES = 512 * 1024
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_TAG_CHARACTERS = 4096
_MOST_TAGS = 300
_HEAD_END = re.compile(r"</head|<body", re.IGNORECASE)
_TAG = re.compile(r"<(meta|title)(?=[\s>/])", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,500}>([^<]{0,2000})", re.IGNORECASE)
# What a browser does not read as tags.
_HIDDEN = (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"), ("<noscript", "</noscript"))
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_CHARSET_BYTES = 2048
# The encodings of the web; Python knows others, which are none of it.
_ENCODINGS = re.compile(
    r"utf-?8|us-ascii|iso-?8859-\d{1,2}|latin-?1|windows-\d{3,4}|koi8-[ru]|shift[_-]jis|euc-(jp|kr)|gbk|gb2312|gb18030|big5"
)
_LATIN = ("iso-8859-1", "iso8859-1", "latin-1", "latin1", "us-ascii")
# In the order in which they are believed.
_TITLES = ("og:title", "twitter:title")
_DESCRIPTIONS = ("og:description", "twitter:description", "description")
_PICTURES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
_UNSHOWN = re.compile("[\\s\\u0000-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]+")


class PageHead(NamedTuple):
    """What is shown of a page, and where its picture lies: as the page spells it."""

    title: str
    description: str | None
    picture: str | None


def read_page(content: bytes, content_type: str) -> PageHead | None:
    """Return what a page says of itself, or None if it has no title."""
    html = _head(_decode(content, content_type))
    meta: dict[str, str] = {}
    title = ""
    for number, found in enumerate(_TAG.finditer(html)):
        if number == _MOST_TAGS:
            break
        piece = html[found.start() : found.start() + _TAG_CHARACTERS]
        if found.group(1).lower() == "meta":
            name, value = _meta(piece)
            meta.setdefault(name, value)
        elif not title and (written := _TITLE.match(piece)):
            title = unescape(written.group(1))
    shown = _first(meta, _TITLES, TITLE_CHARACTERS) or _line(title, TITLE_CHARACTERS)
    if not shown:
        return None
    description = _first(meta, _DESCRIPTIONS, DESCRIPTION_CHARACTERS)
    picture = next((meta[name].strip() for name in _PICTURES if meta.get(name, "").strip()), None)
    return PageHead(shown, description if description != shown else None, picture)


def _decode(content: bytes, content_type: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    told = _CHARSET.search(content_type.encode("ascii", "ignore")) or _CHARSET.search(content[:_CHARSET_BYTES])
    encoding = told.group(1).decode().lower() if told is not None else "utf-8"
    if not _ENCODINGS.fullmatch(encoding):
        encoding = "utf-8"
    elif encoding in _LATIN:
        # As every browser reads it.
        encoding = "windows-1252"
    try:
        return content.decode(encoding, "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _head(html: str) -> str:
    """Return what stands before the body, without what is no tag of it."""
    for begin, end in _HIDDEN:
        html = _without(html, begin, end)
    found = _HEAD_END.search(html)
    return html[: found.start()] if found is not None else html


def _without(html: str, begin: str, end: str) -> str:
    # ASCII alone is made small: another letter might become two, and the places would differ.
    small = html.translate(_SMALL)
    kept, at = [], 0
    while (start := small.find(begin, at)) >= 0:
        kept.append(html[at:start])
        stop = small.find(end, start)
        if stop < 0:
            return "".join(kept)
        at = stop + len(end)
    return "".join([*kept, html[at:]])


_SMALL = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


class _FirstTag(HTMLParser):
    """Reads the tag with which a text begins."""

    found: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.found is None and tag == "meta":
            self.found = {name: value or "" for name, value in attrs}


def _meta(piece: str) -> tuple[str, str]:
    parser = _FirstTag()
    # Tag by tag, until the first is whole: what follows is not looked at.
    for part in re.split(r"(?<=>)", piece):
        try:
            parser.feed(part)
        except (AssertionError, ValueError):
            break
        if parser.found is not None:
            found = parser.found
            name = found.get("property") or found.get("name") or found.get("itemprop") or ""
            return name.strip().lower(), found.get("content", "")
    return "", ""


def _first(meta: dict[str, str], names: tuple[str, ...], most: int) -> str | None:
    return next((line for name in names if (line := _line(meta.get(name, ""), most))), None)


def _line(text: str, most: int) -> str | None:
    """Return a text as one line of at most so many characters, cut between words."""
    line = _UNSHOWN.sub(" ", text[: 20 * most]).strip()
    if len(line) <= most:
        return line or None
    cut = line[: most - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(",;:-") + "…"
