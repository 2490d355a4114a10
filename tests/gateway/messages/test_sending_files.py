"""Files in messages: by id or link, at once or when they were brought; a slow link holds up nobody, a broken one fails the message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from handschlag.content.media import MediaFile
from handschlag.content.message_id import parse_message_id
from handschlag.content.receipts import PlayedReceipt
from handschlag.relay_client.media import download_file
from tests.content.message_examples import BUTTONS, cards
from tests.gateway.customer import Customer
from tests.gateway.house import House
from tests.gateway.media.files import upload
from tests.gateway.messages.file_host import FileHost
from tests.gateway.messages.test_sending_types import asking, opened, sent
from tests.support.media_files import FILES

pytestmark = pytest.mark.asyncio(loop_scope="module")
KINDS = {
    "image": "gate.png",
    "audio": "voice.ogg",
    "video": "boarding.mp4",
    "document": "ticket.pdf",
    "sticker": "gull.webp",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[House, FileHost, Customer]]:
    """A house that may fetch from this machine, a server with files, and Anna."""
    house, host = House(tmp_path_factory.mktemp("house"), private_links=True), FileHost()
    await host.start()
    await house.start()
    yield house, host, await house.customer("Anna", "+4915112345678")
    await house.stop()
    await host.stop()


def file_in(content: Any, kind: str) -> MediaFile:
    found = getattr(content, kind)
    assert isinstance(found, MediaFile)
    return found


class TestById:
    @pytest.mark.parametrize("kind", KINDS)
    async def test_an_uploaded_file_arrives_whole(self, town: tuple[House, FileHost, Customer], kind: str) -> None:
        house, _, anna = town
        mime_type, content = FILES[KINDS[kind]]
        media = await upload(house, content, mime_type, filename=KINDS[kind])
        beside = {"caption": "Ihr Ticket", "filename": "Ticket.pdf", "voice": True}
        found = await opened(anna, await sent(house, asking({"type": kind, kind: {"id": media, **beside}})))
        file = file_in(found.content, kind)
        assert await download_file(anna.http, file) == content
        assert (file.mime_type, file.file_size) == (mime_type, len(content))
        assert file.caption == ("Ihr Ticket" if kind in {"image", "video", "document"} else None)
        assert file.filename == ("Ticket.pdf" if kind == "document" else file.filename)
        assert file.voice is (True if kind == "audio" else None)

    async def test_an_unknown_id_is_refused_at_once(self, town: tuple[House, FileHost, Customer]) -> None:
        house, _, _ = town
        status, answer = await house.post(asking({"type": "image", "image": {"id": "100000000000001"}}))
        assert (status, answer["error"]["code"]) == (400, 131009)
        assert "image.id: got '100000000000001'" in answer["error"]["error_data"]["details"]

    async def test_a_file_of_another_type_is_refused_at_once(self, town: tuple[House, FileHost, Customer]) -> None:
        house, _, _ = town
        media = await upload(house, FILES["ticket.pdf"][1], "application/pdf")
        status, answer = await house.post(asking({"type": "image", "image": {"id": media}}))
        assert (status, answer["error"]["code"]) == (400, 131009)
        assert "application/pdf" in answer["error"]["error_data"]["details"]


class TestByLink:
    @pytest.mark.parametrize("kind", KINDS)
    async def test_the_gateway_fetches_it(self, town: tuple[House, FileHost, Customer], kind: str) -> None:
        house, host, anna = town
        wamid = await sent(house, asking({"type": kind, kind: {"link": f"{host.url}/{KINDS[kind]}"}}))
        found = await opened(anna, wamid)
        assert await download_file(anna.http, file_in(found.content, kind)) == FILES[KINDS[kind]][1]
        await house.receiver.status(wamid, "delivered")
        assert house.receiver.statuses_of(wamid) == ["sent", "delivered"]

    async def test_a_header_and_the_cards_of_a_carousel_bring_theirs(
        self, town: tuple[House, FileHost, Customer]
    ) -> None:
        house, host, anna = town
        header = {"type": "image", "image": {"link": f"{host.url}/header/gate.png"}}
        wamid = await sent(house, asking({"type": "interactive", "interactive": {**BUTTONS, "header": header}}))
        found = (await opened(anna, wamid)).content.interactive
        assert await download_file(anna.http, found.header.image) == FILES["gate.png"][1]
        film = {"type": "video", "video": {"link": f"{host.url}/cards/boarding.mp4"}}
        wamid = await sent(house, asking({"type": "interactive", "interactive": cards(film)}))
        for card in (await opened(anna, wamid)).content.interactive.action.cards:
            assert await download_file(anna.http, card.header.video) == FILES["boarding.mp4"][1]

    async def test_a_slow_link_holds_up_nobody(self, town: tuple[House, FileHost, Customer]) -> None:
        house, host, anna = town
        host.gate.clear()
        slow = await sent(house, asking({"type": "image", "image": {"link": f"{host.url}/slow/gate.png"}}))
        await opened(anna, await house.send_text("4915112345678", "überholt"))
        other = await sent(house, asking({"type": "image", "image": {"link": f"{host.url}/quick/gate.png"}}))
        await opened(anna, other)
        assert parse_message_id(slow) not in {o.header.id for o in anna.opened}
        host.gate.set()
        found = await opened(anna, slow)
        assert await download_file(anna.http, found.content.image) == FILES["gate.png"][1]

    async def test_a_restart_in_between_loses_nothing(self, town: tuple[House, FileHost, Customer]) -> None:
        house, host, anna = town
        host.gate.clear()
        host.came.clear()
        wamid = await sent(house, asking({"type": "document", "document": {"link": f"{host.url}/slow/2/ticket.pdf"}}))
        await host.came.wait()
        await house.restart_gateway()
        host.gate.set()
        found = await opened(anna, wamid)
        assert await download_file(anna.http, found.content.document) == FILES["ticket.pdf"][1]
        await house.receiver.status(wamid, "delivered")
        assert house.receiver.statuses_of(wamid) == ["sent", "delivered"]

    @pytest.mark.parametrize(("path", "told"), [("/missing.png", "404"), ("/ticket.pdf", "application/pdf")])
    async def test_what_cannot_be_had_fails_the_message_with_its_reason(
        self, town: tuple[House, FileHost, Customer], path: str, told: str
    ) -> None:
        house, host, _ = town
        body = asking({"type": "image", "image": {"link": host.url + path}}, biz_opaque_callback_data="order-7")
        failed = await house.receiver.status(await sent(house, body), "failed")
        assert failed["errors"][0]["code"] == 131053
        assert failed["errors"][0]["title"] == "Media upload error"
        assert told in failed["errors"][0]["error_data"]["details"]
        assert (failed["biz_opaque_callback_data"], failed["recipient_id"]) == ("order-7", "4915112345678")
        company = house.gateway.running.companies[house.company.id]
        assert company.awaiting_media == 0

    async def test_a_program_that_asked_to_wait_is_answered_with_the_reason(
        self, town: tuple[House, FileHost, Customer]
    ) -> None:
        house, host, _ = town
        house.gateway.settings.refusals = "answer"
        try:
            status, answer = await house.post(asking({"type": "image", "image": {"link": f"{host.url}/no.png"}}))
        finally:
            house.gateway.settings.refusals = "webhook"
        assert (status, answer["error"]["code"]) == (400, 131053)

    async def test_a_broken_link_is_refused_at_once(self, town: tuple[House, FileHost, Customer]) -> None:
        house, _, _ = town
        status, answer = await house.post(asking({"type": "image", "image": {"link": "file:///etc/passwd"}}))
        assert (status, answer["error"]["code"]) == (400, 131009)


async def test_a_voice_note_is_played_and_nothing_else_is(town: tuple[House, FileHost, Customer]) -> None:
    house, host, anna = town
    voice = await sent(house, asking({"type": "audio", "audio": {"link": f"{host.url}/voice.ogg", "voice": True}}))
    text = await house.send_text("4915112345678", "kein Ton")
    ids = [parse_message_id(wamid) for wamid in (text, voice)]
    await opened(anna, voice)
    await opened(anna, text)
    anna.send("receipt", msgspec.json.encode(PlayedReceipt(played=ids, at=int(house.clock.now()))))
    played = await house.receiver.status(voice, "played")
    assert played["recipient_id"] == "4915112345678"
    assert "played" not in house.receiver.statuses_of(text)
