"""Reads and writes short links: a code that stands for a company and a text to begin with."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from handschlag.gateway.storage.schema import message_links


class MessageLink(msgspec.Struct, frozen=True):
    """One short link."""

    code: str
    company: int
    prefilled_message: str
    created_at: float


_COLUMNS = [message_links.c[name] for name in MessageLink.__struct_fields__]


def insert_message_link(connection: Connection, link: MessageLink) -> None:
    """Store a new link."""
    connection.execute(insert(message_links).values(msgspec.structs.asdict(link)))


def change_message_link(connection: Connection, company: int, code: str, text: str) -> MessageLink | None:
    """Give a link another text and return it; None if there is none."""
    this = (message_links.c.company == company) & (message_links.c.code == code)
    connection.execute(update(message_links).where(this).values(prefilled_message=text))
    row = connection.execute(select(*_COLUMNS).where(this)).first()
    return None if row is None else MessageLink(*row)


def delete_message_link(connection: Connection, company: int, code: str) -> bool:
    """Remove a link; returns whether there was one."""
    this = (message_links.c.company == company) & (message_links.c.code == code)
    return connection.execute(delete(message_links).where(this)).rowcount > 0


def list_message_links(connection: Connection, company: int) -> list[MessageLink]:
    """Return a company's links, newest first."""
    query = select(*_COLUMNS).where(message_links.c.company == company)
    rows = connection.execute(query.order_by(message_links.c.created_at.desc(), message_links.c.code))
    return [MessageLink(*row) for row in rows]


def find_message_link(connection: Connection, code: str) -> MessageLink | None:
    """Return the link with this code, whosever it is."""
    row = connection.execute(select(*_COLUMNS).where(message_links.c.code == code)).first()
    return None if row is None else MessageLink(*row)


def count_message_links(connection: Connection, company: int) -> int:
    """Return how many links a company has."""
    query = select(func.count()).select_from(message_links).where(message_links.c.company == company)
    return int(connection.execute(query).scalar() or 0)
