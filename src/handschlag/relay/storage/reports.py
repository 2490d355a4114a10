"""Reads and writes customers' reports; who reported is kept as a keyed hash alone."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from handschlag.relay.storage.schema import companies, reports
from handschlag.wire.ids import AccountId


class ReportRow(msgspec.Struct, frozen=True):
    """A report as it is kept; `message` is the JSON of what was attached, empty without."""

    business: AccountId
    reporter: str
    reason: str
    at: float
    proof: str = "none"
    envelope: str = ""
    message: str = ""


def store_report(connection: Connection, row: ReportRow) -> None:
    """Keep a report; the same customer's report about the same message or, without one, the same company replaces the one before."""
    columns = reports.c
    same = (columns.business == row.business) & (columns.reporter == row.reporter) & (columns.envelope == row.envelope)
    values = msgspec.structs.asdict(row)
    if connection.execute(update(reports).where(same).values(values)).rowcount == 0:
        connection.execute(insert(reports).values(values))


def count_reports_since(connection: Connection, reporter: str, since: float) -> int:
    """Return how many reports of a customer are younger."""
    query = select(func.count()).where(reports.c.reporter == reporter, reports.c.at >= since)
    return connection.execute(query).scalar() or 0


def list_reports(connection: Connection, handle: str = "") -> list[tuple[int, str, ReportRow]]:
    """Return each report with its number and the company's handle, the newest first."""
    query = select(reports, companies.c.handle).join_from(reports, companies, reports.c.business == companies.c.account)
    if handle:
        query = query.where(companies.c.handle == handle)
    found = connection.execute(query.order_by(reports.c.id.desc())).mappings()
    fields = ReportRow.__struct_fields__
    return [(row["id"], row["handle"], ReportRow(**{field: row[field] for field in fields})) for row in found]


def find_message(connection: Connection, number: int) -> str | None:
    """Return the message attached to a report, empty if there was none; None if there is no such report."""
    return connection.execute(select(reports.c.message).where(reports.c.id == number)).scalar()
