"""Uploading a file, looking it up, fetching it in full and in part, and removing it."""

from __future__ import annotations

import hashlib

from tests.gateway.house import House
from tests.gateway.media.files import PDF, PNG, fetch, form, upload


async def test_an_uploaded_file_is_described_as_the_cloud_api_does_and_comes_back(shared_house: House) -> None:
    id_ = await upload(shared_house, PNG, "image/png")
    status, node, _ = await shared_house.call("GET", f"/v23.0/{id_}")
    assert status == 200
    assert node.keys() == {"messaging_product", "url", "mime_type", "sha256", "file_size", "id"}
    assert node["sha256"] == hashlib.sha256(PNG).hexdigest()
    assert node["file_size"] == len(PNG)
    status, content, headers = await fetch(shared_house, node["url"])
    assert (status, content) == (200, PNG)
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Length"] == str(len(PNG))
