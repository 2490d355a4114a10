"""A template filled in (spec/content.md section 3): what is accepted stands in the text once, what is forbidden never."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handschlag.content.errors import FORBIDDEN_CHARACTERS, PARAMETER_COUNT, ContentError
from handschlag.content.templates.buttons import on_domain
from handschlag.content.templates.components import Component, Parameter
from handschlag.content.templates.definition import ParsedDefinition, parse_definition
from handschlag.content.templates.patterns import parse_pattern
from handschlag.content.templates.rendering import render
from handschlag.wire.ids import AccountId
from handschlag.wire.template import TemplateDefinition
from tests.wire.strategies import QUICK

SENTINEL = "\u2060"
WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="{}" + SENTINEL, exclude_categories=["Cc", "Cs", "Zl", "Zp"]),
    min_size=1,
    max_size=30,
)
PLAIN = WORDS.filter(lambda text: not re.search(r"://|[wW]{3}\.|[A-Za-z0-9-]+\.[A-Za-z]{2,}/| {4}", text))
FORBIDDEN = st.sampled_from(
    [
        "a\nb",
        "\t",
        "a    b",
        "\x00",
        "\x7f",
        "\x85",
        "\u2028",
        "\u2029",
        "\r",
        "http://x.de",
        "ftp://x",
        "www.x",
        "WwW.",
        "see x-1.de/path",
        "bit.ly/a",
    ]
)


def definition(body: str, *, header: str = "", button: str = "", domain: str = "air.example") -> ParsedDefinition:
    components: list[dict[str, object]] = [{"type": "BODY", "text": body}]
    if header:
        components.append({"type": "HEADER", "format": "TEXT", "text": header})
    if button:
        components.append({"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Open", "url": button}]})
    return parse_definition(
        TemplateDefinition(AccountId("@" + "a" * 26 + ":r"), "departure", "en", "utility", components, domain)
    )


def body_of(*values: str) -> list[Component]:
    return [Component(type="body", parameters=[Parameter(type="text", text=value) for value in values])]


@QUICK
@given(st.lists(PLAIN, min_size=1, max_size=5))
def test_accepted_values_stand_in_the_text_exactly_once_in_their_places(values: list[str]) -> None:
    places = " ".join(f"{SENTINEL}{{{{{n}}}}}{SENTINEL}" for n in range(1, len(values) + 1))
    text = render(definition(f"From {places} to."), body_of(*values)).body
    assert text.split(SENTINEL)[1::2] == values
    assert text.split(SENTINEL)[0::2] == ["From ", *[" "] * (len(values) - 1), " to."]


@QUICK
@given(PLAIN)
def test_a_placeholder_that_stands_twice_is_filled_twice_from_one_value(value: str) -> None:
    assert render(definition("a {{1}} b {{1}} c"), body_of(value)).body == f"a {value} b {value} c"


@pytest.mark.parametrize("value", ["{{1}}", "{{2}}", "{{name}}", "\\1", "\\g<0>", "{0}", "%s", "{{", "}}"])
def test_a_value_is_never_read_for_placeholders(value: str) -> None:
    assert render(definition("a {{1}} b {{2}} c"), body_of(value, "x")).body == f"a {value} b x c"


@QUICK
@given(PLAIN, FORBIDDEN, PLAIN)
def test_a_forbidden_part_anywhere_in_a_value_is_refused(before: str, part: str, after: str) -> None:
    for value in (part, before + part, part + after, before + part + after):
        with pytest.raises(ContentError) as refused:
            render(definition("a {{1}} b"), body_of(value))
        assert refused.value.code == FORBIDDEN_CHARACTERS


@QUICK
@given(st.integers(0, 4), st.integers(0, 4))
def test_as_many_values_as_placeholders_and_no_other_number(places: int, given_values: int) -> None:
    text = "a " + " b ".join(f"{{{{{n}}}}}" for n in range(1, places + 1)) + " c"
    components = body_of(*["x"] * given_values)
    if places == given_values:
        assert render(definition(text), components).body == re.sub(r"\{\{\d\}\}", "x", text)
    else:
        with pytest.raises(ContentError) as refused:
            render(definition(text), components)
        assert refused.value.code == PARAMETER_COUNT


@QUICK
@given(st.permutations(["gate", "time", "name"]), PLAIN, PLAIN, PLAIN)
def test_named_values_find_their_places_in_any_order(order: list[str], gate: str, time: str, name: str) -> None:
    values = {"gate": gate, "time": time, "name": name}
    parameters = [Parameter(type="text", text=values[key], parameter_name=key) for key in order]
    text = render(definition("a {{name}}, {{time}}, {{gate}}."), [Component(type="body", parameters=parameters)]).body
    assert text == f"a {name}, {time}, {gate}."


@QUICK
@given(st.text(max_size=40))
def test_an_address_never_leaves_its_domain(value: str) -> None:
    template = definition("a b", button="https://air.example/t/{{1}}")
    component = Component(type="button", sub_type="url", index="0", parameters=[Parameter(type="text", text=value)])
    try:
        (button,) = render(template, [component]).buttons
    except ContentError:
        return
    assert button.url == "https://air.example/t/" + value
    assert on_domain(button.url, "air.example")


@QUICK
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_a_pattern_or_refused(text: str) -> None:
    try:
        pattern = parse_pattern(text, "here")
    except ContentError as error:
        assert "{{" in text or "}}" in text, error  # noqa: PT017  both outcomes are right, each for its texts
        return
    assert pattern.text == text
    assert all("{{" + name + "}}" in text for name in pattern.placeholders)
