"""What reaches customers with the profile: its picture, and how a chat begins; until the relay took it, also after a restart."""

from __future__ import annotations

import asyncio
import struct
from typing import Any

import pytest

from handschlag.wire.canonical import hash_of
from handschlag.wire.company import CompanyCommand, Profile
from handschlag.wire.limits import PICTURE_BYTES
from handschlag.wire.signed import SignedRecord, verify_record
from tests.gateway.house import House
from tests.gateway.numbers.test_profile import png, post, upload

# Its beginning, a segment that is passed over, and a marker filled up.
JPEG = b"\xff\xd8\xff\xe0\0\4\1\2\xff"
COMMAND = {"command_name": "flug", "command_description": "Abflugzeit und Gate"}
BEGINNING = {"prompts": ["Wann geht mein Flug?"], "commands": [COMMAND]}


async def card_of(house: House) -> Profile:
    """Return the profile as a customer gets and verifies it."""
    url = f"{house.relay.url}/v1/companies/{house.company.account}"
    async with house.session.get(url) as answer:
        card = await answer.json()
    text, key = card["profile"], card["self_signing_key"]["keys"]
    return verify_record(SignedRecord(**text), next(iter(key.values())), Profile, "profile")


async def picture_at_relay(house: House) -> tuple[int, bytes]:
    async with house.session.get(f"{house.relay.url}/v1/companies/{house.company.handle}/picture") as answer:
        return answer.status, await answer.read()


async def begin_with(house: House, body: Any) -> tuple[int, Any]:
    path = f"/v23.0/{house.company.phone_number_id}/conversational_automation"
    status, answer, _ = await house.call("POST", path, json=body)
    return status, answer


@pytest.mark.asyncio(loop_scope="module")
class TestPublishing:
    async def test_picture_sentences_and_commands_stand_in_the_signed_profile(self, number: House) -> None:
        assert await begin_with(number, BEGINNING) == (200, {"success": True})
        assert (await post(number, json={"profile_picture_handle": await upload(number, png())}))[0] == 200
        await number.gateway.settled()
        shown = await card_of(number)
        assert (shown.prompts, shown.commands) == (
            BEGINNING["prompts"],
            [CompanyCommand("flug", "Abflugzeit und Gate")],
        )
        assert shown.picture == hash_of(png())
        assert await picture_at_relay(number) == (200, png())

    async def test_what_is_taken_back_is_gone_and_the_rest_stays(self, number: House) -> None:
        await begin_with(number, BEGINNING)
        await post(number, json={"about": "Kurze Wege"})
        await begin_with(number, {"prompts": []})
        await number.gateway.settled()
        shown = await card_of(number)
        assert (shown.prompts, len(shown.commands), shown.about) == ([], 1, "Kurze Wege")

    async def test_changes_at_the_same_time_are_all_kept(self, number: House) -> None:
        await asyncio.gather(
            post(number, json={"about": "Kurze Wege"}),
            begin_with(number, BEGINNING),
            post(number, json={"address": "Am Kai 1"}),
            post(number, json={"email": "hallo@moewe.example"}),
        )
        await number.gateway.settled()
        shown = await card_of(number)
        assert (shown.about, shown.address, shown.email) == ("Kurze Wege", "Am Kai 1", "hallo@moewe.example")
        assert shown.prompts == BEGINNING["prompts"]

    async def test_a_picture_that_is_too_large_is_refused_with_the_limit_and_changes_nothing(
        self, number: House
    ) -> None:
        await number.gateway.settled()
        before = await card_of(number)
        handle = await upload(number, png() + bytes(PICTURE_BYTES))
        status, answer = await post(number, json={"profile_picture_handle": handle, "about": "anders"})
        assert (status, answer["error"]["code"]) == (400, 100)
        assert f"at most {PICTURE_BYTES}" in answer["error"]["error_data"]["details"]
        await number.gateway.settled()
        assert await card_of(number) == before

    @pytest.mark.parametrize(
        ("picture", "said"),
        [
            (png()[:16] + struct.pack(">II", 4097, 1) + png()[24:], "got 4097 times 1 pixels, at most 4096"),
            (png()[:16] + struct.pack(">II", 1, 0) + png()[24:], "got 1 times 0 pixels"),
            (JPEG + struct.pack(">HHBHH", 0xFFC2, 11, 8, 65_535, 2), "got 2 times 65535 pixels"),
            (JPEG + bytes(20), "got a picture of unknown size"),
            (png()[:20], "got a picture of unknown size"),
        ],
        ids=["wide", "flat", "jpeg", "a jpeg without a size", "a piece"],
    )
    async def test_a_picture_of_more_pixels_than_messengers_show_is_refused(
        self, number: House, picture: bytes, said: str
    ) -> None:
        kind = "image/jpeg" if picture.startswith(JPEG) else "image/png"
        status, answer = await post(number, json={"profile_picture_handle": await upload(number, picture, kind)})
        assert (status, answer["error"]["code"]) == (400, 100)
        assert said in answer["error"]["error_data"]["details"]

    async def test_a_jpeg_is_published_as_it_is(self, number: House) -> None:
        picture = JPEG + struct.pack(">HHBHH", 0xFFC0, 11, 8, 640, 480) + bytes(10)
        handle = await upload(number, picture, "image/jpeg")
        assert (await post(number, json={"profile_picture_handle": handle}))[0] == 200
        await number.gateway.settled()
        assert await picture_at_relay(number) == (200, picture)

    async def test_a_profile_that_no_record_can_hold_is_refused_by_whoever_makes_it_so(self, number: House) -> None:
        commands = [{"command_name": f"c{n}", "command_description": "😀" * 256} for n in range(30)]
        status, answer = await begin_with(number, {"commands": commands})
        assert status == 400
        assert "at most 16384" in answer["error"]["error_data"]["details"]
        fitting = [{"command_name": f"c{n}", "command_description": "ä" * 256} for n in range(28)]
        assert (await begin_with(number, {"commands": fitting}))[0] == 200
        status, answer = await post(number, json={"description": "😀" * 512})
        assert status == 400
        assert answer["error"]["error_data"]["details"].startswith("description: got a profile of ")


async def test_a_relay_that_was_away_gets_everything_after_a_restart(house: House) -> None:
    port = house.relay.port
    await house.relay.stop()
    assert (await begin_with(house, BEGINNING))[0] == 200
    assert (await post(house, json={"profile_picture_handle": await upload(house, png())}))[0] == 200
    await house.restart_gateway()
    house.restart_relay(port)
    await house.relay.start()
    await house.gateway.settled()
    shown = await card_of(house)
    assert (shown.prompts, shown.picture) == (BEGINNING["prompts"], hash_of(png()))
    assert await picture_at_relay(house) == (200, png())
