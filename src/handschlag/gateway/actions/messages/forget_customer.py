"""Forgets a customer whose account was erased: name, number and language at once, what was said as the setting tells.

The caller has seen the account's own signed word for it. What the programs send from then on is answered as undeliverable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.storage.erased_customers import delete_words_with

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.wire.ids import AccountId


async def forget_customer(running: Running, company: Company, customer: AccountId) -> None:
    """Take a customer's own data out of the company's books; repeating it changes nothing."""
    contact = await company.contacts.of(customer, running.clock.now())
    contact.marketing = False
    company.contacts.give_up_number(contact)
    company.contacts.rename(contact, name="", language="")
    if running.settings.erased_customers == "delete":
        await running.store.flushed()
        await running.store.write(lambda connection: delete_words_with(connection, company.id, customer))
