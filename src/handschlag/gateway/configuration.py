"""What administration needs, in the running gateway and on the command line beside it: database, clock, data key, folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from handschlag.clock import Clock
from handschlag.gateway.data_key import DataKey
from handschlag.gateway.settings import GatewaySettings

T = TypeVar("T")


class Database(Protocol):
    """Where configuration is read and written: the running gateway's store, or a short visit from outside."""

    async def write(self, function: Callable[[Connection], T]) -> T:
        """Run a function in a transaction of its own."""
        ...

    async def read(self, function: Callable[[Connection], T]) -> T:
        """Run a function that only reads."""
        ...


@dataclass(frozen=True, slots=True)
class Configuration:
    """The surroundings of an administrative action."""

    database: Database
    clock: Clock
    data_key: DataKey
    settings: GatewaySettings

    @property
    def folder(self) -> Path:
        """Where keys and database lie."""
        return self.settings.data
