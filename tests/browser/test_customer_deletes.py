"""What was changed or deleted: it is not sent if it still waited, its file does not stay, and what is to leave is not thrown away with the rest."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser.journey import AWAY, READ_STORE, Customer, Journeys
from tests.browser.test_customer_composes import chooses as attaches
from tests.browser.test_customer_composes import downloaded, photo
from tests.browser.test_customer_handles_messages import chooses
from tests.browser.test_files import kept, picture, sends
from tests.sandbox.process import until

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator
    from tests.browser.harness.operator import Operator
    from tests.browser.harness.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def ines(journeys: Journeys) -> Customer:
    """Somebody whose app opens without a network."""
    made = journeys.customer("phone", service_workers="allow")
    made.sender = made.becomes_known("noch da")
    made.page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    made.page.reload()
    made.sees_state("noch da", "delivered")
    made.expects(AWAY)
    return made


def deletes(ines: Customer, message: Locator, how: str = "Delete on this device") -> None:
    chooses(ines, message, "Delete")
    ines.page.get_by_role("dialog").get_by_role("button", name=how).click()


def outgoing(ines: Customer) -> list[str]:
    """Return the words of what waits to leave, in its order."""
    rows = sorted(ines.stored("outbox").items(), key=lambda row: int(row[0]))
    return [row["body"].get("text", {}).get("body", row["body"]["type"]) for _, row in rows]


def sends_a_photo(ines: Customer) -> None:
    attaches(ines, "Photos and videos", ("koffer.jpg", "image/jpeg", photo(400, 300)))
    ines.page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()


def test_what_waited_is_not_sent_unless_it_is_put_back(ines: Customer) -> None:
    ines.context.set_offline(True)
    for text in ("lieber nicht", "doch"):
        ines.writes(text)
        ines.sees_state(text, "waiting")
        # It is sealed already and would leave by itself.
        until(lambda: len(ines.stored("outbox")) == 1)
        chooses(ines, ines.bubble(text), "Delete")
        sheet = ines.page.get_by_role("dialog")
        expect(sheet).to_contain_text("What has not left yet is not sent any more.")
        sheet.get_by_role("button", name="Delete on this device").click()
        expect(ines.bubble(text)).to_have_count(0)
        until(lambda: ines.stored("outbox") == {})
    ines.presses("undo")
    ines.sees_state("doch", "waiting")
    sends_a_photo(ines)
    until(lambda: len(ines.stored("uploads")) == 1)
    deletes(ines, ines.page.get_by_role("article").last)
    until(lambda: ines.stored("uploads") == {})
    ines.writes("danach")
    ines.context.set_offline(False)
    ines.sees_state("danach", "delivered")
    ines.has_told(ines.sender, "noch da", "doch", "danach")


@pytest.mark.parametrize("how", ["Delete on this device", "Delete for everybody"])
def test_nothing_is_told_of_a_message_that_was_changed_and_deleted_before_it_left(ines: Customer, how: str) -> None:
    ines.context.set_offline(True)
    ines.writes("im Zorn geschrieben")
    ines.sees_state("im Zorn geschrieben", "waiting")
    chooses(ines, ines.bubble("im Zorn geschrieben"), "Edit")
    ines.writes("noch zorniger")
    expect(ines.bubble("noch zorniger")).to_be_visible()
    until(lambda: outgoing(ines) == ["noch zorniger"])
    deletes(ines, ines.bubble("noch zorniger"), how)
    until(lambda: ines.stored("outbox") == {})
    expect(ines.page.get_by_role("article")).to_have_count(1)
    ines.writes("lieber ruhig")
    ines.context.set_offline(False)
    ines.sees_state("lieber ruhig", "delivered")
    ines.has_told(ines.sender, "noch da", "lieber ruhig")


def test_what_may_have_left_before_it_was_put_back_is_withdrawn(ines: Customer) -> None:
    ines.context.set_offline(True)
    ines.writes("vielleicht schon weg")
    until(lambda: outgoing(ines) == ["vielleicht schon weg"])
    deletes(ines, ines.bubble("vielleicht schon weg"))
    until(lambda: outgoing(ines) == [])
    ines.presses("undo")
    until(lambda: outgoing(ines) == ["vielleicht schon weg"])
    deletes(ines, ines.bubble("vielleicht schon weg"), "Delete for everybody")
    until(lambda: outgoing(ines) == ["vielleicht schon weg", "revoke"])


def test_what_was_written_anew_before_it_left_is_told_in_its_last_words_alone(ines: Customer) -> None:
    ines.context.set_offline(True)
    for text in ("Um neun?", "Oder um zehn?"):
        ines.writes(text)
        ines.sees_state(text, "waiting")
    for before, after in (("Um neun?", "Um acht?"), ("Um acht?", "Um sieben?")):
        chooses(ines, ines.bubble(before), "Edit")
        ines.writes(after)
        ines.sees_state(after, "waiting")
        until(lambda: outgoing(ines) == [after, "Oder um zehn?"])  # noqa: B023  asked at once
    ines.page.reload()
    ines.context.set_offline(False)
    ines.sees_state("Um sieben?", "delivered")
    ines.has_told(ines.sender, "noch da", "Um sieben?", "Oder um zehn?")
    assert ines.stored("changes") == {}


def test_what_is_put_back_is_as_it_became_meanwhile(context: BrowserContext, world: World, operator: Operator) -> None:
    page = context.new_page()
    page.goto(operator.link)
    page.get_by_role("button", name="Just write").click()
    page.get_by_role("textbox").fill("Moin")
    page.get_by_role("textbox").press("Enter")
    expect(page.get_by_role("article", name=re.compile("delivered$"))).to_be_visible()
    world.do(world.house.gateway.stop())
    page.get_by_role("textbox").fill("unterwegs")
    page.get_by_role("textbox").press("Enter")
    own = page.get_by_role("article").filter(has_text="unterwegs")
    expect(own).to_have_accessible_name(re.compile("sent$"))
    own.focus()
    own.press("Enter")
    page.get_by_role("menuitem", name="Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete on this device").click()
    expect(own).to_have_count(0)
    undo = page.get_by_role("button", name="Undo")
    # A notice that is pointed at stays.
    undo.hover()
    world.do(world.house.start_gateway())
    world.told("unterwegs")
    until(lambda: '"delivered"' in json.dumps(page.evaluate(READ_STORE, "facts")))
    undo.click()
    expect(own).to_have_accessible_name(re.compile("delivered$"))


def test_making_room_keeps_what_has_not_left_yet(ines: Customer) -> None:
    image = {"id": kept(ines, "image/jpeg", picture(), "gate.jpg")}
    sends(ines, ines.sender, "image", image)
    until(lambda: len(ines.stored("files")) == 1)
    ines.context.set_offline(True)
    sends_a_photo(ines)
    until(lambda: len(ines.stored("files")) == 2)
    ines.goes_to("#/settings/data")
    ines.page.get_by_role("button", name="Remove all files from this device").click()
    ines.page.get_by_role("dialog").get_by_role("button", name="Remove files").click()
    expect(ines.page.get_by_text("Files removed")).to_be_visible()
    assert len(ines.stored("files")) == 1
    ines.context.set_offline(False)
    assert downloaded(ines, ines.is_told("image")[0])[:2] == b"\xff\xd8"


def test_a_file_stays_as_long_as_a_message_has_it(ines: Customer) -> None:
    image = {"id": kept(ines, "image/jpeg", picture(), "gate.jpg")}
    for caption in ("Gate B12", "Gate B12, noch einmal"):
        sends(ines, ines.sender, "image", {**image, "caption": caption})
        ines.sees(caption)
    until(lambda: len(ines.stored("files")) == 1)
    for caption, left in (("Gate B12, noch einmal", 1), ("Gate B12", 0)):
        deletes(ines, ines.bubble(caption))
        expect(ines.bubble(caption)).to_have_count(0)
        until(lambda: "files_left" in ines.stored("facts"))
        # Nobody can undo it any more.
        ines.page.reload()
        ines.sees_state("noch da", "delivered")
        until(lambda: "files_left" not in ines.stored("facts"))
        assert len(ines.stored("files")) == left


def test_an_own_photo_that_was_taken_back_does_not_stay(ines: Customer) -> None:
    sends_a_photo(ines)
    ines.is_told("image")
    own = ines.page.get_by_role("article").last
    expect(own).to_have_accessible_name(re.compile("delivered$"))
    assert len(ines.stored("files")) == 1
    deletes(ines, own, "Delete for everybody")
    until(lambda: ines.stored("files") == {})
    until(lambda: ines.airline.heard(ines.sender)[-1]["type"] == "revoke")
