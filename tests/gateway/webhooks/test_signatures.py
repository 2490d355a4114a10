"""The signature as programs check it: over the bytes that came, and, by those that should not, over JSON they spell again."""

from __future__ import annotations

import hashlib
import hmac
import json
import re

import pytest

from tests.gateway.receiver import Post, Receiver
from tests.gateway.webhooks.conftest import Open
from tests.gateway.webhooks.post_office import SECRET

TEXTS = [
    "Grüße",
    "🛫 nach Köln/Bonn",
    "https://example.com/a?b=c&d=<e>",
    'tab\t "quoted" \\ back',
    "\u2028\u00ad",
    "漢字",
]


def by_bytes(post: Post) -> bytes:
    """What every guide says."""
    return post.body


def by_python(post: Post) -> bytes:
    """A framework opened the JSON already, and the program writes it again."""
    return json.dumps(json.loads(post.body), separators=(",", ":")).encode()


def by_javascript(post: Post) -> bytes:
    """`JSON.stringify(request.body)` with the escaping that guides add to it."""
    text = json.dumps(json.loads(post.body), separators=(",", ":"), ensure_ascii=False)
    units = text.encode("utf-16-be")
    points = [int.from_bytes(units[i : i + 2], "big") for i in range(0, len(units), 2)]
    return "".join(chr(p) if p < 0x80 else f"\\u{p:04x}" for p in points).encode()


@pytest.mark.parametrize("spelled", [by_bytes, by_python, by_javascript])
async def test_emoji_and_slashes_verify(open_office: Open, receiver: Receiver, spelled: object) -> None:
    office = await open_office()
    await office.subscribe(receiver.url)
    for text in TEXTS:
        office.tell(text)
    await office.until_empty()
    assert len(receiver.posts) == len(TEXTS)
    for post in receiver.posts:
        body = spelled(post)  # type: ignore[operator]
        assert post.headers["X-Hub-Signature-256"] == "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
        assert post.headers["X-Hub-Signature"] == "sha1=" + hmac.new(SECRET, body, hashlib.sha1).hexdigest()
        assert post.headers["User-Agent"] == "facebookexternalua"
        assert not re.search(rb"\\u[0-9a-f]*[A-F]", post.body)
