"""Ids of accounts, devices and envelopes: made in their form, and parsed in no other."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handschlag.wire.errors import WireError
from handschlag.wire.ids import (
    is_account_id,
    make_envelope_id,
    parse_account_id,
    parse_device_id,
    parse_envelope_id,
)
from tests.wire.strategies import ACCOUNTS, DEVICES, ENVELOPE_IDS, QUICK


@QUICK
@given(ACCOUNTS, DEVICES, ENVELOPE_IDS)
def test_what_is_made_is_parsed(account: str, device: str, envelope: str) -> None:
    assert parse_account_id(account) == account
    assert is_account_id(account)
    assert parse_device_id(device) == device
    assert parse_envelope_id(envelope) == envelope


@QUICK
@given(
    st.floats(0, 2**47 / 1000, exclude_max=True),
    st.floats(0, 2**47 / 1000, exclude_max=True),
    st.binary(min_size=10, max_size=10),
)
def test_envelope_ids_sort_by_the_time_they_were_made(one: float, other: float, random: bytes) -> None:
    first, second = make_envelope_id(one, random), make_envelope_id(other, random)
    assert UUID(first).version == 7
    assert UUID(first).variant == "specified in RFC 4122"
    if int(one * 1000) < int(other * 1000):
        assert first < second


@QUICK
@given(st.text())
def test_any_other_text_is_refused_with_its_field(text: str) -> None:
    for parse in (parse_account_id, parse_device_id, parse_envelope_id):
        with pytest.raises(WireError) as refused:
            parse(text + "!", "here")
        assert refused.value.field == "here"
        assert len(refused.value.seen) <= 80


@QUICK
@given(ENVELOPE_IDS, st.integers(0, 35), st.characters(codec="utf-8"))
def test_an_id_with_a_changed_letter_is_another_id_or_none(envelope: str, position: int, letter: str) -> None:
    changed = envelope[:position] + letter + envelope[position + 1 :]
    try:
        assert str(UUID(parse_envelope_id(changed))) == changed
    except WireError:
        assert changed != envelope


@pytest.mark.parametrize("suffix", ["\n", " ", "\0", ":99999999", "/x"])
def test_nothing_may_follow_an_id(suffix: str) -> None:
    for parse, id_ in (
        (parse_account_id, "@" + "a" * 26 + ":relay.example"),
        (parse_device_id, "ABCDEFGHIJ"),
        (parse_envelope_id, "019b2c3d-4e5f-7a6b-8c7d-9e0f1a2b3c4d"),
    ):
        with pytest.raises(WireError):
            parse(id_ + suffix)
