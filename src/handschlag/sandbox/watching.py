"""What happens while a person looks on: who joins, and whether the terminal is still told about webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from sqlalchemy import Connection, select

from handschlag.gateway.actions.webhooks.set_subscription import set_subscription
from handschlag.gateway.storage.contacts import Contact, find_contact
from handschlag.gateway.storage.schema import contacts
from handschlag.gateway.storage.subscriptions import list_subscriptions
from handschlag.sandbox.running import Running
from handschlag.wire.ids import AccountId

_LOOK_SECONDS = 0.5
# The introduction with the name may come a moment after the first sign of somebody, or never.
_LOOKS_FOR_A_NAME = 4


async def latest_contact(running: Running) -> Contact | None:
    """Return who joined last, if anybody did."""
    company = running.company.id
    query = (
        select(contacts.c.customer).where(contacts.c.company == company).order_by(contacts.c.created_at.desc()).limit(1)
    )

    def find(connection: Connection) -> Contact | None:
        account = connection.execute(query).scalar()
        return None if account is None else find_contact(connection, company, AccountId(account))

    return await running.gateway.running.store.read(find)


async def watch_contacts(running: Running, joined: Callable[[Contact], None]) -> None:
    """Call `joined` for every contact that is new since now, until cancelled."""
    company = running.company.id
    store = running.gateway.running.store

    def accounts(connection: Connection) -> set[AccountId]:
        query = select(contacts.c.customer).where(contacts.c.company == company)
        return {AccountId(account) for account in connection.execute(query).scalars()}

    known = await store.read(accounts)
    looks: dict[AccountId, int] = {}
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        for account in await store.read(accounts) - known:
            contact = await store.read(partial(find_contact, company=company, customer=account))
            looks[account] = looks.get(account, 0) + 1
            if contact is not None and (contact.name or looks[account] >= _LOOKS_FOR_A_NAME):
                known.add(account)
                joined(contact)


async def stay_subscribed(running: Running, address: str) -> None:
    """Subscribe an address, and again whenever a program subscribed its own in place of it, until cancelled."""
    gateway, app_id = running.gateway, running.company.app_id
    while True:
        rows = await gateway.running.store.read(partial(list_subscriptions, app_id=app_id))
        if address not in {row.callback_url for row in rows}:
            await set_subscription(gateway.configuration, app_id, address)
            await gateway.refresh()
        await asyncio.sleep(_LOOK_SECONDS)
