"""Envelopes on the live socket (spec/wire.md sections 3 and 4): stored, delivered in order, acknowledged, noted."""

from __future__ import annotations

from tests.relay.conftest import NewCustomer
from tests.support.participants import Company

from handschlag.relay.app import Relay


async def test_an_envelope_reaches_the_other_side_and_its_delivery_is_noted(
    relay: Relay, company: Company, new_customer: NewCustomer
) -> None:
    ines = await new_customer("Ines")
    await ines.connect()
    sent = await ines.send(
        "service", b'{"type":"text","text":{"body":"hello"}}', {"type": "text", "text": {"body": "hello"}}
    )
    await company.wait_for(lambda: company.events)
    assert company.link is not None
    company.link.acknowledge(company.events[0].number)
    async with __import__("asyncio").timeout(5):
        while ines.entries[sent].status != "delivered":
            await __import__("asyncio").sleep(0.01)
