"""Canonical JSON (spec/wire.md section 1): one spelling of each value, and back again."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handschlag.wire.canonical import canonical_json, from_base64, hash_of, to_base64
from handschlag.wire.errors import WireError
from tests.wire.strategies import JSON, QUICK, TEXTS


@QUICK
@given(JSON)
def test_a_value_comes_back_and_has_no_other_spelling(value: Any) -> None:
    text = canonical_json(value)
    assert msgspec.json.decode(text) == value
    assert canonical_json(msgspec.json.decode(text)) == text


@QUICK
@given(st.dictionaries(st.text(st.characters(max_codepoint=0xD7FF)), JSON))
def test_it_is_the_spelling_of_another_library_with_sorted_keys(value: dict[str, Any]) -> None:
    other = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert json.loads(canonical_json(value)) == json.loads(other)
    assert list(json.loads(canonical_json(value))) == sorted(value)


@QUICK
@given(st.dictionaries(TEXTS, JSON, min_size=2))
def test_the_order_in_which_fields_came_does_not_matter(value: dict[str, Any]) -> None:
    assert canonical_json(dict(reversed(value.items()))) == canonical_json(value)


@QUICK
@given(JSON, JSON)
def test_two_values_share_a_hash_only_if_they_are_the_same(one: Any, other: Any) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (hash_of(canonical_json(one)) == hash_of(canonical_json(other))) is same


@QUICK
@given(st.binary(max_size=200))
def test_base64_comes_back_with_and_without_padding(data: bytes) -> None:
    text = to_base64(data)
    assert "=" not in text
    assert from_base64(text, "x") == from_base64(text + "=" * (-len(text) % 4), "x") == data
    assert from_base64(text, "x", length=len(data)) == data
    with pytest.raises(WireError):
        from_base64(text, "x", length=len(data) + 1)


@pytest.mark.parametrize("text", ["!", "ä", "a", "abcde", "AA AA", "AA\nAA", "AA==AA", "\0\0\0\0"])
def test_what_is_no_base64_is_refused(text: str) -> None:
    with pytest.raises(WireError):
        from_base64(text, "x")
