"""What a customer does with messages: answers, reacts, copies codes, writes anew, takes back, stars, passes on, deletes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect
from tests.browser.journey import Airline, Customer, Journeys, running_airline
from tests.browser.second_company import enrol_second
from tests.browser.test_access import AXE, fits, is_accessible
from tests.content.message_examples import BUTTONS, LIST
from tests.sandbox.process import until

pytestmark = pytest.mark.browser

FORBID_COPYING = """() => {
  navigator.clipboard.writeText = () => Promise.reject(new DOMException('denied', 'NotAllowedError'));
}"""
CODES = {"en": "Codes for signing in", "de": "Codes zum Anmelden"}
OTP = [
    {"type": "BODY", "add_security_recommendation": True},
    {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
]


@pytest.fixture(scope="module")
def airline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airline]:
    """A sandbox of their own: a second company comes to its relay."""
    yield from running_airline(tmp_path_factory.mktemp("airline"))


def heard(ines: Customer, kind: str, count: int = 1) -> dict[str, Any]:
    """Wait until the webhook told this often of a kind of message; return the last one."""

    def find() -> dict[str, Any] | None:
        found = [one for one in ines.airline.heard(ines.sender) if one["type"] == kind]
        return found[-1] if len(found) == count else None

    return until(find)


def chooses(ines: Customer, message: Locator, action: str) -> None:
    """Open a message's menu by the keyboard, and tap what it offers."""
    message.focus()
    message.press("Enter")
    ines.page.get_by_role("menuitem", name=action, exact=True).click()


