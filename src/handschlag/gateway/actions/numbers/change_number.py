"""Keeps what a company sets for its number: in memory at once, on disk before anybody is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.gateway.storage.number_settings import STORE_NUMBER_SETTINGS, settings_text

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.rules.number_settings import NumberSettings
    from handschlag.gateway.running import Running


def put_number(running: Running, company: Company, settings: NumberSettings) -> None:
    """Put changed settings into the open commit."""
    if settings != company.number:
        company.number = settings
        running.store.add(STORE_NUMBER_SETTINGS, (company.id, settings_text(settings)))


async def change_number(running: Running, company: Company, **changes: Any) -> None:
    """Change some settings, and return when they are on disk."""
    put_number(running, company, msgspec.structs.replace(company.number, **changes))
    await running.store.flushed()
