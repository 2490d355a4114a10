"""Changes what a company says of itself; the running gateway publishes it, signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.gateway.storage.companies import store_profile
from handschlag.gateway.storage.number_settings import STORE_NUMBER_SETTINGS, settings_text, store_picture
from handschlag.wire.canonical import canonical_json
from handschlag.wire.company import Profile

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running


async def change_profile(running: Running, company: Company, changes: dict[str, Any], picture: bytes | None) -> None:
    """Store the changed profile and its picture, and wake who publishes it."""
    row = company.row
    before = msgspec.json.decode(row.profile, type=Profile)
    profile = msgspec.structs.replace(before, **changes, at=max(int(running.clock.now()), before.at + 1))
    text = canonical_json(profile).decode()

    def store(connection: Connection) -> None:
        store_profile(connection, row.id, text, name=row.name, number=row.number)
        if picture is not None:
            store_picture(connection, row.id, picture)

    if picture is not None:
        # The picture stands beside the settings, whose row may not be there yet.
        running.store.add(STORE_NUMBER_SETTINGS, (company.id, settings_text(company.number)))
    await running.store.write(store)
    await running.refresh()
