"""Losing every device: a code that was checked brings chats, consents and identity back; a relay that lies about it is found out."""

from __future__ import annotations

import json
import re
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect
from tests.browser.journey import UTILITY, Customer, Journeys
from tests.sandbox.process import until

from handschlag.crypto.identity import Identity, signed_by
from handschlag.wire.certificates import KeyObject
from handschlag.wire.ids import AccountId
from handschlag.wire.signed import SigningKey

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.browser

SETTINGS = "#/settings/recovery"
PUT = re.compile(r"/v1/backups/[0-9a-f]{64}$")
CODE = r"^[0-9A-Z]{4}( [0-9A-Z]{4}){6}$"


def makes_a_code(who: Customer) -> str:
    """Make a recovery code as the screen asks for it, and wait for the first backup."""
    who.goes_to(SETTINGS)
    code = keeps_a_code(who, "Make a recovery code")
    expect(who.page.get_by_text("Last backup today")).to_be_visible()
    return code


def keeps_a_code(who: Customer, button: str) -> str:
    who.presses(button)
    code = who.page.get_by_role("group", name="Recovery code").inner_text()
    code = " ".join(code.split())
    assert re.fullmatch(CODE, code)
    who.presses("I have kept it")
    enters_groups(who, code)
    who.presses("Check")
    who.presses("Done")
    return code


def enters_groups(who: Customer, code: str) -> None:
    for field in who.page.get_by_role("textbox", name=re.compile("^Group ")).all():
        number = int(str(field.evaluate("(one) => one.labels[0].textContent")).split()[-1])
        field.fill(code.split()[number - 1].lower())


def enters(who: Customer, code: str, *, button: str = "Continue") -> None:
    who.page.get_by_role("textbox", name="Recovery code").fill(code)
    who.presses(button)


def comes_back(who: Customer, code: str) -> None:
    who.goes_to("#/return/code")
    enters(who, code)
    who.presses("Bring everything back")


def other_typo(code: str) -> str:
    """Return the code with its first character another one."""
    return ("7" if code[0] != "7" else "8") + code[1:]


def test_who_loses_every_device_comes_back_with_the_code(journeys: Journeys) -> None:
    ines = journeys.customer("phone")
    to = ines.becomes_known("Moin aus Hamburg", UTILITY)
    ines.airline.says(to, "Willkommen an Bord")
    ines.sees("Willkommen an Bord")
    # A group that is not the code's does not count.
    ines.goes_to(SETTINGS)
    ines.presses("Make a recovery code")
    ines.presses("I have kept it")
    for field in ines.page.get_by_role("textbox", name=re.compile("^Group ")).all():
        field.fill("0000")
    ines.presses("Check")
    expect(ines.page.get_by_text("This group is another one").first).to_be_visible()
    assert "recovery" not in ines.stored("facts")
    ines.goes_to("#/settings")
    code = makes_a_code(ines)
    # What the device keeps does not tell the code, and a reload shows what was made.
    kept = json.dumps([ines.stored(name) for name in ("facts", "commands")])
    assert not {code.replace(" ", ""), code.replace(" ", "")[:25]} & set(re.findall(r"[0-9A-Z]{25,28}", kept))
    ines.presses("Check my code")
    enters(ines, other_typo(code), button="Check")
    expect(ines.page.get_by_text("There is a typo")).to_be_visible()
    enters(ines, code, button="Check")
    expect(ines.page.get_by_text("That is your code")).to_be_visible()
    # Something more, and a backup that only brings what changed.
    ines.airline.says(to, "Gate B12")
    until(lambda: len(ines.stored("messages")) == 3)
    until_backed_up(ines, messages=3)
    before = ines.stored("facts")["account"]
    ines.context.close()

    again = journeys.customer("desktop")
    # Some answers are refusals: the browser says so on its console.
    again.expects("404")
    again.opens(again.airline.messenger)
    again.page.get_by_role("link", name="I already use Handschlag").click()
    again.page.get_by_role("link", name="recovery code").click()
    enters(again, other_typo(code))
    expect(again.page.get_by_text("There is a typo")).to_be_visible()
    enters(again, "0000 0000 0000 0000 0000 0000 0000")
    expect(again.page.get_by_text("There is no backup of this code here")).to_be_visible()
    enters(again, code)
    expect(again.page.get_by_text("1 company, 3 messages")).to_be_visible()
    again.presses("Bring everything back")
    expect(again.page.get_by_text("Everything is back")).to_be_visible()
    again.presses("To your chats")
    again.page.get_by_role("navigation").get_by_role("link", name="Möwe Air").click()
    again.sees("Gate B12")
    assert again.texts == ["Moin aus Hamburg", "Willkommen an Bord", "Gate B12"]
    # The same person for the company, on a device that both believe.
    after = again.stored("facts")["account"]
    assert after["account"] == before["account"]
    assert after["device"] != before["device"]
    again.writes("Ich bin wieder da")
    assert again.is_heard("Ich bin wieder da")["from"] == to
    again.airline.says(to, "Schön!")
    again.sees("Schön!")
    assert again.airline.sandbox.send_template(to, "hello_world", "en_US")
    again.sees("Hello World")
    again.opens_profile()
    expect(again.switch(UTILITY)).to_be_checked()
    # The backup goes on from here, under the same code.
    again.goes_to(SETTINGS)
    until_backed_up(again, messages=6)


