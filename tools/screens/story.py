"""A customer's story, screen by screen; where words would differ by language, what is clicked is found by its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from messages import TEXTS, send_choices, send_files

if TYPE_CHECKING:
    from album import Album
    from company import Company

SECTIONS = ("devices", "recovery", "notifications", "permissions", "number", "data")


def play(album: Album, company: Company) -> None:
    """Go through every screen."""
    arrive(album, company)
    customer = talk(album, company)
    receive(album, company, customer)
    decide(album, company)
    find(album, company, customer)
    settle(album, company)


def arrive(album: Album, company: Company) -> None:
    """Come to the start, by a wrong link and by the right one."""
    page, words = album.page, TEXTS[album.language]
    album.goes_to(company.messenger)
    album.shoot("start")
    for screen in ("scan", "companies", "return"):
        album.goes_to(f"{company.messenger}/#/{screen}")
        if screen == "companies":
            page.get_by_text("Möwe Air").first.wait_for()
        album.is_calm()
        album.shoot({"companies": "directory"}.get(screen, screen))
    page.goto(company.link.partition("?")[0] + "?k=" + "A" * 43)
    page.get_by_role("alert").wait_for()
    album.shoot("problem")
    page.goto(f"{company.link}&text={words['draft']}")
    page.get_by_role("checkbox").first.wait_for()
    album.shoot("invitation")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("textbox").fill("Ines")
    album.shoot("invitation-ticked")
    page.locator(".button.primary").click()
    page.locator("textarea").wait_for()
    album.shoot("thread-empty")


def talk(album: Album, company: Company) -> str:
    """Write, be answered, and see what can be done with a message; returns how the company addresses the customer."""
    page = album.page
    words: dict[str, Any] = TEXTS[album.language]
    company.forget_senders()
    write(album, words["question"])
    write(album, words["again"])
    customer = company.next_sender()
    page.get_by_role("article").nth(1).wait_for()
    for text in words["answers"]:
        company.send(customer, "text", {"body": text})
    company.send_departure(customer, album.language)
    page.get_by_role("article").nth(4).wait_for()
    album.is_calm()
    album.shoot("thread")
    message = page.get_by_role("article").nth(2)
    message.focus()
    message.press("Enter")
    page.get_by_role("menu").wait_for()
    album.shoot("menu")
    page.get_by_role("menuitem", name=words["reply"]).click()
    page.locator("textarea").fill(words["thanks"])
    album.shoot("reply")
    write(album, words["thanks"])
    album.context.set_offline(True)
    write(album, words["draft"])
    album.is_calm()
    album.shoot("offline")
    album.context.set_offline(False)
    return customer


def write(album: Album, text: str) -> None:
    """Send a text."""
    album.page.locator("textarea").fill(text)
    album.page.locator("form.composer button.send").click()


def receive(album: Album, company: Company, customer: str) -> None:
    """Get files, places, cards and choices, and look at what opens."""
    page = album.page
    send_files(company, customer, album.language)
    page.get_by_role("article").nth(9).scroll_into_view_if_needed()
    page.get_by_text("MA 204 to Helgoland").wait_for()
    album.is_calm()
    album.shoot("thread-files")
    send_choices(company, customer, album.language)
    page.get_by_role("article").filter(has_text=str(TEXTS[album.language]["seat"])).wait_for()
    page.get_by_role("article").last.scroll_into_view_if_needed()
    album.is_calm()
    album.shoot("thread-choices")
    page.get_by_role("article").last.get_by_role("button", name=str(TEXTS[album.language]["choose"])).click()
    page.get_by_role("dialog").wait_for()
    album.shoot("list")
    album.closes()
    page.get_by_role("dialog").wait_for(state="hidden")
    page.locator("article button.show").first.click()
    page.get_by_role("dialog").wait_for()
    album.is_calm()
    album.shoot("viewer")
    album.closes()


def decide(album: Album, company: Company) -> None:
    """Look at the company, block it and let it in again, compare keys, report."""
    page = album.page
    profile = f"{company.messenger}/#/chat/moewe-air/profile"
    album.goes_to(profile)
    page.get_by_role("switch").first.wait_for()
    album.is_calm()
    album.shoot("profile")
    page.locator("section .buttons .danger").first.click()
    undo = page.get_by_role("status").get_by_role("button").first
    undo.wait_for()
    album.shoot("profile-blocked")
    undo.click()
    page.locator("section .buttons .danger").first.wait_for()
    page.locator("section .buttons .button").last.click()
    page.get_by_role("dialog").wait_for()
    album.shoot("report")
    album.closes()
    album.goes_to(f"{company.messenger}/#/chat/moewe-air/safety")
    page.locator("svg.qr").wait_for()
    album.shoot("safety")


def find(album: Album, company: Company, customer: str) -> None:
    """Come back to unread messages, search, star, archive."""
    page = album.page
    words: dict[str, Any] = TEXTS[album.language]
    album.goes_to(f"{company.messenger}/#/")
    for text in words["answers"] * 6:
        company.send(customer, "text", {"body": text})
    page.get_by_role("navigation").get_by_text("12", exact=True).wait_for()
    album.shoot("chats")
    page.get_by_role("searchbox").fill(words["word"])
    page.get_by_role("navigation").locator("mark").first.wait_for()
    album.shoot("search")
    page.get_by_role("searchbox").fill("")
    for screen in ("add", "starred", "archived"):
        album.goes_to(f"{company.messenger}/#/{screen}")
        album.is_calm()
        album.shoot(screen)
    album.goes_to(f"{company.messenger}/#/chat/moewe-air")
    page.get_by_role("article").last.wait_for()
    album.shoot("thread-unread")


def settle(album: Album, company: Company) -> None:
    """Go through the settings."""
    page = album.page
    album.goes_to(f"{company.messenger}/#/settings")
    page.get_by_role("combobox").first.wait_for()
    album.shoot("settings")
    for section in SECTIONS:
        album.goes_to(f"{company.messenger}/#/settings/{section}")
        album.is_calm()
        album.shoot(section)
