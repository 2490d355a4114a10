"""Previews of links: made by the gateway if a text asks for one, sealed into the message, and never a reason for it to fail or to wait long."""

from __future__ import annotations

import asyncio
import io
from base64 import b64decode
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from PIL import Image

from handschlag.content.link_preview import LINK_THUMBNAIL_BYTES, LinkPreview
from handschlag.content.message_id import parse_message_id
from handschlag.gateway.rules.links.pages import PAGE_BYTES
from tests.gateway.customer import Customer
from tests.gateway.house import House
from tests.gateway.media.links import LinkServer, link_server
from tests.gateway.messages.test_sending_types import asking, opened, sent

pytestmark = pytest.mark.asyncio(loop_scope="module")
# A busy machine has fetched a page of its own by then.
DEADLINE = 20.0
Town = tuple[House, LinkServer, Customer]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """A house whose operator allows one private host, a server with pages, and Anna."""
    house = House(tmp_path_factory.mktemp("pages"), link_hosts=["localhost"], link_preview_timeout=DEADLINE)
    await house.start()
    async with link_server() as server:
        # By its address, which the operator did not allow, it would answer just as well.
        server.host = "localhost"
        yield house, server, await house.customer("Anna", "+4915112345678")
    await house.stop()


def page(head: str, body: str = "<p>Moin</p>") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def photo(width: int, height: int, form: str = "JPEG") -> bytes:
    written = io.BytesIO()
    Image.effect_noise((width, height), 80).convert("RGB").save(written, form)
    return written.getvalue()


def text_with(link: str, **more: Any) -> dict[str, Any]:
    return asking({"type": "text", "text": {"body": f"Siehe {link} bitte", "preview_url": True}}, **more)


async def preview_of(town: Town, link: str) -> LinkPreview | None:
    """Send a text with a link; it arrives whole, and this is the preview in it."""
    house, _, anna = town
    found = await opened(anna, await sent(house, text_with(link)))
    assert found.content.text.body == f"Siehe {link} bitte"
    shown = found.content.text.preview
    assert shown is None or isinstance(shown, LinkPreview)
    return shown


class TestWhatAPageShows:
    async def test_its_open_graph_with_a_small_picture(self, town: Town) -> None:
        house, server, _ = town
        server.serve("/photo.jpg", photo(1200, 630), "image/jpeg")
        head = (
            '<title>ignored</title><meta property="og:title" content="Gate B12 &amp; mehr">'
            '<meta property="og:description" content="Boarding um\n 14:05"><meta property="og:image" content="/photo.jpg">'
        )
        link = server.serve("/good", page(head), "text/html; charset=utf-8")
        shown = await preview_of(town, link)
        assert shown is not None
        assert (shown.url, shown.title, shown.description) == (link, "Gate B12 & mehr", "Boarding um 14:05")
        thumbnail = b64decode((shown.thumbnail or "") + "==")
        assert len(thumbnail) <= LINK_THUMBNAIL_BYTES
        assert Image.open(io.BytesIO(thumbnail)).size == (shown.width, shown.height) == (320, 168)
        assert not house.gateway.running.companies[house.company.id].awaiting_preview

    @pytest.mark.parametrize(
        ("head", "title", "description"),
        [
            ("<title>\n Nur ein\n Titel </title>", "Nur ein Titel", None),
            ('<TITLE>x</TITLE><META NAME="Description" CONTENT="klein">', "x", "klein"),
            ("<meta name='twitter:title' content='a > b'>", "a > b", None),
            ("<!-- <title>versteckt</title> --><title>offen</title>", "offen", None),
            (f"<title>{'lang ' * 60}</title>", ("lang " * 23).strip() + "…", None),
            ("<title>dreht \u202etxt\u202c um</title>", "dreht txt um", None),
        ],
    )
    async def test_else_its_title_and_description(
        self, town: Town, head: str, title: str, description: str | None
    ) -> None:
        link = town[1].serve(f"/title/{abs(hash(head))}", page(head), "text/html")
        assert await preview_of(town, link) == LinkPreview(url=link, title=title, description=description)

    @pytest.mark.parametrize(
        ("content", "mime_type"),
        [
            ("<title>Grüße</title>".encode("iso-8859-1"), "text/html; charset=ISO-8859-1"),
            ('<meta charset="windows-1252"><title>Grüße</title>'.encode("windows-1252"), "text/html"),
            ("<title>Grüße</title>".encode("utf-16"), "text/html"),
            ('<meta charset="rot13"><title>Grüße</title>'.encode(), "text/html"),
        ],
    )
    async def test_in_the_encoding_it_names(self, town: Town, content: bytes, mime_type: str) -> None:
        link = town[1].serve(f"/encoded/{len(content)}-{abs(hash(content))}", content, mime_type)
        shown = await preview_of(town, link)
        assert shown is not None
        assert shown.title == "Grüße"

    async def test_a_redirect_is_followed_and_the_link_stays_that_of_the_text(self, town: Town) -> None:
        server = town[1]
        target = server.serve("/target", page("<title>Ziel</title>"), "text/html")
        link = server.redirect("/short", target)
        assert await preview_of(town, link) == LinkPreview(url=link, title="Ziel")

    @pytest.mark.parametrize("picture", [b"rubbish", photo(50, 50, "GIF"), b""])
    async def test_without_a_picture_that_cannot_be_drawn(self, town: Town, picture: bytes) -> None:
        server = town[1]
        path = f"/broken/{len(picture)}"
        image = server.serve(f"{path}.jpg", picture, "image/jpeg")
        head = f'<title>Bild</title><meta property="og:image" content="{image}">'
        link = server.serve(path, page(head), "text/html")
        assert await preview_of(town, link) == LinkPreview(url=link, title="Bild")

    async def test_without_a_picture_on_a_private_address(self, town: Town) -> None:
        server = town[1]
        server.serve("/inside.jpg", photo(300, 200), "image/jpeg")
        head = f'<title>Bild</title><meta property="og:image" content="{server.link("/inside.jpg", "127.0.0.1")}">'
        link = server.serve("/private-picture", page(head), "text/html")
        assert await preview_of(town, link) == LinkPreview(url=link, title="Bild")
        assert "/inside.jpg" not in server.asked