def test_a_backup_whose_answer_was_lost_goes_on(journeys: Journeys) -> None:
    ines = journeys.customer("desktop")
    to = ines.becomes_known("eins")
    makes_a_code(ines)
    ines.expects("ERR_FAILED|ERR_CONNECTION_RESET")
    lost: list[int] = []

    def lose_the_answer(route: Route) -> None:
        if route.request.method != "PUT" or lost:
            return route.fallback()
        lost.append(route.fetch().status)
        return route.abort()

    ines.context.route(PUT, lose_the_answer)
    ines.airline.says(to, "zwei")
    expect(ines.page.get_by_role("navigation").get_by_text("zwei")).to_be_visible()
    ines.presses("Back up now")
    expect(ines.page.get_by_text("Waiting for a connection")).to_be_visible()
    assert lost == [200]
    until_backed_up(ines, messages=2)


def test_of_two_browsers_that_keep_the_backup_the_later_one_does(journeys: Journeys) -> None:
    ines = journeys.customer("desktop")
    to = ines.becomes_known("eins")
    code = makes_a_code(ines)
    other = journeys.customer("phone")
    # What the other reads comes only when the first has written meanwhile.
    other.context.route("**/v1/backups/*/parts/*", lambda _route: None)
    with other.page.expect_request(lambda request: "/parts/" in request.url and request.method == "GET"):
        comes_back(other, code)
    ines.airline.says(to, "zwei")
    expect(ines.page.get_by_role("navigation").get_by_text("zwei")).to_be_visible()
    until_backed_up(ines, messages=2)
    other.context.unroute_all()
    expect(other.page.get_by_text("Everything is back")).to_be_visible()
    until_backed_up(other, messages=2)
    ines.goes_to(SETTINGS)
    expect(ines.page.get_by_role("heading", name="Another of your devices keeps a backup")).to_be_visible()


