"""`Idempotency-Key`: the same request again gets the first answer, whatever happened in between."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXT = {"messaging_product": "whatsapp", "to": "+49 151 000", "type": "text", "text": {"body": "hi"}}


async def post(house: House, key: str, body: Any = TEXT) -> tuple[int, bytes]:
    url = f"{house.gateway.url}/v23.0/{house.company.phone_number_id}/messages"
    headers = {**house.headers, "Idempotency-Key": key}
    async with house.session.post(url, json=body, headers=headers) as answer:
        return answer.status, await answer.read()


async def test_the_first_answer_comes_again_byte_by_byte_also_after_a_restart(number: House) -> None:
    first = await post(number, "one")
    assert first[0] == 200
    assert await post(number, "one") == first
    await number.restart_gateway()
    assert await post(number, "one") == first
    assert (await post(number, "two"))[1] != first[1]


async def test_two_at_the_same_moment_are_one(number: House) -> None:
    anna = await number.customer("Anna", "+4915112340001")
    body = {**TEXT, "to": "+4915112340001"}
    answers = await asyncio.gather(*(post(number, "at once", body) for _ in range(20)))
    assert len(set(answers)) == 1
    await number.send_text("+4915112340001", "last")
    await anna.text("last")
    assert anna.texts == ["hi", "last"]


async def test_another_body_under_the_same_key_is_refused(number: House) -> None:
    await post(number, "body")
    status, answer = await post(number, "body", {**TEXT, "text": {"body": "other"}})
    error = json.loads(answer)["error"]
    assert (status, error["code"]) == (400, 100)
    assert "Idempotency-Key: got a known key with another body" in error["error_data"]["details"]


async def test_what_was_not_accepted_may_be_tried_again(number: House) -> None:
    broken = {**TEXT, "text": {}}
    assert (await post(number, "again", broken))[0] == 400
    assert (await post(number, "again"))[0] == 200


async def test_a_key_is_forgotten_after_a_day(number: House) -> None:
    first = await post(number, "day")
    number.clock.advance(86_401)
    assert (await post(number, "day"))[1] != first[1]


async def test_a_refusal_that_was_waited_for_is_repeated(number: House) -> None:
    await number.restart_gateway(refusals="answer")
    first = await post(number, "refused")
    again = await post(number, "refused")
    await number.restart_gateway(refusals="webhook")
    assert first[0] == again[0] == 400
    assert json.loads(first[1])["error"]["code"] == json.loads(again[1])["error"]["code"] == 131026


@pytest.mark.parametrize(("key", "said"), [("", "got nothing"), ("x" * 256, "got 256 characters, at most 255")])
async def test_a_key_has_its_limits(number: House, key: str, said: str) -> None:
    status, answer = await post(number, key)
    assert status == 400
    assert said in json.loads(answer)["error"]["error_data"]["details"]


async def test_receipts_have_keys_too(number: House) -> None:
    anna = await number.customer("Berta")
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": anna.write("gelesen?")}
    await number.receiver.message(str(read["message_id"]))
    assert await post(number, "read", read) == await post(number, "read", read) == (200, b'{"success":true}')


async def test_other_calls_are_made_once_too(number: House) -> None:
    path = f"/v23.0/{number.company.phone_number_id}/message_qrdls"
    headers = {**number.headers, "Idempotency-Key": "link"}

    async def make(text: str, where: str = path) -> tuple[int, Any]:
        return (await number.call("POST", where, json={"prefilled_message": text}, headers=headers))[:2]

    first = await make("Moin")
    assert first[0] == 200
    assert await make("Moin") == first
    # The same body in another spelling, by another version of the API.
    form = await number.call(
        "POST", path.replace("v23.0", "v24.0"), data={"prefilled_message": "Moin"}, headers=headers
    )
    assert form[:2] == first
    assert len((await number.call("GET", path))[1]["data"]) == 1
    assert (await make("Tschüss"))[0] == 400
    # On another path it is another key.
    profile = path.replace("message_qrdls", "whatsapp_business_profile")
    assert (await make("Moin", profile))[1] == {"success": True}
