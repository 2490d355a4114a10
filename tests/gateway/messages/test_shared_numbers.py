"""A customer shares a number, changes it, shares it no more: by what programs know them, and what they are told (spec/cloud-api.md 3)."""

from __future__ import annotations

import secrets

import msgspec
import pytest

from handschlag.content.introduction import Introduction, SystemBody
from handschlag.wire.canonical import to_base64
from tests.gateway.customer import Customer
from tests.gateway.house import House

NUMBER, OTHER = "+4915112345678", "+4915187654321"


async def changes(house: House, count: int) -> list[tuple[str, str]]:
    """Wait for so many changes of number; returns from which to which."""

    def find() -> list[tuple[str, str]] | None:
        told = [one for one in house.receiver.messages if one["type"] == "system"]
        assert all(one["system"]["type"] == "user_changed_number" for one in told)
        found = [(one["from"], one["system"]["wa_id"]) for one in told]
        return found if len(found) >= count else None

    found: list[tuple[str, str]] = await house.receiver.until(find)
    return found


async def test_sharing_changing_and_stopping_are_told_each_under_the_name_before(house: House) -> None:
    anna = await house.customer("Anna")
    pseudo, user_id = house.contact_of(anna).wa_id, house.contact_of(anna).user_id
    steps = [NUMBER, OTHER, None]
    for count, number in enumerate(steps, 1):
        house.clock.advance(60)
        await anna.introduce("Anna", number)
        await changes(house, count)
    assert await changes(house, 3) == [(pseudo, NUMBER[1:]), (NUMBER[1:], OTHER[1:]), (OTHER[1:], pseudo)]
    assert {one["from_user_id"] for one in house.receiver.messages} == {user_id}


async def test_who_stopped_sharing_is_not_reached_by_the_number_any_more(house: House) -> None:
    anna = await house.customer("Anna")
    pseudo = house.contact_of(anna).wa_id
    await anna.introduce("Anna", NUMBER)
    await changes(house, 1)
    await house.send_text(NUMBER, "an die Nummer")
    await anna.text("an die Nummer")
    await house.send_text(pseudo, "an die alte Adresse")
    await anna.text("an die alte Adresse")
    await anna.introduce("Anna")
    await changes(house, 2)
    await house.post({"to": NUMBER, "type": "text", "text": {"body": "an niemanden"}})
    await house.send_text(pseudo, "wieder an die alte")
    await anna.text("wieder an die alte")
    assert "an niemanden" not in anna.texts


@pytest.mark.parametrize("broken", ["salt", "number", "account"])
async def test_a_number_the_relay_does_not_vouch_for_changes_nothing(house: House, broken: str) -> None:
    anna, eve = await house.customer("Anna", NUMBER), await house.customer("Eve")
    salt = to_base64(secrets.token_bytes(32))
    other: Customer = eve if broken == "account" else anna
    attestation = await anna.relay.attest_number(other.account, OTHER, salt)
    introduction = Introduction(
        name="Anna B.",
        phone_number="+4915100000000" if broken == "number" else OTHER,
        attestation=attestation,
        salt=to_base64(bytes(32)) if broken == "salt" else salt,
    )
    anna.send("system", msgspec.json.encode(SystemBody(introduction=introduction)))
    wamid = anna.write("Moin")
    await house.receiver.message(wamid)
    assert (house.contact_of(anna).name, house.contact_of(anna).wa_id) == ("Anna B.", NUMBER[1:])
