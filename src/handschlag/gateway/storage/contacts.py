"""Reads and writes contacts: customers as the company's programs name them."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from handschlag.database.hot import insert_rows, update_rows
from handschlag.gateway.storage.schema import contacts
from handschlag.wire.ids import AccountId


class Contact(msgspec.Struct):
    """A customer of one company; `number` in digits only while the relay's newest attestation of it is theirs."""

    customer: AccountId
    name: str
    number: str | None
    number_key: str | None
    attested_at: float
    pseudo_number: str
    user_id: str
    language: str
    marketing: bool
    created_at: float

    @property
    def wa_id(self) -> str:
        """The number programs use: the attested one, else the pseudo-number."""
        return self.number or self.pseudo_number

    @property
    def is_forgotten(self) -> bool:
        """Whether the person was erased: only pseudonyms are left. Whoever was not has a language."""
        return not self.language


_NAMES = Contact.__struct_fields__
_CHANGING = ("name", "number", "number_key", "attested_at", "language", "marketing")

# Row: company, *fields of Contact.
STORE_CONTACT = insert_rows(contacts, "company", *_NAMES, on_conflict=("update", ("company", "customer"), _CHANGING))

# Row: company, customer, number, number_key.
# For when a newer attestation gave the number to somebody else.
TAKE_NUMBER = update_rows(contacts, key=("company", "customer"), set=("number", "number_key"))

_COLUMNS = [contacts.c[name] for name in _NAMES]


def _contact(row: Any) -> Contact:
    return Contact(*row)


def find_contact(connection: Connection, company: int, customer: AccountId) -> Contact | None:
    """Return the contact with this account."""
    return _first(connection, company, contacts.c.customer == customer)


def find_contact_by_number(connection: Connection, company: int, digits: str, key: str) -> Contact | None:
    """Return whoever holds this number (looked up by its key) or this pseudo-number."""
    found = _first(connection, company, contacts.c.number_key == key)
    return found or _first(connection, company, contacts.c.pseudo_number == digits)


def find_contact_by_user_id(connection: Connection, company: int, user_id: str) -> Contact | None:
    """Return the contact with this business-scoped id."""
    return _first(connection, company, contacts.c.user_id == user_id)


def _first(connection: Connection, company: int, condition: ColumnElement[bool]) -> Contact | None:
    row = connection.execute(select(*_COLUMNS).where(contacts.c.company == company, condition)).first()
    return None if row is None else _contact(row)
