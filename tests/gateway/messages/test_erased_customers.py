"""A customer who erased the account: the company forgets who it was, and what was said as its setting tells."""

from __future__ import annotations

import asyncio

import msgspec
from sqlalchemy import Connection, func, select
from structlog.testing import capture_logs

from handschlag.crypto.identity import Identity
from handschlag.gateway.storage.schema.message_tables import incoming_messages, outgoing_messages
from handschlag.wire.erasure import Erasure
from handschlag.wire.frames import Note
from handschlag.wire.signed import sign_record
from tests.gateway.house import House


def said(connection: Connection) -> tuple[int, set[bytes]]:
    """Return how many messages came, and the bodies of those that were sent."""
    came = connection.execute(select(func.count()).select_from(incoming_messages)).scalar_one()
    return came, {bytes(body) for body in connection.execute(select(outgoing_messages.c.body)).scalars()}


async def erase_after_a_talk(house: House) -> str:
    anna = await house.customer("Anna Müller", "+491701234567")
    anna.write("Moin")
    contact = house.contact_of(anna)
    await house.send_text(contact.wa_id, "Moin, Anna")
    await anna.text("Moin, Anna")
    await anna.http.erase_account(anna.identity.erase(anna.device.device, house.clock.now()))
    async with asyncio.timeout(10):
        while contact.name:
            await asyncio.sleep(0.02)
    assert (contact.number, contact.language, contact.marketing) == (None, "", False)
    return str(contact.wa_id)


async def test_name_number_language_and_words_are_forgotten_and_nothing_reaches_anybody(house: House) -> None:
    wa_id = await erase_after_a_talk(house)
    await house.gateway.running.store.flushed()
    async with asyncio.timeout(10):
        while (await house.gateway.running.store.read(said)) != (0, {b"{}"}):
            await asyncio.sleep(0.02)
    id_ = await house.send_text(wa_id, "Noch da?")
    await house.receiver.until(lambda: any(s["id"] == id_ and s["status"] == "failed" for s in house.receiver.statuses))


async def test_a_relay_that_lies_makes_a_company_forget_nothing(house: House) -> None:
    anna, ben = await house.customer("Anna Müller", "+491701234567"), await house.customer("Ben")
    now, relay = house.clock.now(), house.relay.context
    company = await relay.directory.find_account(house.company.account)
    assert company is not None
    (box,) = (row.id for row in company.certified.values())
    own = anna.identity.erase(anna.device.device, now)
    forged = [
        None,
        sign_record(Erasure(account=anna.account, device=anna.device.device, at=int(now)), anna.device.signer),
        Identity.create(anna.account, bytes(64)).erase(anna.device.device, now),
        ben.identity.erase(ben.device.device, now),
        msgspec.structs.replace(own, record=own.record.replace('"at":', '"at":1')),
    ]
    with capture_logs() as logs:
        for record in forged:
            note = Note(what="erased", account=anna.account, at=now, record=record)
            relay.store.after(relay.mailroom.pushed, [relay.mailroom.put_note(box, note, now)])
        await relay.store.flushed()
        # What comes behind the lies is taken: the company has seen them all.
        await house.receiver.message(anna.write("Noch da"))
    contact = house.contact_of(anna)
    assert (contact.name, contact.number) == ("Anna Müller", "491701234567")
    assert [log["event"] for log in logs if log["log_level"] == "warning"] == ["erasure_not_signed"] * len(forged)
    came, _ = await house.gateway.running.store.read(said)
    assert came > 0


async def test_a_company_whose_law_demands_it_keeps_what_was_said(house: House) -> None:
    await house.restart_gateway(erased_customers="keep")
    await erase_after_a_talk(house)
    await house.gateway.running.store.flushed()
    came, sent = await house.gateway.running.store.read(said)
    assert came > 0
    assert sent != {b"{}"}
