"""A message of every shape the platform's own documents show, with what this gateway answers: None is accepted, a number the error's code.

Names in double braces are put in by the test: the customer, a message of theirs, uploaded files, links, a published and a draft form.
"""

from __future__ import annotations

from typing import Any

CONTEXT = {"context": {"message_id": "{{incoming}}"}}
CONTACT = {
    "name": {
        "formatted_name": "Dr Ole M. Hansen jun.",
        "first_name": "Ole",
        "last_name": "Hansen",
        "middle_name": "M.",
        "prefix": "Dr",
        "suffix": "jun.",
    },
    "birthday": "1984-02-29",
    "addresses": [
        {
            "street": "Lung Wai 1",
            "city": "Helgoland",
            "state": "SH",
            "zip": "27498",
            "country": "Germany",
            "country_code": "de",
            "type": "HOME",
        },
        {"street": "Kai 3", "city": "Kiel", "zip": "24103", "country": "Germany", "country_code": "de", "type": "WORK"},
    ],
    "emails": [
        {"email": "ole@moewe-air.example", "type": "WORK"},
        {"email": "ole@home.example", "type": "HOME"},
    ],
    "phones": [
        {"phone": "+49 (4725) 1234", "type": "HOME"},
        {"phone": "+49 151 1234567", "type": "WORK", "wa_id": "491511234567"},
    ],
    "org": {"company": "Möwe Air", "department": "Gates", "title": "Manager"},
    "urls": [{"url": "https://moewe-air.example", "type": "WORK"}],
}
LOCATION = {"latitude": 54.182, "longitude": 7.885, "name": "Helgoland", "address": "Lung Wai 1, 27498 Helgoland"}
TEXTS = {
    "header": {"type": "text", "text": "Seat"},
    "body": {"text": "Which one?"},
    "footer": {"text": "Free of charge"},
}
LIST = {
    "type": "list",
    **TEXTS,
    "action": {
        "button": "Meals",
        "sections": [
            {
                "title": "Warm",
                "rows": [
                    {"id": "fish", "title": "Fish", "description": "Plaice with bacon"},
                    {"id": "soup", "title": "Soup", "description": "Of peas"},
                ],
            },
            {
                "title": "Cold",
                "rows": [
                    {"id": "salad", "title": "Salad", "description": "Of the day"},
                    {"id": "cake", "title": "Cake", "description": "Butter cake"},
                ],
            },
        ],
    },
}
CURRENCY = {"type": "currency", "currency": {"fallback_value": "39,00 €", "code": "EUR", "amount_1000": 39000}}
DATE_TIME = {
    "type": "date_time",
    "date_time": {
        "fallback_value": "24 November 2026",
        "day_of_week": 2,
        "year": 2026,
        "month": 11,
        "day_of_month": 24,
        "hour": 14,
        "minute": 5,
        "calendar": "GREGORIAN",
    },
}
BODY = {"type": "body", "parameters": [{"type": "text", "text": "Ines"}, CURRENCY, DATE_TIME]}
PICTURE = {"type": "header", "parameters": [{"type": "image", "image": {"link": "{{links}}/gate.png"}}]}


def flow(**named: Any) -> dict[str, Any]:
    """Return an interactive message that opens a form."""
    parameters = {
        "flow_message_version": "3",
        "flow_token": "seat-8KX2",
        "flow_cta": "Choose a seat",
        "flow_action": "navigate",
        "flow_action_payload": {"screen": "SEAT", "data": {"flight": "MA 204"}},
        **named,
    }
    return interactive({"type": "flow", **TEXTS, "action": {"name": "flow", "parameters": parameters}})


