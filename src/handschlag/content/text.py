"""A text message: what a person or a program wrote, the message it answers, and what its company shows of a link in it."""

from __future__ import annotations

import msgspec

from handschlag.content.context import Context
from handschlag.content.errors import INVALID_PARAMETER, ContentError, missing, too_long, wrong_type
from handschlag.content.link_preview import LinkPreview, parse_link_preview

TEXT_CHARACTERS = 4096


class Text(msgspec.Struct, frozen=True, omit_defaults=True):
    """The words; `preview_url` asks the company's gateway for a `preview` of the first link: readers fetch nothing."""

    body: str
    preview_url: bool = False
    preview: LinkPreview | None = None


class TextMessage(msgspec.Struct, frozen=True, tag_field="type", tag="text", omit_defaults=True):
    """A text message as it is sealed, which is as a webhook carries it."""

    text: Text
    context: Context | None = None


def parse_text(value: object, field: str = "text") -> Text:
    """Return the text object of a request, checked; unknown fields are ignored as Meta does, and so is a preview: gateways make it."""
    if value is None:
        raise missing(field)
    if not isinstance(value, dict):
        raise wrong_type(field, value, "an object")
    body = value.get("body")
    preview = value.get("preview_url", False)
    if body is None:
        raise missing(f"{field}.body")
    if not isinstance(body, str):
        raise wrong_type(f"{field}.body", body, "a string")
    if not body:
        raise ContentError(INVALID_PARAMETER, f"{field}.body", "got 0 characters, at least 1")
    if len(body) > TEXT_CHARACTERS:
        raise too_long(f"{field}.body", len(body), TEXT_CHARACTERS)
    if isinstance(preview, str) and preview in {"true", "false"}:
        preview = preview == "true"
    if not isinstance(preview, bool):
        raise wrong_type(f"{field}.preview_url", preview, "a boolean")
    return Text(body=body, preview_url=preview)


def parse_sealed_text(value: object, field: str = "text") -> Text:
    """Return the text object of a sealed body, checked, with its link's preview."""
    text = parse_text(value, field)
    given = value.get("preview") if isinstance(value, dict) else None
    if given is None:
        return text
    return msgspec.structs.replace(text, preview=parse_link_preview(given, f"{field}.preview", text.body))
