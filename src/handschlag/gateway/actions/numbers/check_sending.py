"""Asks, before a message is accepted, whether this number may write to this customer now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.actions.numbers.block_customers import is_blocked, is_name_blocked
from handschlag.gateway.actions.numbers.identities import customer_identity_hash
from handschlag.gateway.errors import CustomerBlocked, IdentityChanged, NotRegistered, PairLimited, shown

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.rules.customer_ids import Recipient
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.contacts import Contact


def check_number(company: Company) -> None:
    """Raise NotRegistered if the number sends nothing at the moment."""
    if not company.number.registered:
        raise NotRegistered(
            f"phone number: {shown(company.row.phone_number_id)} is not registered, expected POST /register first"
        )


def check_recipient(
    running: Running, company: Company, recipient: Recipient, contact: Contact | None, identity_key_hash: str | None
) -> None:
    """Raise CustomerBlocked, IdentityChanged or PairLimited; a customer who is known has to be loaded."""
    if company.blocked and _is_blocked(company, recipient, contact):
        raise CustomerBlocked(
            f"to: got {shown(recipient.given)}, whom this number has blocked; DELETE /block_users lets them in again"
        )
    if contact is not None and (identity_key_hash is not None or company.changed_identities):
        _check_identity(company, contact, identity_key_hash)
    burst = running.settings.pair_burst
    if burst:
        seconds = running.settings.pair_seconds
        name = contact.customer if contact is not None else recipient.number or recipient.given
        wait = company.pairs.take(name, running.clock.now(), burst=burst, seconds=seconds)
        if wait:
            raise PairLimited(
                f"to: got more than {burst} messages at once to this customer, at most {burst} and then one every "
                f"{seconds:g} s",
                retry_after=wait,
            )


def _is_blocked(company: Company, recipient: Recipient, contact: Contact | None) -> bool:
    if contact is not None:
        return is_blocked(company, contact)
    return is_name_blocked(company, recipient.number, recipient.user_id)


def _check_identity(company: Company, contact: Contact, expected: str | None) -> None:
    if not company.number.identity_check:
        return
    changed = company.changed_identities.get(contact.customer)
    if changed is not None:
        raise IdentityChanged(
            f"recipient_identity_key_hash: got {shown(expected)}, but the relay shows the identity {changed}, "
            "which was never accepted for this customer"
        )
    current = customer_identity_hash(company, contact)
    if expected is not None and current is not None and expected != current:
        raise IdentityChanged(
            f"recipient_identity_key_hash: got {shown(expected)}, expected {current}, which is the customer's now"
        )
