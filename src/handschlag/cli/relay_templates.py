"""`handschlag relay templates`: read what companies want to send, and let it through or not; may run beside the relay."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Annotated, TypeVar

import msgspec
import typer
from pydantic import ValidationError

from handschlag.cli.settings_sentence import settings_sentence
from handschlag.database.errors import DatabaseError
from handschlag.database.schema import upgrade_schema
from handschlag.database.visitor import Visitor
from handschlag.relay.actions.decide_template import Decision, decide_template, find_template
from handschlag.relay.app import MIGRATIONS
from handschlag.relay.errors import RequestRefused
from handschlag.relay.settings import RelaySettings
from handschlag.relay.storage.templates import list_all_templates
from handschlag.wire.template import TemplateDefinition

T = TypeVar("T")
_HASH_SHOWN = 10

app = typer.Typer(no_args_is_help=True, help="Templates of companies: read, approve, reject, pause.")

Hash = Annotated[str, typer.Argument(help="The template's hash or its beginning, as `list` shows it.")]
Reason = Annotated[str, typer.Option(help="Why; the company reads it.")]


@app.command("list")
def list_command(
    status: Annotated[str, typer.Option(help="PENDING, APPROVED, REJECTED or PAUSED; empty means all.")] = "",
) -> None:
    """List templates with their state, oldest first."""
    for row, handle in _run(
        lambda store: store.read(lambda connection: list_all_templates(connection, status.upper()))
    ):
        definition = msgspec.json.decode(row.definition, type=TemplateDefinition)
        columns = (
            f"{row.hash[:_HASH_SHOWN]}  {handle:<24} {definition.name:<32} {definition.language:<6} {row.category:<15}"
        )
        typer.echo(f"{columns} {row.status} {row.reason}".rstrip())


@app.command("show")
def show_command(template: Hash) -> None:
    """Print a template's whole text."""
    row = _run(lambda store: find_template(store, template))
    typer.echo(msgspec.json.format(row.definition, indent=2))


@app.command("approve")
def approve_command(template: Hash) -> None:
    """Let a template be sent; also one that was rejected or paused before."""
    _decide(template, "APPROVED", "")


@app.command("reject")
def reject_command(template: Hash, reason: Reason) -> None:
    """Do not let a template be sent; messages of it that wait are not shown any more either."""
    _decide(template, "REJECTED", reason)


@app.command("pause")
def pause_command(template: Hash, reason: Reason = "") -> None:
    """Stop a template for now; messages that were sent with it stay readable."""
    _decide(template, "PAUSED", reason)


def _decide(template: str, decision: Decision, reason: str) -> None:
    row = _run(lambda store: decide_template(store, template, decision, reason))
    typer.echo(f"{row.hash[:_HASH_SHOWN]} is {decision}; the company hears of it within a minute")


def _run(work: Callable[[Visitor], Awaitable[T]]) -> T:
    """Visit the relay's database; what may go wrong ends in one line and status 1."""

    async def visit(settings: RelaySettings) -> T:
        settings.data.mkdir(parents=True, exist_ok=True)
        with suppress(DatabaseError):  # then the relay runs, and its schema is up to date
            await upgrade_schema(settings.database, MIGRATIONS)
        return await work(Visitor(settings.database))

    try:
        return asyncio.run(visit(RelaySettings()))
    except ValidationError as error:
        typer.echo(settings_sentence(error, "HANDSCHLAG_RELAY_"), err=True)
    except (RequestRefused, DatabaseError) as error:
        typer.echo(f"{type(error).__name__}: {error}", err=True)
    raise typer.Exit(1)
