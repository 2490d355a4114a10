"""Reads and writes what companies set for their numbers."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, insert, select, update

from handschlag.database.hot import insert_rows
from handschlag.gateway.rules.number_settings import NumberSettings
from handschlag.gateway.storage.schema import number_settings

_decode = msgspec.json.Decoder(NumberSettings).decode

# Row: company, settings.
STORE_NUMBER_SETTINGS = insert_rows(
    number_settings, "company", "settings", on_conflict=("update", ("company",), ("settings",))
)


def settings_text(settings: NumberSettings) -> str:
    """Return settings as they are kept."""
    return msgspec.json.encode(settings).decode()


def load_number_settings(connection: Connection, company: int) -> NumberSettings:
    """Return what a company set; nothing yet is the default."""
    text = connection.execute(select(number_settings.c.settings).where(number_settings.c.company == company)).scalar()
    return NumberSettings() if text is None else _decode(text)


def store_number_settings(connection: Connection, company: int, settings: NumberSettings) -> None:
    """Keep what a company set, together with what else this transaction changes."""
    text = settings_text(settings)
    changed = update(number_settings).where(number_settings.c.company == company).values(settings=text)
    if connection.execute(changed).rowcount == 0:
        connection.execute(insert(number_settings).values(company=company, settings=text))


def store_picture(connection: Connection, company: int, picture: bytes) -> None:
    """Keep the profile's picture; the settings' row is there already."""
    connection.execute(update(number_settings).where(number_settings.c.company == company).values(picture=picture))


def load_picture(connection: Connection, company: int) -> bytes | None:
    """Return the profile's picture."""
    return connection.execute(select(number_settings.c.picture).where(number_settings.c.company == company)).scalar()
