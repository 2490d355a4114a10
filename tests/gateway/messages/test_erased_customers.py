"""A customer who erased the account, or asked the company to: who it was is forgotten, and what was said as the setting tells."""

from __future__ import annotations

import msgspec
import pytest
from pydantic import ValidationError
from sqlalchemy import Connection, func, select
from structlog.testing import capture_logs

from handschlag.content.message_id import message_id
from handschlag.crypto.identity import Identity
from handschlag.gateway.actions.messages.forget_old_words import forget_old_words
from handschlag.gateway.settings import DAY, GatewaySettings
from handschlag.gateway.storage.contacts import Contact
from handschlag.gateway.storage.schema import metadata
from handschlag.gateway.storage.schema.message_tables import incoming_messages, outgoing_messages
from handschlag.relay_client.media import upload_file
from handschlag.wire.erasure import Erasure
from handschlag.wire.frames import Note
from handschlag.wire.signed import sign_record
from tests.gateway.customer import Customer
from tests.gateway.house import House
from tests.gateway.media.files import PNG, objects_of
from tests.support.waiting import until


def said(connection: Connection) -> tuple[int, set[bytes]]:
    """Return how many messages came, and the bodies of those that were sent."""
    came = connection.execute(select(func.count()).select_from(incoming_messages)).scalar_one()
    return came, {bytes(body) for body in connection.execute(select(outgoing_messages.c.body)).scalars()}


async def tables_with(house: House, *words: str) -> set[str]:
    """Return the tables in which one of these words stands."""
    store = house.gateway.running.store

    def look(connection: Connection) -> set[str]:
        # As tuples: a row shortens what is long when it shows itself.
        rows = {name: connection.execute(select(table)).all() for name, table in metadata.tables.items()}
        return {name for name, found in rows.items() if any(word in str([*map(tuple, found)]) for word in words)}

    await store.flushed()
    return await store.read(look)


async def talk(house: House) -> Customer:
    """Let a customer and the company exchange words and a file, all of it told and logged."""
    anna = await house.customer("Anna Blumenthal", "+491701234567")
    file = await upload_file(anna.http, PNG, "image/png")
    picture = {"type": "image", "image": {**msgspec.to_builtins(file), "caption": "Palme"}}
    await house.receiver.message(message_id(anna.send("service", msgspec.json.encode(picture))))
    sent = await house.send_text(house.contact_of(anna).wa_id, "Pinguin")
    await anna.text("Pinguin")
    await house.receiver.status(sent, "delivered")
    await until(lambda: objects_of(house))
    return anna


async def erase_after_a_talk(house: House) -> Contact:
    anna = await talk(house)
    await anna.agree("utility", "marketing")
    contact: Contact = house.contact_of(anna)
    await until(lambda: contact.marketing)
    await anna.http.erase_account(anna.identity.erase(anna.device.device, house.clock.now()))
    await until(lambda: not contact.name)
    assert (contact.number, contact.language, contact.marketing) == (None, "", False)
    return contact


async def test_person_words_and_files_are_forgotten_and_nothing_reaches_anybody(house: House) -> None:
    contact = await erase_after_a_talk(house)
    assert await tables_with(house, "Blumenthal", "Palme", "Pinguin") == set()
    assert objects_of(house) == set()
    # Programs are told under the number they know; in the log it stays as long as any event.
    told = await house.receiver.until(lambda: [m for m in house.receiver.messages if m["type"] == "system"])
    assert (told[0]["from"], told[0]["system"]["type"]) == ("491701234567", "user_erased_account")
    assert (told[0]["system"]["wa_id"], told[0]["system"]["user_id"]) == (contact.pseudo_number, contact.user_id)
    preferences = [
        c["value"]["user_preferences"][0] for c in house.receiver.changes if c["field"] == "user_preferences"
    ]
    assert [(one["value"], one["wa_id"]) for one in preferences] == [
        ("resume", "491701234567"),
        ("stop", "491701234567"),
    ]
    assert await tables_with(house, "491701234567") <= {"webhook_queue", "webhook_log"}
    id_ = await house.send_text(contact.wa_id, "Noch da?")
    await house.receiver.until(lambda: any(s["id"] == id_ and s["status"] == "failed" for s in house.receiver.statuses))


async def test_a_company_erases_one_customer_who_asked_for_it_and_nobody_else(house: House) -> None:
    anna, ben = await talk(house), await house.customer("Ben")
    await house.receiver.message(ben.write("Ahoi"))
    contact = house.contact_of(anna)
    path = f"/v23.0/{house.company.phone_number_id}"
    blocked = {"messaging_product": "whatsapp", "block_users": [{"user": contact.wa_id}]}
    await house.call("POST", f"{path}/block_users", json=blocked)
    assert (await house.call("DELETE", f"{path}/customers/491701234567"))[:2] == (200, {"success": True})
    assert await tables_with(house, "Blumenthal", "491701234567", "Palme", "Pinguin") == set()
    assert objects_of(house) == set()
    assert {"incoming_messages", "webhook_log"} <= await tables_with(house, "Ahoi")
    for user, subcode in (("491701234567", 33), (contact.user_id + "0", 33), ("Anna", None)):
        status, answer, _ = await house.call("DELETE", f"{path}/customers/{user}")
        assert (status, answer["error"]["code"], answer["error"].get("error_subcode")) == (400, 100, subcode)
    # Still a customer, by another name, and still blocked: that was the company's decision.
    status, answer = await house.post({"recipient": contact.user_id, "type": "text", "text": {"body": "hi"}})
    assert (status, answer["error"]["code"]) == (403, 130403)
    await house.call("DELETE", f"{path}/block_users", json={**blocked, "block_users": [{"user": contact.user_id}]})
    # What was erased is not sealed again for a device that asks; what comes after it is.
    anna.ask_again(anna.opened[-1].header.id)
    assert (await house.receiver.message(anna.write("Wieder da")))["from"] == contact.pseudo_number
    await house.send_text(contact.wa_id, "Schön")
    await anna.text("Schön")
    assert [one.header.attempt for one in anna.opened] == [0] * len(anna.opened)
    assert anna.unopened == []


async def test_what_was_said_is_kept_as_long_as_the_company_says(house: House) -> None:
    await talk(house)
    await forget_old_words(house.gateway.running)
    await house.restart_gateway(messages_seconds=40 * DAY)
    house.clock.advance(40 * DAY - 60)
    await forget_old_words(house.gateway.running)
    assert {"incoming_messages", "outgoing_messages"} <= await tables_with(house, "Palme", "Pinguin")
    house.clock.advance(120)
    await forget_old_words(house.gateway.running)
    assert await tables_with(house, "Palme", "Pinguin") <= {"webhook_log"}
    with pytest.raises(ValidationError, match="30 days"):
        GatewaySettings(messages_seconds=7 * DAY)


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
