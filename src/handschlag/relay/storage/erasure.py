"""Takes everything of an account out of the tables, and keeps what nobody can connect with it.

What stays: a keyed hash of the account's id, so that the id never serves again; of each device its row under that hash, so that the
number of its mailbox never serves again, and for a while its public signing key beside the account's own signed word, sealed, so
that it can be shown that its account is gone; of each consent record the hash, under which whoever holds the record still finds
that the relay once took it. Who adds a table that names an account, a customer or a mailbox adds it here.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, Table, delete, insert, select, update

from handschlag.relay.storage.schema import (
    accounts,
    cap_counts,
    consent_records,
    devices,
    erased_accounts,
    fallback_keys,
    mailbox,
    media,
    media_uploads,
    media_usage,
    number_code_counts,
    number_codes,
    numbers,
    one_time_keys,
    push_subscriptions,
    relations,
)
from handschlag.wire.ids import AccountId
from handschlag.wire.limits import DAY

# Tables whose rows belong to one account, and the column that names it.
_OF_ACCOUNT: list[tuple[Table, Column[str]]] = [
    (relations, relations.c.customer),
    (cap_counts, cap_counts.c.customer),
    (numbers, numbers.c.account),
    (number_codes, number_codes.c.account),
    (number_code_counts, number_code_counts.c.subject),
    (push_subscriptions, push_subscriptions.c.account),
    (media, media.c.account),
    (media_uploads, media_uploads.c.account),
    (media_usage, media_usage.c.account),
    (accounts, accounts.c.account),
]
# Tables whose rows belong to one device, and the column with the number of its mailbox.
_OF_DEVICE: list[tuple[Table, Column[int]]] = [
    (one_time_keys, one_time_keys.c.mailbox),
    (fallback_keys, fallback_keys.c.mailbox),
    (mailbox, mailbox.c.mailbox),
]


def list_boxes(connection: Connection, account: AccountId) -> list[int]:
    """Return the mailboxes of all devices an account has or had."""
    return list(connection.execute(select(devices.c.id).where(devices.c.account == account)).scalars())


def list_related_companies(connection: Connection, customer: AccountId) -> list[AccountId]:
    """Return the companies that know a customer."""
    query = select(relations.c.business).where(relations.c.customer == customer)
    return [AccountId(business) for business in connection.execute(query).scalars()]


def list_objects(connection: Connection, account: AccountId) -> list[str]:
    """Return ids of the sealed files an account brought, whole or not."""
    found = [select(table.c.id).where(table.c.account == account) for table in (media, media_uploads)]
    return [id_ for query in found for id_ in connection.execute(query).scalars()]


def erase_rows(connection: Connection, account: AccountId, account_hash: str, record: str, now: float) -> None:
    """Remove an account from every table, in the caller's transaction, and keep its own word for it, sealed."""
    boxes = list_boxes(connection, account)
    for table, device_column in _OF_DEVICE:
        connection.execute(delete(table).where(device_column.in_(boxes)))
    # Nobody waits any more for what these devices sent.
    connection.execute(update(mailbox).where(mailbox.c.note_to.in_(boxes)).values(note_to=0))
    connection.execute(
        update(consent_records)
        .where(consent_records.c.customer == account)
        .values(customer="", record="", receipt="", accepted_at=now // DAY * DAY)
    )
    connection.execute(
        update(devices)
        .where(devices.c.account == account)
        .values(account=account_hash, keys="{}", certified=False, removed=True, added_on=0, seen_on=0)
    )
    for table, account_column in _OF_ACCOUNT:
        connection.execute(delete(table).where(account_column == account))
    connection.execute(insert(erased_accounts).values(account_hash=account_hash, erased_at=now, record=record))


def was_erased(connection: Connection, account_hash: str) -> bool:
    """Return whether there was an account of this hash that was erased."""
    query = select(erased_accounts.c.account_hash).where(erased_accounts.c.account_hash == account_hash)
    return connection.execute(query).first() is not None


def erased_device(connection: Connection, account_hash: str, device: str) -> tuple[str, str] | None:
    """Return the public signing key of a device whose account was erased, and the account's own word, while they are kept."""
    query = (
        select(devices.c.ed25519, erased_accounts.c.record)
        .join(erased_accounts, erased_accounts.c.account_hash == devices.c.account)
        .where(devices.c.account == account_hash, devices.c.device == device, erased_accounts.c.record.is_not(None))
    )
    row = connection.execute(query).first()
    return None if row is None else (row.ed25519, row.record)


def forget_erasures(connection: Connection, *, before: float) -> None:
    """Drop what was kept for devices of accounts erased before a time; that their ids never serve again stays."""
    old = select(erased_accounts.c.account_hash).where(
        erased_accounts.c.erased_at < before, erased_accounts.c.record.is_not(None)
    )
    connection.execute(update(devices).where(devices.c.account.in_(old)).values(ed25519=""))
    connection.execute(update(erased_accounts).where(erased_accounts.c.account_hash.in_(old)).values(record=None))
