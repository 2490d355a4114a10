"""One sealed message with real keys through a real relay: the parts fit (spec/wire.md sections 3 and 4)."""

from __future__ import annotations

from tests.relay.conftest import NewCustomer, both_databases
from tests.support.participants import Company
from tests.support.relay_door import SECONDS
from tests.support.waiting import until

BODY = b'{"type":"text","text":{"body":"hello"}}'


@both_databases
async def test_an_envelope_reaches_the_other_side_and_its_delivery_is_noted(
    company: Company, new_customer: NewCustomer
) -> None:
    ines = await new_customer("Ines")
    await ines.connect()
    sent = await ines.send("service", BODY, {"type": "text", "text": {"body": "hello"}})
    await company.wait_for(lambda: company.events)
    assert company.link is not None
    company.link.acknowledge(company.events[0].number)
    await until(lambda: ines.entries[sent].status == "delivered", SECONDS)
