"""Counts outgoing messages of a span of time; ids begin with the time, so that the table's own order is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from handschlag.gateway.storage.schema import outgoing_messages

if TYPE_CHECKING:
    from collections.abc import Iterator


class CountedMessages(NamedTuple):
    """How many messages of a kind reached a status; `pricing` is the relay's word as it was kept."""

    kind: str
    pricing: str | None
    status: int
    messages: int


def count_messages(connection: Connection, company: int, start: float, end: float) -> list[CountedMessages]:
    """Return the counts of messages accepted within a span, `end` excluded."""
    table = outgoing_messages.c
    query = (
        select(table.kind, table.pricing, table.status, func.count())
        .where(table.company == company, *_between(start, end))
        .group_by(table.kind, table.pricing, table.status)
    )
    return [CountedMessages(*row) for row in connection.execute(query)]


def template_bodies(connection: Connection, company: int, start: float, end: float) -> Iterator[tuple[bytes, int]]:
    """Yield body and status of every template message accepted within a span."""
    table = outgoing_messages.c
    query = select(table.body, table.status).where(
        table.company == company, table.kind == "template", *_between(start, end)
    )
    for row in connection.execute(query):
        yield row.body, row.status


def _between(start: float, end: float) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return outgoing_messages.c.id >= _id_at(start), outgoing_messages.c.id < _id_at(end)


def _id_at(at: float) -> str:
    """Return what ids of this moment begin with."""
    text = f"{max(0, int(at * 1000)):012x}"
    return f"{text[:8]}-{text[8:12]}"
