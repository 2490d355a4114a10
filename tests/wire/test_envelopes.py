"""Headers, envelopes and frames: what is encoded comes back, and what breaks a limit is refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handschlag.wire import limits
from handschlag.wire.envelope import Header, OutgoingEnvelope, bucket_for, check_body_size, check_header, header_bytes
from handschlag.wire.errors import WireError
from handschlag.wire.frames import (
    Acknowledge,
    ClientFrame,
    Deliver,
    Event,
    Hello,
    Note,
    RelayFrame,
    Result,
    Results,
    Send,
)
from handschlag.wire.refusals import Refusal
from tests.wire.strategies import ACCOUNTS, DEVICES, ENVELOPE_IDS, QUICK, TEXTS, TIMES, envelopes, headers


@QUICK
@given(headers())
def test_a_header_comes_back_from_its_canonical_bytes_and_keeps_every_limit(header: Header) -> None:
    text = header_bytes(check_header(header))
    assert msgspec.json.decode(text, type=Header) == header
    assert header_bytes(msgspec.json.decode(text, type=Header)) == text


@pytest.mark.parametrize(
    "changes",
    [
        {"sent_at": -1}, {"sent_at": limits.LATEST_TIME + 1}, {"size": 0}, {"size": 255}, {"ttl": 0}, {"ttl": limits.ENVELOPE_SECONDS + 1},
        {"attempt": -1}, {"attempt": 10}, {"id": "x"}, {"sender": "x"}, {"from_device": "x"}, {"to": "x"},
    ],
)  # fmt: skip
@QUICK
@given(header=headers())
def test_a_header_that_breaks_one_limit_is_refused(header: Header, changes: dict[str, Any]) -> None:
    with pytest.raises(WireError) as refused:
        check_header(msgspec.structs.replace(header, **changes))
    assert refused.value.field.startswith("header.")


@QUICK
@given(headers(), st.sampled_from(["utility", None]), st.sampled_from(["A" * 43, "A" * 42, "", None]))
def test_category_and_commitment_stand_on_templates_and_only_there(
    header: Header, category: Any, commitment: str | None
) -> None:
    changed = msgspec.structs.replace(header, category=category, commitment=commitment)
    right = (category, commitment) == (("utility", "A" * 43) if header.kind == "template" else (None, None))
    if right:
        assert check_header(changed) == changed
    else:
        with pytest.raises(WireError):
            check_header(changed)


@QUICK
@given(headers(), TEXTS)
def test_a_header_with_an_unknown_field_is_none(header: Header, name: str) -> None:
    fields = msgspec.to_builtins(header)
    if name not in {"category", "commitment", "ttl", "attempt", *fields}:
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(msgspec.json.encode(fields | {name: 1}), type=Header)


@QUICK
@given(st.lists(envelopes(), max_size=3), TEXTS, st.integers())
def test_frames_of_a_client_come_back(sent: list[OutgoingEnvelope], token: str, number: int) -> None:
    for frame in (Hello(token=token, last=number), Acknowledge(up_to=number), Send(envelopes=sent)):
        text = msgspec.json.encode(frame)
        back = msgspec.json.decode(text, type=ClientFrame)
        assert type(back) is type(frame)
        assert msgspec.json.encode(back) == text


@QUICK
@given(headers(), ENVELOPE_IDS, ACCOUNTS, DEVICES, TIMES.map(float), TEXTS)
def test_frames_of_a_relay_come_back_with_their_bytes(
    header: Header, id_: Any, account: Any, device: Any, at: float, message: str
) -> None:
    raw, body = header_bytes(header), msgspec.json.encode({"body": message})
    note = Note(what="delivered", account=account, at=at, id=id_, device=device)
    for frame in (
        Deliver(events=[Event(number=1, header=msgspec.Raw(raw), body=msgspec.Raw(body)), Event(number=2, note=note)]),
        Results(
            results=[
                Result(id=id_, at=at),
                Result(id=id_, refusal=Refusal("stale_devices", message, {account: [device]})),
            ]
        ),
    ):
        text = msgspec.json.encode(frame)
        back = msgspec.json.decode(text, type=RelayFrame)
        assert msgspec.json.encode(back) == text
        if isinstance(back, Deliver):
            assert bytes(back.events[0].header) == raw  # type: ignore[arg-type]
            assert back.events[1].note == note


@QUICK
@given(st.integers(0, limits.BUCKETS[-1]))
def test_the_bucket_is_the_smallest_that_holds_a_content(length: int) -> None:
    bucket = bucket_for(length)
    assert bucket >= length
    assert all(smaller < length for smaller in limits.BUCKETS if smaller < bucket)


def test_nothing_is_larger_than_the_largest_bucket() -> None:
    with pytest.raises(WireError):
        bucket_for(limits.BUCKETS[-1] + 1)


@QUICK
@given(headers(), st.integers(0, 120_000))
def test_a_body_is_as_long_as_its_bucket_says_or_refused(header: Header, length: int) -> None:
    body = b'{"x":"' + b"A" * max(0, length - 8) + b'"}'
    most = header.size * 4 // 3 + limits.SEALED_OVERHEAD_BYTES + header.size // 8
    if header.size * 4 // 3 <= len(body) <= most:
        check_body_size(header, body)
    else:
        with pytest.raises(WireError):
            check_body_size(header, body)


@QUICK
@given(headers(), st.integers(1, 200))
def test_a_body_nests_as_an_olm_message_does_or_is_refused(header: Header, depth: int) -> None:
    filling = b'"' + b"A" * (header.size * 3 // 2) + b'"'
    body = b'{"x":' * depth + filling + b"}" * depth
    if depth <= limits.BODY_BRACKETS:
        check_body_size(header, body)
    else:
        with pytest.raises(WireError):
            check_body_size(header, body)
