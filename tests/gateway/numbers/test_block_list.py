"""The block list: who is on it neither hears from the company nor is heard."""

from __future__ import annotations

from typing import Any

import pytest

from handschlag.gateway.actions.numbers import block_customers
from tests.gateway.house import House
from tests.gateway.numbers.conftest import company_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def call(house: House, method: str, *users: dict[str, Any]) -> tuple[int, Any]:
    body = {"messaging_product": "whatsapp", "block_users": list(users)}
    request = {} if method == "GET" else {"json": body}
    status, answer, _ = await house.call(method, f"/v23.0/{house.company.phone_number_id}/block_users", **request)
    return status, answer


async def test_a_blocked_customer_is_neither_heard_nor_written_to(number: House) -> None:
    anna = await number.customer("Anna", "+4915112345678")
    contact = number.contact_of(anna)
    status, answer = await call(number, "POST", {"user": "+49 151 12345678"})
    assert status == 200
    added = {"input": "+49 151 12345678", "wa_id": "4915112345678", "user_id": contact.user_id}
    assert answer == {"messaging_product": "whatsapp", "block_users": {"added_users": [added]}}
    for to in ({"to": "4915112345678"}, {"recipient": contact.user_id}):
        status, answer = await number.post({**to, "type": "text", "text": {"body": "hi"}})
        assert (status, answer["error"]["code"]) == (403, 130403)
    unheard = anna.write("Hört mich jemand?")
    # It survives a restart, and what was written meanwhile stays unheard.
    await number.restart_gateway()
    assert contact.user_id in company_of(number).blocked
    ben = await number.customer("Ben")
    await number.receiver.message(ben.write("ich schon"))
    assert (await call(number, "DELETE", {"user_id": contact.user_id}))[1]["block_users"]["removed_users"]
    await number.receiver.message(anna.write("und jetzt?"))
    assert unheard not in {message["id"] for message in number.receiver.messages}
    assert (await call(number, "GET"))[1] == {"data": []}


async def test_a_number_nobody_holds_yet_can_be_blocked(number: House) -> None:
    await call(number, "POST", {"user": "5215512345678"})
    assert (await call(number, "GET"))[1]["data"] == [
        {"messaging_product": "whatsapp", "input": "5215512345678", "wa_id": "5215512345678"}
    ]
    # The other customary spelling of the same telephone.
    status, answer = await number.post({"to": "525512345678", "type": "text", "text": {"body": "hi"}})
    assert (status, answer["error"]["code"]) == (403, 130403)
    assert (await call(number, "DELETE", {"user": "525512345678"}))[0] == 200
    assert (await call(number, "GET"))[1] == {"data": []}


async def test_what_fails_is_named_beside_what_worked(number: House) -> None:
    status, answer = await call(number, "POST", {"user": "4915100001"}, {"user": "nobody"})
    assert (status, answer["error"]["code"]) == (400, 139100)
    assert [user["input"] for user in answer["block_users"]["added_users"]] == ["4915100001"]
    (failed,) = answer["block_users"]["failed_users"]
    assert (failed["input"], failed["errors"][0]["code"]) == ("nobody", 131009)
    await call(number, "DELETE", {"user": "4915100001"})


async def test_the_list_has_an_end(number: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_customers, "MOST_BLOCKED", 1)
    assert (await call(number, "POST", {"user": "4915100001"}))[0] == 200
    status, answer = await call(number, "POST", {"user": "4915100002"})
    assert (status, answer["error"]["code"]) == (400, 139101)
    # Who is on it already does not count twice.
    assert (await call(number, "POST", {"user": "4915100001"}))[0] == 200
    await call(number, "DELETE", {"user": "4915100001"})


@pytest.mark.parametrize(
    ("users", "code"), [([], 131008), ([{}], 100), (["4915"], 100), ([{"user": True}], 100), ([{"user": []}], 100)]
)
async def test_a_list_of_objects_is_asked_for(number: House, users: list[Any], code: int) -> None:
    status, answer = await call(number, "POST", *users)
    assert (status, answer["error"]["code"]) == (400, code)
