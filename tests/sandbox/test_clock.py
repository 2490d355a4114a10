"""The sandbox's own clock: it moves for every rule at once, and only forward."""

from __future__ import annotations

import time

from tests.sandbox.process import DEPARTURE, SandboxProcess
from tests.sandbox.webhooks import Endpoint

SYLT = [{"type": "body", "parameters": [{"type": "text", "text": "Sylt"}, {"type": "text", "text": "39"}]}]


def test_it_starts_with_the_machines_and_moves_by_what_is_asked(sandbox: SandboxProcess) -> None:
    _, before = sandbox.control("GET", "/clock")
    status, after = sandbox.control("POST", "/clock", {"advance": "90s"})
    assert status == 200
    assert 90 <= after["now"] - before["now"] < 100
    assert sandbox.control("POST", "/clock", {"advance": 10})[1]["now"] - after["now"] < 20
    assert after["now"] >= time.time() + 89


def test_after_twenty_five_hours_words_are_refused_and_a_granted_template_goes(
    sandbox: SandboxProcess, endpoint: Endpoint
) -> None:
    ines = sandbox.customer("Ines", consent=["utility"])
    jan = sandbox.customer("Jan")
    for customer in (ines, jan):
        endpoint.message(sandbox.write(customer, "Moin"))
    sandbox.received(ines, sandbox.send_text(ines["wa_id"], "Moin!"))

    sandbox.do("/clock", {"advance": "25h"})

    closed = endpoint.status(sandbox.send_text(ines["wa_id"], "Noch da?"), "failed")
    assert closed["errors"][0]["code"] == 131047
    assert "24 hours" in closed["errors"][0]["error_data"]["details"]
    template = sandbox.received(ines, sandbox.send_template(ines["wa_id"], "departure", "de", DEPARTURE))
    assert template["rendered"]["body"] == (
        "Hallo Ines, Ihr Flug nach Helgoland startet um 14:05 Uhr an Gate B12. Das Boarding endet 15 Minuten vorher."
    )
    refused = endpoint.status(sandbox.send_template(jan["wa_id"], "departure", "de", DEPARTURE), "failed")
    assert refused["errors"][0]["code"] == 131026
    advert = endpoint.status(sandbox.send_template(ines["wa_id"], "new_route", "en_US", SYLT), "failed")
    assert advert["errors"][0]["code"] == 131050

    endpoint.message(sandbox.write(ines, "Ja, bin da"))
    sandbox.received(ines, sandbox.send_text(ines["wa_id"], "Wie schön"))


def test_what_nobody_fetched_for_a_month_fails(sandbox: SandboxProcess, endpoint: Endpoint) -> None:
    ines = sandbox.customer("Ines", consent=["utility"])
    sandbox.do(f"/customers/{ines['id']}/offline")
    wamid = sandbox.send_template(ines["wa_id"], "hello_world", "en_US")
    endpoint.status(wamid, "sent")
    sandbox.do("/clock", {"advance": "31d"})
    assert endpoint.status(wamid, "failed")["errors"][0]["code"] == 131026
    sandbox.do(f"/customers/{ines['id']}/online")
    endpoint.message(sandbox.write(ines, "zurück aus dem Urlaub"))
    assert wamid not in [m["id"] for m in sandbox.messages(ines)]
    sandbox.received(ines, sandbox.send_template(ines["wa_id"], "hello_world", "en_US"))
