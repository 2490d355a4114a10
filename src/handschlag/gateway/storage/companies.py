"""Reads and writes companies: who this gateway speaks for."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from handschlag.gateway.storage.schema import companies, devices, templates
from handschlag.wire.ids import AccountId, DeviceId


class CompanyRow(msgspec.Struct, frozen=True):
    """One company as it is kept; secrets stay sealed, profile and offer are canonical JSON."""

    id: int
    account: AccountId
    handle: str
    name: str
    number: str
    relay_url: str
    relay_key: str
    device: DeviceId
    phone_number_id: str
    waba_id: str
    app_id: str
    app_secret: bytes
    customer_secret: bytes
    self_signing_seed: bytes
    master_key: str
    self_signing_key: str
    profile: str
    profile_published: bool
    offer: str | None
    offer_published: bool
    enrolled: bool
    created_at: float

    def __repr__(self) -> str:
        return f"CompanyRow({self.id}, {self.account})"


def insert_company(connection: Connection, company: CompanyRow) -> int:
    """Store a new company and return its row number; the one in `company` is ignored."""
    values = msgspec.structs.asdict(company)
    del values["id"]
    key = connection.execute(insert(companies).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def list_companies(connection: Connection) -> list[CompanyRow]:
    """Return the companies a relay knows, in the order they were made."""
    query = select(companies).where(companies.c.enrolled).order_by(companies.c.id)
    return [CompanyRow(**row._mapping) for row in connection.execute(query)]


def mark_enrolled(connection: Connection, company: int) -> None:
    """Note that the relay took the company."""
    connection.execute(update(companies).where(companies.c.id == company).values(enrolled=True))


def delete_company(connection: Connection, company: int) -> None:
    """Remove a company that no relay took, with what was made for it."""
    connection.execute(delete(templates).where(templates.c.company == company))
    connection.execute(delete(devices).where(devices.c.company == company))
    connection.execute(delete(companies).where(companies.c.id == company))


def store_relay_url(connection: Connection, relay_url: str) -> None:
    """Keep where the relay of all companies is now; for before the gateway starts."""
    connection.execute(update(companies).values(relay_url=relay_url))


def load_profile(connection: Connection, company: int) -> str:
    """Return a company's profile as it is kept."""
    return str(connection.execute(select(companies.c.profile).where(companies.c.id == company)).scalar_one())


def store_profile(connection: Connection, company: int, profile: str, *, name: str, number: str) -> None:
    """Keep a profile that is to be published."""
    change = update(companies).where(companies.c.id == company)
    connection.execute(change.values(profile=profile, profile_published=False, name=name, number=number))


def store_offer(connection: Connection, company: int, offer: str) -> None:
    """Keep an offer that is to be published."""
    connection.execute(update(companies).where(companies.c.id == company).values(offer=offer, offer_published=False))


def mark_profile_published(connection: Connection, company: int, profile: str) -> None:
    """Note that the relay has this profile, unless it was changed meanwhile."""
    change = update(companies).where(companies.c.id == company, companies.c.profile == profile)
    connection.execute(change.values(profile_published=True))


def mark_offer_published(connection: Connection, company: int, offer: str) -> None:
    """Note that the relay has this offer, unless it was changed meanwhile."""
    change = update(companies).where(companies.c.id == company, companies.c.offer == offer)
    connection.execute(change.values(offer_published=True))
