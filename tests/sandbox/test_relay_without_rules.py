"""A relay that lets everything pass: the customer's own device still shows nothing that was not agreed to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from handschlag.sandbox.app import Sandbox
from handschlag.sandbox.customer import Customer


@pytest.fixture
async def sandbox(tmp_path: Path, free_ports: list[int]) -> AsyncIterator[Sandbox]:
    started = Sandbox(tmp_path, free_ports[0], progress=lambda _step: None)
    await started.start()
    yield started
    await started.stop()


@pytest.fixture(autouse=True)
def _relay_without_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handschlag.relay.actions.envelopes.accept_envelopes.admit_from_company", lambda *_: None)


async def post_text(sandbox: Sandbox, customer: Customer, body: str) -> None:
    connection = sandbox.running.connection
    contact = await sandbox.running.contact_of(customer.profile.account)
    message = {"messaging_product": "whatsapp", "to": contact.wa_id, "type": "text", "text": {"body": body}}
    url = f"{connection.gateway_url}/v23.0/{connection.phone_number_id}/messages"
    headers = {"Authorization": f"Bearer {connection.access_token}"}
    async with aiohttp.ClientSession() as session, session.post(url, json=message, headers=headers) as answer:
        assert answer.status == 200, await answer.text()


async def received(customer: Customer, number: int) -> list[dict[str, Any]]:
    """Return what the device shows once it holds this many messages."""
    async with asyncio.timeout(10):
        while len(shown := [e.message for e in customer.entries.values() if e.incoming]) < number:
            await asyncio.sleep(0.02)
    return shown


async def test_free_text_is_withheld_from_whoever_did_not_write_within_24_hours(sandbox: Sandbox) -> None:
    ines = await sandbox.running.customers.make("Ines", phone_number=None, purposes=[], language="en")
    await post_text(sandbox, ines, "You did not ask for this.")
    (withheld,) = await received(ines, 1)
    assert withheld == {"type": "withheld", "withheld": {"check": "window"}}
    text = {"type": "text", "text": {"body": "When does it leave?"}}
    await ines.send("service", b'{"type":"text","text":{"body":"When does it leave?"}}', text)
    await post_text(sandbox, ines, "At five.")
    assert (await received(ines, 2))[1]["text"] == {"body": "At five."}
    await sandbox.running.advance(25 * 3600)
    await post_text(sandbox, ines, "And now something else.")
    assert (await received(ines, 3))[2]["type"] == "withheld"
