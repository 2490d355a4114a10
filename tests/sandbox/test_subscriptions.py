"""Webhooks of a sandbox: an endpoint proves itself, is told with a signature, and is forgotten again."""

from __future__ import annotations

import re

import pytest

from tests.sandbox.process import SandboxProcess
from tests.sandbox.webhooks import Endpoint


def test_the_endpoint_is_asked_for_the_challenge_while_the_call_waits(
    sandbox: SandboxProcess, endpoint: Endpoint
) -> None:
    (asked,) = endpoint.challenges
    assert asked["hub.mode"] == "subscribe"
    assert asked["hub.verify_token"] == sandbox.connection["verify_token"]
    assert re.fullmatch(r"\d{10}", asked["hub.challenge"])
    _, listed = sandbox.api("GET", f"/{sandbox.connection['app_id']}/subscriptions")
    assert [one["callback_url"] for one in listed["data"]] == [endpoint.url]


def test_every_post_is_signed_over_its_bytes(sandbox: SandboxProcess, endpoint: Endpoint) -> None:
    ines = sandbox.customer("Änne / 🛫")
    endpoint.message(sandbox.write(ines, "Grüße / „bis bald“ 🛫"))
    assert endpoint.posts
    assert endpoint.unsigned == 0


def test_one_event_a_post_with_time_and_both_ids(sandbox: SandboxProcess, endpoint: Endpoint) -> None:
    ines = sandbox.customer()
    endpoint.message(sandbox.write(ines, "Moin"))
    endpoint.status(sandbox.send_text(ines["wa_id"], "Moin!"), "delivered")
    assert all(body.count(b'"changes"') == 1 for body in endpoint.posts)
    assert all(re.search(rb'"time":\d{10}', body) for body in endpoint.posts)
    assert all(value["contacts"][0]["user_id"].startswith("DE.") for value in endpoint.values)


@pytest.mark.parametrize("token", ["wrong", ""])
def test_an_endpoint_that_does_not_know_the_token_is_not_taken(
    sandbox: SandboxProcess, endpoint: Endpoint, token: str
) -> None:
    other = Endpoint("its own token", sandbox.connection["app_secret"])
    try:
        status, answer = sandbox.subscribe(other.url, token or None)
    finally:
        other.close()
    assert (status, answer["error"]["code"]) == (400, 2200)
    _, listed = sandbox.api("GET", f"/{sandbox.connection['app_id']}/subscriptions")
    assert [one["callback_url"] for one in listed["data"]] == [endpoint.url]


def test_an_address_nobody_answers_at_is_not_taken(sandbox: SandboxProcess) -> None:
    status, answer = sandbox.subscribe("http://127.0.0.1:9/nobody")
    assert (status, answer["error"]["code"]) == (400, 2200)
    assert "not reached" in answer["error"]["error_data"]["details"]
