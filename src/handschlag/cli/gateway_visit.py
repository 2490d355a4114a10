"""How the gateway's commands reach its configuration, and the option that names a company."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import msgspec
import typer
from pydantic import ValidationError

from handschlag.cli.settings_sentence import settings_sentence
from handschlag.clock import SystemClock
from handschlag.content.errors import ContentError
from handschlag.database.errors import DatabaseError
from handschlag.gateway.actions.companies.find_company import CompanyUnknown
from handschlag.gateway.actions.companies.prepare_folder import open_configuration
from handschlag.gateway.app import MIGRATIONS
from handschlag.gateway.configuration import Configuration
from handschlag.gateway.data_key import SecretNotReadable
from handschlag.gateway.errors import ApiError
from handschlag.gateway.settings import GatewaySettings
from handschlag.relay_client.errors import RelayError
from handschlag.wire.errors import WireError

T = TypeVar("T")

Company = Annotated[
    str | None, typer.Option("--company", help="Handle, account or Graph id; not needed if there is only one.")
]

_EXPECTED = (
    RelayError,
    WireError,
    ContentError,
    ApiError,
    CompanyUnknown,
    DatabaseError,
    SecretNotReadable,
    msgspec.ValidationError,
    msgspec.DecodeError,
    OSError,
    ValueError,
)


def visit(work: Callable[[Configuration], Awaitable[T]]) -> T:
    """Do something with the configuration; what may go wrong ends in one line and status 1."""
    settings = gateway_settings()

    async def run() -> T:
        return await work(await open_configuration(settings, SystemClock(), MIGRATIONS))

    try:
        return asyncio.run(run())
    except _EXPECTED as error:
        typer.echo(f"{type(error).__name__}: {error}", err=True)
        raise typer.Exit(1) from None


def gateway_settings() -> GatewaySettings:
    """Return the settings, or end with a sentence about what is wrong with them."""
    try:
        return GatewaySettings()
    except ValidationError as error:
        typer.echo(settings_sentence(error, "HANDSCHLAG_GATEWAY_"), err=True)
        raise typer.Exit(1) from None
