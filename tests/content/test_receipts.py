"""Receipts and bodies (spec/content.md section 2): exactly one shape per kind, so that a message cannot hide in another."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handschlag.content.bodies import parse_body
from handschlag.content.receipts import IDS_PER_RECEIPT, ReadReceipt, Resend, ResendRequest, TypingNotice, parse_receipt
from handschlag.content.service_types import UnsupportedMessage
from handschlag.wire.envelope import Kind
from tests.wire.strategies import ENVELOPE_IDS, JSON, QUICK, TIMES

ID = "019b2c3d-4e5f-7a6b-8c7d-9e0f1a2b3c4d"


@QUICK
@given(st.lists(ENVELOPE_IDS, max_size=5), TIMES, st.lists(st.integers(0, 9), max_size=5))
def test_receipts_come_back(ids: list[Any], at: int, attempts: list[int]) -> None:
    for receipt in (
        ReadReceipt(read=ids, at=at),
        TypingNotice(),
        ResendRequest(resend=[Resend(id=id_, attempt=attempt) for id_, attempt in zip(ids, attempts, strict=False)]),
    ):
        assert parse_receipt(msgspec.json.encode(receipt)) == receipt
        assert parse_body("receipt", msgspec.json.encode(receipt)) == receipt


@pytest.mark.parametrize(
    "body",
    [
        {}, {"typing": False}, {"typing": 1}, {"read": []}, {"read": [ID], "at": "x"}, {"read": [ID], "at": -1}, {"read": [ID], "at": 10**400},
        {"read": ["x"], "at": 1}, {"read": [ID] * (IDS_PER_RECEIPT + 1), "at": 1}, {"read": [], "at": 1, "typing": True},
        {"read": [], "at": 1, "text": "hidden"}, {"typing": True, "body": "hidden"}, {"resend": [{"id": ID, "text": "hidden"}]},
        {"resend": [{"id": "x"}]}, {"resend": {}}, [], "typing", None,
    ],
    ids=lambda body: str(body)[:40],
)  # fmt: skip
def test_a_receipt_of_another_shape_is_refused(body: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_receipt(msgspec.json.encode(body))


@QUICK
@given(st.sampled_from(["service", "template", "system", "receipt"]), JSON)
def test_any_json_is_one_of_the_known_bodies_or_refused(kind: Kind, value: Any) -> None:
    text = msgspec.json.encode(value)
    try:
        body = parse_body(kind, text)
    except ValueError:
        return
    if isinstance(body, UnsupportedMessage):
        assert (kind, value["type"]) == ("service", body.type)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("template", {"template": "x", "approval": {"record": "", "key": "", "signature": ""}, "rendered": "hidden"}),
        ("system", {"introduction": {"name": "Ines", "words": "hidden"}}),
        ("system", {"introduction": {"name": "Ines"}, "text": "hidden"}),
        ("system", {"introduction": {"name": "Ines\u202egnp"}}),
        ("system", {"introduction": {"name": ""}}),
        ("service", {"typing": True}),
        ("service", {"type": 5}),
    ],
)
def test_nothing_hides_beside_what_a_kind_may_carry(kind: Kind, body: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_body(kind, msgspec.json.encode(body))
