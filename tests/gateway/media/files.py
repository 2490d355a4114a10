"""Files for tests: the first bytes of real ones, and calls that bring and fetch them."""

from __future__ import annotations

from typing import Any

import aiohttp

from tests.gateway.house import House

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(200)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"1 0 obj\n" * 20
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8L" + bytes(100)
MOVING_WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02" + bytes(100)
OGG = b"OggS\x00\x02" + bytes(22) + b"\x01\x13OpusHead" + bytes(100)
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(100)


def form(
    content: bytes, mime_type: str | None = None, *, filename: str = "file.bin", **fields: str
) -> aiohttp.FormData:
    """Return the form of an upload, the file first."""
    made = aiohttp.FormData(quote_fields=False)
    made.add_field("file", content, filename=filename, content_type=mime_type or "application/octet-stream")
    made.add_field("messaging_product", "whatsapp")
    for name, value in fields.items():
        made.add_field(name, value)
    return made


async def upload(house: House, content: bytes, mime_type: str, **how: Any) -> str:
    """Upload a file and return its id."""
    path = f"/v23.0/{house.company.phone_number_id}/media"
    status, answer, _ = await house.call("POST", path, data=form(content, mime_type, **how))
    assert status == 200, answer
    return str(answer["id"])


async def fetch(house: House, url: str, method: str = "GET", **headers: str) -> tuple[int, bytes, Any]:
    """Fetch an address without a token; returns status, bytes and headers."""
    async with house.session.request(method, url, headers=headers) as answer:
        return answer.status, await answer.read(), answer.headers


def objects_of(house: House) -> set[str]:
    """Return the names of everything that lies in the gateway's file store, half written things too."""
    folder = house.gateway.running.media.objects.folder
    assert folder is not None
    return {path.name for path in folder.rglob("*") if path.is_file()}
