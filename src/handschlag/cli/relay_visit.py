"""Visits a relay's database from the command line; may run beside the relay."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer
from pydantic import ValidationError

from handschlag.cli.settings_sentence import settings_sentence
from handschlag.database.errors import DatabaseError
from handschlag.database.visitor import Visitor
from handschlag.relay.app import MIGRATIONS
from handschlag.relay.errors import RequestRefused
from handschlag.relay.settings import RelaySettings

T = TypeVar("T")


def visit_relay(work: Callable[[Visitor], Awaitable[T]]) -> T:
    """Visit the relay's database; what may go wrong ends in one line and status 1."""

    async def visit(settings: RelaySettings) -> T:
        settings.data.mkdir(parents=True, exist_ok=True)
        visitor = Visitor(settings.database)
        await visitor.upgrade(MIGRATIONS)
        return await work(visitor)

    try:
        return asyncio.run(visit(RelaySettings()))
    except ValidationError as error:
        typer.echo(settings_sentence(error, "HANDSCHLAG_RELAY_"), err=True)
    except (RequestRefused, DatabaseError) as error:
        typer.echo(f"{type(error).__name__}: {error}", err=True)
    raise typer.Exit(1)
