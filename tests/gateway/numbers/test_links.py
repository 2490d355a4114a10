"""Short links and QR codes: made, changed, listed, removed, and followed by anybody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
import pytest_asyncio

from handschlag.gateway.actions.numbers import message_links
from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")

MESSENGER = "https://messenger.example"


@pytest_asyncio.fixture(loop_scope="module")
async def links(number: House) -> AsyncIterator[House]:
    """The shared house, whose gateway knows a messenger, without links."""
    number.gateway.running.settings.messenger_url = MESSENGER
    for link in (await call(number, "GET", "?limit=100"))[1]["data"]:
        await call(number, "DELETE", f"/{link['code']}")
    yield number


async def call(house: House, method: str, more: str = "", **request: Any) -> tuple[int, Any]:
    status, answer, _ = await house.call(
        method, f"/v23.0/{house.company.phone_number_id}/message_qrdls{more}", **request
    )
    return status, answer


async def follow(house: House, path: str, method: str = "GET") -> tuple[int, str]:
    """Follow a link as a browser does: no token."""
    url = path if path.startswith("http") else house.gateway.url + path
    async with house.session.request(method, url, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location", "")


def prefilled(location: str) -> str:
    address, _, fragment = location.partition("#")
    assert address == f"{MESSENGER}/"
    return dict(parse_qsl(fragment.partition("?")[2])).get("text", "")


async def make(house: House, text: str = "Guten Tag & hallo?", **more: Any) -> Any:
    status, answer = await call(house, "POST", json={"prefilled_message": text, **more})
    assert status == 200, answer
    return answer


class TestEdge:
    async def test_a_link_lives_until_it_is_removed(self, links: House) -> None:
        made = await make(links)
        assert set(made) == {"code", "prefilled_message", "deep_link_url"}
        assert made["deep_link_url"] == f"{links.gateway.url}/message/{made['code']}"
        changed = await make(links, "Anders", code=made["code"])
        assert (changed["code"], changed["prefilled_message"]) == (made["code"], "Anders")
        assert (await call(links, "GET", f"/{made['code']}"))[1]["data"] == [changed]
        assert [one["code"] for one in (await call(links, "GET"))[1]["data"]] == [made["code"]]
        assert await call(links, "DELETE", f"/{made['code']}") == (200, {"success": True})
        assert (await call(links, "GET"))[1] == {"data": []}
        assert (await call(links, "DELETE", f"/{made['code']}"))[1]["error"]["code"] == 100
        assert (await call(links, "GET", f"/{made['code']}"))[1]["error"]["code"] == 100
        assert (await follow(links, made["deep_link_url"]))[0] == 404

    @pytest.mark.parametrize(
        ("body", "code", "said"),
        [
            ({}, 131008, "prefilled_message"),
            ({"prefilled_message": "x" * 141}, 100, "got 141 characters, at most 140"),
            ({"prefilled_message": 5}, 100, "got 5"),
            ({"prefilled_message": "x", "generate_qr_image": "GIF"}, 100, "SVG, PNG"),
            ({"prefilled_message": "x", "code": "NONE"}, 100, "NONE"),
        ],
    )
    async def test_what_is_wrong_is_named(self, links: House, body: Any, code: int, said: str) -> None:
        status, answer = await call(links, "POST", json=body)
        assert (status, answer["error"]["code"]) == (400, code)
        assert said in answer["error"]["error_data"]["details"]

    async def test_fields_choose_the_image_form_and_pages_go_on(self, links: House) -> None:
        await make(links, "a")
        await make(links, "b")
        _, answer = await call(links, "GET", "?fields=code,qr_image_url.format(PNG)&limit=1")
        assert answer["data"][0]["qr_image_url"].endswith(".png")
        assert "prefilled_message" not in answer["data"][0]
        async with links.session.get(answer["paging"]["next"], headers=links.headers) as second:
            rest = await second.json()
        assert len(rest["data"]) == 1
        assert "next" not in rest["paging"]

    async def test_there_is_an_end_to_links(self, links: House, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(message_links, "MOST_LINKS", 1)
        await make(links)
        status, answer = await call(links, "POST", json={"prefilled_message": "x"})
        assert (status, answer["error"]["code"]) == (400, 100)


class TestQrCode:
    @pytest.mark.parametrize(
        ("form", "kind", "start"), [("SVG", "image/svg+xml", b"<?xml"), ("PNG", "image/png", b"\x89PNG")]
    )
    async def test_the_code_is_shown_to_everybody(self, links: House, form: str, kind: str, start: bytes) -> None:
        made = await make(links, generate_qr_image=form)
        async with links.session.get(made["qr_image_url"]) as answer:
            body = await answer.read()
            assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
            assert body.startswith(start)
        async with links.session.head(made["qr_image_url"]) as answer:
            assert (answer.status, int(answer.headers["Content-Length"])) == (200, len(body))

    async def test_unknown_codes_and_forms_are_not_found(self, links: House) -> None:
        made = await make(links)
        for name in (f"{made['code']}.gif", "NOTHING.svg", made["code"]):
            assert (await follow(links, f"/qr/{name}"))[0] == 404


class TestGrammar:
    async def test_a_code_leads_to_the_messenger_with_the_text_behind_the_hash(self, links: House) -> None:
        made = await make(links)
        status, location = await follow(links, made["deep_link_url"])
        assert status == 302
        assert "#/c/moewe-air?k=" in location
        assert prefilled(location) == "Guten Tag & hallo?"
        assert (await follow(links, f"/message/{made['code']}", "HEAD"))[0] == 302

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("/49301234567?text=Guten%20Tag%20%26%20hallo", "Guten Tag & hallo"),
            ("/49301234567", ""),
            ("/c/49301234567", ""),
            ("/send?phone=%2B49%2030%201234567&text=hi", "hi"),
            ("/send/?phone=49301234567&text=hi", "hi"),
        ],
    )
    async def test_number_links_lead_there_too(self, links: House, path: str, text: str) -> None:
        status, location = await follow(links, path)
        assert (status, prefilled(location)) == (302, text)

    @pytest.mark.parametrize("path", ["/message/NOPE", "/c/4915100000", "/send?phone=4915100000", "/send?phone=x"])
    async def test_what_leads_nowhere_is_not_found(self, links: House, path: str) -> None:
        assert (await follow(links, path))[0] == 404

    async def test_digits_that_are_no_number_of_ours_are_a_node_and_need_a_token(self, links: House) -> None:
        assert (await follow(links, "/4915100000"))[0] == 401
        assert (await follow(links, f"/{links.company.phone_number_id}"))[0] == 401
        # With a token, digits are always a node.
        status, answer, _ = await links.call("GET", "/49301234567")
        assert (status, answer["error"]["error_subcode"]) == (400, 33)

    async def test_without_a_messenger_links_say_so(self, links: House) -> None:
        made = await make(links)
        links.gateway.running.settings.messenger_url = ""
        assert (await follow(links, made["deep_link_url"]))[0] == 404

    async def test_links_may_have_a_domain_of_their_own(self, links: House) -> None:
        links.gateway.running.settings.link_url = "https://go.example/"
        try:
            made = await make(links, generate_qr_image="SVG")
        finally:
            links.gateway.running.settings.link_url = ""
        assert made["deep_link_url"].startswith("https://go.example/message/")
        assert made["qr_image_url"].startswith("https://go.example/qr/")
