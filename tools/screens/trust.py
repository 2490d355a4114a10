"""The part of the story about trust: who may write, blocking, reporting, comparing keys, and a key that changed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from tests.browser.journey import READ_STORE
from tests.browser.test_customer_trusts import with_another_identity

if TYPE_CHECKING:
    from album import Album
    from company import Company


def decide(album: Album, company: Company) -> None:
    """Look at the company, block it and let it in again, report it, compare keys."""
    page = album.page
    album.goes_to(f"{company.messenger}/#/chat/moewe-air/profile")
    album.sees("[role=switch]")
    album.shoot("profile")
    album.sees("section .buttons .danger").click()
    undo = page.get_by_role("status").get_by_role("button").first
    undo.wait_for()
    album.shoot("profile-blocked")
    album.goes_to(f"{company.messenger}/#/chat/moewe-air")
    album.sees(".composer.blocked")
    album.shoot("thread-blocked")
    album.goes_to(f"{company.messenger}/#/chat/moewe-air/profile")
    undo.click()
    album.sees("section .buttons .danger")
    for details in page.locator("details").all():
        details.evaluate("(one) => { one.open = true; }")
    page.locator(".pane details").last.scroll_into_view_if_needed()
    album.shoot("profile-history")
    page.locator("section .buttons .button").last.click()
    page.get_by_role("dialog").wait_for()
    album.shoot("report")
    album.closes()
    album.goes_to(f"{company.messenger}/#/chat/moewe-air/safety")
    album.sees("svg.qr")
    album.shoot("safety")


def change_key(album: Album, company: Company) -> None:
    """From now on the relay shows another key of the company."""
    (account,) = album.page.evaluate(READ_STORE, "companies")
    with_another_identity(cast("Any", SimpleNamespace(context=album.context, company_account=account)))
    album.goes_to(f"{company.messenger}/#/chat/moewe-air/safety")
    album.page.reload()
    album.sees(".ways .danger")
    album.shoot("key-changed")
    album.goes_to(f"{company.messenger}/#/chat/moewe-air")
    album.sees(".changed")
    album.shoot("thread-key-changed")
    album.goes_to(f"{company.messenger}/#/chat/moewe-air/safety")
    album.sees(".ways .danger").click()
    album.sees("dialog[open]")
    album.shoot("key-accept")
    album.sees("dialog[open] .danger").click()
    album.sees("textarea")
