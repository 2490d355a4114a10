"""Requests that begin and do not go on: each door answers or hangs up after its time, so that they cannot pile up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handschlag.gateway.cloud_api import door, request_body
from handschlag.relay import app
from handschlag.relay.http import requests
from tests.gateway.house import House


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    for module in (request_body, requests):
        monkeypatch.setattr(module, "BODY_SECONDS", 0.2)
    monkeypatch.setattr(door, "_KEEP_ALIVE_SECONDS", 0.4)
    monkeypatch.setattr(app, "KEEP_ALIVE_SECONDS", 0.4)
    made = House(tmp_path)
    await made.start()
    yield made
    await made.stop()


async def answer_to(port: int, data: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    try:
        return await asyncio.wait_for(reader.read(4096), 5)
    finally:
        writer.close()


async def test_half_requests_end_after_their_time(house: House) -> None:
    gateway, relay = int(house.gateway.url.rpartition(":")[2]), house.relay.port
    messages = (
        f"POST /{house.company.phone_number_id}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {house.token}\r\n"
    )
    form = "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 500\r\n\r\n--b\r\n"
    cases = {
        (gateway, b"POST /v23.0/1/messages HTTP/1.1\r\nHo"): b"",
        (relay, b"POST /v1/accounts HTTP/1.1\r\nHo"): b"",
        (gateway, b""): b"",
        (relay, b""): b"",
        (gateway, f"{messages}Content-Length: 50\r\n\r\n{{".encode()): b"HTTP/1.1 408",
        (gateway, f"{messages}{form}".encode()): b"HTTP/1.1 408",
        (relay, b"POST /v1/accounts HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{"): b"HTTP/1.1 400",
    }
    answers = await asyncio.gather(*(answer_to(*case) for case in cases))
    assert [answer[:12] for answer in answers] == list(cases.values())
    assert all(b"stopped coming" in answer for answer in answers if answer)
