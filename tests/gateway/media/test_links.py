"""Files behind links: fetched within time, size and type, once for many messages, and from no private address."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from handschlag.content.media import MediaFile
from handschlag.gateway.actions.media.bring_media import MediaSource, bring_media, check_media, media_at_hand
from handschlag.gateway.company import Company
from handschlag.gateway.errors import MediaFailed
from handschlag.gateway.running import Running
from handschlag.public_address import is_public_address
from handschlag.relay_client.media import download_file
from tests.gateway.house import House
from tests.gateway.media.files import JPEG, PDF, PNG, objects_of
from tests.gateway.media.links import LinkServer, link_server
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A gateway whose operator allows one private host."""
    made = House(tmp_path_factory.mktemp("links"), link_hosts=["127.0.0.1"], link_timeout=0.5)
    await made.start()
    yield made
    await made.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[LinkServer]:
    async with link_server() as made:
        yield made


def place(house: House) -> tuple[Running, Company]:
    return house.gateway.running, house.gateway.running.companies[house.company.id]


async def bring(house: House, link: str, kind: str = "image") -> MediaFile:
    return await bring_media(*place(house), MediaSource(link=link), kind)


async def failure(house: House, link: str, kind: str = "image") -> str:
    before = objects_of(house)
    with pytest.raises(MediaFailed) as found:
        await bring(house, link, kind)
    assert found.value.code == 131053
    # What was being written when the time was over is removed beside the loop.
    await until(lambda: objects_of(house) == before)
    return found.value.details


async def test_a_linked_file_arrives_sealed_at_the_customers(house: House, server: LinkServer) -> None:
    customer = await house.customer_without_waiting()
    file = await bring(house, server.serve("/a.pdf", PDF, "application/pdf"), "document")
    assert (file.mime_type, file.file_size, file.filename) == ("application/pdf", len(PDF), "a.pdf")
    assert await download_file(customer.http, file) == PDF


async def test_a_link_is_fetched_once_for_ten_minutes_and_many_messages(house: House, server: LinkServer) -> None:
    link = server.serve("/once.png", PNG, "image/png")
    source = MediaSource(link=link)
    assert media_at_hand(*place(house), source, "image") is None
    files = await asyncio.gather(*(bring(house, link) for _ in range(5)))
    assert len({file.blob.id for file in files}) == 1
    assert media_at_hand(*place(house), source, "image") == files[0]
    assert media_at_hand(*place(house), source, "document") is None
    assert server.asked.count("/once.png") == 1
    house.clock.advance(601)
    assert media_at_hand(*place(house), source, "image") is None
    await bring(house, link)
    assert server.asked.count("/once.png") == 2


async def test_the_type_comes_from_the_first_bytes_if_the_server_does_not_tell(
    house: House, server: LinkServer
) -> None:
    assert (await bring(house, server.serve("/untold", JPEG))).mime_type == "image/jpeg"


async def test_redirects_are_followed(house: House, server: LinkServer) -> None:
    server.serve("/end.png", PNG, "image/png")
    assert (await bring(house, server.redirect("/begin", "/end.png"))).file_size == len(PNG)
    server.redirect("/round", "/round")
    assert "more than 5 redirects" in await failure(house, server.link("/round"))


