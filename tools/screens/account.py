"""The part of the story about the account: settings, recovery, a second device, what is denied."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from album import Album
    from company import Company

DENIED = """Object.defineProperty(Notification, 'permission', { get: () => 'denied' });
Notification.requestPermission = async () => 'denied';
navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError'); };"""
# What a section shows when it is there, and not still looked up.
SECTIONS = {
    "devices": ".pane li", "recovery": ".pane .sheet", "notifications": ".pane fieldset", "permissions": ".pane li",
    "number": ".pane select", "data": ".pane li",
}  # fmt: skip


def settle(album: Album, company: Company) -> None:
    """Go through the settings, and through what the browser may not."""
    page = album.page
    album.goes_to(f"{company.messenger}/#/settings")
    album.sees("select")
    album.shoot("settings")
    album.sees(".settings > .danger").click()
    album.sees("dialog[open]")
    album.shoot("erase")
    album.closes()
    for section, there in SECTIONS.items():
        album.goes_to(f"{company.messenger}/#/settings/{section}")
        album.sees(there)
        album.shoot(section)
    album.sees(".pane .danger", last=True).click()
    album.sees("dialog[open]")
    album.shoot("erase-account")
    album.closes()
    album.goes_to(f"{company.messenger}/#/chat/moewe-air/export")
    album.sees(".pane .button")
    album.shoot("export")
    prove_number(album, company)
    album.context.add_init_script(DENIED)
    page.reload()
    album.goes_to(f"{company.messenger}/#/settings/notifications")
    album.sees(".pane section")
    album.shoot("notifications-denied")
    album.goes_to(f"{company.messenger}/#/scan")
    album.sees(".pane [role=alert], .pane .problem")
    album.shoot("scan-denied")


def prove_number(album: Album, company: Company) -> None:
    """Give a telephone number; the code comes by text message."""
    place = {"phone": 1, "desktop": 2}[album.device] * 10 + {"en": 1, "de": 2}[album.language]
    album.goes_to(f"{company.messenger}/#/settings/number")
    album.sees(".pane select").select_option("DE")
    album.sees("[type=tel]").fill(f"15112345{place}0")
    album.sees(".pane form .primary").click()
    album.sees("[autocomplete=one-time-code]")
    album.shoot("number-code")


def keep(album: Album, company: Company) -> None:
    """Make a recovery code, check it, and see how the backup stands."""
    page = album.page
    album.goes_to(f"{company.messenger}/#/settings/recovery")
    album.sees(".sheet .primary").click()
    code = album.sees(".sheet .code").inner_text().split()
    album.shoot("recovery-code")
    page.locator(".sheet .ways .primary").click()
    album.sees(".groups input")
    album.shoot("recovery-check")
    for field in page.locator(".groups input").all():
        label = str(field.evaluate("(one) => one.labels[0].textContent"))
        field.fill(code[int(label.rsplit(maxsplit=1)[-1]) - 1])
    page.locator("form .primary").click()
    album.sees(".sheet .good")
    album.shoot("recovery-made")
    page.locator(".sheet .primary").click()
    album.sees(".sheet dl")
    album.shoot("recovery-kept")
    page.locator(".sheet .primary").last.click()
    album.sees("textarea")
    album.shoot("recovery-test")


def link(album: Album, company: Company) -> None:
    """Link a second browser, see both in the list, and sign it out again."""
    page, second = album.page, album.another()
    new = second.page
    second.context.grant_permissions(["clipboard-read", "clipboard-write"])
    second.goes_to(f"{company.messenger}/#/return/device")
    second.sees("svg.qr")
    second.shoot("link-new")
    new.locator(".return .button").last.click()
    code = new.evaluate("navigator.clipboard.readText()")
    album.goes_to(f"{company.messenger}/#/link")
    album.sees("[type=text], textarea, input.field")
    album.shoot("link-old")
    field = page.get_by_role("textbox").last
    field.fill(code)
    field.press("Enter")
    digits = second.sees(".digits").inner_text()
    second.shoot("link-new-digits")
    album.sees("input.digits").fill(digits)
    album.shoot("link-old-digits")
    page.locator("form .primary").click()
    second.sees(".choice")
    second.shoot("link-new-asked")
    new.locator(".return .primary").click()
    second.sees("a.primary")
    second.shoot("link-new-done")
    album.sees("a.primary")
    album.shoot("link-old-done")
    page.locator("section:has(> [role=alert]) button").first.click()
    album.goes_to(f"{company.messenger}/#/settings/devices")
    page.locator(".pane li").nth(1).wait_for()
    album.shoot("devices-two")
    page.locator(".pane li").filter(has=page.get_by_role("button", name=re.compile("^(Sign out|Abmelden|.*abmelden)"))).get_by_role(
        "button", name=re.compile("^(Sign out|Abmelden|.*abmelden)")
    ).click()  # fmt: skip
    album.sees("dialog[open]")
    album.shoot("sign-out")
    album.sees("dialog[open] .danger").click()
    second.sees("[role=alert]")
    second.shoot("signed-out")
    second.context.close()
