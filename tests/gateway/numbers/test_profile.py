"""The business profile: what a company says of itself, within its limits, and what customers see of it."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import msgspec
import pytest

from handschlag.wire.company import Profile
from handschlag.wire.signed import parse_record
from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")


def png() -> bytes:
    """Return a picture of one grey dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")
    )


async def post(house: House, **request: Any) -> tuple[int, Any]:
    path = f"/v23.0/{house.company.phone_number_id}/whatsapp_business_profile"
    status, answer, _ = await house.call("POST", path, **request)
    return status, answer


async def read(house: House, fields: str = "") -> Any:
    path = f"/{house.company.phone_number_id}/whatsapp_business_profile"
    _, answer, _ = await house.call("GET", f"{path}?fields={fields}" if fields else path)
    return answer["data"][0]


async def upload(house: House, data: bytes, kind: str = "image/png") -> str:
    """Upload in the resumable way and return the handle."""
    query = {"file_length": len(data), "file_type": kind, "file_name": "picture"}
    _, session, _ = await house.call("POST", f"/{house.company.app_id}/uploads", params=query)
    headers = {"Authorization": f"OAuth {house.token}", "file_offset": "0"}
    _, answer, _ = await house.call("POST", f"/{session['id']}", data=data, headers=headers)
    return str(answer["h"])


PROFILE = {
    "about": "Kurze Wege",
    "address": "Am Kai 1, Kiel",
    "description": "Flüge",
    "email": "hallo@moewe.example",
    "vertical": "TRAVEL",
    "websites": ["https://moewe.example", "https://fly.example"],
}


async def test_a_customer_sees_what_was_set(number: House) -> None:
    customer = await number.customer_without_waiting()
    assert await post(number, json={"messaging_product": "whatsapp", **PROFILE}) == (200, {"success": True})
    shown = await read(number)
    assert shown == {"messaging_product": "whatsapp", **PROFILE}
    await number.gateway.settled()
    card = await customer.http.company_card(number.company.account)
    profile = msgspec.to_builtins(parse_record(card.profile, Profile, "profile"))
    assert {name: profile[name] for name in PROFILE} == PROFILE


@pytest.mark.parametrize("encoding", ["json", "data", "params"])
async def test_any_encoding_and_only_what_is_named_changes(number: House, encoding: str) -> None:
    await post(number, json=PROFILE)
    assert (await post(number, **{encoding: {"about": encoding, "vertical": "retail"}}))[0] == 200
    assert await read(number) == {"messaging_product": "whatsapp", **PROFILE, "about": encoding, "vertical": "RETAIL"}
    assert (await post(number, json={"email": "", "websites": []}))[0] == 200
    assert not {"email", "websites"} & set(await read(number))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"about": "x" * 140}, "about: got 140 characters, at most 139"),
        ({"about": ""}, "about: got 0 characters, at least 1"),
        ({"address": "x" * 257}, "at most 256"),
        ({"description": "x" * 513}, "at most 512"),
        ({"email": "x" * 130}, "at most 128"),
        ({"email": "nowhere"}, "email: got 'nowhere'"),
        ({"vertical": "SPACE"}, "vertical: got 'SPACE'"),
        ({"websites": ["https://a.example"] * 3}, "websites: got 3, at most 2"),
        ({"websites": ["ftp://a.example"]}, "websites[0]"),
        ({"websites": ["https://" + "x" * 260]}, "at most 256"),
        ({"profile_picture_handle": "4::nonsense"}, "handle"),
        ({"messaging_product": "telegram"}, "messaging_product"),
    ],
)
async def test_limits_are_named_and_nothing_is_changed(number: House, body: Any, said: str) -> None:
    before = await read(number)
    status, answer = await post(number, json=body)
    assert (status, answer["error"]["code"]) == (400, 100)
    assert said in answer["error"]["error_data"]["details"]
    assert await read(number) == before


async def test_a_picture_is_uploaded_and_shown_to_everybody(number: House) -> None:
    handle = await upload(number, png())
    assert (await post(number, json={"profile_picture_handle": handle}))[0] == 200
    url = (await read(number, "profile_picture_url"))["profile_picture_url"]
    async with number.session.get(url) as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")
        assert await answer.read() == png()
    async with number.session.get(url[:-1] + "_") as answer:
        assert answer.status == 404
    status, answer = await post(
        number, json={"profile_picture_handle": await upload(number, b"%PDF-1.4", "application/pdf")}
    )
    assert (status, answer["error"]["code"]) == (400, 100)
