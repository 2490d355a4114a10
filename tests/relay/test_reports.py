"""Reports of companies by their customers (spec/consent.md section 5): what they prove, and what is refused."""

from __future__ import annotations

from typing import Any

import aiohttp
import msgspec

from handschlag.clock import MovableClock
from handschlag.relay.app import Relay
from handschlag.relay.storage.reports import find_message, list_reports
from handschlag.wire.canonical import to_base64
from handschlag.wire.commitment import commit
from handschlag.wire.limits import DAY
from tests.relay.conftest import Join, StartRelay, both_databases
from tests.support.relay_door import Answer
from tests.support.relay_party import Party, join

SALT = to_base64(bytes(range(32)))
BODY = {"template": "summer-sale", "components": [{"type": "body", "parameters": [{"type": "text", "text": "Ines"}]}]}


async def report(
    ines: Party, company: Party, message: dict[str, Any] | None = None, reason: str = "unwanted"
) -> Answer:
    body = {"business": company.account, "reason": reason} | ({} if message is None else {"message": message})
    return await ines.door.call("POST", "/v1/reports", body, token=await ines.token())


async def stamped(airline: Party, ines: Party) -> dict[str, Any]:
    """Return a notification as the customer holds it: header, body, salt and the relay's stamp."""
    await ines.agree(airline, "utility")
    envelope = airline.envelope(ines, kind="template", commitment=commit(SALT, msgspec.json.encode(BODY)))
    socket, reader = await airline.connect(), await ines.connect()
    (result,) = await socket.send(envelope)
    assert result.refusal is None
    (event,) = await reader.hear_events(1)
    return {
        "header": msgspec.json.decode(msgspec.json.encode(event.header)), "body": BODY, "salt": SALT, "stamp": msgspec.to_builtins(event.stamp),
    }  # fmt: skip


async def kept(relay: Relay) -> list[tuple[str, str, str, str]]:
    rows = await relay.context.store.read(list_reports)
    return [(handle, row.reason, row.proof, row.message) for _, handle, row in rows]


@both_databases
async def test_without_a_message_nothing_but_company_reason_and_time_is_kept(
    relay: Relay, airline: Party, ines: Party
) -> None:
    assert (await report(ines, airline)).body == {"proof": "none"}
    assert (await report(ines, airline, reason="fraud")).body == {"proof": "none"}
    assert await kept(relay) == [("moewe-air", "fraud", "none", "")]
    ((_, _, row),) = await relay.context.store.read(list_reports)
    assert ines.account not in msgspec.json.encode(row).decode()


@both_databases
async def test_a_stamped_notification_is_proved_and_can_be_read_by_the_operator(
    relay: Relay, airline: Party, ines: Party
) -> None:
    message = await stamped(airline, ines)
    assert (await report(ines, airline, message, "advertising")).body == {"proof": "proved"}
    ((number, handle, row),) = await relay.context.store.read(list_reports)
    assert (handle, row.reason, row.proof) == ("moewe-air", "advertising", "proved")
    text = await relay.context.store.read(lambda connection: find_message(connection, number))
    assert text is not None
    assert msgspec.json.decode(text)["body"] == BODY


async def test_a_free_form_message_is_the_reporters_word(airline: Party, ines: Party) -> None:
    message = {"header": airline.header(ines.account), "body": {"type": "text", "text": {"body": "Buy!"}}}
    assert (await report(ines, airline, message)).body == {"proof": "claimed"}


async def test_nothing_can_be_put_into_a_companys_mouth(
    relay: Relay, airline: Party, ines: Party, join_relay: Join
) -> None:
    message = await stamped(airline, ines)
    other = await join_relay(handle="other-air")
    for changes, field in (
        ({"body": BODY | {"template": "worse"}}, "message.salt"),
        ({"salt": to_base64(bytes(32))}, "message.salt"),
        ({"header": message["header"] | {"sent_at": 1}}, "message.stamp"),
        ({"stamp": message["stamp"] | {"signature": to_base64(bytes(64))}}, "message.stamp"),
        ({"header": message["header"] | {"to": other.account}}, "message.header"),
        ({"header": message["header"] | {"size": 3}}, "message"),
        ({"body": {"text": "x" * 70_000}}, "message.body"),
    ):
        answer = await report(ines, airline, message | changes)
        assert (answer.status, answer.error["field"]) == (400, field)
    assert (await report(ines, other, message)).error["field"] == "message.header"
    assert await kept(relay) == []


async def test_only_companies_can_be_reported_by_accounts_for_a_reason_that_exists(airline: Party, ines: Party) -> None:
    assert (await report(ines, ines)).error["field"] == "business"
    assert (await report(ines, airline, reason="dislike")).error["field"] == "reason"
    answer = await ines.door.call("POST", "/v1/reports", {"business": airline.account, "reason": "fraud"})
    assert answer.status == 401


async def test_some_reports_a_day_are_taken_and_more_tomorrow(
    start_relay: StartRelay, session: aiohttp.ClientSession, clock: MovableClock
) -> None:
    relay = await start_relay(reports_per_day=2)
    airline, ines = await join(relay, session, clock, handle="moewe-air"), await join(relay, session, clock)
    for wanted in (200, 200, 429):
        message = {"header": airline.header(ines.account), "body": {}}
        assert (await report(ines, airline, message)).status == wanted
    clock.advance(DAY + 60)
    assert (await report(ines, airline)).status == 200
