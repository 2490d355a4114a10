"""The content of an envelope (spec/content.md section 1): padded to exactly its bucket, so that its length tells nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handschlag.content.message_id import message_id, parse_message_id
from handschlag.content.payload import encode_content, parse_content, size_for
from handschlag.wire.envelope import Header
from handschlag.wire.errors import WireError
from handschlag.wire.ids import EnvelopeId
from handschlag.wire.limits import BUCKETS
from tests.wire.strategies import ENVELOPE_IDS, HASHES, JSON, QUICK, headers

BODIES = st.one_of(JSON, st.integers(0, 66_000).map(lambda length: "x" * length), st.text("äß€🚀", max_size=9000))


def fitted(header: Header, body: bytes, salt: str | None) -> Header:
    return msgspec.structs.replace(header, size=size_for(header, body, salt))


@QUICK
@given(headers(), BODIES, st.none() | HASHES)
def test_every_content_is_exactly_as_long_as_its_bucket(header: Header, value: Any, salt: str | None) -> None:
    body = msgspec.json.encode(value)
    try:
        header = fitted(header, body, salt)
    except WireError:
        assert len(body) > BUCKETS[-1] - 1000
        return
    content = encode_content(header, body, salt)
    assert len(content) == header.size
    parsed = parse_content(content)
    assert (parsed.header, bytes(parsed.body), parsed.salt) == (header, body, salt)
    assert set(parsed.pad) <= {"0"}
    for smaller in BUCKETS:
        if smaller < header.size:
            with pytest.raises(WireError):
                encode_content(msgspec.structs.replace(header, size=smaller), body, salt)


@QUICK
@given(headers(), st.integers(0, 300), st.integers(0, 300))
def test_two_contents_of_one_bucket_have_one_length(header: Header, one: int, other: int) -> None:
    bodies = [b'"%b"' % (b"x" * length) for length in (one, other)]
    sizes = {size_for(header, body, None) for body in bodies}
    lengths = {len(encode_content(fitted(header, body, None), body, None)) for body in bodies}
    assert lengths == sizes


def test_every_length_around_the_edge_of_a_bucket_fits_it() -> None:
    """The bucket's own digits are part of the content: 512 and 1024 are not equally long."""
    header = Header(
        id=EnvelopeId("019b2c3d-4e5f-7a6b-8c7d-9e0f1a2b3c4d"), sender="@" + "a" * 26 + ":r", from_device="ABCDEFGHIJ",  # type: ignore[arg-type]
        to="@" + "b" * 26 + ":r", kind="service", sent_at=1, size=256,  # type: ignore[arg-type]
    )  # fmt: skip
    for length in [*range(600, 900), *range(3500, 3950)]:
        body = b'"%b"' % (b"x" * length)
        sized = fitted(header, body, None)
        assert len(encode_content(sized, body, None)) == sized.size


class TestMessageIds:
    @QUICK
    @given(ENVELOPE_IDS)
    def test_a_message_id_leads_back_to_its_envelope(self, envelope: EnvelopeId) -> None:
        name = message_id(envelope)
        assert name.startswith("wamid.HBgL")
        assert parse_message_id(name) == parse_message_id(name + "==") == envelope

    @QUICK
    @given(ENVELOPE_IDS, ENVELOPE_IDS)
    def test_two_envelopes_have_two_names(self, one: EnvelopeId, other: EnvelopeId) -> None:
        assert (message_id(one) == message_id(other)) is (one == other)

    @QUICK
    @given(st.text())
    def test_any_other_text_is_refused(self, text: str) -> None:
        for other in (text, "wamid." + text):
            with pytest.raises(WireError) as refused:
                parse_message_id(other, "here")
            assert refused.value.field == "here"
