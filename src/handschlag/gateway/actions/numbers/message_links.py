"""Makes, changes, finds and removes short links: a code under which a chat begins with a text already written."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from handschlag.gateway.errors import RequestInvalid, shown
from handschlag.gateway.storage.message_links import (
    MessageLink,
    change_message_link,
    count_message_links,
    delete_message_link,
    find_message_link,
    insert_message_link,
    list_message_links,
)

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running

MOST_LINKS = 2000
# Letters and digits that a person reading a poster does not mix up; fourteen of them are not guessed.
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_LETTERS = 14


async def create_message_link(running: Running, company: Company, text: str) -> MessageLink:
    """Return a new link; the same text may have several."""
    link = MessageLink(
        code="".join(secrets.choice(_LETTERS) for _ in range(_CODE_LETTERS)),
        company=company.id,
        prefilled_message=text,
        created_at=running.clock.now(),
    )
    count = await running.store.read(lambda connection: count_message_links(connection, company.id))
    if count >= MOST_LINKS:
        raise RequestInvalid(f"message_qrdls: got {count} links, at most {MOST_LINKS}; remove some first")
    await running.store.write(lambda connection: insert_message_link(connection, link))
    return link


async def change_link_text(running: Running, company: Company, code: str, text: str) -> MessageLink:
    """Give a link another text: what is printed leads there from now on."""
    if not _is_code(code):
        raise _unknown(code)
    link = await running.store.write(lambda connection: change_message_link(connection, company.id, code, text))
    if link is None:
        raise _unknown(code)
    return link


async def remove_message_link(running: Running, company: Company, code: str) -> None:
    """Remove a link: what is printed leads nowhere from now on."""
    if not _is_code(code) or not await running.store.write(
        lambda connection: delete_message_link(connection, company.id, code)
    ):
        raise _unknown(code)


async def message_links_of(running: Running, company: Company) -> list[MessageLink]:
    """Return a company's links, newest first."""
    return await running.store.read(lambda connection: list_message_links(connection, company.id))


async def find_link(running: Running, code: str) -> MessageLink | None:
    """Return the link with this code, whosever it is."""
    if not _is_code(code):
        return None
    return await running.store.read(lambda connection: find_message_link(connection, code))


def _is_code(text: str) -> bool:
    return text.isascii() and text.isalnum() and len(text) == _CODE_LETTERS


def _unknown(code: str) -> RequestInvalid:
    return RequestInvalid(f"code: got {shown(code)}, expected the code of a link of this number")
