"""Takes what is stored about a company's number into memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.storage.blocked_customers import list_blocked_customers
from handschlag.gateway.storage.number_settings import load_number_settings

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running


async def load_number(running: Running, company: Company) -> None:
    """Read settings and block list."""
    company.number = await running.store.read(lambda connection: load_number_settings(connection, company.id))
    blocked = await running.store.read(lambda connection: list_blocked_customers(connection, company.id))
    company.blocked = {row.name: row for row in blocked}
