"""The keys and JSON types of every webhook body that this gateway emits, as the Cloud API's own clients read them; written by hand.

A tree of dicts, one-element lists, and type names: str, int, bool, number. A key that ends in `?` need not be there. `name=…` fixes a text.
Not emitted, since nothing here makes it happen: order, referral, group, call and account events, message echoes, signup.
"""

from __future__ import annotations

from typing import Any

METADATA = {"display_phone_number": "str", "phone_number_id": "str"}
CONTACTS = [{"profile": {"name": "str"}, "wa_id": "str", "user_id": "str", "identity_key_hash?": "str"}]


def body(field: str, value: dict[str, Any]) -> dict[str, Any]:
    """Return the shape of a whole POST."""
    entry = {"id": "str", "time?": "int", "changes": [{"value": value, "field": f"={field}"}]}
    return {"object": "=whatsapp_business_account", "entry": [entry]}


def message(kind: str, part: dict[str, Any]) -> dict[str, Any]:
    """Return the shape of a POST with an inbound message."""
    common = {"from": "str", "from_user_id?": "str", "id": "str", "timestamp": "str", "type": f"={kind}"}
    value = {"messaging_product": "=whatsapp", "metadata": METADATA, "contacts": CONTACTS}
    return body("messages", {**value, "messages": [{**common, **part}]})


def status(word: str, **part: Any) -> dict[str, Any]:
    """Return the shape of a POST with a message's status."""
    common = {"id": "str", "status": f"={word}", "timestamp": "str", "recipient_id": "str", "recipient_user_id?": "str"}
    value = {"messaging_product": "=whatsapp", "metadata": METADATA, "contacts": CONTACTS}
    return body("messages", {**value, "statuses": [{**common, **part}]})


CONTEXT = {"from": "str", "id": "str"}
_FILE = {"id": "str", "mime_type": "str", "sha256": "str", "url?": "str"}
ERRORS = [{"code": "int", "title": "str", "message": "str", "error_data": {"details": "str"}, "href?": "str"}]
PRICING = {"billable": "bool", "pricing_model": "str", "category": "str", "type?": "str"}
_TEMPLATE = {"message_template_id": "int", "message_template_name": "str", "message_template_language": "str"}
_REPLY = {"type": "=button_reply", "button_reply": {"id": "str", "title": "str"}}
_ROW = {"type": "=list_reply", "list_reply": {"id": "str", "title": "str", "description": "str"}}
_FORM = {"type": "=nfm_reply", "nfm_reply": {"name": "=flow", "body": "str", "response_json": "str"}}
_CHANGED = {"type": "=image", "image": {**_FILE, "caption": "str"}, "context?": {"id": "str"}}

SHAPES: dict[str, dict[str, Any]] = {
    "text": message("text", {"text": {"body": "str"}}),
    "reply": message("text", {"text": {"body": "str"}, "context": CONTEXT}),
    "forwarded": message("text", {"text": {"body": "str"}, "context": {"forwarded": "bool"}}),
    "frequently_forwarded": message("text", {"text": {"body": "str"}, "context": {"frequently_forwarded": "bool"}}),
    "image": message("image", {"image": {**_FILE, "caption?": "str"}}),
    "video": message("video", {"video": {**_FILE, "caption": "str"}}),
    "document": message("document", {"document": {**_FILE, "caption": "str", "filename": "str"}}),
    "audio": message("audio", {"audio": {**_FILE, "voice": "bool"}}),
    "sticker": message("sticker", {"sticker": {**_FILE, "animated": "bool"}}),
    "location": message("location", {"location": {"latitude": "number", "longitude": "number", "name": "str", "address": "str"}}),
    "contacts": message("contacts", {"contacts": [{"name": {"formatted_name": "str", "first_name": "str"}, "phones": [{"phone": "str", "type": "str", "wa_id": "str"}]}]}),
    "reaction": message("reaction", {"reaction": {"message_id": "str", "emoji": "str"}}),
    "unreaction": message("reaction", {"reaction": {"message_id": "str"}}),
    "button_reply": message("interactive", {"context": CONTEXT, "interactive": _REPLY}),
    "list_reply": message("interactive", {"context": CONTEXT, "interactive": _ROW}),
    "nfm_reply": message("interactive", {"context": CONTEXT, "interactive": _FORM}),
    "button": message("button", {"context": CONTEXT, "button": {"payload": "str", "text": "str"}}),
    "edit": message("edit", {"edit": {"original_message_id": "str", "message": _CHANGED}}),
    "revoke": message("revoke", {"revoke": {"original_message_id": "str"}}),
    "unsupported": message("unsupported", {"errors": ERRORS, "unsupported": {"type": "str"}}),
    "user_changed_number": message(
        "system", {"system": {"type": "=user_changed_number", "body": "str", "wa_id": "str", "user_id?": "str"}}
    ),
    "identity_changed": message(
        "system",
        {
            "system": {"type": "=customer_identity_changed", "body": "str", "customer?": "str", "wa_id?": "str", "user_id?": "str"},
            "identity": {"acknowledged": "bool", "created_timestamp": "str", "hash": "str"},
        },
    ),
    "sent": status("sent", pricing=PRICING, **{"biz_opaque_callback_data?": "str"}),
    "delivered": status("delivered", pricing=PRICING, **{"biz_opaque_callback_data?": "str"}),
    "read": status("read", pricing=PRICING, **{"biz_opaque_callback_data?": "str"}),
    "failed": status("failed", errors=ERRORS),
    "template_status": body(
        "message_template_status_update",
        {"event": "str", **_TEMPLATE, "message_template_category": "str", "reason": "str"},
    ),
    "preferences": body(
        "user_preferences",
        {
            "messaging_product": "=whatsapp",
            "metadata": METADATA,
            "contacts": CONTACTS,
            "user_preferences": [
                {"wa_id": "str", "user_id?": "str", "detail": "str", "category": "=marketing_messages", "value": "str", "timestamp": "int"}
            ],
        },
    ),
    "flow": body("flows", {"event": "str", "message": "str", "flow_id": "str", "old_status": "str", "new_status": "str"}),
    "security": body("security", {"display_phone_number": "str", "event": "str", "requester": "str"}),
}  # fmt: skip

_TYPES: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "bool": (bool,), "number": (int, float)}


def differences(shape: Any, found: Any, place: str = "") -> list[str]:
    """Return every place where a body is not as the shape says: a key that is missing or too much, or another JSON type."""
    if isinstance(shape, str):
        if shape.startswith("="):
            return [] if found == shape[1:] else [f"{place}: {found!r} is not {shape[1:]!r}"]
        right = isinstance(found, _TYPES[shape]) and (shape == "bool" or not isinstance(found, bool))
        return [] if right else [f"{place}: {found!r} is no {shape}"]
    if isinstance(shape, list):
        if not isinstance(found, list) or not found:
            return [f"{place}: {found!r} is no list of something"]
        return [one for i, item in enumerate(found) for one in differences(shape[0], item, f"{place}[{i}]")]
    if not isinstance(found, dict):
        return [f"{place}: {found!r} is no object"]
    named = {key.removesuffix("?"): (part, key.endswith("?")) for key, part in shape.items()}
    wrong = [f"{place}.{key}: too much" for key in found if key not in named]
    for key, (part, optional) in named.items():
        if key in found:
            wrong += differences(part, found[key], f"{place}.{key}")
        elif not optional:
            wrong.append(f"{place}.{key}: missing")
    return wrong
