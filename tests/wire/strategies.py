"""Values as they travel, for property tests: any id, header, envelope, record."""

from __future__ import annotations

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from handschlag.wire import limits
from handschlag.wire.canonical import to_base64
from handschlag.wire.consent import PURPOSES, Grant
from handschlag.wire.envelope import Header, Kind, OutgoingEnvelope
from handschlag.wire.ids import AccountId, DeviceId, make_account_id, make_device_id, make_envelope_id

# A loaded machine is slow, which is no failure; more examples find nothing that these do not.
QUICK = settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))

TIMES = st.integers(0, limits.LATEST_TIME)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
HASHES = st.binary(min_size=32, max_size=32).map(to_base64)
ACCOUNTS = st.builds(
    make_account_id,
    st.binary(min_size=26, max_size=26),
    st.sampled_from(["relay.example", "localhost", "x:8700", "a-b.c"]),
)
DEVICES = st.builds(make_device_id, st.binary(min_size=10, max_size=10))
ENVELOPE_IDS = st.builds(
    make_envelope_id, st.floats(0, 2**47 / 1000, exclude_max=True), st.binary(min_size=10, max_size=10)
)
# What JSON can hold and canonical JSON may: no floats.
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def headers(draw: st.DrawFn) -> Header:
    """Return a header that keeps every limit."""
    kinds: list[Kind] = ["service", "template", "system", "receipt", "sync"]
    kind = draw(st.sampled_from(kinds))
    sender = draw(ACCOUNTS)
    template = kind == "template"
    return Header(
        id=draw(ENVELOPE_IDS),
        sender=sender,
        from_device=draw(DEVICES),
        to=sender if kind == "sync" else draw(ACCOUNTS.filter(lambda other: other != sender)),
        kind=kind,
        sent_at=draw(TIMES),
        size=draw(st.sampled_from(limits.BUCKETS)),
        ttl=draw(st.integers(1, limits.ENVELOPE_SECONDS)),
        attempt=draw(st.integers(0, 9)),
        category=draw(st.sampled_from(["utility", "authentication", "marketing"])) if template else None,
        commitment=draw(HASHES) if template else None,
    )


@st.composite
def envelopes(draw: st.DrawFn) -> OutgoingEnvelope:
    """Return an envelope with bodies that are any JSON."""
    bodies: dict[AccountId, dict[DeviceId, msgspec.Raw]] = draw(
        st.dictionaries(
            ACCOUNTS, st.dictionaries(DEVICES, JSON.map(msgspec.json.encode).map(msgspec.Raw), max_size=3), max_size=2
        )
    )
    return OutgoingEnvelope(header=draw(headers()), bodies=bodies)


@st.composite
def grants(draw: st.DrawFn) -> Grant:
    """Return a grant with any words in it."""
    return Grant(
        id=draw(TEXTS),
        business=draw(ACCOUNTS),
        customer=draw(ACCOUNTS),
        device=draw(DEVICES),
        offer=draw(HASHES),
        notice=draw(HASHES),
        language=draw(st.sampled_from(["en", "de"])),
        purposes=draw(st.lists(st.sampled_from(PURPOSES), unique=True)),
        origin=draw(st.sampled_from(["qr", "link", "widget", "in_chat", "confirm"])),
        build=draw(TEXTS),
        at=draw(TIMES),
        expires_at=draw(TIMES),
        previous=draw(st.none() | HASHES),
    )
