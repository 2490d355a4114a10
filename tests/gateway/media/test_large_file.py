"""A document of 100 MB goes all the way, program to customer, and no process ever holds it whole."""

from __future__ import annotations

import hashlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from handschlag.content.media import MediaFile
from handschlag.relay_client.media import stream_file
from tests.gateway.house import House
from tests.gateway.media.files import PDF, fetch

SIZE = 100 * 1024 * 1024
PIECE = PDF + hashlib.shake_256(b"a document").digest(1024 * 1024 - len(PDF))
# Relay and gateway, server and client, all in this process: two parts of a multipart upload, sockets' buffers, and what pytest needs.
MOST_GROWTH = 48 * 1024


def resident() -> int:
    """Return this process's resident memory in KiB."""
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0])


class Peak:
    """The most memory seen while something ran, looked at with every piece."""

    def __init__(self) -> None:
        self.first = self.most = resident()

    def look(self) -> None:
        self.most = max(self.most, resident())

    @property
    def growth(self) -> int:
        return self.most - self.first


async def document(peak: Peak) -> AsyncIterator[bytes]:
    """Yield a form with the document, piece by piece."""
    head = 'Content-Disposition: form-data; name="file"; filename="book.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    yield b'--x\r\nContent-Disposition: form-data; name="messaging_product"\r\n\r\nwhatsapp\r\n--x\r\n' + head.encode()
    for _ in range(SIZE // len(PIECE)):
        yield PIECE
        peak.look()
    yield b"\r\n--x--\r\n"


@pytest.mark.slow
async def test_a_document_of_100_mb_reaches_the_customer_whole_in_constant_memory(house: House) -> None:
    customer = await house.customer()
    expected = hashlib.sha256(PIECE * (SIZE // len(PIECE)))
    peak, began = Peak(), time.perf_counter()
    path = f"/v23.0/{house.company.phone_number_id}/media"
    headers = house.headers | {"Content-Type": "multipart/form-data; boundary=x"}
    status, answer, _ = await house.call("POST", path, data=document(peak), headers=headers)
    assert status == 200, answer
    uploaded = time.perf_counter()

    status, sent = await house.post(
        {
            "to": house.contact_of(customer).wa_id,
            "type": "document",
            "document": {"id": answer["id"], "filename": "book.pdf"},
        }
    )
    assert status == 200, sent
    opened = await customer.until(lambda: next((o for o in customer.opened if b"document" in o.body), None))
    file = msgspec.json.decode(opened.body, type=dict[str, msgspec.Raw])["document"]
    peak.look()
    arrived = time.perf_counter()

    digest = hashlib.sha256()
    async for piece in stream_file(customer.http, msgspec.json.decode(file, type=MediaFile)):
        digest.update(piece)
        peak.look()
    assert digest.digest() == expected.digest()
    downloaded = time.perf_counter()

    _, node, _ = await house.call("GET", f"/v23.0/{answer['id']}")
    assert node["sha256"] == expected.hexdigest()
    status, part, _ = await fetch(house, node["url"], Range=f"bytes={SIZE - 5}-")
    assert (status, part) == (206, PIECE[-5:])
    seconds = (uploaded - began, arrived - uploaded, downloaded - arrived)
    megabytes = ", ".join(f"{SIZE / 1024**2 / s:.0f}" for s in seconds)
    print(f"MB/s up, to the customer's device, down: {megabytes}; memory grew by {peak.growth / 1024:.1f} MB")
    assert peak.growth < MOST_GROWTH
