"""Flow JSON is checked as the Cloud API does: its codes, its shape, and lines and columns of the uploaded text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handschlag.content.flows.checking import VERSIONS, check_flow_json
from handschlag.content.flows.components import COMPONENTS, NOT_OFFERED

Flow = dict[str, Any]


def flow() -> Flow:
    """Return a valid form of two screens with a data endpoint."""
    ask = {
        "id": "ASK",
        "title": "Who?",
        "data": {"hello": {"type": "string", "__example__": "Hi"}},
        "layout": {
            "type": "SingleColumnLayout",
            "children": [
                {"type": "TextHeading", "text": "${data.hello}"},
                {"type": "TextInput", "name": "mail", "label": "E-Mail", "input-type": "email"},
                {
                    "type": "Footer",
                    "label": "Next",
                    "on-click-action": {
                        "name": "navigate",
                        "next": {"type": "screen", "name": "END"},
                        "payload": {"mail": "${form.mail}"},
                    },
                },
            ],
        },
    }
    end = {
        "id": "END",
        "terminal": True,
        "data": {"mail": {"type": "string", "__example__": "a@b.de"}},
        "layout": {
            "type": "SingleColumnLayout",
            "children": [
                {"type": "OptIn", "name": "ok", "label": "Agreed?"},
                {
                    "type": "Footer",
                    "label": "Done",
                    "on-click-action": {"name": "complete", "payload": {"ok": "${form.ok}"}},
                },
            ],
        },
    }
    return {
        "version": "7.3",
        "data_api_version": "3.0",
        "routing_model": {"ASK": ["END"], "END": []},
        "screens": [ask, end],
    }


def found(broken: Flow) -> list[tuple[str, str]]:
    return [(e["error"], e["pointers"][0]["path"]) for e in check_flow_json(json.dumps(broken).encode()).errors]


def children(broken: Flow, screen: int = 0) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = broken["screens"][screen]["layout"]["children"]
    return listed


def change(*path: str | int, to: Any = None, delete: bool = False) -> Callable[[Flow], None]:
    def do(broken: Flow) -> None:
        place: Any = broken
        for part in path[:-1]:
            place = place[part]
        if delete:
            del place[path[-1]]
        else:
            place[path[-1]] = to

    return do


def add(component: dict[str, Any], screen: int = 0) -> Callable[[Flow], None]:
    return lambda broken: children(broken, screen).insert(0, component)


FOOTER = {"type": "Footer", "label": "x", "on-click-action": {"name": "complete", "payload": {}}}
CHILD = ("screens", 0, "layout", "children")
FIRST = "screens[0].layout.children[0]"
LAST = "screens[0].layout.children[2]"
BROKEN: dict[str, tuple[Callable[[Flow], object], str, str]] = {
    "an unknown property": (change("x", to=1), "INVALID_PROPERTY_KEY", "x"),
    "an endpoint's address inside": (change("data_channel_uri", to="https://x"), "INVALID_PROPERTY_KEY", "data_channel_uri"),
    "no version": (change("version", delete=True), "MISSING_FLOW_JSON_VERSION", ""),
    "a version nobody knows": (change("version", to="99.0"), "INVALID_FLOW_JSON_VERSION", "version"),
    "a data API nobody knows": (change("data_api_version", to="9.0"), "INVALID_DATA_API_VERSION", "data_api_version"),
    "no screens": (change("screens", to=[]), "MIN_ITEMS_REQUIRED", "screens"),
    "an endpoint without routes": (change("routing_model", delete=True), "MISSING_REQUIRED_PROPERTY", ""),
    "a screen left out of the routes": (change("routing_model", to={"ASK": ["END"]}), "INVALID_ROUTING_MODEL", "routing_model"),
    "routes to nowhere": (
        change("routing_model", to={"ASK": ["END", "MARS"], "END": []}), "INVALID_ROUTING_MODEL", "routing_model",
    ),
    "routes both ways": (
        change("routing_model", to={"ASK": ["END"], "END": ["ASK"]}), "INVALID_ROUTING_MODEL", "routing_model.ASK",
    ),
    "a step the routes do not know": (
        change("routing_model", to={"ASK": [], "END": []}), "INVALID_ROUTING_MODEL", "screens[0].id",
    ),
    "a reserved screen": (change("screens", 0, "id", to="SUCCESS"), "SCREEN_ID_IS_RESERVED_KEYWORD", "screens[0].id"),
    "a screen with a digit": (change("screens", 0, "id", to="ASK1"), "PATTERN_MISMATCH", "screens[0].id"),
    "two screens of one name": (change("screens", 1, "id", to="ASK"), "DUPLICATE_SCREEN_IDS", "screens[1].id"),
    "no end": (change("screens", 1, "terminal", delete=True), "MISSING_TERMINAL_SCREEN", "screens"),
    "no happy end": (change("screens", 1, "success", to=False), "INVALID_PROPERTY_VALUE", "screens"),
    "success before the end": (
        change("screens", 0, "success", to=True), "NOT_KEYWORD_SCHEMA_VALIDATION_FAILED", "screens[0].success",
    ),
    "an end without a button": (
        lambda broken: children(broken, 1).pop(), "MISSING_FOOTER_ON_TERMINAL_SCREEN", "screens[1]",
    ),
    "data without an example": (
        change("screens", 0, "data", "hello", to={"type": "string"}), "MISSING_REQUIRED_PROPERTY", "screens[0].data.hello",
    ),
    "an example of another type": (
        change("screens", 0, "data", "hello", "__example__", to=1), "INVALID_SCREEN_DATA", "screens[0].data.hello.__example__",
    ),
    "another layout": (
        change("screens", 0, "layout", "type", to="Grid"), "INVALID_PROPERTY_VALUE", "screens[0].layout.type",
    ),
    "a component without a type": (add({"text": "x"}), "MISSING_REQUIRED_TYPE_PROPERTY", FIRST),
    "a component nobody knows": (add({"type": "Slider"}), "INVALID_PROPERTY_VALUE", f"{FIRST}.type"),
    "a heading that is too long": (add({"type": "TextHeading", "text": "x" * 81}), "MAX_CHARS_REQUIRED", f"{FIRST}.text"),
    "an empty heading": (add({"type": "TextHeading", "text": " "}), "MIN_CHARS_REQUIRED", f"{FIRST}.text"),
    "a heading of a number": (add({"type": "TextHeading", "text": 5}), "INVALID_PROPERTY_TYPE", f"{FIRST}.text"),
    "another kind of input": (
        change(*CHILD, 1, "input-type", to="colour"), "INVALID_ENUM_VALUE", "screens[0].layout.children[1].input-type",
    ),
    "a date in words": (
        add({"type": "DatePicker", "name": "d", "label": "D", "min-date": "tomorrow"}),
        "INVALID_PROPERTY_VALUE_FORMAT", f"{FIRST}.min-date",
    ),
    "a choice of nothing": (
        add({"type": "Dropdown", "name": "d", "label": "D", "data-source": []}), "MIN_ITEMS_REQUIRED", f"{FIRST}.data-source",
    ),
    "too many choices": (
        add({"type": "RadioButtonsGroup", "name": "d", "label": "D",
             "data-source": [{"id": str(i), "title": "x"} for i in range(21)]}),
        "MAX_ITEMS_REQUIRED", f"{FIRST}.data-source",
    ),
    "two entries of one name": (
        add({"type": "TextInput", "name": "mail", "label": "M"}), "DUPLICATE_FORM_COMPONENT_NAMES",
        "screens[0].layout.children[2].name",
    ),
    "two buttons": (add(FOOTER, 1), "COMPONENT_TYPE_MAX_NUMBER_PER_SCREEN", "screens[1].layout.children"),
    "an end in the middle": (add({**FOOTER, "type": "Footer"}), "COMPONENT_TYPE_MAX_NUMBER_PER_SCREEN", CHILD[0]),
    "completing before the end": (
        change(*CHILD, 2, "on-click-action", to={"name": "complete", "payload": {}}), "INVALID_COMPLETE_ACTION",
        f"{LAST}.on-click-action.name",
    ),
    "an action that a link cannot start": (
        add({"type": "EmbeddedLink", "text": "x", "on-click-action": {"name": "complete", "payload": {}}}),
        "INVALID_ENUM_VALUE", f"{FIRST}.on-click-action.name",
    ),
    "an address without https": (
        add({"type": "EmbeddedLink", "text": "x", "on-click-action": {"name": "open_url", "url": "http://x"}}),
        "INVALID_PROPERTY_VALUE_FORMAT", f"{FIRST}.on-click-action.url",
    ),
    "a way to nowhere": (
        change(*CHILD, 2, "on-click-action", "next", "name", to="MARS"), "INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME",
        f"{LAST}.on-click-action.next.name",
    ),
    "a way to itself": (
        change(*CHILD, 2, "on-click-action", "next", "name", to="ASK"), "INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME",
        f"{LAST}.on-click-action.next.name",
    ),
    "a payload the next screen does not expect": (
        change(*CHILD, 2, "on-click-action", "payload", to={"mail": "x", "more": 1}), "INVALID_NAVIGATE_ACTION_PAYLOAD",
        f"{LAST}.on-click-action.payload",
    ),
    "a payload that lacks what it expects": (
        change(*CHILD, 2, "on-click-action", "payload", to={}), "INVALID_NAVIGATE_ACTION_PAYLOAD",
        f"{LAST}.on-click-action.payload",
    ),
    "a payload of an entry that is not there": (
        change(*CHILD, 2, "on-click-action", "payload", "mail", to="${form.male}"), "INVALID_ON_CLICK_ACTION_PAYLOAD",
        f"{LAST}.on-click-action.payload.mail",
    ),
    "a text of data that is not there": (
        change(*CHILD, 0, "text", to="${data.helo}"), "INVALID_SCREEN_DYNAMIC_DATA", f"{FIRST}.text",
    ),
    "a condition that cannot be read": (
        add({"type": "If", "condition": "${data.hello} ==", "then": [{"type": "TextBody", "text": "x"}]}),
        "PATTERN_MISMATCH", f"{FIRST}.condition",
    ),
    "an empty branch": (add({"type": "If", "condition": "${form.ok}", "then": []}), "MIN_ITEMS_REQUIRED", f"{FIRST}.then"),
    "cases of nothing": (add({"type": "Switch", "value": "${data.hello}", "cases": {}}), "EMPTY_SWITCH_CASES", f"{FIRST}.cases"),
    "half a caption": (
        change(*CHILD, 2, "left-caption", to="1/2"), "INVALID_DEPENDENCIES", LAST,
    ),
    "questions without a data API": (
        lambda broken: (
            change("data_api_version", delete=True)(broken),
            change(*CHILD, 2, "on-click-action", to={"name": "data_exchange", "payload": {}})(broken),
        ),
        "MISSING_REQUIRED_PROPERTY", f"{LAST}.on-click-action",
    ),
}  # fmt: skip


def test_a_good_form_has_no_errors_and_names_its_versions() -> None:
    check = check_flow_json(json.dumps(flow()).encode())
    assert (check.errors, check.version, check.data_api_version) == ([], "7.3", "3.0")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_is_read_and_early_ones_want_entries_inside_a_form(version: str) -> None:
    good = {**flow(), "version": version}
    outside = [error for error, _ in found(good)]
    assert outside == ([] if float(version) >= 4 else ["KEYWORD_ONE_OF", "KEYWORD_ONE_OF"])


@pytest.mark.parametrize("what", BROKEN)
def test_a_form_is_told_what_is_wrong_and_where(what: str) -> None:
    breaking, error, path = BROKEN[what]
    broken = flow()
    breaking(broken)
    assert any(code == error and place.startswith(path) for code, place in found(broken)), found(broken)


@pytest.mark.parametrize("type_", sorted(NOT_OFFERED))
def test_a_component_that_is_not_offered_is_refused_in_plain_words(type_: str) -> None:
    broken = flow()
    add({"type": type_, "name": "x"})(broken)
    (error,) = check_flow_json(json.dumps(broken).encode()).errors
    assert error["message"] == f"'{type_}' is not offered by this gateway."


@pytest.mark.parametrize(
    ("what", "place"), [('"txt"', (5, 5, 24, 28)), ('"TextHaeding"', (4, 4, 32, 44))], ids=["key", "value"]
)
def test_lines_and_columns_are_those_of_the_text(what: str, place: tuple[int, int, int, int]) -> None:
    text = """{"version": "7.3", "screens": [{"id": "A", "terminal": true,
      "layout": {"type": "SingleColumnLayout",
        "children": [
                      {"type": "TextHeading",
                       "text": "x"},
          {"type": "Footer", "label": "Ü", "on-click-action": {"name": "complete", "payload": {}}}]}}]}"""
    assert check_flow_json(text.encode()).errors == []
    wrong = text.replace('"text"', what, 1) if what == '"txt"' else text.replace('"TextHeading"', what)
    errors = check_flow_json(wrong.encode()).errors
    places = [(e["line_start"], e["line_end"], e["column_start"], e["column_end"]) for e in errors]
    assert place in places
    assert all(list(e) == list(errors[0]) for e in errors)
    assert errors[0]["pointers"][0].keys() == {"line_start", "line_end", "column_start", "column_end", "path"}


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{", b'{"a": 1,,}', b"\xff", b"[" * 5000, b'{"a":' * 70 + b"1" + b"}" * 70]
)
def test_what_is_no_flow_json_is_one_error(text: bytes) -> None:
    (error,) = check_flow_json(text).errors
    assert (error["error"], error["line_start"]) == ("INVALID_FLOW_JSON", 1)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.sampled_from(["x", "${data.x}", "`${form.a} +`", "navigate", "ASK"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "name", "children", "then", "cases", "next", "payload", "data-source", "id", "label", "text"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(COMPONENTS)),
    st.dictionaries(st.sampled_from(sorted({p for c in COMPONENTS.values() for p in c})), ANYTHING),
)
def test_any_component_is_checked_and_nothing_breaks(type_: str, properties: dict[str, Any]) -> None:
    broken = flow()
    add({**properties, "type": type_})(broken)
    for error in check_flow_json(json.dumps(broken).encode()).errors:
        assert error["line_start"] == 1
