"""Previews of links: sealed by the company's gateway for the first link of the text, and refused by readers in any other shape."""

from __future__ import annotations

import io
from base64 import b64encode
from typing import Any

import msgspec
import pytest
from PIL import Image

from handschlag.content.bodies import parse_body
from handschlag.content.errors import ContentError
from handschlag.content.link_preview import LINK_THUMBNAIL_BYTES
from handschlag.content.links import first_link
from handschlag.content.service_types import may_send, parse_message
from handschlag.content.text import parse_text
from tests.content.test_spec_vectors import cases

TEXT = "Boarding: https://moewe-air.example/b12. Bis gleich!"
PREVIEW: dict[str, Any] = {"url": "https://moewe-air.example/b12", "title": "Gate B12", "description": "Boarding 14:05"}


def jpeg(width: int, height: int) -> str:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(written, "JPEG")
    return b64encode(written.getvalue()).decode().rstrip("=")


def message(preview: Any, text: str = TEXT) -> dict[str, Any]:
    return {"type": "text", "text": {"body": text, "preview_url": True, "preview": preview}}


@pytest.mark.parametrize("case", cases("links"), ids=lambda case: case["text"][:40])
def test_both_languages_find_the_same_first_link(case: dict[str, Any]) -> None:
    assert first_link(case["text"]) == case["link"]


@pytest.mark.parametrize("preview", [PREVIEW, {**PREVIEW, "thumbnail": jpeg(320, 168), "width": 320, "height": 168}])
def test_what_is_sealed_is_what_the_reader_understands(preview: dict[str, Any]) -> None:
    parsed = parse_message(message(preview))
    assert msgspec.to_builtins(parsed) == message(preview)
    assert parse_body("service", msgspec.json.encode(parsed)) == parsed


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"url": "https://moewe-air.example/"}, "expected the first link of the text"),
        ({"url": "https://moewe-air.ex"}, "expected the first link of the text"),
        ({"url": "javascript:alert(1)"}, "expected the first link of the text"),
        ({"url": None}, "is missing"),
        ({"title": ""}, "got 0 characters, expected 1 to 120"),
        ({"title": "x" * 121}, "got 121 characters, at most 120"),
        ({"description": "x" * 241}, "got 241 characters, at most 240"),
        ({"site": "Bank"}, "no such field"),
        ({"thumbnail": jpeg(320, 168)}, "another width and height than its thumbnail's, expected 320 and 168"),
        ({"thumbnail": jpeg(320, 168), "width": 168, "height": 320}, "expected 320 and 168"),
        ({"width": 320, "height": 168}, "expected none"),
        ({"thumbnail": jpeg(321, 1), "width": 321, "height": 1}, "at most 320 pixels"),
        ({"thumbnail": "A" * (LINK_THUMBNAIL_BYTES * 2)}, f"at most {LINK_THUMBNAIL_BYTES}"),
        ({"thumbnail": "PHN2Zz4", "width": 1, "height": 1}, "got no JPEG"),
    ],
)
def test_what_breaks_a_limit_is_refused_as_other_wrong_content_is(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ContentError, match=told):
        parse_message(message({**PREVIEW, **changed}))
    with pytest.raises(ValueError, match=told):
        parse_body("service", msgspec.json.encode(message({**PREVIEW, **changed})))


def test_only_a_company_sends_one() -> None:
    parsed = parse_message(message(PREVIEW))
    assert may_send(parsed, "business")
    assert not may_send(parsed, "customer")
    edit = {"type": "edit", "edit": {"original_message_id": "wamid.x", "message": message(PREVIEW)}}
    assert not may_send(parse_message(edit), "customer")


def test_a_program_cannot_write_its_own() -> None:
    assert parse_text(message(PREVIEW)["text"]).preview is None


@pytest.mark.parametrize("preview", cases("links", "previews"))
def test_readers_in_both_languages_show(preview: dict[str, Any]) -> None:
    assert parse_message(message(preview)).text.preview is not None  # type: ignore[union-attr]


@pytest.mark.parametrize("preview", cases("links", "refused_previews"))
def test_readers_in_both_languages_refuse(preview: Any) -> None:
    with pytest.raises(ContentError):
        parse_message(message(preview))
