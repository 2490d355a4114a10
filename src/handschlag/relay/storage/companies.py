"""Reads and writes what companies published, and the invitations that let them in."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, or_, select, update

from handschlag.relay.storage.schema import accounts, companies, invitations, offers
from handschlag.wire.company import CompanyCard, VerificationMethod
from handschlag.wire.ids import AccountId
from handschlag.wire.signed import SignedRecord


class Invitation(msgspec.Struct, frozen=True):
    """What the operator confirmed about a company before letting it in."""

    name: str
    method: VerificationMethod
    evidence: str
    expires_at: float


def _record(text: str) -> SignedRecord:
    return msgspec.json.decode(text, type=SignedRecord)


def _text(record: SignedRecord) -> str:
    return msgspec.json.encode(record).decode()


def insert_invitation(connection: Connection, code_hash: str, invitation: Invitation) -> None:
    """Store an invitation under the hash of its code."""
    connection.execute(insert(invitations).values(code_hash=code_hash, **msgspec.structs.asdict(invitation)))


def take_invitation(connection: Connection, code_hash: str) -> Invitation | None:
    """Remove and return an invitation: it serves once."""
    row = connection.execute(select(invitations).where(invitations.c.code_hash == code_hash)).first()
    if row is None:
        return None
    connection.execute(delete(invitations).where(invitations.c.code_hash == code_hash))
    return Invitation(name=row.name, method=row.method, evidence=row.evidence, expires_at=row.expires_at)


def insert_company(connection: Connection, account: AccountId, handle: str, verification: SignedRecord) -> None:
    """Store a new company with the operator's word about it."""
    connection.execute(insert(companies).values(account=account, handle=handle, verification=_text(verification)))


def handle_is_taken(connection: Connection, handle: str) -> bool:
    """Return whether another company has this handle."""
    return connection.execute(select(companies.c.account).where(companies.c.handle == handle)).first() is not None


def update_profile(connection: Connection, account: AccountId, profile: SignedRecord, *, listed: bool) -> None:
    """Store the profile in force, and whether its company wants to be found."""
    values = {"profile": _text(profile), "listed": listed}
    connection.execute(update(companies).where(companies.c.account == account).values(values))


def update_offer(connection: Connection, account: AccountId, offer: SignedRecord) -> None:
    """Store the offer in force, and keep it for the grants that name it."""
    known = connection.execute(select(offers.c.hash).where(offers.c.hash == offer.hash)).first()
    if known is None:
        connection.execute(insert(offers).values(hash=offer.hash, business=account, record=_text(offer)))
    values = {"offer": _text(offer), "offer_hash": offer.hash}
    connection.execute(update(companies).where(companies.c.account == account).values(values))


def find_offer(connection: Connection, offer_hash: str, business: AccountId) -> SignedRecord | None:
    """Return an offer a company once made."""
    query = select(offers.c.record).where(offers.c.hash == offer_hash, offers.c.business == business)
    text = connection.execute(query).scalar()
    return None if text is None else _record(text)


def find_card(connection: Connection, name: str) -> CompanyCard | None:
    """Return the card of the company with this handle or account; None before it published a profile."""
    row = connection.execute(_CARDS.where(or_(companies.c.handle == name, companies.c.account == name))).first()
    return None if row is None or row.profile is None else _card(row)


def list_listed_cards(connection: Connection, most: int) -> list[CompanyCard]:
    """Return the cards of companies that want to be found, without their offers: those are seen when one is opened."""
    rows = connection.execute(_CARDS.where(companies.c.listed, companies.c.profile.is_not(None)).limit(most))
    return [msgspec.structs.replace(_card(row), offer=None) for row in rows]


_CARDS = select(companies, accounts.c.master_key, accounts.c.self_signing_key).join_from(
    companies, accounts, accounts.c.account == companies.c.account
)


def _card(row: Any) -> CompanyCard:
    return CompanyCard(
        account=AccountId(row.account),
        handle=row.handle,
        master_key=msgspec.json.decode(row.master_key),
        self_signing_key=msgspec.json.decode(row.self_signing_key),
        profile=_record(row.profile),
        verification=_record(row.verification),
        offer=None if row.offer is None else _record(row.offer),
    )