def interactive(part: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return an interactive message."""
    return {"type": "interactive", "interactive": part, **more}


def template(name: str, components: list[Any] | None = None, language: str = "en_US") -> dict[str, Any]:
    """Return a template message."""
    part: dict[str, Any] = {"name": name, "language": {"code": language}}
    return {"type": "template", "template": part if components is None else {**part, "components": components}}


def quick_reply(index: str, payload: str) -> dict[str, Any]:
    """Return the value of a template's reply button."""
    return {
        "type": "button",
        "sub_type": "quick_reply",
        "index": index,
        "parameters": [{"type": "payload", "payload": payload}],
    }


NOT_OFFERED = 131051
MESSAGES: dict[str, tuple[dict[str, Any], int | None]] = {
    "text": ({"type": "text", "text": {"preview_url": False, "body": "Boarding begins"}}, None),
    "text with a link shown": ({"text": {"preview_url": True, "body": "See https://moewe-air.example."}}, None),
    "text in answer": ({"type": "text", "text": {"preview_url": False, "body": "At B12"}, **CONTEXT}, None),
    "audio": ({"type": "audio", "audio": {"id": "{{audio}}"}}, None),
    "audio by link": ({"type": "audio", "audio": {"link": "{{links}}/voice.ogg"}}, None),
    "audio in answer": ({"type": "audio", "audio": {"id": "{{audio}}"}, **CONTEXT}, None),
    "audio by link in answer": ({"type": "audio", "audio": {"link": "{{links}}/voice.ogg"}, **CONTEXT}, None),
    "image": ({"type": "image", "image": {"id": "{{image}}"}}, None),
    "image by link": ({"type": "image", "image": {"link": "{{links}}/gate.png"}}, None),
    "image in answer": ({"type": "image", "image": {"id": "{{image}}"}, **CONTEXT}, None),
    "image by link in answer": ({"type": "image", "image": {"link": "{{links}}/gate.png"}, **CONTEXT}, None),
    "video": ({"type": "video", "video": {"id": "{{video}}", "caption": "Boarding"}}, None),
    "video by link": ({"type": "video", "video": {"link": "{{links}}/boarding.mp4", "caption": "Boarding"}}, None),
    "video in answer": ({"type": "video", "video": {"id": "{{video}}", "caption": "Boarding"}, **CONTEXT}, None),
    "document": (
        {"type": "document", "document": {"id": "{{document}}", "caption": "Ticket", "filename": "t.pdf"}},
        None,
    ),
    "document by link": ({"type": "document", "document": {"link": "{{links}}/ticket.pdf", "caption": "Ticket"}}, None),
    "document in answer": (
        {"type": "document", "document": {"id": "{{document}}", "filename": "t.pdf"}, **CONTEXT},
        None,
    ),
    "sticker": ({"type": "sticker", "sticker": {"id": "{{sticker}}"}}, None),
    "sticker by link": ({"type": "sticker", "sticker": {"link": "{{links}}/gull.webp"}}, None),
    "sticker in answer": ({"type": "sticker", "sticker": {"id": "{{sticker}}"}, **CONTEXT}, None),
    "location": ({"type": "location", "location": LOCATION}, None),
    "location in answer": ({"type": "location", "location": LOCATION, **CONTEXT}, None),
    "contacts": ({"type": "contacts", "contacts": [CONTACT]}, None),
    "contacts in answer": ({"type": "contacts", "contacts": [CONTACT], **CONTEXT}, None),
    "reaction": ({"type": "reaction", "reaction": {"message_id": "{{incoming}}", "emoji": "😀"}}, None),
    "list": (interactive(LIST), None),
    "list in answer": (interactive(LIST, **CONTEXT), None),
    "buttons": (
        interactive(
            {
                "type": "button",
                "body": {"text": "Window or aisle?"},
                "action": {
                    "buttons": [
                        {"type": "reply", "reply": {"id": "window", "title": "Window"}},
                        {"type": "reply", "reply": {"id": "aisle", "title": "Aisle"}},
                    ]
                },
            }
        ),
        None,
    ),
    "form by id": (flow(flow_id="{{flow}}"), None),
    "form by name": (flow(flow_name="{{flow_name}}"), None),
    "draft of a form by id": (flow(flow_id="{{draft}}", mode="draft"), None),
    "draft of a form by name": (flow(flow_name="{{draft_name}}", mode="draft"), None),
    "template": (template("hello_world"), None),
    "template with money and time": (template("example_text", [BODY]), None),
    "template with a picture": (template("example_picture", [PICTURE, BODY]), None),
    "template with a picture and reply buttons": (
        template("example_buttons", [PICTURE, BODY, quick_reply("0", "yes-8KX2"), quick_reply("1", "no-8KX2")]),
        None,
    ),
    "template that opens a form": (
        template(
            "example_form",
            [
                {
                    "type": "button",
                    "sub_type": "flow",
                    "index": "0",
                    "parameters": [
                        {"type": "action", "action": {"flow_token": "t", "flow_action_data": {"flight": "MA"}}}
                    ],
                }
            ],
        ),
        None,
    ),
    "catalogue": (
        interactive(
            {
                "type": "catalog_message",
                "body": {"text": "Our shop"},
                "action": {"name": "catalog_message", "parameters": {"thumbnail_product_retailer_id": "mug"}},
            }
        ),
        NOT_OFFERED,
    ),
    "product": (
        interactive({"type": "product", "action": {"catalog_id": "1", "product_retailer_id": "mug"}}),
        NOT_OFFERED,
    ),
    "products": (
        interactive(
            {
                "type": "product_list",
                **TEXTS,
                "action": {
                    "catalog_id": "1",
                    "sections": [{"title": "Mugs", "product_items": [{"product_retailer_id": "mug"}]}],
                },
            }
        ),
        NOT_OFFERED,
    ),
    "order details": (
        interactive({"type": "order_details", "body": {"text": "Pay"}, "action": {"name": "review_and_pay"}}),
        NOT_OFFERED,
    ),
    "order status": (
        interactive({"type": "order_status", "body": {"text": "Sent"}, "action": {"name": "review_order"}}),
        NOT_OFFERED,
    ),
}
# Templates that the messages above send.
_TEXT = "Hello {{1}}, for {{2}} on {{3}} you fly."
TEMPLATES: list[dict[str, Any]] = [
    {"name": "example_text", "components": [{"type": "BODY", "text": _TEXT}]},
    {"name": "example_picture", "components": [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": _TEXT}]},
    {
        "name": "example_buttons",
        "components": [
            {"type": "HEADER", "format": "IMAGE"},
            {"type": "BODY", "text": _TEXT},
            {
                "type": "BUTTONS",
                "buttons": [{"type": "QUICK_REPLY", "text": "Yes"}, {"type": "QUICK_REPLY", "text": "No"}],
            },
        ],
    },
    {
        "name": "example_form",
        "components": [
            {"type": "BODY", "text": "Choose a seat."},
            {"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "Choose", "flow_id": "{{flow}}"}]},
        ],
    },
]
