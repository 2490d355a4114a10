"""A second browser joins the account of the first: by a code, with the chats; then both are one customer, until one is signed out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.browser.journey import MARKETING, UTILITY, Customer, Journeys

pytestmark = pytest.mark.browser


def begin(old: Customer, new: Customer) -> None:
    """Let the new browser show its code, and the old one read it; the digits are asked for then."""
    new.goes_to("#/link")
    code = new.page.get_by_role("img", name="Code for your other device")
    expect(code).to_be_visible()
    new.presses("Copy the code")
    link = new.page.evaluate("navigator.clipboard.readText()")
    old.goes_to("#/link")
    old.pastes_code(link)
    expect(new.page.get_by_role("heading", name="Enter these digits")).to_be_visible()


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


def test_two_browsers_are_one_customer(journeys: Journeys) -> None:
    phone, laptop = journeys.customer("phone"), journeys.customer("desktop", permissions=["clipboard-read", "clipboard-write"])
    to = phone.becomes_known("Moin from the phone", UTILITY, MARKETING)
    phone.airline.says(to, "Moin Ines")
    phone.sees("Moin Ines")
    phone.goes_to("#/settings")
    phone.page.get_by_label("Your name").fill("Ines")
    phone.presses("Save")
    link(phone, laptop)
