"""Finds companies by what a person would call them."""

from __future__ import annotations

from handschlag.gateway.configuration import Configuration
from handschlag.gateway.storage.companies import CompanyRow, list_companies


class CompanyUnknown(LookupError):
    """No company of this gateway is called so, or several could be meant."""


async def find_company(configuration: Configuration, name: str | None) -> CompanyRow:
    """Return the company with this handle, account, phone number id, WABA id or app id; the only one if `name` is None."""
    rows = await configuration.database.read(list_companies)
    if name is None:
        if len(rows) == 1:
            return rows[0]
        raise CompanyUnknown(f"company: got none, expected one of {_names(rows)}")
    for row in rows:
        if name in {row.handle, row.account, row.phone_number_id, row.waba_id, row.app_id}:
            return row
    raise CompanyUnknown(f"company: got {name!r}, expected one of {_names(rows)}")


def _names(rows: list[CompanyRow]) -> str:
    return ", ".join(row.handle for row in rows) or "(none enrolled yet)"
