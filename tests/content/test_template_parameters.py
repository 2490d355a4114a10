"""What a program writes of a template's parameters, and that whatever the door takes is shown as it was taken (spec/content.md section 3)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handschlag.content.errors import ContentError
from handschlag.content.media import Blob, MediaFile, parse_media_file
from handschlag.content.templates.components import Component
from handschlag.content.templates.definition import ParsedDefinition, parse_definition
from handschlag.content.templates.parameters import parse_components, with_stand_ins
from handschlag.content.templates.rendering import render
from handschlag.wire.canonical import canonical_json, to_base64
from handschlag.wire.ids import AccountId
from handschlag.wire.template import TemplateDefinition
from tests.wire.strategies import QUICK

FILE = MediaFile("image/jpeg", to_base64(bytes(32)), 7, Blob("b" * 26, to_base64(bytes(32)), to_base64(bytes(7))))
TEXT_BUTTONS = [
    {"type": "URL", "text": "Shop", "url": "https://shop.example/{{1}}"},
    {"type": "QUICK_REPLY", "text": "Thanks"},
    {"type": "COPY_CODE"},
    {"type": "FLOW", "text": "Form", "flow_id": "1"},
]
CARD = {
    "components": [
        {"type": "HEADER", "format": "IMAGE"},
        {"type": "BODY", "text": "For {{1}} alone."},
        {"type": "BUTTONS", "buttons": TEXT_BUTTONS[:2]},
    ]
}


def at_the_door(_part: object, _field: str, _kind: str) -> MediaFile:
    """Stand for a file that a program named by its id and that is not at hand."""
    return MediaFile("", "", 0, Blob("", "", ""))


def define(*components: dict[str, Any], category: Any = "marketing") -> ParsedDefinition:
    account = AccountId("@" + "a" * 26 + ":r")
    return parse_definition(TemplateDefinition(account, "x", "en", category, list(components), "shop.example"))


DEFINITIONS = [
    define({"type": "BODY", "text": "Hello {{1}} and {{2}}."}, {"type": "BUTTONS", "buttons": TEXT_BUTTONS}),
    define({"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Hello {{1}}."}),
    define({"type": "HEADER", "format": "LOCATION"}, {"type": "BODY", "text": "Hello."}),
    define(
        {"type": "BODY", "text": "Hello."},
        {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Sale", "has_expiration": True}},
    ),
    define({"type": "BODY", "text": "Hello {{1}}."}, {"type": "CAROUSEL", "cards": [CARD, CARD]}),
]

WORDS = st.text(max_size=12) | st.sampled_from(["123456", "25OFF", "a\nb", "www.x", "{{1}}"])
NUMBERS = st.floats(-200, 200) | st.integers(-10, 10**13) | st.sampled_from(["53.5", "-9", "1e3", ""])
PARAMETERS = st.one_of(
    st.fixed_dictionaries({"type": st.just("text"), "text": WORDS}),
    st.fixed_dictionaries({"type": st.just("payload"), "payload": WORDS}),
    st.fixed_dictionaries({"type": st.just("coupon_code"), "coupon_code": WORDS}),
    st.just({"type": "IMAGE", "image": {"id": "1"}}),
    st.fixed_dictionaries(
        {"type": st.just("location"), "location": st.fixed_dictionaries({"latitude": NUMBERS, "longitude": NUMBERS})}
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("action"),
            "action": st.fixed_dictionaries({"flow_action_data": st.dictionaries(WORDS, NUMBERS, max_size=2)}),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("limited_time_offer"),
            "limited_time_offer": st.fixed_dictionaries({"expiration_time_ms": NUMBERS}),
        }
    ),
)
PLAIN = st.fixed_dictionaries(
    {"type": st.sampled_from(["header", "BODY", "limited_time_offer"]), "parameters": st.lists(PARAMETERS, max_size=2)}
) | st.fixed_dictionaries(
    {
        "type": st.just("button"),
        "sub_type": st.sampled_from(["url", "quick_reply", "COPY_CODE", "flow"]),
        "index": st.integers(0, 3) | st.sampled_from(["0", "1", "2"]),
        "parameters": st.lists(PARAMETERS, max_size=1),
    }
)
COMPONENTS = st.lists(PLAIN, max_size=4)


def cards() -> st.SearchStrategy[list[dict[str, Any]]]:
    card = st.fixed_dictionaries({"card_index": st.integers(0, 1), "components": COMPONENTS})
    return st.lists(
        st.fixed_dictionaries({"type": st.just("carousel"), "cards": st.lists(card, max_size=2)}), max_size=1
    )


# One good send for each definition, so that the property is not only about what is refused.
GOOD: list[list[dict[str, Any]]] = [
    [
        {"type": "body", "parameters": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
        {"type": "button", "sub_type": "url", "index": 0, "parameters": [{"type": "text", "text": "x"}]},
        {
            "type": "button",
            "sub_type": "copy_code",
            "index": 2,
            "parameters": [{"type": "coupon_code", "coupon_code": "c"}],
        },
    ],
    [
        {"type": "header", "parameters": [{"type": "image", "image": {"id": "1"}}]},
        {"type": "body", "parameters": [{"type": "text", "text": "a"}]},
    ],
    [{"type": "header", "parameters": [{"type": "location", "location": {"latitude": 1.5, "longitude": -0.0}}]}],
    [
        {
            "type": "limited_time_offer",
            "parameters": [{"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": 5}}],
        }
    ],
    [
        {"type": "body", "parameters": [{"type": "text", "text": "a"}]},
        {
            "type": "carousel",
            "cards": [
                {
                    "card_index": n,
                    "components": [
                        {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://x.example/a"}}]},
                        {"type": "body", "parameters": [{"type": "text", "text": "a"}]},
                        {
                            "type": "button",
                            "sub_type": "url",
                            "index": 0,
                            "parameters": [{"type": "text", "text": "x"}],
                        },
                    ],
                }
                for n in range(2)
            ],
        },
    ],
]


def check_property(definition: ParsedDefinition, request: list[dict[str, Any]]) -> bool:
    """Take a request as the door does; if it is taken, seal it with its file and show it. Returns whether it was taken."""
    try:
        parsed = parse_components(request, at_the_door)
        promised = render(definition, with_stand_ins(parsed))
    except ContentError as error:
        assert error.code in {100, 131008, 131009, 132000, 132005, 132007, 132012, 132018}  # noqa: PT017  both outcomes are right
        return False
    brought = parse_components(request, lambda _part, _field, _kind: FILE)
    opened = msgspec.json.decode(canonical_json(brought), type=list[Component])
    assert opened == brought
    shown = render(definition, opened)
    for name in ("header", "body", "footer", "buttons", "location", "offer"):
        assert getattr(shown, name) == getattr(promised, name)
    assert [(card.body, card.buttons) for card in shown.cards] == [(card.body, card.buttons) for card in promised.cards]
    return True


@QUICK
@given(st.sampled_from(range(len(DEFINITIONS))), COMPONENTS, cards())
def test_what_the_door_takes_is_shown_as_it_was_taken(number: int, components: list[Any], carousel: list[Any]) -> None:
    check_property(DEFINITIONS[number], [*components, *carousel])


@QUICK
@given(st.sampled_from(range(len(DEFINITIONS))), st.data())
def test_one_thing_changed_in_a_good_send_is_taken_or_refused_by_both(number: int, data: st.DataObject) -> None:
    request = msgspec.json.decode(msgspec.json.encode(GOOD[number]))
    part = data.draw(st.sampled_from(request))
    while part.get("cards") and data.draw(st.booleans()):
        part = data.draw(st.sampled_from(part["cards"][0]["components"]))
    if part.get("parameters"):
        part["parameters"][0] = data.draw(PARAMETERS)
    check_property(DEFINITIONS[number], request)


@pytest.mark.parametrize("number", range(len(DEFINITIONS)))
def test_a_good_send_of_each_kind_is_taken(number: int) -> None:
    assert check_property(DEFINITIONS[number], GOOD[number])


@pytest.mark.parametrize(
    "value",
    ["x", [5], [{}], [{"type": 5}], [{"type": "body", "parameters": {}}], [{"type": "button", "sub_type": "url"}],
     [{"type": "button", "sub_type": "url", "index": "10"}], [{"type": "body"}, {"type": "BODY"}],
     [{"type": "body", "parameters": [5]}], [{"type": "body", "parameters": [{"type": "text", "text": 5}]}],
     [{"type": "body", "parameters": [{"type": "currency", "currency": {}}]}], [{"type": "carousel"}],
     [{"type": "carousel", "cards": [5]}], [{"type": "carousel", "cards": [{"card_index": 10}]}],
     [{"type": "header", "parameters": [{"type": "image"}]}], [{"type": "header", "parameters": [{"type": "location"}]}],
     [{"type": "carousel", "cards": [{"components": [{"type": "carousel", "cards": []}]}]}]],
)  # fmt: skip
def test_what_has_not_the_shape_of_components_is_refused_by_its_place(value: object) -> None:
    with pytest.raises(ContentError) as refused:
        parse_components(value, parse_media_file)
    assert refused.value.field.startswith(("template.components", "components"))


@pytest.mark.parametrize(
    ("given", "payload"), [({"type": "text", "text": True}, "true"), ({"type": "TEXT", "text": "a"}, "a")]
)
def test_a_reply_may_be_written_as_a_text(given: dict[str, Any], payload: str) -> None:
    request = [{"type": "button", "sub_type": "quick_reply", "index": 1, "parameters": [given]}]
    (component,) = parse_components(request, at_the_door)
    assert [(one.type, one.payload) for one in component.parameters] == [("payload", payload)]
