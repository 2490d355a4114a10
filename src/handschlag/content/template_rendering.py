"""A template filled in: one function decides what a sender may send and what a reader may be shown."""

from __future__ import annotations

import re

import msgspec

from handschlag.content.errors import (
    FORBIDDEN_CHARACTERS,
    INVALID_VALUE,
    PARAMETER_COUNT,
    PARAMETER_FORMAT,
    TEXT_TOO_LONG,
    ContentError,
    missing,
    too_long,
)
from handschlag.content.template_components import Component, Parameter
from handschlag.content.template_definition import (
    BODY_CHARACTERS,
    HEADER_CHARACTERS,
    PLACEHOLDER,
    URL_CHARACTERS,
    ButtonPattern,
    ParsedDefinition,
    Pattern,
    on_domain,
)

PAYLOAD_CHARACTERS = 256

# Both patterns stand in spec/content.md too: the browser decides with the same ones.
_FORBIDDEN = re.compile("[\u0000-\u001f\u007f-\u009f\u2028\u2029]| {4}")
_LINK = re.compile(r"://|[wW][wW][wW]\.|[A-Za-z0-9-]+\.[A-Za-z]{2,}/")


class Button(msgspec.Struct, frozen=True, omit_defaults=True):
    """A button to show: a page to open, a number to call, or an answer that carries `payload`."""

    type: str
    text: str
    url: str = ""
    phone_number: str = ""
    payload: str = ""


class Rendered(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the reader sees."""

    body: str
    header: str = ""
    footer: str = ""
    buttons: list[Button] = []


def render(definition: ParsedDefinition, components: list[Component]) -> Rendered:
    """Return the text; raises ContentError unless every parameter is given, no other, and each keeps its rules."""
    given = {(c.type, c.index): c for c in components}
    if len(given) != len(components):
        raise ContentError(PARAMETER_FORMAT, "components", "one part is given twice")
    header = given.pop(("header", None), None)
    body = given.pop(("body", None), None)
    buttons = [
        _button(button, given.pop(("button", str(i)), None), definition.domain, f"button[{i}]")
        for i, button in enumerate(definition.buttons)
    ]
    if given:
        raise ContentError(PARAMETER_FORMAT, "components", "parameters for a part the template does not have")
    return Rendered(
        header=_fill(definition.header, header, "header", HEADER_CHARACTERS),
        body=_fill(definition.body, body, "body", BODY_CHARACTERS),
        footer=definition.footer,
        buttons=buttons,
    )


def _fill(pattern: Pattern, component: Component | None, field: str, limit: int) -> str:
    values = _values(pattern, component.parameters if component else [], field)
    # A function, so that a value which looks like a placeholder stays what it is.
    text = PLACEHOLDER.sub(lambda found: values[found[1]], pattern.text)
    if len(text) > limit:
        raise too_long(field, len(text), limit, TEXT_TOO_LONG)
    return text


def _values(pattern: Pattern, parameters: list[Parameter], field: str) -> dict[str, str]:
    expected = len(pattern.placeholders)
    if len(parameters) != expected:
        raise ContentError(PARAMETER_COUNT, field, f"got {len(parameters)} parameters, expected {expected}")
    values: dict[str, str] = {}
    for position, parameter in enumerate(parameters):
        where = f"{field}.parameters[{position}]"
        if parameter.type != "text" or parameter.payload is not None:
            raise ContentError(PARAMETER_FORMAT, where, f"got {parameter.type[:40]}, expected text")
        if not parameter.text:
            raise missing(f"{where}.text")
        name = parameter.parameter_name if pattern.named else pattern.placeholders[position]
        if pattern.named != (parameter.parameter_name is not None):
            raise ContentError(
                PARAMETER_FORMAT, f"{where}.parameter_name", f"expected {'a name' if pattern.named else 'none'}"
            )
        if name is None or name not in pattern.placeholders or name in values:
            raise ContentError(PARAMETER_FORMAT, f"{where}.parameter_name", "no such placeholder, or given twice")
        values[name] = _checked(parameter.text, where)
    return values


def _checked(text: str, field: str) -> str:
    if _FORBIDDEN.search(text):
        raise ContentError(
            FORBIDDEN_CHARACTERS, field, "holds a line break, a tab, a control character or four spaces in a row"
        )
    if _LINK.search(text):
        raise ContentError(FORBIDDEN_CHARACTERS, field, "holds a web address")
    return text


def _button(pattern: ButtonPattern, component: Component | None, domain: str, field: str) -> Button:
    parameters = component.parameters if component else []
    if component is not None and component.sub_type != pattern.type:
        raise ContentError(PARAMETER_FORMAT, f"{field}.sub_type", f"expected {pattern.type}")
    match pattern.type:
        case "url":
            return Button(type="url", text=pattern.text, url=_url(pattern, parameters, domain, field))
        case "phone_number":
            return Button(type="phone_number", text=pattern.text, phone_number=pattern.target.text)
        case "quick_reply":
            return Button(type="quick_reply", text=pattern.text, payload=_payload(parameters, field) or pattern.text)


def _url(pattern: ButtonPattern, parameters: list[Parameter], domain: str, field: str) -> str:
    if pattern.target.placeholders and not parameters:
        raise missing(f"{field}.parameters")
    values = _values(pattern.target, parameters, field)
    url = PLACEHOLDER.sub(lambda found: values[found[1]], pattern.target.text)
    if len(url) > URL_CHARACTERS:
        raise too_long(field, len(url), URL_CHARACTERS, TEXT_TOO_LONG)
    if not on_domain(url, domain):
        raise ContentError(
            PARAMETER_FORMAT, field, "the address leaves the approved domain or holds unusual characters"
        )
    return url


def _payload(parameters: list[Parameter], field: str) -> str:
    if not parameters:
        return ""
    if len(parameters) != 1:
        raise ContentError(PARAMETER_COUNT, field, f"got {len(parameters)} parameters, expected 1")
    parameter = parameters[0]
    if parameter.type != "payload" or not parameter.payload or parameter.text is not None:
        raise ContentError(PARAMETER_FORMAT, field, f"got {parameter.type[:40]}, expected payload")
    if len(parameter.payload) > PAYLOAD_CHARACTERS:
        raise ContentError(
            INVALID_VALUE, field, f"got {len(parameter.payload)} characters, at most {PAYLOAD_CHARACTERS}"
        )
    return parameter.payload
