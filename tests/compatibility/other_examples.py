"""A request of every other shape the platform's own documents show, with what this gateway answers: None is success, a number the error's code.

Each row is method, path, body and answer; names in double braces are put in by the test. A path that is not offered answers 100 with
a sentence that says so.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Example(NamedTuple):
    """One request; `encoding` is how its body travels."""

    method: str
    path: str
    body: dict[str, Any] | None
    code: int | None = None
    encoding: str = "json"


NOT_OFFERED = 100
PHONE = "/v23.0/{{phone}}"
ACCOUNT = "/v23.0/{{account}}"
SEAT = [{"type": "BODY", "text": "Choose a seat for your flight."}]


def _template(name: str, category: str, components: list[Any], code: int | None = None) -> Example:
    body = {"name": name, "language": "en_US", "category": category, "components": components}
    return Example("POST", f"{ACCOUNT}/message_templates", body, code)


def _flow_button(**named: Any) -> list[Any]:
    button = {"type": "FLOW", "text": "Choose", "flow_action": "navigate", "navigate_screen": "SEAT", **named}
    return [*SEAT, {"type": "BUTTONS", "buttons": [button]}]


def _one_time_code(**button: Any) -> list[Any]:
    return [
        {"type": "BODY", "add_security_recommendation": True},
        {"type": "FOOTER", "code_expiration_minutes": 10},
        {"type": "BUTTONS", "buttons": [{"type": "OTP", "text": "Copy code", **button}]},
    ]


BOOKING = {
    "type": "BODY",
    "text": "Thank you, {{1}}! Your booking is {{2}}. Your ticket is above.",
    "example": {"body_text": [["Ines", "8KX2"]]},
}
BUTTONS = {
    "type": "BUTTONS",
    "buttons": [
        {"type": "PHONE_NUMBER", "text": "Call us", "phone_number": "494319990100"},
        {"type": "URL", "text": "My booking", "url": "https://moewe-air.example/{{1}}", "example": ["8KX2"]},
    ],
}
ONE_TAP = {"package_name": "example.moewe.air", "signature_hash": "K8a/AINcGX7"}

EXAMPLES: dict[str, Example] = {
    # Templates
    "template with a form's JSON": _template("ex_flow_json", "MARKETING", _flow_button(flow_json="{{flow_json}}")),
    "template with a form by id": _template("ex_flow_id", "MARKETING", _flow_button(flow_id="{{flow}}")),
    "template with a form by name": _template("ex_flow_name", "MARKETING", _flow_button(flow_name="{{flow_name}}")),
    "one-time code to copy": _template("ex_code", "AUTHENTICATION", _one_time_code(otp_type="COPY_CODE")),
    "one-time code filled in": _template(
        "ex_one_tap", "AUTHENTICATION", _one_time_code(otp_type="ONE_TAP", autofill_text="Fill in", **ONE_TAP)
    ),
    "template of several products": _template(
        "ex_products",
        "MARKETING",
        [*SEAT, {"type": "BUTTONS", "buttons": [{"type": "MPM", "text": "View items"}]}],
        100,
    ),
    "template with a document": _template(
        "ex_document",
        "UTILITY",
        [{"type": "HEADER", "format": "DOCUMENT", "example": {"header_handle": ["{{handle}}"]}}, BOOKING, BUTTONS],
    ),
    "template with a picture": _template(
        "ex_picture",
        "MARKETING",
        [
            {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["{{handle}}"]}},
            {"type": "BODY", "text": "Sylt from {{1}} euros until the end of May.", "example": {"body_text": [["39"]]}},
            {"type": "FOOTER", "text": "Valid until 31 May"},
            BUTTONS,
        ],
    ),
    "template with a place": _template(
        "ex_place",
        "UTILITY",
        [
            {"type": "HEADER", "format": "LOCATION"},
            {"type": "BODY", "text": "Your luggage, {{1}}, waits here.", "example": {"body_text": [["Ines"]]}},
            {"type": "FOOTER", "text": "To hear no more of it, tap below."},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Stop"}]},
        ],
    ),
    "template with reply buttons": _template(
        "ex_replies",
        "MARKETING",
        [
            {"type": "HEADER", "format": "TEXT", "text": "Our {{1}} is on!", "example": {"header_text": ["sale"]}},
            {"type": "BODY", "text": "Until {{1}} with {{2}}.", "example": {"body_text": [["August", "25OFF"]]}},
            {
                "type": "BUTTONS",
                "buttons": [{"type": "QUICK_REPLY", "text": "Fewer"}, {"type": "QUICK_REPLY", "text": "None"}],
            },
        ],
    ),
    "changed template": Example(
        "POST", "/v23.0/{{template}}", {"components": [{"type": "BODY", "text": "Your gate is {{1}} today."}]}
    ),
    "templates": Example("GET", f"{ACCOUNT}/message_templates?fields=name,status&limit=5", None),
    "deleted template": Example("DELETE", f"{ACCOUNT}/message_templates?name=ex_place", None),
    # The number
    "number": Example("GET", f"{PHONE}?fields=id,verified_name,display_phone_number,quality_rating", None),
    "PIN": Example("POST", PHONE, {"pin": "150954"}),
    "registration": Example("POST", f"{PHONE}/register", {"messaging_product": "whatsapp", "pin": "150954"}),
    "registration with a region": Example(
        "POST",
        f"{PHONE}/register",
        {"messaging_product": "whatsapp", "pin": "150954", "data_localization_region": "DE"},
    ),
    "code by text message": Example("POST", f"{PHONE}/request_code", {"code_method": "SMS", "language": "en_US"}),
    "code by call": Example("POST", f"{PHONE}/request_code", {"code_method": "VOICE", "language": "de_DE"}),
    "identity check": Example(
        "POST", f"{PHONE}/settings", {"user_identity_change": {"enable_identity_key_check": True}}
    ),
    "no identity check": Example(
        "POST", f"{PHONE}/settings", {"user_identity_change": {"enable_identity_key_check": False}}
    ),
    "settings": Example("GET", f"{PHONE}/settings", None),
    "calling": Example("POST", f"{PHONE}/settings", {"calling": {"status": "ENABLED"}}, NOT_OFFERED),
    "profile": Example("GET", f"{PHONE}/whatsapp_business_profile?fields=about,email,vertical", None),
    "whole profile": Example(
        "POST",
        f"{PHONE}/whatsapp_business_profile",
        {
            "messaging_product": "whatsapp",
            "about": "Short ways.",
            "address": "Kai 3, Kiel",
            "vertical": "TRAVEL",
            "description": "Flights to the islands",
            "email": "hello@moewe-air.example",
            "websites": ["https://moewe-air.example", "https://shop.moewe-air.example"],
            "profile_picture_handle": "{{handle}}",
        },
    ),
    "part of a profile": Example(
        "POST", f"{PHONE}/whatsapp_business_profile", {"messaging_product": "whatsapp", "description": "Islands"}
    ),
    "key": Example(
        "POST", f"{PHONE}/whatsapp_business_encryption", {"business_public_key": "{{key}}"}, encoding="multipart"
    ),
    "key as it stands": Example("GET", f"{PHONE}/whatsapp_business_encryption", None),
    "ice breakers": Example(
        "POST",
        f"{PHONE}/conversational_automation",
        {"enable_welcome_message": True, "prompts": ["Where is my gate?", "Is it late?"], "commands": []},
    ),
    "commands": Example(
        "POST",
        f"{PHONE}/conversational_automation",
        {
            "enable_welcome_message": False,
            "prompts": [],
            "commands": [{"command_name": "gate", "command_description": "Tells your gate"}],
        },
    ),
    "block": Example(
        "POST", f"{PHONE}/block_users", {"messaging_product": "whatsapp", "block_users": [{"user": "{{blockable}}"}]}
    ),
    "blocked": Example("GET", f"{PHONE}/block_users", None),
    "unblock": Example(
        "DELETE", f"{PHONE}/block_users", {"messaging_product": "whatsapp", "block_users": [{"user": "{{blockable}}"}]}
    ),
    "code as SVG": Example(
        "POST", f"{PHONE}/message_qrdls", {"prefilled_message": "Where is my gate?", "generate_qr_image": "SVG"}
    ),
    "code as PNG": Example(
        "POST", f"{PHONE}/message_qrdls", {"prefilled_message": "Is it late?", "generate_qr_image": "PNG"}
    ),
    "code without a picture": Example("POST", f"{PHONE}/message_qrdls", {"prefilled_message": "Moin"}),
    "codes": Example("GET", f"{PHONE}/message_qrdls?fields=code,qr_image_url.format(SVG)", None),
    "commerce": Example("GET", f"{PHONE}/whatsapp_commerce_settings", None),
    "marketing message": Example(
        "POST",
        f"{PHONE}/marketing_messages",
        {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": "{{to}}",
            "type": "template",
            "template": {"name": "hello_world", "language": {"code": "en_US"}},
        },
        NOT_OFFERED,
    ),
    "call": Example(
        "POST", f"{PHONE}/calls", {"messaging_product": "whatsapp", "to": "{{to}}", "action": "connect"}, NOT_OFFERED
    ),
    "group": Example("POST", f"{PHONE}/groups", {"messaging_product": "whatsapp", "subject": "Crew"}, NOT_OFFERED),
    "sealed again": Example(
        "POST",
        f"{PHONE}/messages_encrypted",
        {"messaging_product": "whatsapp", "encrypted_contents": "eyJhbGciOiJSU0EtT0FFUCJ9"},
        NOT_OFFERED,
    ),
    "official account": Example(
        "POST", f"{PHONE}/official_business_account", {"action": "SUBMIT_APPLICATION"}, NOT_OFFERED
    ),
    "compliance": Example(
        "POST",
        f"{PHONE}/business_compliance_info",
        {"messaging_product": "whatsapp", "entity_name": "Möwe Air", "entity_type": "OTHER", "is_registered": True},
        NOT_OFFERED,
    ),
    # The account
    "account": Example("GET", f"{ACCOUNT}?fields=id,name,timezone_id,currency,message_template_namespace", None),
    "numbers": Example("GET", f"{ACCOUNT}/phone_numbers", None),
    "subscription": Example("POST", f"{ACCOUNT}/subscribed_apps", {}),
    "subscribed": Example("GET", f"{ACCOUNT}/subscribed_apps", None),
    "another number": Example(
        "POST",
        f"{ACCOUNT}/phone_numbers",
        {"cc": "49", "phone_number": "4319990101", "verified_name": "Möwe"},
        NOT_OFFERED,
    ),
    "schedule": Example("POST", f"{ACCOUNT}/schedules", {"name": "Hours"}, NOT_OFFERED),
    "solutions": Example("GET", f"{ACCOUNT}/solutions", None, NOT_OFFERED),
    "activities": Example("GET", f"{ACCOUNT}/activities", None, NOT_OFFERED),
    # Forms
    "forms": Example("GET", f"{ACCOUNT}/flows", None),
    "form": Example("GET", "/v23.0/{{flow}}?fields=id,name,status,categories,validation_errors", None),
    "form's files": Example("GET", "/v23.0/{{flow}}/assets", None),
    "renamed form": Example("POST", "/v23.0/{{draft}}", {"name": "Seats of tomorrow", "categories": ["OTHER"]}),
    "forms moved": Example("POST", f"{ACCOUNT}/migrate_flows", {"source_waba_id": "1"}, NOT_OFFERED),
    # Files
    "file": Example("GET", "/v23.0/{{image}}?phone_number_id={{phone}}", None),
    "deleted file": Example("DELETE", "/v23.0/{{spare}}?phone_number_id={{phone}}", None),
    # Partners, which a company that hosts itself has none of
    "shared numbers": Example("GET", "/v23.0/{{app}}/whatsapp_business_solutions", None, NOT_OFFERED),
    "prepared numbers": Example("GET", f"{ACCOUNT}/preverified_numbers", None, NOT_OFFERED),
}
