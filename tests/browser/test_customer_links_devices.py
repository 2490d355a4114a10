"""A second browser joins the account of the first: by a code, with the chats; then both are one customer, until one is signed out."""

from __future__ import annotations

import re
import time
from typing import Any

import msgspec
import pytest
from playwright.sync_api import expect
from tests.browser.journey import MARKETING, UTILITY, Customer, Journeys

from handschlag.crypto.identity import Identity
from handschlag.wire.signed import SignedRecord

pytestmark = pytest.mark.browser


def show_code(new: Customer) -> str:
    """Let the new browser show its code; returns what is in it."""
    new.goes_to("#/return/device")
    again = new.page.get_by_role("button", name="Try again")
    code = new.page.get_by_role("img", name="Code for your other device")
    expect(code.or_(again)).to_be_visible()
    if again.is_visible():
        again.click()
    expect(code).to_be_visible()
    new.presses("Copy the code")
    expect(new.page.get_by_text("Copied", exact=True)).to_be_visible()
    return str(new.page.evaluate("navigator.clipboard.readText()"))


def begin(old: Customer, new: Customer) -> None:
    """Let the old browser read the new one's code; the digits are asked for then."""
    code = show_code(new)
    read_code(old, code)
    expect(new.page.get_by_role("heading", name="Enter these digits")).to_be_visible()


def read_code(old: Customer, code: str) -> None:
    old.goes_to("#/link")
    if old.page.get_by_role("button", name="Try again").is_visible():
        old.presses("Try again")
    old.pastes_code(code)


def digits_of(new: Customer) -> str:
    return new.page.locator(".digits").inner_text()


def link(old: Customer, new: Customer) -> None:
    """Link two browsers, older messages and all."""
    begin(old, new)
    old.page.get_by_label("Two digits").fill(digits_of(new))
    old.presses("Compare")
    expect(new.page.get_by_role("heading", name="Join the account of Ines?")).to_be_visible()
    new.presses("Yes, it is mine")
    expect(new.page.get_by_role("heading", name="This browser is linked")).to_be_visible(timeout=30_000)
    expect(old.page.get_by_role("heading", name=re.compile("is linked"))).to_be_visible()