def test_answers_stay_marked_reactions_go_both_ways_and_a_code_is_copied(journeys: Journeys) -> None:
    ines = journeys.customer(
        "phone", "de", permissions=["clipboard-read", "clipboard-write"], bypass_csp=True, reduced_motion="reduce"
    )
    ines.context.add_init_script(AXE)
    ines.sender = to = ines.becomes_known("Moin", CODES)
    page, sandbox = ines.page, ines.airline.sandbox

    sandbox.send({"to": to, "type": "interactive", "interactive": BUTTONS})
    ines.sees("Do you want to rebook?")
    ines.presses("Yes")
    sandbox.send({"to": to, "type": "interactive", "interactive": LIST})
    asked = ines.bubble("Where do you want to sit?").first
    asked.get_by_role("button", name="Choose").click()
    sheet = page.get_by_role("dialog", name="Choose")
    box = sheet.bounding_box()
    assert box is not None
    assert (box["x"], box["y"] + box["height"]) == (0, 844), "a sheet from below"
    send = sheet.get_by_role("button", name="Senden")
    expect(send).to_be_disabled()
    sheet.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(sheet.get_by_role("radio", name="20C")).to_be_checked()
    is_accessible(page)
    send.click()
    answer = heard(ines, "interactive", 2)
    assert answer["interactive"]["list_reply"] == {"id": "20c", "title": "20C"}

    page.reload()
    # The answers quote what they answer.
    buttons = ines.bubble("Do you want to rebook?").first
    expect(buttons.get_by_role("button", name="Yes, gesendet")).to_be_disabled()
    buttons.get_by_role("button", name="No", exact=True).click()
    expect(buttons.get_by_role("button", name="No, gesendet")).to_be_disabled()
    asked.get_by_role("button", name="Choose").click()
    expect(sheet.get_by_role("radio", name="20C")).to_be_disabled()
    expect(sheet.get_by_role("radio", name="1A")).to_be_enabled()
    page.keyboard.press("Escape")
    expect(asked.get_by_role("button", name="Choose")).to_be_focused()

    theirs = ines.is_heard("Moin")["id"]
    sandbox.send({"to": to, "type": "reaction", "reaction": {"message_id": theirs, "emoji": "🛫"}})
    expect(ines.bubble("Moin").first).to_contain_text("Möwe Air hat reagiert: 🛫")
    wamid = ines.airline.says(to, "Gate B12")
    gate = ines.sees("Gate B12")
    gate.focus()
    gate.press("Enter")
    page.get_by_role("menuitemradio", name="Mit ❤️ reagieren").click()
    assert heard(ines, "reaction")["reaction"] == {"message_id": wamid, "emoji": "❤️"}
    own = gate.get_by_role("button", name="Sie haben mit ❤️ reagiert. Wegnehmen")
    page.reload()
    own.click()
    assert heard(ines, "reaction", 2)["reaction"] == {"message_id": wamid}
    expect(own).to_have_count(0)

    path = f"/{sandbox.connection['waba_id']}/message_templates"
    made = {"name": "sign_in", "language": "de", "category": "AUTHENTICATION", "components": OTP}
    status, answer = sandbox.api("POST", path, json=made)
    assert status == 200, answer
    until(lambda: sandbox.api("GET", f"/{answer['id']}?fields=status")[1]["status"] == "APPROVED")
    code = [{"type": "text", "text": "482913"}]
    sandbox.send_template(
        to, "sign_in", "de",
        [{"type": "body", "parameters": code}, {"type": "button", "sub_type": "url", "index": "0", "parameters": code}],
    )  # fmt: skip
    shown = ines.sees("482913")
    expect(shown.locator(".code .unseen")).to_have_text("4 8 2 9 1 3")
    page.evaluate(FORBID_COPYING)
    shown.locator("button.tap").click()
    expect(shown.get_by_role("button", name="Der Browser hat das Kopieren nicht erlaubt.")).to_be_visible()
    page.evaluate("delete navigator.clipboard.writeText")
    shown.locator("button.tap").click()
    expect(shown.get_by_role("button", name="Kopiert")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "482913"
    chooses(ines, shown, "Informationen")
    told = page.get_by_role("dialog", name="Informationen")
    for fact in ("Anmeldecode", "Vorlage", "Sie haben „Anmeldecodes“ am"):
        expect(told).to_contain_text(fact)
    fits(page)
    is_accessible(page)


def test_words_are_written_anew_taken_back_starred_passed_on_and_deleted(journeys: Journeys) -> None:
    ines = journeys.customer("desktop", permissions=["clipboard-read", "clipboard-write"], bypass_csp=True)
    ines.context.add_init_script(AXE)
    page = ines.page
    ines.sender = to = ines.becomes_known("One tpyo")
    wrong = ines.is_heard("One tpyo")["id"]
    chooses(ines, ines.sees("One tpyo"), "Edit")
    ines.writes("One typo")
    assert heard(ines, "edit")["edit"] == {
        "original_message_id": wrong, "message": {"type": "text", "text": {"body": "One typo"}},
    }  # fmt: skip
    expect(ines.sees("One typo")).to_have_accessible_name(re.compile(r"^You, \d\d:\d\d, edited, "))

    ines.writes("Never mind")
    gone = ines.is_heard("Never mind")["id"]
    chooses(ines, ines.sees("Never mind"), "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete for everybody").click()
    assert heard(ines, "revoke")["revoke"] == {"original_message_id": gone}
    ines.sees("You deleted this message.")
    until(lambda: [one for one in ines.stored("messages").values() if one.get("withdrawn") and one["body"] == {}])
    assert "Never mind" not in str(ines.stored("messages"))

    # What another tab takes back meanwhile is not written anew: the words stay, for a message of their own.
    ines.writes("Gone meanwhile")
    chooses(ines, ines.sees("Gone meanwhile"), "Edit")
    ines.field.fill("Too late")
    second = ines.opens_another_tab()
    chooses(second, second.sees("Gone meanwhile"), "Delete")
    second.page.get_by_role("dialog").get_by_role("button", name="Delete for everybody").click()
    expect(ines.bubble("Gone meanwhile")).to_have_count(0)
    second.page.close()
    ines.presses("send")
    expect(page.get_by_text("This message can no longer be edited.")).to_be_visible()
    expect(ines.field).to_have_value("Too late")
    ines.presses("send")
    ines.is_heard("Too late")
    assert heard(ines, "edit")["edit"]["original_message_id"] == wrong

    ines.airline.says(to, "To be kept")
    kept = ines.sees("To be kept")
    chooses(ines, kept, "Star")
    expect(kept).to_have_accessible_name(re.compile(r"starred$"))
    chooses(ines, kept, "Delete")
    expect(page.get_by_role("dialog").get_by_role("button", name="Delete for everybody")).to_have_count(0)
    page.get_by_role("button", name="Delete on this device").click()
    expect(kept).to_have_count(0)
    ines.presses("undo")
    ines.sees("To be kept")
    ines.goes_to("#/starred")
    expect(page.get_by_role("heading", level=1, name="Starred messages")).to_be_visible()
    is_accessible(page)
    page.locator(".pane").get_by_role("link", name="To be kept").click()
    expect(ines.sees("To be kept")).to_be_focused()
    expect(page).to_have_url(re.compile(r"#/chat/moewe-air$"))

    chooses(ines, kept, "Select")
    page.get_by_role("checkbox", name=re.compile("Select: You, .* edited")).check(force=True)
    bar = page.get_by_role("toolbar", name="2 selected")
    expect(ines.field).to_be_hidden()
    is_accessible(page)
    bar.get_by_role("button", name="Copy text").click()
    expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert [line.partition("] ")[2] for line in copied] == ["You: One typo", "Möwe Air: To be kept"]
    expect(ines.field).to_be_visible()

    ines.opens(enrol_second(ines.airline, "Tide Rail"))
    ines.presses("write")
    expect(page.get_by_role("textbox", name="Message to Tide Rail")).to_be_visible()
    ines.goes_to("#/chat/moewe-air")
    chooses(ines, ines.sees("To be kept"), "Forward")
    page.get_by_role("dialog", name="Forward to").get_by_role("button", name="Tide Rail").click()
    ines.presses("Open")
    passed = ines.sees("To be kept")
    expect(passed).to_contain_text("Forwarded")
    expect(passed).to_have_accessible_name(re.compile(r"^You, \d\d:\d\d, sent$"))
    (stored,) = [one for one in ines.stored("messages").values() if one.get("forwarded")]
    assert stored["body"] == {"type": "text", "text": {"body": "To be kept"}, "context": {"forwarded": True}}
