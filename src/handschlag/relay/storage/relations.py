"""Reads and writes how a company and a customer stand: window, block, grant, and how often it was used."""

from __future__ import annotations

import msgspec
from sqlalchemy import ColumnElement, Connection, insert, select, update

from handschlag.database.hot import insert_rows
from handschlag.relay.rules.standing import Standing
from handschlag.relay.storage.schema import cap_counts, consent_records, relations
from handschlag.wire.consent import Purpose
from handschlag.wire.http import ConsentState
from handschlag.wire.ids import AccountId
from handschlag.wire.limits import DAY
from handschlag.wire.signed import SignedRecord

# The customer wrote: the window opens, in the commit that stores the message.
RECORD_MESSAGE = insert_rows(
    relations,
    "business",
    "customer",
    "wrote_at",
    on_conflict=("update", ("business", "customer"), ("wrote_at",)),
)

COUNT_NOTIFICATION = insert_rows(
    cap_counts,
    "business",
    "customer",
    "purpose",
    "day",
    "count",
    on_conflict=("update", ("business", "customer", "purpose", "day"), ("count",)),
)

_purposes = msgspec.json.Decoder(list[Purpose]).decode
_caps = msgspec.json.Decoder(dict[Purpose, tuple[int, int]]).decode


def _where(business: AccountId, customer: AccountId) -> list[ColumnElement[bool]]:
    return [relations.c.business == business, relations.c.customer == customer]


def load_standing(connection: Connection, business: AccountId, customer: AccountId, now: float) -> Standing:
    """Return how the two stand; strangers have a standing too, an empty one."""
    row = connection.execute(select(relations).where(*_where(business, customer))).first()
    counts = connection.execute(
        select(cap_counts.c.purpose, cap_counts.c.day, cap_counts.c["count"]).where(
            cap_counts.c.business == business,
            cap_counts.c.customer == customer,
            cap_counts.c.day > int(now // DAY) - 30,
        )
    )
    sent = {(purpose, day): count for purpose, day, count in counts}
    if row is None:
        return Standing(sent=sent)
    return Standing(
        wrote_at=row.wrote_at,
        blocked=bool(row.blocked),
        head=row.head,
        grant=row.grant_hash,
        purposes=frozenset(_purposes(row.purposes)),
        grant_expires_at=row.grant_expires_at,
        caps=_caps(row.caps),
        sent=sent,
    )


def store_consent(connection: Connection, business: AccountId, customer: AccountId, standing: Standing) -> None:
    """Write the consent half of a standing; the window's half is written by RECORD_MESSAGE alone."""
    values = {
        "blocked": standing.blocked,
        "head": standing.head,
        "grant_hash": standing.grant,
        "purposes": msgspec.json.encode(sorted(standing.purposes)).decode(),
        "grant_expires_at": standing.grant_expires_at,
        "caps": msgspec.json.encode(standing.caps).decode(),
    }
    if not connection.execute(update(relations).where(*_where(business, customer)).values(values)).rowcount:
        connection.execute(insert(relations).values(business=business, customer=customer, wrote_at=0.0, **values))


def append_record(
    connection: Connection,
    parties: tuple[AccountId, AccountId],
    record: SignedRecord,
    receipt: SignedRecord,
    now: float,
) -> None:
    """Add a record to the chain of a company and a customer, with the relay's receipt."""
    business, customer = parties
    connection.execute(
        insert(consent_records).values(
            hash=record.hash,
            business=business,
            customer=customer,
            record=msgspec.json.encode(record).decode(),
            receipt=msgspec.json.encode(receipt).decode(),
            accepted_at=now,
        )
    )


def list_consents(connection: Connection, customer: AccountId) -> list[ConsentState]:
    """Return every company a customer agreed with, withdrew from or blocked, each with its chain."""
    query = select(consent_records).where(consent_records.c.customer == customer).order_by(consent_records.c.id)
    chains: dict[str, list[SignedRecord]] = {}
    for row in connection.execute(query):
        chains.setdefault(row.business, []).append(msgspec.json.decode(row.record, type=SignedRecord))
    rows = connection.execute(select(relations).where(relations.c.customer == customer))
    return [
        ConsentState(
            business=AccountId(row.business),
            purposes=_purposes(row.purposes),
            blocked=bool(row.blocked),
            head=row.head,
            records=chains.get(row.business, []),
        )
        for row in rows
        if row.head is not None or row.blocked
    ]
