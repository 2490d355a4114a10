"""A message of every type as a program writes it, and files as they are sealed."""

from __future__ import annotations

from typing import Any

WAMID = "wamid.HBgLAZssPU5femuMfZ4PGis8TQ"
FILE: dict[str, Any] = {
    "mime_type": "image/jpeg",
    "sha256": "A" * 43,
    "file_size": 1234,
    "blob": {"id": "blob", "key": "B" * 42 + "A", "prefix": "C" * 9 + "A"},
}


def file_of(kind: str) -> dict[str, Any]:
    """Return a file that fits a message type."""
    types = {
        "audio": "audio/ogg; codecs=opus",
        "video": "video/mp4",
        "document": "application/pdf",
        "sticker": "image/webp",
    }
    return {**FILE, "mime_type": types.get(kind, "image/jpeg")}


CARD = {
    "name": {"formatted_name": "John Smith", "first_name": "John"},
    "phones": [{"phone": "+1 (650) 555-1234", "type": "WORK", "wa_id": "16505551234"}],
    "emails": [{"email": "john@example.com", "type": "WORK"}],
    "urls": [{"url": "https://example.com", "type": "WORK"}],
    "addresses": [{"street": "Am Kai 1", "city": "Kiel", "zip": "24159", "country": "Germany", "country_code": "de"}],
    "org": {"company": "Möwe Air", "department": "Kitchen", "title": "Cook"},
    "birthday": "2012-08-18",
}
BUTTONS = {
    "type": "button",
    "header": {"type": "text", "text": "Flight MA 204"},
    "body": {"text": "Do you want to rebook?"},
    "footer": {"text": "Möwe Air"},
    "action": {"buttons": [{"type": "reply", "reply": {"id": "yes", "title": "Yes"}}, {"type": "reply", "reply": {"id": "no", "title": "No"}}]},
}  # fmt: skip
LIST = {
    "type": "list",
    "header": {"type": "text", "text": "Seats"},
    "body": {"text": "Where do you want to sit?"},
    "action": {
        "button": "Choose",
        "sections": [
            {"title": "Front", "rows": [{"id": "1a", "title": "1A", "description": "window"}]},
            {"title": "Back", "rows": [{"id": "20c", "title": "20C"}]},
        ],
    },
}
LINK = {
    "type": "cta_url",
    "body": {"text": "Your ticket"},
    "action": {"name": "cta_url", "parameters": {"display_text": "Open", "url": "https://example.com/ticket?a=1"}},
}
WHERE = {"type": "location_request_message", "body": {"text": "Where are you?"}, "action": {"name": "send_location"}}
FLOW = {
    "type": "flow",
    "body": {"text": "Tell us"},
    "action": {
        "name": "flow",
        "parameters": {
            "flow_message_version": "3",
            "flow_id": "123456789012345",
            "flow_cta": "Begin",
            "flow_token": "t",
            "flow_action": "navigate",
            "flow_action_payload": {"screen": "FIRST", "data": {"name": "Ines"}},
        },
    },
}


def cards(header: dict[str, Any]) -> dict[str, Any]:
    """Return a carousel of two cards with this header."""
    return {
        "type": "carousel",
        "body": {"text": "Our routes"},
        "action": {
            "cards": [
                {
                    "card_index": i,
                    "type": "cta_url",
                    "header": header,
                    "body": {"text": f"Route {i}"},
                    "action": {
                        "name": "cta_url",
                        "parameters": {"display_text": "Fly", "url": f"https://example.com/{i}"},
                    },
                }
                for i in range(2)
            ]
        },
    }


# Every type and kind a company may send, without files.
SENT: dict[str, dict[str, Any]] = {
    "text": {"type": "text", "text": {"body": "Hello https://example.com", "preview_url": True}},
    "location": {
        "type": "location",
        "location": {"latitude": 37.758056, "longitude": -122.425332, "name": "Headquarters", "address": "Am Kai 1"},
    },
    "contacts": {"type": "contacts", "contacts": [CARD]},
    "reaction": {"type": "reaction", "reaction": {"message_id": WAMID, "emoji": "😀"}},
    "buttons": {"type": "interactive", "interactive": BUTTONS},
    "list": {"type": "interactive", "interactive": LIST},
    "cta_url": {"type": "interactive", "interactive": LINK},
    "location_request": {"type": "interactive", "interactive": WHERE},
    "flow": {"type": "interactive", "interactive": FLOW},
}
_CONTEXT = {"id": WAMID}
# What only customers send.
ANSWERED: dict[str, dict[str, Any]] = {
    "button_reply": {
        "type": "interactive",
        "interactive": {"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes"}},
        "context": _CONTEXT,
    },
    "list_reply": {
        "type": "interactive",
        "interactive": {"type": "list_reply", "list_reply": {"id": "1a", "title": "1A", "description": "window"}},
        "context": _CONTEXT,
    },
    "nfm_reply": {
        "type": "interactive",
        "interactive": {
            "type": "nfm_reply",
            "nfm_reply": {"name": "flow", "body": "Sent", "response_json": '{"flow_token":"t","seat":"1A"}'},
        },
        "context": _CONTEXT,
    },
    "button": {"type": "button", "button": {"payload": "confirm", "text": "Confirm"}, "context": _CONTEXT},
    "edit": {
        "type": "edit",
        "edit": {"original_message_id": WAMID, "message": {"type": "text", "text": {"body": "Better words"}}},
    },
    "revoke": {"type": "revoke", "revoke": {"original_message_id": WAMID}},
}
