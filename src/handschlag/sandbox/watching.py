"""Tells the terminal who joined: looks at the gateway's contacts now and then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from sqlalchemy import Connection, select

from handschlag.gateway.storage.contacts import Contact, find_contact
from handschlag.gateway.storage.schema import contacts
from handschlag.sandbox.running import Running
from handschlag.wire.ids import AccountId

_LOOK_SECONDS = 0.5


async def watch_contacts(running: Running, joined: Callable[[Contact], None]) -> None:
    """Call `joined` for every contact that is new since now, until cancelled."""
    company = running.company.id
    store = running.gateway.running.store

    def accounts(connection: Connection) -> set[AccountId]:
        query = select(contacts.c.customer).where(contacts.c.company == company)
        return {AccountId(account) for account in connection.execute(query).scalars()}

    known = await store.read(accounts)
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        for account in await store.read(accounts) - known:
            contact = await store.read(partial(find_contact, company=company, customer=account))
            if contact is not None and contact.name:
                known.add(account)
                joined(contact)
