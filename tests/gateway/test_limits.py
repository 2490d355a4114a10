"""What is limited at the door: a token's life, and messages a second."""

from __future__ import annotations

from handschlag.gateway.actions.companies.create_token import create_token, revoke_tokens
from tests.gateway.house import House

TEXT = {"messaging_product": "whatsapp", "to": "+49 151 000", "type": "text", "text": {"body": "hi"}}


async def test_an_expired_token_is_refused(house: House) -> None:

    token = await create_token(house.gateway.configuration, house.company.app_id, seconds=60)
    headers = {"Authorization": f"Bearer {token}"}
    path = f"/{house.company.phone_number_id}/messages"
    assert (await house.call("POST", path, json=TEXT, headers=headers))[0] == 200
    house.clock.advance(61)
    status, answer, _ = await house.call("POST", path, json=TEXT, headers=headers)
    assert (status, answer["error"]["code"]) == (401, 190)


async def test_a_revoked_token_ends_within_half_a_minute(house: House) -> None:

    path = f"/{house.company.phone_number_id}/messages"
    assert (await house.call("POST", path, json=TEXT))[0] == 200
    await revoke_tokens(house.gateway.configuration, house.company.app_id)
    house.clock.advance(31)
    assert (await house.call("POST", path, json=TEXT))[0] == 401


async def test_more_than_the_throughput_is_told_when_to_come_again(house: House) -> None:
    await house.restart_gateway(messages_per_second=5)
    answers = [await house.call("POST", f"/{house.company.phone_number_id}/messages", json=TEXT) for _ in range(6)]
    status, answer, headers = answers[-1]
    assert [a[0] for a in answers[:5]] == [200] * 5
    assert (status, answer["error"]["code"]) == (400, 130429)
    assert headers["Retry-After"] == "1"
    house.clock.advance(1.1)
    assert (await house.post(TEXT))[0] == 200
