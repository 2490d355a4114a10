"""An interactive message, company to customer or the answer to one, and the table of their kinds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from handschlag.content.context import Context
from handschlag.content.errors import INVALID_PARAMETER, UNSUPPORTED_TYPE, ContentError
from handschlag.content.fields import not_possible, take_object
from handschlag.content.interactive.buttons import ButtonAction, parse_button_action
from handschlag.content.interactive.carousel import CarouselAction, parse_carousel_action
from handschlag.content.interactive.flow import FlowAction, parse_flow_action
from handschlag.content.interactive.lists import LIST_BODY_CHARACTERS, ListAction, parse_list_action
from handschlag.content.interactive.named_actions import (
    LocationRequestAction,
    UrlAction,
    parse_location_request_action,
    parse_url_action,
)
from handschlag.content.interactive.parts import (
    BODY_CHARACTERS,
    Header,
    Words,
    parse_footer,
    parse_header,
    parse_words,
    word_of,
)
from handschlag.content.interactive.replies import (
    InteractiveReply,
    parse_button_reply,
    parse_form_reply,
    parse_list_reply,
)
from handschlag.content.media import FileParser

Action = ButtonAction | ListAction | UrlAction | LocationRequestAction | FlowAction | CarouselAction


class Interactive(msgspec.Struct, frozen=True, omit_defaults=True):
    """Words with something to tap."""

    type: str
    body: Words
    action: Action
    header: Header | None = None
    footer: Words | None = None


class InteractiveMessage(msgspec.Struct, frozen=True, tag_field="type", tag="interactive", omit_defaults=True):
    """An interactive message, or the answer to one, as it is sealed."""

    interactive: Interactive | InteractiveReply
    context: Context | None = None


class InteractiveKind(NamedTuple):
    """How a kind's action is read, how long its body may be, and what may stand above and below."""

    parse: Callable[[object, str, FileParser], Action]
    body: int = BODY_CHARACTERS
    headers: str = "any"
    footer: bool = True


# One row per kind that a company may send.
KINDS: dict[str, InteractiveKind] = {
    "button": InteractiveKind(parse_button_action),
    "list": InteractiveKind(parse_list_action, body=LIST_BODY_CHARACTERS, headers="text"),
    "cta_url": InteractiveKind(parse_url_action),
    "location_request_message": InteractiveKind(parse_location_request_action, headers="none", footer=False),
    "flow": InteractiveKind(parse_flow_action),
    "carousel": InteractiveKind(parse_carousel_action, headers="none", footer=False),
}

# One row per answer that a customer may send.
REPLIES: dict[str, Callable[[dict[str, Any], str], InteractiveReply]] = {
    "button_reply": parse_button_reply,
    "list_reply": parse_list_reply,
    "nfm_reply": parse_form_reply,
}

NOT_OFFERED: dict[str, str] = {
    "product": "catalogues are not offered",
    "product_list": "catalogues are not offered",
    "catalog_message": "catalogues are not offered",
    "call_permission_request": "calls are not offered",
    "voice_call": "calls are not offered",
    "order_details": "payments are not offered",
    "order_status": "payments are not offered",
    "address_message": "address forms are not offered; a flow can ask for an address",
    "request_contact_info": "asking for contact data by button is not offered; customers share a number when they join",
}


def parse_interactive(value: object, field: str, files: FileParser) -> Interactive | InteractiveReply:
    """Return an interactive message or an answer, checked."""
    part = take_object(value, field)
    type_ = word_of(part, "type", field)
    if type_ in REPLIES:
        return REPLIES[type_](part, field)
    kind = KINDS.get(type_)
    if kind is None and type_ in NOT_OFFERED:
        raise ContentError(UNSUPPORTED_TYPE, f"{field}.type", f"got {type_!r}: {NOT_OFFERED[type_]}")
    if kind is None:
        raise not_possible(f"{field}.type", part["type"], ", ".join(KINDS))
    if kind.headers == "none" and part.get("header") is not None:
        raise ContentError(INVALID_PARAMETER, f"{field}.header", f"got a header, expected none on {type_!r}")
    if not kind.footer and part.get("footer") is not None:
        raise ContentError(INVALID_PARAMETER, f"{field}.footer", f"got a footer, expected none on {type_!r}")
    return Interactive(
        type=type_,
        header=parse_header(part.get("header"), f"{field}.header", files, text_only=kind.headers == "text"),
        body=parse_words(part.get("body"), f"{field}.body", kind.body),
        footer=parse_footer(part.get("footer"), f"{field}.footer"),
        action=kind.parse(part.get("action"), f"{field}.action", files),
    )
