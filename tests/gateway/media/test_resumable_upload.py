"""Uploads in several pieces, for template samples and profile pictures: announced, resumed, and named by a handle."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import pytest

from handschlag.gateway.actions.companies.create_token import create_token
from handschlag.gateway.actions.media.upload_sessions import open_handle, read_handle
from handschlag.gateway.errors import RequestInvalid
from tests.gateway.house import House
from tests.gateway.media.files import JPEG, PDF, PNG, objects_of
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")
CONTENT = PDF + bytes(range(256)) * 600
MOST = 5 * 1024 * 1024


async def announce(house: House, length: int, mime_type: str = "application/pdf", **changes: object) -> str:
    query = {"file_name": "a.pdf", "file_length": str(length), "file_type": mime_type, **changes}
    status, answer, _ = await house.call("POST", f"/v23.0/{house.company.app_id}/uploads", params=query)
    assert status == 200, answer
    return str(answer["id"])


async def bring(
    house: House, session: str, content: bytes, offset: int = 0, **how: object
) -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"OAuth {house.token}", "file_offset": str(offset)}
    status, answer, _ = await house.call("POST", f"/v23.0/{session}", data=content, headers=headers, **how)
    return status, answer


async def bring_and_cut(house: House, session: str, content: bytes) -> None:
    """Send the beginning of a file of `CONTENT`'s length, and go."""
    url = urlsplit(house.gateway.url)
    _, writer = await asyncio.open_connection(url.hostname, url.port)
    head = (
        f"POST /v23.0/{session} HTTP/1.1\r\nHost: x\r\nAuthorization: OAuth {house.token}\r\n"
        f"file_offset: 0\r\nContent-Length: {len(CONTENT)}\r\n\r\n"
    )
    writer.write(head.encode() + content)
    await writer.drain()
    await until(lambda: house.gateway.running.media.under_way)
    writer.close()
    await until(lambda: not house.gateway.running.media.under_way)


async def test_a_whole_file_becomes_a_handle_that_reads_back(shared_house: House) -> None:
    session = await announce(shared_house, len(CONTENT))
    assert session.startswith("upload:")
    assert "?sig=" in session
    status, answer = await bring(shared_house, session, CONTENT)
    assert status == 200, answer
    assert answer.keys() == {"h"}
    assert str(answer["h"]).startswith("4::YXBwbGljYXRpb24vcGRm:")
    running, app_id = shared_house.gateway.running, shared_house.company.app_id
    assert await read_handle(running, app_id, answer["h"], most=MOST) == ("application/pdf", CONTENT)
    opened = await open_handle(running, app_id, answer["h"])
    assert (opened.filename, opened.size) == ("a.pdf", len(CONTENT))
    # Brought again, an upload that is complete gives its handle again.
    assert await bring(shared_house, session, b"", len(CONTENT)) == (200, answer)


async def test_pieces_follow_where_the_upload_stands(shared_house: House) -> None:
    session = await announce(shared_house, len(CONTENT))
    node = session.partition("?")[0]
    assert (await shared_house.call("GET", f"/v23.0/{session}"))[1] == {"id": node, "file_offset": 0}
    assert await bring(shared_house, session, CONTENT[:70_000]) == (200, {"id": node, "file_offset": 70_000})
    assert (await shared_house.call("GET", f"/{session}"))[1]["file_offset"] == 70_000
    status, answer = await bring(shared_house, session, CONTENT, 0)
    assert status == 400
    assert "got 0, expected 70000" in answer["error"]["error_data"]["details"]  # type: ignore[index]
    _, answer = await bring(shared_house, session, CONTENT[70_000:], 70_000)
    read = await read_handle(shared_house.gateway.running, shared_house.company.app_id, answer["h"], most=MOST)
    assert read[1] == CONTENT


async def test_what_was_read_before_a_cut_is_kept_and_the_rest_follows(shared_house: House) -> None:
    session = await announce(shared_house, len(CONTENT))
    before = objects_of(shared_house)
    offset = 0
    # What nobody had read yet is gone with the connection: where the upload stands is asked, and all begins again there.
    while not offset:
        await bring_and_cut(shared_house, session, CONTENT[:100_000])
        offset = (await shared_house.call("GET", f"/{session}"))[1]["file_offset"]
    assert offset <= 100_000
    assert len(objects_of(shared_house)) == len(before) + 1
    status, answer = await bring(shared_house, session, CONTENT[offset:], offset)
    assert status == 200, answer
    read = await read_handle(shared_house.gateway.running, shared_house.company.app_id, answer["h"], most=MOST)
    assert read[1] == CONTENT


async def test_a_session_whose_question_mark_is_escaped_is_the_same(shared_house: House) -> None:
    session = await announce(shared_house, len(PNG), "image/png")
    status, answer = await bring(shared_house, session.replace("?", "%3F"), PNG)
    assert status == 200, answer
    assert "h" in answer


class TestRefusals:
    async def test_what_is_announced_wrongly_is_named_with_its_limit(self, shared_house: House) -> None:
        path = f"/v23.0/{shared_house.company.app_id}/uploads"
        for query, named in (
            ({"file_length": "10"}, "file_type"),
            ({"file_length": "10", "file_type": "image/gif"}, "image/gif"),
            ({"file_type": "image/png"}, "file_length"),
            ({"file_type": "image/png", "file_length": "0"}, "5242880"),
            ({"file_type": "image/png", "file_length": "-1"}, "5242880"),
            ({"file_type": "image/png", "file_length": "5242881"}, "5242880"),
            ({"file_type": "image/png", "file_length": "1e3"}, "1e3"),
        ):
            status, answer, _ = await shared_house.call("POST", path, params=query)
            assert status == 400, query
            assert named in answer["error"]["error_data"]["details"], query

    async def test_another_type_than_announced_and_more_than_announced_leave_nothing(self, shared_house: House) -> None:
        session = await announce(shared_house, len(JPEG), "image/png")
        before = objects_of(shared_house)
        status, answer = await bring(shared_house, session, JPEG)
        assert (status, answer["error"]["code"]) == (400, 100)  # type: ignore[index]
        status, _ = await bring(shared_house, await announce(shared_house, 100), PDF + bytes(200))
        assert status == 400
        assert objects_of(shared_house) == before

    async def test_another_app_a_wrong_signature_and_a_made_up_session_are_unknown(self, shared_house: House) -> None:
        session = await announce(shared_house, 10)
        stranger = await create_token(shared_house.gateway.configuration, "999999999999999")
        for path, token in (
            (session, stranger),
            (session[:-1], shared_house.token),
            ("upload:" + "0" * 40, shared_house.token),
        ):
            headers = {"Authorization": f"OAuth {token}"}
            for method in ("GET", "POST"):
                status, answer, _ = await shared_house.call(method, f"/v23.0/{path}", headers=headers)
                assert (status, answer["error"]["error_subcode"]) == (400, 33), path

    async def test_a_handle_is_good_for_its_own_app_and_cannot_be_made_up(self, shared_house: House) -> None:
        _, answer = await bring(shared_house, await announce(shared_house, len(PNG), "image/png"), PNG)
        running, app_id, handle = shared_house.gateway.running, shared_house.company.app_id, str(answer["h"])
        for wrong, of_app in (
            (handle, "999999999999999"),
            (handle[:-2], app_id),
            ("", app_id),
            (None, app_id),
            ("4::a:b:e:1:2:3:x", app_id),
        ):
            with pytest.raises(RequestInvalid):
                await open_handle(running, of_app, wrong)
        with pytest.raises(RequestInvalid, match="at most 10"):
            await read_handle(running, app_id, handle, most=10)
