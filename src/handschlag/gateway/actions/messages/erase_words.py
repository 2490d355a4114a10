"""Takes everything a company keeps of what was exchanged with one customer: words, files, what the log of deliveries holds.

What stays: ids, times and states of what was sent, under the customer's pseudonym, for the company's books; that they agreed, and to
what, is in the records of consent, which name no person. Each step may be repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handschlag.gateway.actions.media.keep_file import remove_object
from handschlag.gateway.storage.erased_customers import (
    delete_events_about,
    delete_files_of,
    delete_words_with,
    forget_numbers_of,
)
from handschlag.gateway.webhooks.publisher import lane_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.contacts import Contact
    from handschlag.gateway.storage.erased_customers import RemovedFile


async def erase_words(running: Running, company: Company, contact: Contact) -> None:
    """Erase what was said, and the files with it."""

    def erase(connection: Connection) -> list[RemovedFile]:
        delete_words_with(connection, company.id, contact.customer)
        delete_events_about(connection, lane_of(contact.customer), contact.user_id)
        return delete_files_of(connection, company.id, contact.customer)

    # What is on its way to the disk comes first: nothing of it may come after.
    await running.store.flushed()
    files = await running.store.write(erase)
    for file in files:
        running.media.forget(file.id)
        if file.object is not None:
            await remove_object(running.media, file.object)


async def forget_person(running: Running, company: Company, contact: Contact) -> None:
    """Forget name, number and language, last and without a wait: from now on the contact is a pseudonym."""
    blocked = company.blocked.get(contact.user_id)
    if blocked is not None:
        company.blocked[contact.user_id] = msgspec.structs.replace(blocked, wa_id=None)
    for message in company.messages.values():
        if message.customer == contact.customer:
            message.recipient = contact.pseudo_number
    await running.store.flushed()
    await running.store.write(lambda connection: forget_numbers_of(connection, company.id, contact))
    company.contacts.give_up_number(contact)
    company.contacts.rename(contact, name="", language="")
