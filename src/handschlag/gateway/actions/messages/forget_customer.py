"""Forgets a customer who erased the account: name, number and language at once, what was said as the setting tells.

The caller has seen the account's own signed word for it. What the programs send from then on is answered as undeliverable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.actions.messages.erase_words import erase_words, forget_person
from handschlag.gateway.actions.messages.publish_message import publish_erased_account
from handschlag.gateway.actions.messages.take_consent_note import publish_preference

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.wire.ids import AccountId

_GONE = "User erased the account"


async def forget_customer(running: Running, company: Company, customer: AccountId) -> None:
    """Take a customer's own data out of the company's books, and tell its programs, once; repeating it changes nothing."""
    contact = await company.contacts.of(customer, running.clock.now())
    if running.settings.erased_customers == "delete":
        await erase_words(running, company, contact)
    before, forgotten, marketing = contact.wa_id, contact.is_forgotten, contact.marketing
    contact.marketing = False
    await forget_person(running, company, contact)
    # In the commit in which the contact is forgotten: under the number they know, programs find whom to forget.
    if marketing:
        company.contacts.store(contact)
        now = int(running.clock.now())
        publish_preference(running, company, contact, _GONE, now, value="stop", wa_id=before)
    if not forgotten:
        publish_erased_account(running, company, contact, before)
