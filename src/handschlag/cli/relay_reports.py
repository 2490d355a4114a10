"""`handschlag relay reports`: what customers say of companies; may run beside the relay."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer

from handschlag.cli.relay_visit import visit_relay
from handschlag.relay.storage.reports import find_message, list_reports

_REPORTER_SHOWN = 8

app = typer.Typer(no_args_is_help=True, help="Reports of companies by their customers: read them.")


@app.command("list")
def list_command(company: Annotated[str, typer.Option(help="Only this company's, by its handle.")] = "") -> None:
    """List reports, the newest first: number, company, why, what the attached message proves, who (a hash), when."""
    for number, handle, row in visit_relay(lambda store: store.read(lambda found: list_reports(found, company))):
        when = datetime.fromtimestamp(row.at, UTC).isoformat(timespec="seconds")
        who = row.reporter[:_REPORTER_SHOWN]
        typer.echo(f"{number:>6}  {handle:<24} {row.reason:<12} {row.proof:<8} {who} {when}")


@app.command("show")
def show_command(number: Annotated[int, typer.Argument(help="The report's number, as `list` shows it.")]) -> None:
    """Print the message that was attached to a report."""
    message = visit_relay(lambda store: store.read(lambda connection: find_message(connection, number)))
    if message is None:
        typer.echo(f"there is no report {number}", err=True)
        raise typer.Exit(1)
    typer.echo(msgspec.json.format(message, indent=2) if message else "reported without a message")
