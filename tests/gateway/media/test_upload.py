"""Uploading a file, looking it up, fetching it in full and in part, and removing it (Cloud API, media)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio

from handschlag.gateway.actions.companies.create_token import create_token
from tests.gateway.house import House
from tests.gateway.media.files import JPEG, MOVING_WEBP, MP4, OGG, PDF, PNG, WEBP, fetch, form, objects_of, upload
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def post(house: House, data: object, **headers: str) -> tuple[int, dict[str, object]]:
    path = f"/v23.0/{house.company.phone_number_id}/media"
    status, answer, _ = await house.call("POST", path, data=data, headers=house.headers | headers)
    return status, answer


async def refusal(house: House, data: object, code: int = 100) -> str:
    """Post a form that is refused and leaves nothing; returns the details."""
    before = objects_of(house)
    status, answer = await post(house, data)
    assert status >= 400, answer
    error = answer["error"]
    assert isinstance(error, dict)
    assert error["code"] == code
    assert objects_of(house) == before
    return str(error["error_data"]["details"])


async def test_an_uploaded_file_is_described_as_the_cloud_api_does_and_comes_back(shared_house: House) -> None:
    id_ = await upload(shared_house, PNG, "image/png")
    assert len(id_) == 15
    status, node, _ = await shared_house.call("GET", f"/v23.0/{id_}")
    assert status == 200
    assert node.keys() == {"messaging_product", "url", "mime_type", "sha256", "file_size", "id"}
    assert node["sha256"] == hashlib.sha256(PNG).hexdigest()
    assert node["file_size"] == len(PNG)
    assert node["url"].startswith(shared_house.gateway.url + "/")
    status, content, headers = await fetch(shared_house, node["url"])
    assert (status, content) == (200, PNG)
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Length"] == str(len(PNG))


async def test_on_the_gateways_disk_a_file_is_sealed(shared_house: House) -> None:
    secret = b"canary: gate B12 " * 50
    id_ = await upload(shared_house, secret, "text/plain")
    room = shared_house.gateway.running.media
    assert room.known[id_].row.object is not None
    for path in shared_house.folder.joinpath("gateway").rglob("*"):
        assert not path.is_file() or b"canary" not in path.read_bytes(), path


class TestForms:
    async def test_parts_come_in_any_order_and_any_encoding_of_the_transfer(self, shared_house: House) -> None:
        last = aiohttp.FormData()
        last.add_field("type", "image/png")
        last.add_field("messaging_product", "whatsapp")
        last.add_field("file", PNG, filename="a.png", content_type="application/octet-stream")
        assert (await post(shared_house, last))[0] == 200
        assert (await post(shared_house, form(PNG, type="image/png")))[0] == 200
        raw = form(PNG, "image/png")()
        body = await raw.as_bytes()

        async def chunked() -> AsyncIterator[bytes]:
            for start in range(0, len(body), 7):
                yield body[start : start + 7]

        status, answer = await post(shared_house, chunked(), **{"Content-Type": raw.content_type})
        assert status == 200, answer

    @pytest.mark.parametrize(
        ("content", "part_type", "type_", "expected"),
        [
            (PNG, None, None, "image/png"),
            (JPEG, "image/jpg", None, "image/jpeg"),
            (PDF, "application/octet-stream", "application/pdf", "application/pdf"),
            (OGG, "audio/ogg; codecs=opus", None, "audio/ogg"),
            (OGG, None, None, "audio/ogg"),
            (MP4, "audio/mp4", None, "audio/mp4"),
            (MP4, None, "document", "video/mp4"),
            (WEBP, None, None, "image/webp"),
            ("Ä".encode() * 100, None, None, "text/plain"),
            (b"\x00\x01\x02" * 50, "audio/mpeg", None, "audio/mpeg"),
        ],
    )
    async def test_the_type_is_the_fields_else_the_parts_else_what_the_first_bytes_say(
        self, shared_house: House, content: bytes, part_type: str | None, type_: str | None, expected: str
    ) -> None:
        fields = {} if type_ is None else {"type": type_}
        status, answer = await post(shared_house, form(content, part_type, **fields))
        assert status == 200, answer
        _, node, _ = await shared_house.call("GET", f"/{answer['id']}")
        assert node["mime_type"] == expected

    async def test_the_files_name_comes_back_with_it(self, shared_house: House) -> None:
        id_ = await upload(shared_house, PDF, "application/pdf", filename='Rechnung "März".pdf')
        _, node, _ = await shared_house.call("GET", f"/v23.0/{id_}")
        _, _, headers = await fetch(shared_house, node["url"])
        assert "filename*=UTF-8''Rechnung%20%22M%C3%A4rz%22.pdf" in headers["Content-Disposition"]
        assert headers["X-Content-Type-Options"] == "nosniff"


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "declared", "named"),
        [
            (JPEG, "image/png", ("image/png", "image/jpeg")),
            (PDF, "image/jpeg", ("image/jpeg", "application/pdf")),
            (b"MZ\x90\x00\x03" + bytes(100), "application/pdf", ("application/pdf",)),
            (b"<!DOCTYPE html><html></html>", "image/png", ("image/png", "text/plain")),
            (PNG, "text/plain", ("text/plain", "image/png")),
            (b"GIF89a" + bytes(50), "image/gif", ("image/gif", "image/jpeg, image/png")),
            (PNG, "application/x-thing", ("application/x-thing",)),
        ],
    )
    async def test_a_file_that_is_not_what_it_is_said_to_be_is_refused_naming_both(
        self, shared_house: House, content: bytes, declared: str, named: tuple[str, ...]
    ) -> None:
        details = await refusal(shared_house, form(content, declared))
        assert all(name in details for name in named), details

    @pytest.mark.parametrize(
        ("first", "declared", "limit"),
        [
            (PNG, "image/png", 5 * 1024 * 1024),
            (WEBP, "image/webp", 100 * 1024),
            (MOVING_WEBP, "image/webp", 500 * 1024),
        ],
    )
    async def test_a_file_over_its_types_limit_is_refused_and_one_at_it_is_taken(
        self, shared_house: House, first: bytes, declared: str, limit: int
    ) -> None:
        content = first + bytes(limit - len(first))
        assert (await post(shared_house, form(content, declared)))[0] == 200
        details = await refusal(shared_house, form(content + b"\0", declared))
        assert str(limit) in details
        assert declared in details
        # The type may stand behind the file: then the limit is known only at the end.
        details = await refusal(shared_house, form(content + b"\0", None, type=declared))
        assert str(limit) in details

    async def test_what_is_missing_is_named(self, shared_house: House) -> None:
        without_product = aiohttp.FormData()
        without_product.add_field("file", PNG, filename="a.png", content_type="image/png")
        assert "messaging_product" in await refusal(shared_house, without_product)
        without_file = aiohttp.FormData(default_to_multipart=True)
        without_file.add_field("messaging_product", "whatsapp")
        assert "file" in await refusal(shared_house, without_file, 131008)
        assert "0 bytes" in await refusal(shared_house, form(b"", "image/png"))
        assert "multipart" in await refusal(shared_house, {"messaging_product": "whatsapp"})

    async def test_a_token_within_the_form_comes_too_late(self, shared_house: House) -> None:
        path = f"/v23.0/{shared_house.company.phone_number_id}/media"
        data = form(PNG, "image/png", access_token=shared_house.token)
        status, answer, _ = await shared_house.call("POST", path, data=data, headers={})
        assert status == 400
        assert "within the form" in answer["error"]["error_data"]["details"]
        query = {"access_token": shared_house.token}
        status, answer, _ = await shared_house.call("POST", path, data=form(PNG, "image/png"), headers={}, params=query)
        assert status == 200, answer

    async def test_two_files_are_one_too_many(self, shared_house: House) -> None:
        two = form(PNG, "image/png")
        two.add_field("file", PNG, filename="b.png", content_type="image/png")
        assert "two files" in await refusal(shared_house, two)

    async def test_a_body_that_is_not_multipart_though_it_says_so(self, shared_house: House) -> None:
        before = objects_of(shared_house)
        for content_type in ("multipart/form-data", "multipart/form-data; boundary=x"):
            status, answer = await post(shared_house, b"no boundary here", **{"Content-Type": content_type})
            assert status == 400, answer
        assert objects_of(shared_house) == before

    async def test_a_body_larger_than_any_file_is_refused_by_its_length(self, shared_house: House) -> None:
        async def never() -> AsyncIterator[bytes]:
            yield b"--x"

        headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(200 * 1024 * 1024)} | {
            "Connection": "close"
        }
        assert (await post(shared_house, never(), **headers))[0] == 413

    async def test_an_upload_cut_in_the_middle_leaves_nothing(self, shared_house: House) -> None:
        before = objects_of(shared_house)
        url = urlsplit(shared_house.gateway.url)
        _, writer = await asyncio.open_connection(url.hostname, url.port)
        head = (
            f"POST /{shared_house.company.phone_number_id}/media HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Bearer {shared_house.token}\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 50000000\r\n\r\n"
            '--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        )
        writer.write(head.encode() + PDF + bytes(12_000_000))
        await writer.drain()
        await until(lambda: shared_house.gateway.running.media.under_way)
        writer.close()
        await until(lambda: not shared_house.gateway.running.media.under_way)
        await until(lambda: objects_of(shared_house) == before)


class TestAddresses:
    @pytest_asyncio.fixture(scope="module", loop_scope="module")
    async def url(self, shared_house: House) -> str:
        id_ = await upload(shared_house, bytes(range(256)) * 1024, "audio/mpeg")
        _, node, _ = await shared_house.call("GET", f"/v23.0/{id_}")
        return str(node["url"])

    async def test_a_token_is_not_needed_and_does_no_harm_nor_does_another_host(
        self, shared_house: House, url: str
    ) -> None:
        for headers in ({}, shared_house.headers, {"Authorization": "Bearer wrong"}, {"Host": "lookaside.fbsbx.com"}):
            status, content, _ = await fetch(shared_house, url, **headers)
            assert (status, len(content)) == (200, 256 * 1024), headers

    async def test_head_and_ranges(self, shared_house: House, url: str) -> None:
        status, content, headers = await fetch(shared_house, url, "HEAD")
        assert (status, content, headers["Content-Length"]) == (200, b"", str(256 * 1024))
        whole = bytes(range(256)) * 1024
        for asked, start, end in (
            ("bytes=0-0", 0, 1),
            ("bytes=65530-65545", 65530, 65546),
            ("bytes=65536-131071", 65536, 131072),
            ("bytes=262143-", 262143, 262144),
            ("bytes=-70000", 262144 - 70000, 262144),
        ):
            status, content, headers = await fetch(shared_house, url, Range=asked)
            assert status == 206
            assert content == whole[start:end], asked
            assert headers["Content-Range"] == f"bytes {start}-{end - 1}/262144"
        status, content, headers = await fetch(shared_house, url, Range="bytes=262144-")
        assert (status, headers["Content-Range"]) == (416, "bytes */262144")
        assert b'"error"' in content
        status, content, _ = await fetch(shared_house, url, Range="bytes=5-2")
        assert (status, len(content)) == (200, 262144)

    async def test_a_broken_signature_is_refused_with_json(self, shared_house: House, url: str) -> None:
        for broken in (
            url[:-1],
            url.replace("mid=", "mid=1"),
            url.replace("ext=1", "ext=9"),
            url.partition("&hash")[0],
            url.partition("?")[0],
        ):
            status, content, headers = await fetch(shared_house, broken)
            assert 400 <= status < 500, broken
            assert headers["Content-Type"].startswith("application/json")
            assert b'"code":100' in content

    async def test_other_methods_are_not_offered(self, shared_house: House, url: str) -> None:
        assert (await fetch(shared_house, url, "POST"))[0] == 405

    async def test_a_file_whose_object_is_damaged_is_cut_off_not_served(self, shared_house: House) -> None:
        id_ = await upload(shared_house, PDF + bytes(200_000), "application/pdf")
        row = shared_house.gateway.running.media.known[id_].row
        path = Path(shared_house.folder / "gateway/media" / str(row.object))
        sealed = bytearray(path.read_bytes())
        sealed[150_000] ^= 1
        path.write_bytes(sealed)
        _, node, _ = await shared_house.call("GET", f"/v23.0/{id_}")
        with pytest.raises(aiohttp.ClientError):
            await fetch(shared_house, node["url"])


class TestNodes:
    async def test_a_removed_file_is_unknown_and_its_object_gone(self, shared_house: House) -> None:
        before = objects_of(shared_house)
        id_ = await upload(shared_house, PNG, "image/png")
        _, node, _ = await shared_house.call("GET", f"/v23.0/{id_}")
        query = f"?phone_number_id={shared_house.company.phone_number_id}"
        status, answer, _ = await shared_house.call("DELETE", f"/v23.0/{id_}{query}")
        assert (status, answer) == (200, {"success": True})
        assert objects_of(shared_house) == before
        for method in ("GET", "DELETE"):
            status, answer, _ = await shared_house.call(method, f"/v23.0/{id_}")
            assert (status, answer["error"]["code"], answer["error"]["error_subcode"]) == (400, 100, 33)
        assert (await fetch(shared_house, node["url"]))[0] == 400

    async def test_another_apps_files_and_another_numbers_are_unknown(self, shared_house: House) -> None:
        id_ = await upload(shared_house, PNG, "image/png")
        stranger = await create_token(shared_house.gateway.configuration, "999999999999999")
        for path, headers in (
            (f"/v23.0/{id_}", {"Authorization": f"Bearer {stranger}"}),
            (f"/v23.0/{id_}?phone_number_id=123456789012345", shared_house.headers),
            ("/v23.0/123456789012345", shared_house.headers),
        ):
            for method in ("GET", "DELETE"):
                status, answer, _ = await shared_house.call(method, path, headers=headers)
                assert (status, answer["error"]["error_subcode"]) == (400, 33), path
        assert (await shared_house.call("GET", f"/v23.0/{id_}?phone_number_id={shared_house.company.phone_number_id}"))[
            0
        ] == 200
