"""Known texts, names and numbers go through a whole story; then the relay's disk, logs and traffic are searched for them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from handschlag.content.media import MediaFile
from handschlag.content.message_id import message_id
from handschlag.content.receipts import ReadReceipt
from handschlag.relay_client.media import download_file, upload_file
from handschlag.sandbox.customer import Customer
from tests.support.postgresql import dump
from tests.support.spellings import places_of, spellings
from tests.support.town import Town

CANARIES = {
    "text to the customer": "Kanarienvogel Größe zwölf",
    "text that still waits": "Kanarienvogel im Käfig am Fenster",
    "text to the company": "Pirol mit gelbem Gefieder?",
    "template parameter": "Zeisig-4711-Übersee",
    "customer's name": "Stieglitz von Distelfink",
    # Without its first digits, so that every way to write it is found.
    "customer's number": "15199887766",
    "callback data": "Girlitz-Vorgang-2026-0815",
    "a file's name": "Zaunkönig-Bordkarte.txt",
    "a file's caption": "Rotkehlchen im Anhang",
}
# Files lie sealed on the gateway's disk too.
FILES = {"file to the customer": "Nachtigall-Inhalt-0042", "file to the company": "Lerchengesang-Inhalt-0043"}
NUMBER = "+49" + CANARIES["customer's number"]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    return "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")


@pytest.fixture
async def town(tmp_path: Path, database_url: str) -> AsyncIterator[Town]:
    async with Town(tmp_path, relay_database=database_url) as made:
        yield made


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder.parent)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def at_the_relay(town: Town, database_url: str) -> dict[str, bytes]:
    """Return everything the operator could look at."""
    found = files_in(town.folder / "relay") | {"log": bytes(town.relay.output), "traffic": town.proxy.everything()}
    return found | ({"dump": dump(database_url)} if database_url else {})


async def live_a_day(town: Town) -> Customer:
    """Text both ways, a template, a receipt; the last message stays in the relay's mailbox."""
    customer = await town.customer(CANARIES["customer's name"], "utility", number=NUMBER)
    hello = await town.write(customer, CANARIES["text to the company"])
    heard = await town.receiver.message(message_id(hello))
    assert heard["from"] == NUMBER[1:]
    data = {"to": NUMBER, "biz_opaque_callback_data": CANARIES["callback data"]}
    shown = await posted(town, data | {"text": {"body": CANARIES["text to the customer"]}})
    parameters = [{"type": "text", "text": text} for text in (CANARIES["template parameter"], "14:05", "B12")]
    template = {
        "name": "departure",
        "language": {"code": "de"},
        "components": [{"type": "body", "parameters": parameters}],
    }
    notified = await posted(town, data | {"type": "template", "template": template})
    entry = await town.until(lambda: customer.entry_by_message_id(notified))
    assert CANARIES["template parameter"] in entry.message["rendered"]["body"]
    shown_entry = customer.entry_by_message_id(shown)
    assert shown_entry is not None
    assert shown_entry.message["text"]["body"] == CANARIES["text to the customer"]
    receipt = ReadReceipt(read=[shown_entry.envelope], at=int(town.clock.now()))
    await customer.send("receipt", msgspec.json.encode(receipt))
    await town.receiver.status(shown, "read")
    await town.receiver.status(notified, "delivered")
    await exchange_files(town, customer, data)
    await customer.disconnect()
    waiting = await posted(town, data | {"text": {"body": CANARIES["text that still waits"]}})
    await town.receiver.status(waiting, "sent")
    return customer


async def exchange_files(town: Town, customer: Customer, data: dict[str, Any]) -> None:
    """A document each way, both read where they arrive."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("messaging_product", "whatsapp")
    content = FILES["file to the customer"].encode()
    form.add_field("file", content, filename=CANARIES["a file's name"], content_type="text/plain")
    url = f"http://127.0.0.1:{town.gateway_settings.port}"
    headers = {"Authorization": f"Bearer {town.token}"}
    async with town.session.post(f"{url}/{town.company.phone_number_id}/media", data=form, headers=headers) as answer:
        id_ = (await answer.json())["id"]
    document = {"id": id_, "filename": CANARIES["a file's name"], "caption": CANARIES["a file's caption"]}
    sent = await posted(town, data | {"type": "document", "document": document})
    entry = await town.until(lambda: customer.entry_by_message_id(sent))
    file = pointer_in(entry.message)
    assert await download_file(customer.http, file) == content
    brought = await upload_file(customer.http, FILES["file to the company"].encode(), "text/plain")
    message = {"type": "document", "document": msgspec.to_builtins(brought)}
    envelope = await customer.send("service", msgspec.json.encode(message), message)
    heard = await town.receiver.message(message_id(envelope))
    async with town.session.get(heard["document"]["url"]) as answer:
        assert await answer.text() == FILES["file to the company"]


def pointer_in(message: dict[str, Any]) -> MediaFile:
    """Return what finds and opens the document of a message as the customer keeps it."""
    return msgspec.convert(message["document"], MediaFile)


async def posted(town: Town, message: dict[str, Any]) -> str:
    status, answer = await town.post(message)
    assert status == 200, answer
    return str(answer["messages"][0]["id"])


async def test_the_relay_holds_nothing_of_what_was_said_and_of_who_said_it(
    town: Town, database_url: str, tmp_path: Path
) -> None:
    customer = await live_a_day(town)
    assert places_of(CANARIES | FILES, at_the_relay(town, database_url)) == set()
    assert places_of(CANARIES | FILES, {"gateway's log": bytes(town.gateway.output)}) == set()
    await town.gateway.stop()
    await town.relay.stop()
    afterwards = at_the_relay(town, database_url)
    assert places_of(CANARIES | FILES, afterwards) == set()
    assert any(place.startswith("relay/media/") for place in afterwards)
    assert places_of(FILES, files_in(tmp_path / "gateway")) == set()
    # The search looks at the right places: what the relay may know is there,
    known = {"account": customer.profile.account, "handle": "moewe-air"}
    seen = {place for name, place in places_of(known, afterwards) if name == "account"}
    assert {"traffic", "dump" if database_url else "relay/relay.sqlite3"} <= seen
    # and what it must not know is found where it belongs.
    found = {name for name, _ in places_of(CANARIES, files_in(tmp_path / "gateway"))}
    assert found == CANARIES.keys()


@pytest.mark.parametrize("name", CANARIES | FILES)
def test_the_search_finds_a_text_in_every_form_and_at_every_place(name: str) -> None:
    text = (CANARIES | FILES)[name]
    forms: list[Callable[[bytes], bytes]] = [bytes, base64.b64encode, base64.urlsafe_b64encode, binascii.hexlify]
    for before in range(4):
        for form in forms:
            content = form(b"x" * before + text.encode() + b"yz")
            assert places_of({name: text}, {"planted": b"\x00\x01" + content + b"\x02"}) == {(name, "planted")}
    assert places_of({name: text}, {"utf-16": f"a{text}b".encode("utf-16")}) == {(name, "utf-16")}
    assert places_of({name: text}, {"json": msgspec.json.encode({"a": text})}) == {(name, "json")}
    assert all(len(form) >= 11 for form in spellings(text))
