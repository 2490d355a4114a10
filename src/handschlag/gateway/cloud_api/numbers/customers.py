"""`/{phone_number_id}/customers/{user}`: what the company does when a customer asks it to erase what it holds (GDPR Art. 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.actions.messages.erase_words import erase_words, forget_person
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.errors import NodeUnknown, RequestInvalid, shown
from handschlag.gateway.rules.customer_ids import parse_number, parse_user_id
from handschlag.telemetry.logs import get_logger

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

_log = get_logger(__name__)


async def delete_customer(call: Call) -> object:
    """Erase what the gateway keeps of one customer: who they are, what was said, their files. They may write again."""
    company = call.phone_number()
    given = call.path.item
    number = parse_number(given)
    by_id = parse_user_id(given) if number is None else None
    if number is None and by_id is None:
        raise RequestInvalid(f"user: got {shown(given)}, expected a number or user id")
    contact = await company.contacts.find(number=number, by_user_id=by_id)
    if contact is None:
        raise NodeUnknown(f"user: got {shown(given)}, expected a customer who wrote to this number or agreed to it")
    await erase_words(call.running, company, contact)
    await forget_person(call.running, company, contact)
    await call.running.store.flushed()
    _log.info("customer_erased", company=company.id, account=contact.customer)
    return SUCCESS
