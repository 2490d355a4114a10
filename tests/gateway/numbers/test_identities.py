"""The identity check: programs see a hash of a customer's identity, and are told when somebody else answers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from handschlag.crypto.safety_number import safety_number
from handschlag.gateway.actions.numbers.change_number import change_number
from handschlag.gateway.rules.click_to_chat import public_master_key
from tests.gateway.house import House
from tests.gateway.numbers.conftest import company_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

NUMBER = "+4915112340099"


async def send(house: House, hash_: str | None) -> tuple[int, int]:
    more = {} if hash_ is None else {"recipient_identity_key_hash": hash_}
    status, answer = await house.post({"to": NUMBER, "type": "text", "text": {"body": "hi"}, **more})
    return status, answer.get("error", {}).get("code", 0)


def contact_in(house: House, message: Any) -> dict[str, Any]:
    """Return the contact of the webhook that carried a message."""
    for change in house.receiver.changes:
        if any(m["id"] == message["id"] for m in change["value"].get("messages", [])):
            return dict(change["value"]["contacts"][0])
    raise AssertionError(message)


async def test_the_hash_is_shown_compared_and_told_when_it_changes(number: House) -> None:
    anna = await number.customer("Anna", NUMBER)
    # Without the check nothing of it is seen, and nothing is refused.
    assert "identity_key_hash" not in contact_in(number, await number.receiver.message(anna.write("a")))
    assert await send(number, "DF2lS5v2W6x=") == (200, 0)

    await change_number(number.gateway.running, company_of(number), identity_check=True)
    hash_ = contact_in(number, await number.receiver.message(anna.write("b")))["identity_key_hash"]
    assert re.fullmatch(r"[A-Za-z0-9+/]{11}=", hash_)
    assert await send(number, hash_) == (200, 0)
    assert await send(number, "DF2lS5v2W6x=") == (400, 137000)
    id_ = await number.send_text(NUMBER, "mit Hash")
    assert (await number.receiver.status(id_, "delivered"))["recipient_identity_key_hash"] == hash_

    # The same telephone in new hands: another account proves the number.
    number.clock.advance(60)
    bert = await number.customer("Bert", NUMBER)
    told = await number.receiver.until(
        lambda: next((m for m in number.receiver.messages if m["type"] == "system"), None)
    )
    assert told["system"]["type"] == "customer_identity_changed"
    assert told["from"] == NUMBER.removeprefix("+")
    assert told["identity"]["hash"] != hash_
    assert await send(number, hash_) == (400, 137000)
    assert await send(number, told["identity"]["hash"]) == (200, 0)
    await bert.text("hi")


async def test_an_identity_only_the_relay_speaks_for_is_not_written_to(number: House) -> None:
    carl = await number.customer("Carl", NUMBER)
    company = company_of(number)
    await change_number(number.gateway.running, company, identity_check=True)
    company.changed_identities[carl.account] = "DF2lS5v2W6x="
    assert await send(number, None) == (400, 137000)
    assert await send(number, "DF2lS5v2W6x=") == (400, 137000)


async def test_company_and_customer_compute_the_same_safety_number(number: House) -> None:
    dora = await number.customer("Dora")
    contact = number.contact_of(dora)
    path = f"/v23.0/{number.company.phone_number_id}/safety_number"
    status, answer, _ = await number.call("GET", path, params={"user": contact.user_id})
    assert (status, answer["user"]["user_id"]) == (200, contact.user_id)
    company = company_of(number)
    here = safety_number(
        dora.account, dora.identity.master_public, company.row.account, public_master_key(company.row.master_key)
    )
    assert answer["safety_number"] == here.digits
    assert answer["qr"].split()[1:] == here.qr.split()[:0:-1]


@pytest.mark.parametrize(("user", "code"), [("4915999999999", 131009), ("nobody", 100), ("DE." + "1" * 20, 131009)])
async def test_there_is_no_safety_number_with_a_stranger(number: House, user: str, code: int) -> None:
    path = f"/v23.0/{number.company.phone_number_id}/safety_number"
    status, answer, _ = await number.call("GET", path, params={"user": user})
    assert (status, answer["error"]["code"]) == (400, code)