def test_two_browsers_are_one_customer_until_one_is_signed_out(journeys: Journeys) -> None:
    phone = journeys.customer("phone")
    laptop = journeys.customer("desktop", permissions=["clipboard-read", "clipboard-write"])
    airline = phone.airline
    to = phone.becomes_known("Moin from the phone", UTILITY, MARKETING)
    airline.says(to, "Moin Ines")
    phone.sees("Moin Ines")
    phone.goes_to("#/settings")
    phone.page.get_by_label("Your name").fill("Ines")
    phone.presses("Save")
    link(phone, laptop)

    # Whoever lets a device in unseen shall not stay unseen.
    expect(phone.page.get_by_role("alert")).to_contain_text("was added to your account")
    phone.presses("Yes")
    expect(phone.page.get_by_role("region", name="Devices")).to_have_count(0)

    # The chats are here, in their order and as verified as there.
    laptop.goes_to("#/")
    # Who has two devices is not told that the chats are on this one alone.
    expect(laptop.page.get_by_role("region", name="These chats are only on your devices")).to_be_visible()
    laptop.page.get_by_role("link", name=re.compile("Möwe Air")).click()
    laptop.sees("Moin Ines")
    assert laptop.texts == ["Moin from the phone", "Moin Ines"]
    assert laptop.stored("companies").keys() == phone.stored("companies").keys()

    # What the company writes reaches both, and what one reads is read on the other.
    phone.goes_to("#/settings/devices")
    expect(phone.page.get_by_role("listitem")).to_have_count(2)
    airline.says(to, "To both of you")
    laptop.sees("To both of you")
    phone.goes_to("#/")
    expect(phone.page.get_by_role("link", name=re.compile("Möwe Air"))).to_contain_text("To both of you")
    expect(phone.page.get_by_role("link", name=re.compile("unread"))).to_have_count(0)

    # What one writes is an own message on the other.
    laptop.writes("From the laptop")
    laptop.is_heard("From the laptop")
    phone.page.get_by_role("link", name=re.compile("Möwe Air")).click()
    phone.sees("From the laptop")
    phone.sees_state("From the laptop", "(sent|delivered)")
    assert phone.texts == ["Moin from the phone", "Moin Ines", "To both of you", "From the laptop"]
    phone.sees_state("From the laptop", "delivered")
    phone.writes("And back")
    laptop.sees("And back")

    # A decision made on one is in force on the other, in its record as well.
    laptop.opens_profile()
    laptop.switch(MARKETING).click()
    expect(laptop.switch(MARKETING)).not_to_be_checked()
    phone.opens_profile()
    expect(phone.switch(MARKETING)).not_to_be_checked()
    expect(phone.switch(UTILITY)).to_be_checked()
    phone.switch(MARKETING).click()
    expect(laptop.switch(MARKETING)).to_be_checked()
    (company,) = laptop.stored("companies").values()
    assert sorted(company["purposes"]) == ["marketing", "utility"]
    assert len(company["records"]) == 3
    airline.sandbox.send_template(to, "hello_world", "en_US")
    laptop.goes_to("#/")
    laptop.page.get_by_role("link", name=re.compile("Möwe Air")).click()
    laptop.sees("Hello World")

    # Names are the own devices' affair; whoever is signed out reads why, and can wipe what is left.
    phone.goes_to("#/settings/devices")
    other = phone.page.get_by_role("listitem").filter(
        has=phone.page.get_by_role("button", name=re.compile("^Sign out"))
    )
    other.get_by_role("button", name=re.compile("^Rename")).click()
    phone.page.get_by_label("Name of this device").fill("Laptop in the kitchen")
    phone.presses("Save")
    laptop.goes_to("#/settings/devices")
    expect(laptop.page.get_by_text("Laptop in the kitchen", exact=True)).to_be_visible()
    laptop.expects("403|401")
    phone.presses("Sign out Laptop in the kitchen")
    phone.page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    expect(laptop.page.get_by_role("heading", name="This device was signed out")).to_be_visible()
    expect(phone.page.get_by_role("listitem")).to_have_count(1)
    phone.goes_to("#/")
    phone.page.get_by_role("link", name=re.compile("Möwe Air")).click()
    phone.writes("Alone again")
    phone.is_heard("Alone again")
    airline.says(to, "Only one of you")
    phone.sees("Only one of you")
    laptop.presses("Erase and begin anew")
    laptop.page.get_by_role("dialog").get_by_role("button").last.click()
    expect(laptop.page.get_by_role("link", name=re.compile("I already use"))).to_be_visible()

    # A relay that says that the account is gone is not believed: the device keeps everything, and goes on when it tells the truth.
    link(phone, laptop)
    laptop.expects("410|401|WebSocket")
    account = laptop.stored("facts")["account"]
    forged = Identity.create(account["account"], bytes(64)).erase(account["device"], time.time())
    laptop.context.route("**/v1/auth/token", lambda route: route.fulfill(status=410, json=erased(forged)))
    with laptop.page.expect_console_message(lambda line: "no word of the account" in line.text):
        laptop.goes_to("#/chat/moewe-air")
        laptop.page.reload()
    laptop.sees("Alone again")
    laptop.context.unroute_all()
    laptop.writes("Still here")
    laptop.is_heard("Still here")

    # On the account's own word, spoken on one device, the other one erases itself and says so.
    phone.expects("410|401|WebSocket")
    phone.goes_to("#/settings/data")
    phone.page.get_by_role("button", name="Erase the account").click()
    phone.page.get_by_role("textbox", name="ERASE").fill("erase")
    phone.presses("Erase the account for ever")
    for one in (phone, laptop):
        expect(one.page.get_by_role("heading", name="This account was erased")).to_be_visible()
        assert one.page.evaluate("indexedDB.databases()") == []


def erased(record: SignedRecord) -> dict[str, Any]:
    """Return the answer of a relay that says so."""
    return {"error": {"code": "erased", "message": "gone", "field": "account", "record": msgspec.to_builtins(record)}}


def test_linking_ends_clearly_when_somebody_is_in_between(journeys: Journeys) -> None:
    old, new = (
        journeys.customer("desktop"),
        journeys.customer("phone", permissions=["clipboard-read", "clipboard-write"]),
    )
    old.joins()
    for one in (old, new):
        one.expects("40[49]")

    # Somebody read the code before: both say so, and nothing was handed over.
    code = show_code(new)
    relay, link = old.airline.connection["relay_url"], code.split("/")[-1].split(".")[0]
    assert (
        old.airline.sandbox.http.put(f"{relay}/v1/links/{link}/0", json={"message": "a channel of mine"}).status_code
        == 200
    )
    read_code(old, code)
    expect(old.page.get_by_role("alert").filter(has_text="Somebody else has used this code")).to_be_visible()
    expect(new.page.get_by_role("alert").filter(has_text="was changed on the way")).to_be_visible()

    # Other digits are another channel: one try.
    begin(old, new)
    old.page.get_by_label("Two digits").fill(str((int(digits_of(new)) + 1) % 100).zfill(2))
    old.presses("Compare")
    for one in (old, new):
        expect(one.page.get_by_role("alert").filter(has_text="The digits were not the same")).to_be_visible()

    # The person at the new device does not know the account.
    begin(old, new)
    old.page.get_by_label("Two digits").fill(digits_of(new))
    old.presses("Compare")
    new.presses("No, stop")
    for one in (old, new):
        expect(one.page.get_by_role("alert").filter(has_text="Nothing was handed over")).to_be_visible()
    assert new.has_no_account()
