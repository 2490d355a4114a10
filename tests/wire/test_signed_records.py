"""Signed records (spec/wire.md section 1): exactly the bytes that were signed, of exactly the kind that was asked for."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handschlag.wire.canonical import canonical_json, to_base64
from handschlag.wire.certificates import signable, signature_on, verify_key_object
from handschlag.wire.consent import Grant, Offer, Receipt, Stamp, Withdrawal
from handschlag.wire.errors import WireError
from handschlag.wire.limits import RECORD_BYTES
from handschlag.wire.signed import SignedRecord, SigningKey, parse_record, sign_record, verify_record
from tests.wire.strategies import JSON, QUICK, grants

KEY, OTHER = SigningKey(b"k" * 32), SigningKey(b"o" * 32)


@QUICK
@given(grants())
def test_a_record_comes_back_from_its_signature(grant: Grant) -> None:
    signed = sign_record(grant, KEY)
    assert verify_record(signed, KEY.public, Grant, "record") == grant
    assert msgspec.json.decode(msgspec.json.encode(signed), type=SignedRecord) == signed


@QUICK
@given(grants(), st.data())
def test_a_record_with_one_changed_byte_is_refused(grant: Grant, data: st.DataObject) -> None:
    signed = sign_record(grant, KEY)
    text = bytearray(signed.record.encode())
    position = data.draw(st.integers(0, len(text) - 1))
    text[position] ^= data.draw(st.integers(1, 255))
    try:
        changed = text.decode()
    except UnicodeDecodeError:
        return
    with pytest.raises(WireError):
        verify_record(SignedRecord(changed, signed.key, signed.signature), KEY.public, Grant, "record")


@QUICK
@given(grants(), st.data())
def test_a_signature_with_one_changed_letter_is_refused(grant: Grant, data: st.DataObject) -> None:
    signed = sign_record(grant, KEY)
    position = data.draw(st.integers(0, len(signed.signature) - 2))
    letter = data.draw(st.sampled_from("ABCxyz019+/ä!").filter(lambda c: c != signed.signature[position]))
    changed = signed.signature[:position] + letter + signed.signature[position + 1 :]
    with pytest.raises(WireError):
        verify_record(SignedRecord(signed.record, signed.key, changed), KEY.public, Grant, "record")


@QUICK
@given(grants())
def test_another_key_or_another_kind_opens_nothing(grant: Grant) -> None:
    signed = sign_record(grant, KEY)
    with pytest.raises(WireError):
        verify_record(signed, OTHER.public, Grant, "record")
    for kind in (Withdrawal, Offer, Receipt, Stamp):
        with pytest.raises(WireError):
            verify_record(signed, KEY.public, kind, "record")


@QUICK
@given(st.one_of(st.text(st.characters(codec="utf-8")), JSON.map(lambda value: canonical_json(value).decode())))
def test_any_other_text_is_refused_with_the_field(text: str) -> None:
    with pytest.raises(WireError) as refused:
        parse_record(SignedRecord(text, "k", "s"), Grant, "here")
    assert refused.value.field == "here"


@pytest.mark.parametrize(
    "text", ["[" * 16_000, '{"type":' * 2_000, '{"type":"handschlag.grant.v1","x":' + "[" * 9_000 + "]" * 9_000 + "}"]
)
def test_brackets_without_end_are_refused(text: str) -> None:
    with pytest.raises(WireError):
        parse_record(SignedRecord(text, "k", "s"), Grant, "here")


def test_a_record_is_at_most_sixteen_kibibytes() -> None:
    with pytest.raises(WireError) as refused:
        parse_record(SignedRecord("x" * (RECORD_BYTES + 1), "k", "s"), Grant, "here")
    assert refused.value.limit == f"at most {RECORD_BYTES} bytes"


def test_a_secret_never_prints() -> None:
    assert to_base64(b"k" * 32) not in repr(KEY)
    assert (b"k" * 32).hex() not in repr(KEY)


class TestKeyObjects:
    @QUICK
    @given(st.dictionaries(st.text(st.characters(codec="utf-8")), JSON))
    def test_a_signature_covers_every_field_but_signatures_and_unsigned(self, fields: dict[str, Any]) -> None:
        fields = {name: value for name, value in fields.items() if name not in {"signatures", "unsigned"}}
        signature = to_base64(KEY.sign(signable(fields)))
        signed = fields | {"signatures": {"@a": {"ed25519:x": signature}}, "unsigned": {"more": 1}}
        verify_key_object(signed, "@a", "ed25519:x", KEY.public)
        with pytest.raises(WireError):
            verify_key_object(signed | {"added": 1}, "@a", "ed25519:x", KEY.public)

    @QUICK
    @given(JSON)
    def test_strange_signatures_are_refused(self, signatures: Any) -> None:
        with pytest.raises(WireError):
            signature_on({"signatures": signatures}, "@a", "ed25519:x")