class TestWhileABackupIsBeingSaved:
    def test_a_new_code_gets_a_backup_of_its_own(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop")
        to = ines.becomes_known("eins")
        makes_a_code(ines)
        held = holds_the_first(ines)
        ines.airline.says(to, "zwei")
        expect(ines.page.get_by_role("navigation").get_by_text("zwei")).to_be_visible()
        ines.presses("Back up now")
        expect(ines.page.get_by_text("Saving the backup")).to_be_visible()
        code = keeps_a_code(ines, "Make a new code")
        lets_go(ines, held)
        expect(ines.page.get_by_text(re.compile("^2 messages, "))).to_be_visible()
        expect(ines.page.get_by_text("Last backup today")).to_be_visible()
        other = journeys.customer("phone")
        comes_back(other, code)
        expect(other.page.get_by_text("Everything is back")).to_be_visible()

    def test_nothing_of_it_stays_when_there_shall_be_none(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop")
        ines.becomes_known("eins")
        held = holds_the_first(ines)
        ines.goes_to(SETTINGS)
        code = keeps_a_code(ines, "Make a recovery code")
        expect(ines.page.get_by_text("Saving the backup")).to_be_visible()
        ines.presses("Stop and delete the backup")
        ines.page.get_by_role("dialog").get_by_role("button", name="Delete the backup").click()
        expect(ines.page.get_by_role("button", name="Make a recovery code")).to_be_visible()
        with ines.page.expect_response(lambda answer: answer.request.method == "DELETE"):
            lets_go(ines, held)
        other = journeys.customer("phone")
        other.expects("404")
        other.goes_to("#/return/code")
        enters(other, code)
        expect(other.page.get_by_text("There is no backup of this code here")).to_be_visible()


def holds_the_first(who: Customer) -> list[Route]:
    """Hold the way of what would put the next backup in force; returns what is held."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method != "PUT" or held:
            return route.fallback()
        return held.append(route)

    who.context.route(PUT, hold)
    return held


def lets_go(who: Customer, held: list[Route]) -> None:
    # A page that is asked something hears its routes.
    until(lambda: who.page.evaluate("true") and held)
    held[0].continue_()


def until_backed_up(who: Customer, messages: int) -> None:
    who.goes_to(SETTINGS)
    who.presses("Back up now")
    expect(who.page.get_by_text(re.compile(rf"^{messages} messages, "))).to_be_visible()


def test_a_relay_that_shows_another_identity_is_found_out(journeys: Journeys) -> None:
    ines = journeys.customer("phone")
    ines.becomes_known("Moin", UTILITY)
    code = makes_a_code(ines)
    before = ines.stored("facts")["account"]
    ines.context.close()
    again = journeys.customer("phone")
    again.context.route("**/v1/keys/query", show_another_identity)
    comes_back(again, code)
    expect(again.page.get_by_text("Stop: this is not your account")).to_be_visible()
    assert again.stored("messages") == {}
    assert again.stored("companies") == {}
    assert again.has_no_account()
    # The device that was begun does not stay behind without a name.
    sandbox = again.airline.sandbox
    asked = f"{sandbox.connection['relay_url']}/v1/accounts/{quote(before['account'])}/devices"
    until(lambda: sandbox.http.get(asked).json()["devices"] == [before["device"]])


def show_another_identity(route: Route) -> None:
    """Answer with keys of the relay's own making for every account that is asked for."""
    response = route.fetch()
    answer: dict[str, Any] = response.json()
    for account in answer["master_keys"]:
        other = Identity.create(AccountId(account), secrets.token_bytes(64))
        answer["master_keys"][account] = other.master_key()
        answer["self_signing_keys"][account] = other.self_signing_key()
        for key in answer.get("user_signing_keys", {}):
            answer["user_signing_keys"][key] = user_signing_key(other)
    route.fulfill(response=response, json=answer)


def user_signing_key(identity: Identity) -> KeyObject:
    """Return a third key of an identity, as a customer's account has one, signed by its master key."""
    seed = identity.state().master_seed
    assert seed is not None
    public = SigningKey(secrets.token_bytes(32)).public
    key = {"user_id": identity.account, "usage": ["user_signing"], "keys": {f"ed25519:{public}": public}}
    return signed_by(key, identity.account, SigningKey(seed))


def test_a_passkey_leads_to_the_same(journeys: Journeys) -> None:
    # Passkeys belong to a name, never to an address of numbers.
    messenger = journeys.airline.messenger.replace("127.0.0.1", "localhost")
    journeys.airline.origins.add(messenger)
    ines = journeys.customer("phone")
    session = ines.context.new_cdp_session(ines.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "hasPrf": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    ines.joins(link=ines.airline.link.replace(journeys.airline.messenger, messenger))
    ines.writes("Nur mit Passkey")
    ines.is_heard("Nur mit Passkey")
    ines.page.goto(f"{messenger}/{SETTINGS}")
    ines.presses("Use a passkey instead")
    expect(ines.page.get_by_text("Last backup today")).to_be_visible()
    expect(ines.page.get_by_role("button", name="Check my code")).to_have_count(0)
    ines.page.goto(f"{messenger}/#/settings")
    ines.presses("Erase everything on this device")
    ines.presses("Erase")
    expect(ines.page.get_by_role("link", name="I already use Handschlag")).to_be_visible()
    ines.page.goto(f"{messenger}/#/return/code")
    ines.presses("Use a passkey")
    ines.presses("Bring everything back")
    ines.presses("To your chats")
    ines.page.get_by_role("navigation").get_by_role("link", name="Möwe Air").click()
    ines.sees("Nur mit Passkey")
