"""Prepares a gateway's folder for administration from outside: schema, data key, and a way into the database."""

from __future__ import annotations

from pathlib import Path

from handschlag.clock import Clock
from handschlag.database.visitor import Visitor
from handschlag.gateway.configuration import Configuration
from handschlag.gateway.data_key import load_data_key
from handschlag.gateway.settings import GatewaySettings

DATA_KEY_FILE = "data.key"


async def open_configuration(settings: GatewaySettings, clock: Clock, migrations: Path) -> Configuration:
    """Return the configuration of a gateway that may be running in another process."""
    settings.data.mkdir(parents=True, exist_ok=True)
    visitor = Visitor(settings.database)
    await visitor.upgrade(migrations)
    return Configuration(visitor, clock, load_data_key(settings.data / DATA_KEY_FILE), settings)
