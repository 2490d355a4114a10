"""Trust in the customer's hands: comparing keys, deciding about changed ones, reporting, and who may write."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from playwright.sync_api import expect
from tests.browser.journey import MARKETING, UTILITY, Airline, Customer, Journeys

from handschlag.crypto.identity import Identity

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.browser

NEWS = [{"type": "body", "parameters": [{"type": "text", "text": "Sylt"}, {"type": "text", "text": "39"}]}]


def reports(airline: Airline) -> list[tuple[str, str, str]]:
    """Return reason, proof and attached message of every report, by the relay's own database."""
    file = Path(airline.connection["relay_data"]) / "relay.sqlite3"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        return list(database.execute("SELECT reason, proof, message FROM reports ORDER BY id"))


def with_another_identity(ines: Customer) -> None:
    """From now on the relay shows this customer another identity of the company, which certifies the same device."""
    made: dict[str, Identity] = {}

    def on_query(route: Route) -> None:
        answer = route.fetch()
        keys = answer.json()
        for account, devices in keys["device_keys"].items():
            if account == ines.company_account:
                other = made.setdefault(account, Identity.create(account, os.urandom(64)))
                keys["master_keys"][account] = plain(other.master_key())
                keys["self_signing_keys"][account] = plain(other.self_signing_key())
                keys["device_keys"][account] = {
                    id_: plain(other.certify({**device, "signatures": own_signatures(account, id_, device)}))
                    for id_, device in devices.items()
                }
        route.fulfill(response=answer, json=keys)

    ines.context.route("**/v1/keys/query", on_query)


def own_signatures(account: str, device: str, keys: dict[str, Any]) -> dict[str, Any]:
    """Return the signatures a device put on its own keys."""
    key_id = f"ed25519:{device}"
    return {account: {key_id: keys["signatures"][account][key_id]}}


def plain(value: Any) -> Any:
    return json.loads(msgspec.json.encode(value))


def test_the_same_digits_stand_on_both_sides_and_changed_keys_stop_everything_until_a_person_decides(
    journeys: Journeys,
) -> None:
    ines = journeys.customer("phone")
    to = ines.becomes_known("Moin", UTILITY)
    expect(ines.page.get_by_text("Reads on its own machine")).to_be_visible()
    ines.opens_profile()
    ines.page.get_by_role("link", name="Compare the safety number").click()
    digits = ines.page.get_by_role("list", name="Sixty digits")
    path = f"/v23.0/{ines.airline.connection['phone_number_id']}/safety_number?user={to}"
    status, company = ines.airline.sandbox.api("GET", path)
    assert status == 200
    expect(digits.get_by_role("listitem")).to_have_text(company["safety_number"].split())
    # The company's code pasted instead of scanned, then somebody else's.
    ines.presses("Scan a code")
    ines.pastes_code(company["qr"])
    expect(ines.page.get_by_text("The code fits")).to_be_visible()
    expect(ines.page.get_by_text("Compared on")).to_be_visible()
    ines.presses("Scan a code")
    ines.pastes_code(" ".join(company["qr"].split()[::2] + company["qr"].split()[1:2]))
    expect(ines.page.get_by_text("This code does not fit")).to_be_visible()

    with_another_identity(ines)
    ines.page.reload()
    expect(ines.page.get_by_role("heading", name="The key has changed")).to_be_visible()
    ines.goes_to("#/chat/moewe-air")
    ines.sees_event("The key of this company changed.")
    expect(ines.field).to_have_count(0)
    ines.page.get_by_role("link", name="Look at it").click()
    ines.presses("Accept without comparing")
    ines.presses("Accept the new key")
    ines.sees_event("You accepted the new key.")
    ines.writes("Und weiter")
    ines.is_heard("Und weiter")


def test_a_company_is_reported_with_one_message_or_none_and_everything_is_withdrawn_at_once(
    journeys: Journeys, airline: Airline
) -> None:
    ines = journeys.customer("desktop")
    to = ines.becomes_known("Moin", UTILITY, MARKETING)
    airline.sandbox.send_template(to, "new_route", "en_US", NEWS)
    offer = ines.page.get_by_role("article").filter(has_text="Sylt")
    expect(offer).to_be_visible()
    before = len(reports(airline))
    ines.opens_profile()
    ines.presses("Report")
    ines.page.get_by_role("radio", name="I do not want to hear from them").check()
    ines.page.get_by_role("dialog").get_by_role("button", name="Report").click()
    expect(ines.page.get_by_text("Reported. Thank you.")).to_be_visible()
    assert reports(airline)[before:] == [("unwanted", "none", "")]

    ines.goes_to("#/chat/moewe-air")
    offer.click(button="right")
    ines.page.get_by_role("menuitem", name=re.compile("Report")).click()
    ines.page.get_by_role("radio", name="This was advertising").check()
    ines.page.get_by_role("checkbox", name="Show the operator this message").check()
    ines.page.get_by_role("dialog").get_by_role("button", name="Report").click()
    expect(ines.page.get_by_role("dialog")).to_have_count(0)
    ((reason, proof, message),) = reports(airline)[before + 1 :]
    assert (reason, proof) == ("advertising", "proved")
    assert "Sylt" in message

    ines.goes_to("#/settings/permissions")
    row = ines.page.get_by_role("listitem").filter(has_text="Möwe Air").last
    expect(row).to_contain_text("May send: Notifications and Advertising, since")
    row.get_by_role("button", name="Withdraw").click()
    expect(ines.page.get_by_text("Nobody may send you anything unasked.")).to_be_visible()
    refused = airline.sandbox.send_template(to, "new_route", "en_US", NEWS)
    assert airline.endpoint.status(refused, "failed")["errors"][0]["code"] == 131050
