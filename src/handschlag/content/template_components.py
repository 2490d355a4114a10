"""The parameters of a template send in one spelling: types in lower case, button index as text, nothing unknown."""

from __future__ import annotations

import msgspec

from handschlag.content.errors import (
    INVALID_PARAMETER,
    INVALID_VALUE,
    PARAMETER_FORMAT,
    ContentError,
    missing,
    wrong_type,
)

COMPONENT_TYPES = ("header", "body", "button")
BUTTON_TYPES = ("url", "quick_reply")


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One value: `text` for a placeholder (with its name where they have names), or the `payload` of a reply button."""

    type: str
    text: str | None = None
    parameter_name: str | None = None
    payload: str | None = None


class Component(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The values for one part of a template; `sub_type` and `index` stand on buttons."""

    type: str
    sub_type: str | None = None
    index: str | None = None
    parameters: list[Parameter] = []


def parse_components(value: object, field: str = "template.components") -> list[Component]:
    """Return the components of an API request; raises ContentError with the Cloud API's code."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise wrong_type(field, value, "an array")
    components: list[Component] = []
    for position, entry in enumerate(value):
        component = _parse_component(entry, f"{field}[{position}]")
        if any((c.type, c.index) == (component.type, component.index) for c in components):
            raise ContentError(INVALID_PARAMETER, f"{field}[{position}]", f"a second {component.type} component")
        components.append(component)
    return components


def _parse_component(value: object, field: str) -> Component:
    if not isinstance(value, dict):
        raise wrong_type(field, value, "an object")
    type_ = _word(value, "type", field)
    if type_ not in COMPONENT_TYPES:
        raise ContentError(INVALID_VALUE, f"{field}.type", f"got {type_[:40]}, expected {', '.join(COMPONENT_TYPES)}")
    listed = value.get("parameters")
    if listed is not None and not isinstance(listed, list):
        raise wrong_type(f"{field}.parameters", listed, "an array")
    parameters = [_parse_parameter(item, f"{field}.parameters[{i}]") for i, item in enumerate(listed or [])]
    if type_ != "button":
        return Component(type=type_, parameters=parameters)
    sub_type = _word(value, "sub_type", field)
    if sub_type not in BUTTON_TYPES:
        raise ContentError(
            INVALID_VALUE, f"{field}.sub_type", f"got {sub_type[:40]}, expected {' or '.join(BUTTON_TYPES)}"
        )
    return Component(type=type_, sub_type=sub_type, index=_index(value.get("index"), field), parameters=parameters)


def _parse_parameter(value: object, field: str) -> Parameter:
    if not isinstance(value, dict):
        raise wrong_type(field, value, "an object")
    type_ = _word(value, "type", field)
    if type_ == "text":
        text, name = value.get("text"), value.get("parameter_name")
        if text is None or text == "":
            raise missing(f"{field}.text")
        if not isinstance(text, str):
            raise wrong_type(f"{field}.text", text, "a string")
        if name is not None and not isinstance(name, str):
            raise wrong_type(f"{field}.parameter_name", name, "a string")
        return Parameter(type=type_, text=text, parameter_name=name)
    if type_ == "payload":
        payload = value.get("payload")
        if payload is None or payload == "":
            raise missing(f"{field}.payload")
        if not isinstance(payload, str):
            raise wrong_type(f"{field}.payload", payload, "a string")
        return Parameter(type=type_, payload=payload)
    raise ContentError(PARAMETER_FORMAT, f"{field}.type", f"got {type_[:40]}, expected text or payload")


def _word(value: dict[str, object], name: str, field: str) -> str:
    word = value.get(name)
    if word is None:
        raise missing(f"{field}.{name}")
    if not isinstance(word, str):
        raise wrong_type(f"{field}.{name}", word, "a string")
    return word.lower()


def _index(value: object, field: str) -> str:
    if value is None:
        raise missing(f"{field}.index")
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or text not in {str(i) for i in range(10)}:
        raise ContentError(INVALID_VALUE, f"{field}.index", "expected 0 to 9")
    return text
