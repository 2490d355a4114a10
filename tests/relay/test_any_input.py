"""Whatever JSON comes to a door: right calls with any part of them exchanged never make the relay fail."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handschlag.clock import MovableClock
from handschlag.crypto.identity import signed_by
from handschlag.wire.canonical import canonical_json, to_base64
from handschlag.wire.company import Profile
from handschlag.wire.frames import CLOSE_BAD_FRAME, CLOSE_BAD_TOKEN
from handschlag.wire.http import Login
from handschlag.wire.signed import Signer, sign_record
from tests.relay.conftest import both_databases
from tests.relay.test_companies import definition, text_of
from tests.support.participants import offer_of
from tests.support.relay_door import Door
from tests.support.relay_party import Party, wanted

ANY_NUMBER = st.one_of(
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([2**31, 2**53, 2**63, 2**64, -(2**63) - 1, 10**400]),
)
ANY_TEXT = st.one_of(
    st.text(), st.sampled_from(["\0", "ä" * 5000, "@" + "a" * 26 + ":localhost", "signed_curve25519:a", "%", "A" * 43])
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | ANY_NUMBER | ANY_TEXT.filter(lambda text: text.isprintable() or "\0" in text),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=6,
)
FUZZ = settings(
    deadline=None, database=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip


def encoded(value: Any) -> bytes:
    """Return JSON; lone surrogates, which no JSON can hold, become question marks."""
    return msgspec.json.encode(value, enc_hook=str)


@st.composite
def changed(draw: st.DrawFn, value: Any) -> Any:
    """Return a value with one or two of its parts exchanged for anything, left out, or doubled."""
    value = deepcopy(value)
    for _ in range(draw(st.integers(1, 2))):
        value = draw(_changed_once(value))
    return value


@st.composite
def _changed_once(draw: st.DrawFn, value: Any) -> Any:
    if not isinstance(value, dict | list) or not value or draw(st.integers(0, 5)) == 0:
        return draw(ANY_JSON)
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = draw(st.sampled_from(keys))
    match draw(st.integers(0, 5)):
        case 0:
            del value[key]
        case 1 if isinstance(value, dict):
            value[draw(ANY_TEXT)] = value.pop(key)
        case 2:
            value[key] = [value[key], value[key]]
        case _:
            value[key] = draw(_changed_once(value[key]))
    return value


@pytest.fixture
async def calls(airline: Party, ines: Party, clock: MovableClock) -> list[tuple[Party, str, str, Any]]:
    """A right call of every kind, and who makes it."""
    now = int(clock.now())
    key = signed_by({"key": "x"}, ines.account, ines.device.signer)
    identity = ines.identity
    own = ines.device.device_keys()
    profile = Profile(business=airline.account, name="Möwe", gateway_operator="own machine", at=now)
    login = Login(relay="localhost", account=ines.account, device=ines.device.device, challenge="x")
    offer = offer_of(airline.account, now)
    return [
        (ines, "POST", "/v1/accounts", {"account": ines.account, "device_keys": own, "invitation": "x", "handle": "some-air"}),
        (ines, "POST", "/v1/auth/challenge", {"account": ines.account, "device": ines.device.device}),
        (ines, "POST", "/v1/auth/token", {"login": msgspec.to_builtins(ines.sign(login))}),
        (ines, "POST", "/v1/keys/upload", {"device_keys": own, "one_time_keys": {"signed_curve25519:a": key}, "fallback_keys": {"signed_curve25519:b": key}}),
        (ines, "POST", "/v1/keys/device_signing/upload", {"master_key": identity.master_key(), "self_signing_key": identity.self_signing_key()}),
        (ines, "POST", "/v1/keys/signatures/upload", {ines.account: {ines.device.device: own, identity.master_public: identity.master_key()}}),
        (ines, "POST", "/v1/keys/query", {"device_keys": {airline.account: [], ines.account: [ines.device.device]}}),
        (ines, "POST", "/v1/keys/claim", {"one_time_keys": wanted(airline)}),
        (airline, "PUT", "/v1/company/profile", {"record": msgspec.to_builtins(sign_record(profile, airline.identity.signer))}),
        (airline, "PUT", "/v1/company/offer", {"record": msgspec.to_builtins(sign_record(offer, airline.identity.signer))}),
        (airline, "POST", "/v1/company/templates", {"definition": text_of(definition(airline))}),
        (ines, "POST", "/v1/consent/grants", {"record": msgspec.to_builtins(ines.sign(ines.grant(airline, ["utility"])))}),
        (ines, "POST", "/v1/consent/withdrawals", {"record": msgspec.to_builtins(ines.sign(ines.withdrawal(airline)))}),
    ]  # fmt: skip


@both_databases
@FUZZ
@given(data=st.data())
async def test_no_call_makes_the_relay_fail(
    door: Door, calls: list[tuple[Party, str, str, Any]], data: st.DataObject
) -> None:
    party, method, path, body = data.draw(st.sampled_from(calls))
    raw = encoded(data.draw(changed(body)))
    answer = await door.call(method, path, raw=raw, token=await party.token())
    assert answer.status < 500, (path, raw)
    if answer.status >= 400:
        assert answer.error["code"] in {"bad_request", "unauthorized", "forbidden", "not_found", "conflict"}


@both_databases
@FUZZ
@given(data=st.data())
async def test_no_signed_record_makes_the_relay_fail(
    airline: Party, ines: Party, clock: MovableClock, data: st.DataObject
) -> None:
    offer = offer_of(airline.account, int(clock.now()))
    signed_by_them: list[tuple[Party, str, msgspec.Struct, Signer]] = [
        (ines, "/v1/consent/grants", ines.grant(airline, ["utility"]), ines.device.signer),
        (ines, "/v1/consent/withdrawals", ines.withdrawal(airline), ines.device.signer),
        (airline, "/v1/company/offer", offer, airline.identity.signer),
    ]
    party, path, record, signer = data.draw(st.sampled_from(signed_by_them))
    text = canonical_json(data.draw(changed(msgspec.to_builtins(record))))
    signed = {"record": text.decode(), "key": signer.key_id, "signature": to_base64(signer.sign(text))}
    method = "PUT" if path.endswith("offer") else "POST"
    answer = await ines.door.call(method, path, {"record": signed}, token=await party.token())
    assert answer.status < 500, text
    if answer.status >= 400:
        assert answer.error["field"], answer
    ines.head = next((s.head for s in (await ines.http.consent()).businesses if s.business == airline.account), None)


@both_databases
@FUZZ
@given(data=st.data())
async def test_no_frame_makes_the_relay_fail(airline: Party, ines: Party, data: st.DataObject) -> None:
    frames: list[Any] = [
        {"type": "hello", "token": await ines.token(), "last": 0},
        {"type": "ack", "up_to": 5},
        {"type": "send", "envelopes": [ines.envelope(airline), ines.envelope(airline, kind="template")]},
    ]
    frame = data.draw(st.sampled_from(frames))
    socket = await ines.door.socket()
    if frame["type"] != "hello":
        await socket.hello(await ines.token())
    raw = encoded(data.draw(changed(frame))).decode()
    await socket.say(raw)
    # Whatever that was, this is none: the relay's answer to it is the end.
    await socket.say("{")
    assert await socket.closed() in {CLOSE_BAD_FRAME, CLOSE_BAD_TOKEN}, raw
