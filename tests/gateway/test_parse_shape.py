"""How parameters are spelled, and what an error says of one that does not fit: the field, the value seen, the limit."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

from handschlag.gateway.cloud_api.parse_shape import parse_shape
from handschlag.gateway.errors import ApiError, ParameterMissing, RequestInvalid

BAD_COUNTS: list[Any] = [0, "1e1", "²", [], 10**30]
BAD_TIMES: list[Any] = ["nan", "-1", {}]


class Item(msgspec.Struct):
    name: Annotated[str, Meta(max_length=5)]


class Shape(msgspec.Struct, kw_only=True):
    needed: Annotated[str, Meta(max_length=5)]
    flag: bool | None = None
    word: Literal["SVG", "PNG", "GIF"] | None = None
    quiet: Literal["callback", "cursor"] = "callback"
    count: Annotated[int, Meta(ge=1, le=50)] | None = None
    since: Annotated[float, Meta(ge=0, description="Unix seconds")] | None = None
    names: tuple[str, ...] = ()
    items: Annotated[list[Item], Meta(max_length=2)] | None = None
    few: Annotated[list[str], Meta(max_length=2)] | None = None
    inner: Item | None = None
    either: str | int | None = None


def read(**parameters: Any) -> Shape:
    return parse_shape({"needed": "x", **parameters}, Shape)


class TestSpelling:
    @pytest.mark.parametrize(
        ("name", "given", "expected"),
        [
            *(("flag", yes, True) for yes in (True, 1, "1", "true", "True", "YES", " on ")),
            *(("flag", no, False) for no in (False, 0, "0", "false", "No", "off")),
            *(("word", word, "SVG") for word in ("SVG", "svg", " Svg ")),
            ("quiet", "CURSOR", "cursor"),
            *(("count", number, 7) for number in (7, "7", " 7 ", "07")),
            ("since", "1.5", 1.5),
            ("since", 7, 7.0),
            *(("names", names, ("a", "b")) for names in (["a", "b"], "a,b", " a , b ,", '["a","b"]')),
            *(("items", items, [Item("a")]) for items in ([{"name": "a"}], '[{"name":"a"}]', ['{"name":"a"}'])),
            *(("inner", inner, Item("a")) for inner in ({"name": "a", "more": 1}, '{"name":"a"}')),
            *(("either", either, either) for either in ("a", 7, "7", "")),
        ],
    )
    def test_programs_spell_in_many_ways(self, name: str, given: object, expected: object) -> None:
        assert getattr(read(**{name: given}), name) == expected

    @pytest.mark.parametrize("name", ["flag", "word", "quiet", "count", "since", "items", "inner", "either"])
    def test_null_is_absent_and_so_is_an_empty_text_where_no_text_is_meant(self, name: str) -> None:
        empty = [None] if name in {"either", "items"} else [None, ""]
        for value in empty:
            assert getattr(read(**{name: value}), name) == getattr(read(), name)

    def test_unknown_names_are_ignored(self) -> None:
        assert read(surprise={"a": 1}) == read()


class TestErrors:
    @pytest.mark.parametrize(
        ("given", "kind", "said"),
        [
            ({"needed": None}, ParameterMissing, "needed: got nothing, expected a text of at most 5 characters"),
            ({"needed": ""}, ParameterMissing, "needed: got nothing, expected a text of at most 5 characters"),
            ({"needed": 5}, RequestInvalid, "needed: got 5, expected a text of at most 5 characters"),
            ({"needed": "x" * 6}, RequestInvalid, "needed: got 6 characters, at most 5"),
            ({"flag": "maybe"}, RequestInvalid, "flag: got 'maybe', expected true or false"),
            ({"word": "tif"}, RequestInvalid, "word: got 'tif', expected one of GIF, PNG, SVG"),
            ({"quiet": "x"}, RequestInvalid, "quiet: got 'x', expected 'callback' or 'cursor'"),
            ({"count": "51"}, RequestInvalid, "count: got '51', expected 1 to 50"),
            *(({"count": bad}, RequestInvalid, f"count: got {bad!r}, expected 1 to 50") for bad in BAD_COUNTS),
            ({"since": "soon"}, RequestInvalid, "since: got 'soon', expected Unix seconds"),
            *(({"since": bad}, RequestInvalid, "expected Unix seconds") for bad in BAD_TIMES),
            ({"items": "a,b"}, RequestInvalid, "items: got 'a,b', expected a list"),
            ({"items": [1]}, RequestInvalid, "items[0]: got 1, expected an object"),
            (
                {"items": [{"name": "a"}, {}]},
                ParameterMissing,
                "items[1].name: got nothing, expected a text of at most 5",
            ),
            ({"items": '[{"name":"abcdef"}]'}, RequestInvalid, "items[0].name: got 6 characters, at most 5"),
            ({"items": [{"name": "a"}] * 3}, RequestInvalid, "items: got 3, at most 2"),
            ({"few": "a,b,c"}, RequestInvalid, "few: got 3, at most 2"),
            ({"inner": "x"}, RequestInvalid, "inner: got 'x', expected an object"),
            ({"inner": {"name": 5}}, RequestInvalid, "inner.name: got 5, expected a text of at most 5 characters"),
            ({"either": []}, RequestInvalid, "either: got [], expected a"),
            ({"either": "a\0"}, RequestInvalid, "either: got 'a\\x00', expected a text without the character U+0000"),
        ],
    )
    def test_field_value_and_limit_are_named(self, given: dict[str, Any], kind: type[ApiError], said: str) -> None:
        with pytest.raises(kind) as refused:
            read(**given)
        assert type(refused.value) is kind
        assert said in refused.value.details

    def test_the_way_to_a_part_of_the_request_is_named(self) -> None:
        with pytest.raises(ParameterMissing, match=r"^outer\.name: got nothing"):
            parse_shape({}, Item, within="outer.")
        with pytest.raises(RequestInvalid, match=r"^outer\.name: got 5, expected"):
            parse_shape({"name": 5}, Item, within="outer.")