class TestAMessageLeavesWithout:
    @pytest.mark.parametrize(
        ("content", "mime_type", "more"),
        [
            (b"\x00\xff" * 3000, "text/html", {}),
            (page("<title></title>"), "text/html", {}),
            (page("<title>Gate</title>"), "application/octet-stream", {}),
            (page("<title>Gate</title>"), "text/html", {"status": 404}),
            (page("<title>Gate</title>"), "text/html", {"encoding": "gzip"}),
            (b"", "text/html", {}),
            (b"<![<!" * 50_000 + b"<meta " * 50_000 + b"<title" * 10_000, "text/html", {}),
            (b"<div>" * 100_000, "text/html; charset=no-such", {}),
        ],
        ids=["rubbish", "no title", "no HTML", "not found", "compressed", "empty", "hostile", "nested"],
    )
    async def test_if_the_page_is_none(self, town: Town, content: bytes, mime_type: str, more: dict[str, Any]) -> None:
        link = town[1].serve(f"/none/{abs(hash((content, mime_type, str(more))))}", content, mime_type, **more)
        assert await preview_of(town, link) is None

    async def test_if_the_page_has_no_end(self, town: Town) -> None:
        """No more is read of it than a page's head may take."""
        server = town[1]
        left = asyncio.Event()

        async def endless(request: web.Request) -> web.StreamResponse:
            answer = web.StreamResponse(headers={"Content-Type": "text/html"})
            await answer.prepare(request)
            try:
                while True:
                    await answer.write(b"<p>" + b"x" * 65_536)
            finally:
                left.set()

        server.answers["/endless"] = endless
        assert await preview_of(town, server.link("/endless")) is None
        async with asyncio.timeout(10):
            await left.wait()
        assert PAGE_BYTES == 512 * 1024

    @pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "10.0.0.1", "[::1]", "[::ffff:127.0.0.1]"])
    async def test_if_the_address_is_private(self, town: Town, host: str) -> None:
        server = town[1]
        server.serve("/private", page("<title>Innen</title>"), "text/html")
        assert await preview_of(town, server.link("/private", host)) is None
        assert "/private" not in server.asked

    async def test_if_a_redirect_leads_to_a_private_address(self, town: Town) -> None:
        server = town[1]
        server.serve("/inner", page("<title>Innen</title>"), "text/html")
        link = server.redirect("/outer", server.link("/inner", "127.0.0.1"))
        assert await preview_of(town, link) is None
        assert "/inner" not in server.asked

    async def test_if_nobody_answers(self, town: Town) -> None:
        assert await preview_of(town, "http://localhost:9/") is None

    async def test_if_it_did_not_ask_or_there_is_no_link(self, town: Town) -> None:
        house, server, anna = town
        link = server.serve("/unasked", page("<title>Gate</title>"), "text/html")
        found = await opened(anna, await house.send_text("4915112345678", f"Siehe {link}"))
        assert found.content.text.preview is None
        plain = asking({"type": "text", "text": {"body": "ohne Link", "preview_url": True}})
        found = await opened(anna, await sent(house, plain))
        assert found.content.text.preview is None
        assert "/unasked" not in server.asked

    async def test_if_the_operator_asks_no_pages(self, town: Town) -> None:
        house, server, _ = town
        link = server.serve("/off", page("<title>Gate</title>"), "text/html")
        house.gateway.settings.link_preview_timeout = 0
        try:
            assert await preview_of(town, link) is None
        finally:
            house.gateway.settings.link_preview_timeout = DEADLINE
        assert "/off" not in server.asked

    async def test_a_preview_that_a_program_wrote_is_none(self, town: Town) -> None:
        house, _, anna = town
        forged = {"body": "https://a.example", "preview": {"url": "https://a.example", "title": "Bank"}}
        found = await opened(anna, await sent(house, asking({"type": "text", "text": forged})))
        assert found.content.text.preview is None


