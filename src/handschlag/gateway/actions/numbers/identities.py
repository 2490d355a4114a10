"""What programs are told of a customer's identity: a short hash, for numbers that check it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.rules.identity_hash import identity_hash

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.storage.contacts import Contact


def customer_identity_hash(company: Company, contact: Contact) -> str | None:
    """Return the hash of the customer's pinned identity, None while it is not in memory."""
    key = company.device.identity_of(contact.customer)
    return None if key is None else identity_hash(key)


def shown_identity(company: Company, contact: Contact) -> str | None:
    """Return the hash for a webhook, None for a number that does not check identities."""
    return customer_identity_hash(company, contact) if company.number.identity_check else None
