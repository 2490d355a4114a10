"""Blocks and unblocks customers for a company: what they write reaches no program, and no program reaches them.

A number nobody holds yet can be blocked too: it counts as soon as somebody comes with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from handschlag.gateway.errors import CodedError
from handschlag.gateway.rules.customer_ids import number_key
from handschlag.gateway.storage.blocked_customers import (
    BlockedCustomer,
    delete_blocked_customers,
    store_blocked_customers,
)

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.contacts import Contact

MOST_BLOCKED = 64_000
_LIMIT_REACHED = 139101


class BlockRequest(NamedTuple):
    """Whom a program names: a number in digits or a user id."""

    given: str
    number: str | None
    user_id: str | None


class Blocked(NamedTuple):
    """Who was meant."""

    given: str
    wa_id: str | None
    user_id: str | None


async def block_customers(running: Running, company: Company, requests: list[BlockRequest]) -> list[Blocked]:
    """Block everybody named; who is blocked already stays so. Raises CodedError 139101, and blocks nobody, if the list is full."""
    contacts = [await company.contacts.find(number=one.number, by_user_id=one.user_id) for one in requests]
    now = running.clock.now()
    rows = [_row(request, contact, now) for request, contact in zip(requests, contacts, strict=True)]
    new = {row.name: row for row in rows if row.name not in company.blocked}
    if len(company.blocked) + len(new) > MOST_BLOCKED:
        raise CodedError(
            _LIMIT_REACHED,
            f"block_users: got {len(new)} more beside {len(company.blocked)} blocked, at most {MOST_BLOCKED}",
        )
    company.blocked.update(new)
    if new:
        await running.store.write(
            lambda connection: store_blocked_customers(connection, company.id, list(new.values()))
        )
    return [Blocked(request.given, row.wa_id, row.user_id) for request, row in zip(requests, rows, strict=True)]


async def unblock_customers(running: Running, company: Company, requests: list[BlockRequest]) -> list[Blocked]:
    """Let everybody named in again; who is not blocked is told as if they had been."""
    contacts = [await company.contacts.find(number=one.number, by_user_id=one.user_id) for one in requests]
    rows = [_row(request, contact, 0.0) for request, contact in zip(requests, contacts, strict=True)]
    names = {row.name for row in rows}
    for request, contact in zip(requests, contacts, strict=True):
        names |= _names(request, contact)
    gone = sorted(names & company.blocked.keys())
    for name in gone:
        del company.blocked[name]
    if gone:
        await running.store.write(lambda connection: delete_blocked_customers(connection, company.id, gone))
    return [Blocked(request.given, row.wa_id, row.user_id) for request, row in zip(requests, rows, strict=True)]


def is_blocked(company: Company, contact: Contact) -> bool:
    """Whether a company has blocked a customer, by any of their names."""
    blocked = company.blocked
    return bool(blocked) and (
        contact.user_id in blocked or contact.pseudo_number in blocked or (contact.number_key or "") in blocked
    )


def is_name_blocked(company: Company, number: str | None, user_id: str | None) -> bool:
    """Whether a company has blocked a number or user id that nobody holds."""
    blocked = company.blocked
    return bool(blocked) and ((number is not None and number_key(number) in blocked) or (user_id or "") in blocked)


def _row(request: BlockRequest, contact: Contact | None, now: float) -> BlockedCustomer:
    if contact is not None:
        return BlockedCustomer(contact.user_id, contact.wa_id, contact.user_id, now)
    name = number_key(request.number) if request.number is not None else str(request.user_id)
    return BlockedCustomer(name, request.number, request.user_id, now)


def _names(request: BlockRequest, contact: Contact | None) -> set[str]:
    names = {number_key(request.number)} if request.number is not None else set()
    if contact is not None:
        names |= {contact.user_id, contact.pseudo_number, contact.number_key or ""}
    return names
