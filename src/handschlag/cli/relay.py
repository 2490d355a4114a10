"""`handschlag relay`: carry sealed envelopes, and let companies in."""

from __future__ import annotations

import asyncio
import signal
from typing import Annotated

import typer
import uvloop
from pydantic import ValidationError

from handschlag.cli import relay_reports, relay_templates
from handschlag.cli.relay_visit import visit_relay
from handschlag.cli.settings_sentence import settings_sentence
from handschlag.clock import SystemClock
from handschlag.collector import calm_collector
from handschlag.database.errors import DatabaseError
from handschlag.relay.actions.companies.invite_company import invite_company
from handschlag.relay.app import create_relay
from handschlag.relay.settings import RelaySettings
from handschlag.telemetry.logs import configure
from handschlag.wire.company import VerificationMethod

app = typer.Typer(no_args_is_help=True, help="The operator's place: sealed envelopes, consent, limits.")
app.add_typer(relay_templates.app, name="templates")
app.add_typer(relay_reports.app, name="reports")


@app.command()
def serve() -> None:
    """Run a relay until stopped; settings come from HANDSCHLAG_RELAY_… (see docs/how-to/run-it.md)."""
    configure()
    try:
        uvloop.run(_serve(_settings()))
    except (DatabaseError, OSError) as error:
        typer.echo(f"the relay did not start: {error}", err=True)
        raise typer.Exit(1) from None


def _settings() -> RelaySettings:
    try:
        return RelaySettings()
    except ValidationError as error:
        typer.echo(settings_sentence(error, "HANDSCHLAG_RELAY_"), err=True)
        raise typer.Exit(1) from None


async def _serve(settings: RelaySettings) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    relay = create_relay(settings, SystemClock())
    await relay.start()
    calm_collector()
    await stopped.wait()
    await relay.stop()
    if relay.failed:
        raise typer.Exit(1)


@app.command()
def invite(
    name: Annotated[str, typer.Option(help="The company's name, as you checked it.")],
    method: Annotated[VerificationMethod, typer.Option(help="How you checked it.")],
    evidence: Annotated[str, typer.Option(help="What you saw: a domain, a register number, a letter.")] = "",
) -> None:
    """Print a code with which one company can enrol within 14 days; may run beside the relay."""
    clock = SystemClock()
    print(visit_relay(lambda store: invite_company(store, clock, name=name, method=method, evidence=evidence)))
