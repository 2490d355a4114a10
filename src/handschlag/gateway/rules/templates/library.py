"""Ready-made templates, how one is found, and how a company's own addresses and numbers are put into it."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from handschlag.content.errors import INVALID_PARAMETER, ContentError
from handschlag.gateway.rules.graph_ids import make_graph_id
from handschlag.gateway.rules.templates.library_texts import TEXTS


class LibraryTemplate(NamedTuple):
    """One template in one language; its buttons hold example addresses that a company replaces."""

    name: str
    language: str
    category: str
    topic: str
    use: str
    industries: tuple[str, ...]
    header: str
    body: str
    examples: tuple[str, ...]
    buttons: tuple[dict[str, Any], ...]


LIBRARY: tuple[LibraryTemplate, ...] = tuple(
    LibraryTemplate(
        name=text.name, language=language, category=text.category, topic=text.topic, use=text.use,
        industries=text.industries, header=words.header, body=words.body, examples=words.examples, buttons=words.buttons,
    )
    for text in TEXTS
    for language, words in text.languages.items()
)  # fmt: skip


def library_id(template: LibraryTemplate) -> str:
    """Return the id under which a template of the library is listed: the same everywhere."""
    return make_graph_id(hashlib.sha256(f"{template.name} {template.language}".encode()).digest())


def find_library_template(name: str, language: str) -> LibraryTemplate:
    """Return the template of this name in a language or the one it is a variant of; raises ContentError."""
    spelled = language.replace("-", "_")
    named = [template for template in LIBRARY if template.name == name]
    if not named:
        known = ", ".join(text.name for text in TEXTS)
        raise ContentError(INVALID_PARAMETER, "library_template_name", f"got {name[:60]!r}, expected one of {known}")
    for template in named:
        if template.language == spelled or template.language.partition("_")[0] == spelled.partition("_")[0]:
            return template
    languages = ", ".join(template.language for template in named)
    raise ContentError(INVALID_PARAMETER, "language", f"got {language[:20]!r}, expected one of {languages}")


def fill_library_template(template: LibraryTemplate, inputs: list[Any]) -> list[dict[str, object]]:
    """Return the components of a template of the library with the company's own buttons in the order they stand there."""
    if template.category == "AUTHENTICATION":
        return [
            {"type": "BODY", "add_security_recommendation": True},
            {"type": "FOOTER", "code_expiration_minutes": 10},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
        ]
    components: list[dict[str, object]] = []
    if template.header:
        components.append({"type": "HEADER", "format": "TEXT", "text": template.header})
    body: dict[str, object] = {"type": "BODY", "text": template.body}
    if template.examples:
        body["example"] = {"body_text": [list(template.examples)]}
    components.append(body)
    if template.buttons:
        components.append({"type": "BUTTONS", "buttons": _buttons(template, inputs)})
    return components


def _buttons(template: LibraryTemplate, inputs: list[Any]) -> list[dict[str, Any]]:
    wanted = [button for button in template.buttons if button["type"] != "QUICK_REPLY"]
    field = "library_template_button_inputs"
    if len(inputs) != len(wanted) or not all(isinstance(one, dict) for one in inputs):
        kinds = ", ".join(button["type"] for button in wanted) or "nothing"
        raise ContentError(INVALID_PARAMETER, field, f"got {len(inputs)} entries, expected {kinds}")
    given = iter(inputs)
    buttons: list[dict[str, Any]] = []
    for button in template.buttons:
        if button["type"] == "QUICK_REPLY":
            buttons.append(dict(button))
            continue
        one = next(given)
        if str(one.get("type", "")).upper() != button["type"]:
            raise ContentError(INVALID_PARAMETER, f"{field}.type", f"expected {button['type']}")
        buttons.append({**button, **_own(button["type"], one, field)})
    return buttons


def _own(kind: str, given: dict[str, Any], field: str) -> dict[str, Any]:
    if kind == "PHONE_NUMBER":
        return {"phone_number": given.get("phone_number")}
    url = given.get("url")
    if isinstance(url, str):
        return {"url": url}
    if not isinstance(url, dict) or not isinstance(url.get("base_url"), str):
        raise ContentError(INVALID_PARAMETER, f"{field}.url", "expected an object with a base_url")
    example = url.get("url_suffix_example")
    return {"url": url["base_url"], **({"example": [example]} if isinstance(example, str) else {})}
