"""A customer's story, screen by screen; where words would differ by language, what is clicked is found by its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from account import keep, link, settle
from messages import TEXTS, send_cards, send_choices, send_files, send_link
from trust import change_key, decide

if TYPE_CHECKING:
    from album import Album
    from company import Company

# Whether the first page of a PDF is drawn: something on it is not white.
DRAWN = """() => [...document.querySelectorAll('canvas')].some((one) => one.width
  && one.getContext('2d').getImageData(0, 0, one.width, Math.min(200, one.height)).data.some((value) => value < 200))"""
CHAT = "#/chat/moewe-air"


def play(album: Album, company: Company) -> None:
    """Go through every screen."""
    arrive(album, company)
    customer = talk(album, company)
    compose(album)
    handle(album)
    receive(album, company, customer)
    decide(album, company)
    find(album, company, customer)
    settle(album, company)
    keep(album, company)
    link(album, company)
    change_key(album, company)
    turn_round(album, company)


def arrive(album: Album, company: Company) -> None:
    """Come to the start, by a wrong link and by the right one."""
    page, words = album.page, TEXTS[album.language]
    album.goes_to(company.messenger)
    album.sees(".ways a")
    album.shoot("start")
    album.goes_to(f"{company.messenger}/#/scan")
    page.wait_for_function("() => document.querySelector('video')?.videoWidth")
    album.shoot("scan")
    album.goes_to(f"{company.messenger}/#/companies")
    page.get_by_text("Möwe Air").first.wait_for()
    album.shoot("directory")
    page.get_by_role("searchbox").fill("Zeppelin")
    page.get_by_text("Möwe Air").first.wait_for(state="hidden")
    album.shoot("directory-none")
    for screen in ("return", "return/code", "settings"):
        album.goes_to(f"{company.messenger}/#/{screen}")
        album.shoot({"settings": "settings-before"}.get(screen, screen.replace("/", "-")))
    page.goto(company.link.partition("?")[0] + "?k=" + "A" * 43)
    page.get_by_role("alert").wait_for()
    album.shoot("problem")
    page.goto(f"{company.link}&text={words['draft']}")
    page.get_by_role("checkbox").first.wait_for()
    album.shoot("invitation")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("textbox").fill("Ines")
    album.shoot("invitation-ticked")
    page.locator(".button.primary").click()
    page.locator("textarea").wait_for()
    album.shoot("thread-empty")


def talk(album: Album, company: Company) -> str:
    """Write, be answered, lose the network; returns how the company addresses the customer."""
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
    album.shoot("thread")
    open_menu(album, 2)
    album.shoot("menu")
    page.locator("[role=menuitem].item").first.click()
    page.locator("textarea").fill(words["thanks"])
    album.shoot("reply")
    write(album, words["thanks"])
    album.context.set_offline(True)
    write(album, words["draft"])
    album.sees(".line.away")
    album.shoot("offline")
    album.context.set_offline(False)
    page.locator(".line.away").wait_for(state="hidden")
    return customer


def open_menu(album: Album, index: int) -> None:
    """Open what can be done with a message."""
    message = album.page.get_by_role("article").nth(index)
    message.focus()
    message.press("Enter")
    album.page.get_by_role("menu").wait_for()


def write(album: Album, text: str) -> None:
    """Send a text."""
    album.page.locator("textarea").fill(text)
    album.page.locator("form.composer button.send").click()


def compose(album: Album) -> None:
    """Attach, choose an emoji, complete one, speak."""
    page, composer = album.page, album.page.locator("form.composer")
    composer.locator("button[aria-haspopup=menu]").click()
    album.sees(":popover-open [role=menuitem]")
    album.shoot("attach")
    page.locator(":popover-open [role=menuitem]").last.click()
    album.sees("dialog[open]")
    album.shoot("attach-last")
    album.closes()
    composer.locator("button[aria-haspopup=dialog]").click()
    album.sees("[role=grid] button, .picker button, :popover-open button")
    album.shoot("emoji")
    album.closes()
    if album.device == "desktop":
        page.locator("textarea").press_sequentially("Moin :smi")
        album.sees("[role=listbox] [role=option]")
        album.shoot("completion")
        page.locator("textarea").fill("")
    composer.locator("button.voice").click()
    album.sees(".voice .level")
    album.shoot("voice")
    composer.locator(".voice .line button").first.click()
    page.locator("div.voice").wait_for(state="hidden")


def handle(album: Album) -> None:
    """Look at a message, choose some, delete one, pass one on."""
    page = album.page
    items = page.locator("[role=menuitem].item")
    for screen, place in (("info", 5), ("forward", 2), ("delete", 7)):
        open_menu(album, 2)
        items.nth(place).click()
        album.sees("dialog[open]")
        album.shoot(screen)
        album.closes()
    open_menu(album, 2)
    items.nth(3).click()
    open_menu(album, 3)
    items.nth(4).click()
    album.sees("[role=toolbar]")
    album.shoot("select")
    album.closes() if page.locator("dialog[open]").count() else page.locator("[role=toolbar] button").first.click()


def receive(album: Album, company: Company, customer: str) -> None:
    """Get files, places, cards and choices, and look at what opens."""
    page = album.page
    words: dict[str, Any] = TEXTS[album.language]
    # Whoever reads above is shown nothing new.
    page.get_by_role("article").last.scroll_into_view_if_needed()
    send_files(company, customer, album.language)
    page.get_by_text("MA 204 to Helgoland").wait_for()
    page.get_by_role("article").last.scroll_into_view_if_needed()
    page.wait_for_function(DRAWN)
    album.shoot("thread-files")
    page.locator("article button[aria-haspopup=dialog]").filter(has=page.locator("svg")).locator(
        "xpath=self::*[contains(@class, 'icon-button')]"
    ).last.click()
    album.sees("dialog[open] canvas")
    page.wait_for_function(DRAWN)
    album.shoot("document")
    album.closes()
    send_link(company, customer, album.language)
    page.get_by_role("article").filter(has_text="/plain-").wait_for()
    page.get_by_role("article").last.scroll_into_view_if_needed()
    album.shoot("thread-links")
    send_choices(company, customer, album.language)
    page.get_by_role("article").filter(has_text=words["seat"]).wait_for()
    page.get_by_role("article").last.scroll_into_view_if_needed()
    album.shoot("thread-choices")
    page.get_by_role("article").last.get_by_role("button", name=words["choose"]).click()
    page.get_by_role("dialog").wait_for()
    album.shoot("list")
    album.closes()
    send_cards(company, customer, album.language)
    page.get_by_role("article").filter(has_text="Sylt").last.wait_for()
    page.get_by_role("article").last.scroll_into_view_if_needed()
    album.shoot("thread-cards")
    page.locator("article button.show").first.click()
    page.get_by_role("dialog").wait_for()
    album.shoot("viewer")
    album.closes()


def find(album: Album, company: Company, customer: str) -> None:
    """Come back to unread messages, search, look at what was starred and archived."""
    page = album.page
    words: dict[str, Any] = TEXTS[album.language]
    album.goes_to(f"{company.messenger}/#/")
    for text in words["answers"] * 6:
        company.send(customer, "text", {"body": text})
    page.get_by_role("navigation").get_by_text("12", exact=True).wait_for()
    album.shoot("chats")
    page.locator("nav header button").click()
    page.get_by_role("menu").wait_for()
    album.shoot("list-menu")
    album.closes()
    page.locator("nav li").first.hover()
    page.locator("nav li button").first.click()
    page.get_by_role("menu").wait_for()
    album.shoot("chat-menu")
    album.closes()
    field = page.get_by_role("searchbox")
    field.fill(words["word"])
    page.get_by_role("navigation").locator("mark").first.wait_for()
    album.shoot("search")
    field.fill("Zeppelin")
    page.locator("nav .nothing").wait_for()
    album.shoot("search-none")
    field.fill("")
    for screen in ("add", "starred", "archived"):
        album.goes_to(f"{company.messenger}/#/{screen}")
        album.shoot(screen)
    album.goes_to(f"{company.messenger}/{CHAT}")
    page.get_by_role("article").last.wait_for()
    album.shoot("thread-unread")
    album.goes_to(f"{company.messenger}/{CHAT}/search")
    page.locator(".pane").get_by_role("searchbox").fill(words["word"])
    page.locator(".pane search .hint").filter(has_text="1").wait_for()
    album.shoot("search-in-chat")


def turn_round(album: Album, company: Company) -> None:
    """See it from right to left."""
    for screen, path in (("rtl-thread", CHAT), ("rtl-chats", "#/"), ("rtl-settings", "#/settings")):
        album.goes_to(f"{company.messenger}/{path}")
        album.page.evaluate("document.documentElement.dir = 'rtl'")
        album.shoot(screen)