class TestWaiting:
    async def test_a_slow_page_holds_up_its_conversation_in_order_and_nobody_else(self, town: Town) -> None:
        house, server, anna = town
        ines = await house.customer("Ines", "+4915187654321")
        asked = asyncio.Event()
        gate = asyncio.Event()

        async def slow(_request: web.Request) -> web.StreamResponse:
            asked.set()
            await gate.wait()
            return web.Response(body=page("<title>Spät</title>"), content_type="text/html")

        server.answers["/slow"] = slow
        first = await sent(house, text_with(server.link("/slow")))
        second = await house.send_text("4915112345678", "danach")
        await asked.wait()
        await opened(ines, await house.send_text("4915187654321", "überholt"))
        ids = [parse_message_id(wamid) for wamid in (first, second)]
        assert not {o.header.id for o in anna.opened} & set(ids)
        gate.set()
        found = await opened(anna, first)
        await opened(anna, second)
        assert found.content.text.preview.title == "Spät"
        assert [o.header.id for o in anna.opened if o.header.id in ids] == ids

    async def test_after_its_time_the_message_leaves_in_order(self, town: Town) -> None:
        house, server, anna = town
        never = asyncio.Event()

        async def silent(_request: web.Request) -> web.StreamResponse:
            await never.wait()
            return web.Response()

        server.answers["/silent"] = silent
        house.gateway.settings.link_preview_timeout = 0.5
        try:
            first = await sent(house, text_with(server.link("/silent")))
            second = await house.send_text("4915112345678", "und weiter")
            found = await opened(anna, first)
            await opened(anna, second)
        finally:
            house.gateway.settings.link_preview_timeout = DEADLINE
            never.set()
        assert found.content.text.preview is None
        ids = [parse_message_id(wamid) for wamid in (first, second)]
        assert [o.header.id for o in anna.opened if o.header.id in ids] == ids

    async def test_a_campaign_with_one_link_asks_for_its_page_once(self, town: Town) -> None:
        house, server, anna = town
        link = server.serve("/campaign", page("<title>Sommer</title>"), "text/html")
        wamids = [await sent(house, text_with(link)) for _ in range(20)]
        for wamid in wamids:
            assert (await opened(anna, wamid)).content.text.preview.title == "Sommer"
        assert server.asked.count("/campaign") == 1
        house.clock.advance(601)
        assert await preview_of(town, link) == LinkPreview(url=link, title="Sommer")
        assert server.asked.count("/campaign") == 2

    async def test_a_restart_in_between_loses_the_preview_and_not_the_message(self, town: Town) -> None:
        house, server, anna = town
        asked, never = asyncio.Event(), asyncio.Event()

        async def silent(_request: web.Request) -> web.StreamResponse:
            asked.set()
            await never.wait()
            return web.Response()

        server.answers["/restart"] = silent
        wamid = await sent(house, text_with(server.link("/restart")))
        await asked.wait()
        await house.restart_gateway()
        found = await opened(anna, wamid)
        never.set()
        assert found.content.text.preview is None
        await house.receiver.status(wamid, "delivered")
        assert house.receiver.statuses_of(wamid) == ["sent", "delivered"]
