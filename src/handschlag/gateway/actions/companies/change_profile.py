"""Changes what a company says of itself and how a chat with it begins; the running gateway publishes it, signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.gateway.errors import RequestInvalid
from handschlag.gateway.rules.public_profile import excess_of, public_profile
from handschlag.gateway.storage.companies import load_profile, store_profile
from handschlag.gateway.storage.number_settings import store_number_settings, store_picture
from handschlag.wire.canonical import canonical_json, hash_of
from handschlag.wire.company import Profile

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from handschlag.gateway.company import Company
    from handschlag.gateway.rules.number_settings import NumberSettings
    from handschlag.gateway.running import Running


async def change_profile(running: Running, company: Company, changes: dict[str, Any], picture: bytes | None) -> None:
    """Store the changed profile and its picture, and wake who publishes it."""
    if picture is not None:
        changes = {**changes, "picture": hash_of(picture)}
    _check_size(company, company.number, changes)

    def store(connection: Connection) -> None:
        _store_changed(running, company, connection, changes)
        if picture is not None:
            # The picture stands beside the settings, whose row may not be there yet.
            store_number_settings(connection, company.id, company.number)
            store_picture(connection, company.id, picture)

    await running.store.write(store)
    await running.refresh()


async def change_conversational(running: Running, company: Company, **changes: Any) -> None:
    """Store greeting, sentences and commands; what customers see of them is published with the profile."""
    number = msgspec.structs.replace(company.number, **changes)
    _check_size(company, number, {})
    company.number = number

    def store(connection: Connection) -> None:
        store_number_settings(connection, company.id, company.number)
        _store_changed(running, company, connection, {})

    await running.store.write(store)
    await running.refresh()


def _check_size(company: Company, number: NumberSettings, changes: dict[str, Any]) -> None:
    profile = msgspec.structs.replace(msgspec.json.decode(company.row.profile, type=Profile), **changes)
    excess = excess_of(public_profile(profile, number))
    if excess:
        raise RequestInvalid(f"{', '.join(changes) or 'commands, prompts'}: {excess}")


def _store_changed(running: Running, company: Company, connection: Connection, changes: dict[str, Any]) -> None:
    """Change what is on disk, whoever changed it last; it is to be published again, with a later time."""
    row = company.row
    before = msgspec.json.decode(load_profile(connection, row.id), type=Profile)
    profile = msgspec.structs.replace(before, **changes, at=max(int(running.clock.now()), before.at + 1))
    store_profile(connection, row.id, canonical_json(profile).decode(), name=row.name, number=row.number)