class TestFailures:
    async def test_each_says_what_was_seen_and_what_was_expected(self, house: House, server: LinkServer) -> None:
        limit = 5 * 1024 * 1024
        long = server.serve("/long.png", PNG + bytes(limit), "image/png")
        for link, kind, sentence in (
            (server.link("/none"), "image", "image.link: got status 404, expected 200"),
            (server.serve("/503", b"", status=503), "image", "got status 503"),
            (server.serve("/empty", b"", "image/png"), "image", "got 0 bytes"),
            (long, "image", f"got {len(PNG) + limit} bytes, at most {limit} for image"),
            (
                server.serve("/lie.png", JPEG, "image/png"),
                "image",
                "got type 'image/png', but its first bytes are those of 'image/jpeg'",
            ),
            (
                server.serve("/a.png", PNG, "image/png"),
                "video",
                "video.link: got 'image/png', expected one of video/3gpp, video/mp4",
            ),
            (server.serve("/page", b"<!DOCTYPE html><html>", "text/html"), "image", "got type 'text/html'"),
            (server.redirect("/to-file", "file:///etc/passwd"), "image", "expected an http or https URL"),
            ("http://127.0.0.1:1/closed", "image", "got no answer"),
        ):
            assert sentence in await failure(house, link, kind)

    async def test_a_file_without_a_length_is_cut_at_its_types_limit(self, house: House, server: LinkServer) -> None:
        sent = 0

        async def endless(request: web.Request) -> web.StreamResponse:
            nonlocal sent
            response = web.StreamResponse(headers={"Content-Type": "image/png"})
            await response.prepare(request)
            await response.write(PNG)
            try:
                while sent < 100_000_000:
                    await response.write(bytes(65536))
                    sent += 65536
            except ConnectionError:
                pass
            return response

        server.answers["/endless"] = endless
        assert "more than 5242880 bytes, at most 5242880 for image/png" in await failure(house, server.link("/endless"))
        assert sent < 50_000_000

    async def test_compressed_answers_are_not_unpacked(self, house: House, server: LinkServer) -> None:
        bomb = gzip.compress(PNG + bytes(20_000_000))
        link = server.serve("/bomb.png", bomb, "image/png", encoding="gzip")
        assert "Content-Encoding 'gzip'" in await failure(house, link)

    async def test_a_server_that_stops_sending_is_given_up(self, house: House, server: LinkServer) -> None:
        async def slow(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Type": "image/png", "Content-Length": "1000"})
            await response.prepare(request)
            await response.write(PNG)
            await asyncio.sleep(30)
            return response

        server.answers["/slow"] = slow
        assert "in time, at most 0.5 seconds" in await failure(house, server.link("/slow"))

    async def test_a_file_that_ends_too_early_is_not_taken(self, house: House, server: LinkServer) -> None:
        async def cut(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Type": "image/png", "Content-Length": "1000"})
            await response.prepare(request)
            await response.write(PNG)
            assert request.transport is not None
            request.transport.close()
            return response

        server.answers["/cut"] = cut
        assert "ended too early" in await failure(house, server.link("/cut"))


class TestPrivateAddresses:
    @pytest.mark.parametrize(
        "host",
        [
            "localhost",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "0.0.0.0",
            "2130706433",
            "127.1",
            "0x7f000001",
            "10.0.0.1",
            "169.254.169.254",
        ],
    )
    async def test_no_spelling_of_a_private_address_is_asked(self, house: House, server: LinkServer, host: str) -> None:
        server.serve("/secret", PNG, "image/png")
        before = len(server.asked)
        details = await failure(house, server.link("/secret", host))
        # Some spellings of numbers are no host at all to the HTTP client.
        assert "private address" in details or "InvalidUrlClientError" in details
        assert len(server.asked) == before

    async def test_a_redirect_does_not_lead_there_either(self, house: House, server: LinkServer) -> None:
        link = server.redirect("/away", f"http://localhost:{server.port}/secret")
        assert "private address" in await failure(house, link)

    async def test_a_name_that_turns_to_a_private_address_is_not_asked(
        self, house: House, server: LinkServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The name is looked up for the connection itself, so that what was checked is what is asked."""

        async def resolve(_self: object, host: str, port: int = 0, family: int = 0) -> list[dict[str, object]]:
            return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": 2, "proto": 0, "flags": 0}]

        monkeypatch.setattr("aiohttp.resolver.ThreadedResolver.resolve", resolve)
        assert "private address" in await failure(house, server.link("/secret", "rebinding.example"))

    async def test_an_operator_may_allow_all(self, tmp_path: Path, server: LinkServer) -> None:
        made = House(tmp_path, private_links=True)
        await made.start()
        try:
            server.serve("/own.png", PNG, "image/png")
            assert (await bring(made, server.link("/own.png", "localhost"))).file_size == len(PNG)
        finally:
            await made.stop()

    async def test_addresses_that_wrap_a_private_one_are_private(self) -> None:
        for address in (
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "fe80::1%eth0",
            "224.0.0.1",
            "fc00::1",
            "100.64.0.1",
        ):
            assert not is_public_address(address), address
        for address in ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"):
            assert is_public_address(address), address


async def test_the_door_judges_a_link_by_its_form(house: House) -> None:
    for link in ("ftp://a.example/x", "//a.example/x", "", "http://", "https://" + "a" * 2050, "javascript:alert(1)"):
        with pytest.raises(ValueError, match=r"image\.link"):
            await check_media(*place(house), MediaSource(link=link), "image")
    await check_media(*place(house), MediaSource(link="https://a.example/x.png?y=z"), "image")
