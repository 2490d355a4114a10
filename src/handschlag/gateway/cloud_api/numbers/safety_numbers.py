"""`/{phone_number_id}/safety_number`: what the company's people compare with a customer, to be sure that nobody stands between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from handschlag.crypto.safety_number import safety_number
from handschlag.gateway.cloud_api.shapes import Fields
from handschlag.gateway.company import bring_peer
from handschlag.gateway.errors import RequestInvalid, ValueNotValid, shown
from handschlag.gateway.rules.click_to_chat import public_master_key
from handschlag.gateway.rules.customer_ids import parse_number, parse_user_id

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call


class ReadSafetyNumber(Fields, kw_only=True):
    """With whom."""

    user: Annotated[str | int, Meta(description="a number or user id")]


async def read_safety_number(call: Call) -> object:
    """Return the sixty digits and the QR code's text of the company's conversation with one customer."""
    company = call.phone_number()
    given = str((await call.read(ReadSafetyNumber)).user)
    number = parse_number(given)
    by_id = parse_user_id(given.strip()) if number is None else None
    if number is None and by_id is None:
        raise RequestInvalid(f"user: got {shown(given)}, expected a number or user id")
    contact = await company.contacts.find(number=number, by_user_id=by_id)
    if contact is None or not await bring_peer(company, call.running.store, contact.customer):
        raise ValueNotValid(f"user: got {shown(given)}, expected a customer who wrote to this number or agreed to it")
    key = company.device.identity_of(contact.customer)
    assert key is not None
    found = safety_number(company.row.account, public_master_key(company.row.master_key), contact.customer, key)
    return {
        "messaging_product": "whatsapp",
        "user": {"wa_id": contact.wa_id, "user_id": contact.user_id},
        "safety_number": found.digits,
        "qr": found.qr,
    }
