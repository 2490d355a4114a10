"""`handschlag relay templates`: read what companies want to send, and let it through or not; may run beside the relay."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from handschlag.cli.relay_visit import visit_relay
from handschlag.relay.actions.companies.decide_template import Decision, decide_template, find_template
from handschlag.relay.storage.templates import list_all_templates
from handschlag.wire.template import TemplateDefinition

_HASH_SHOWN = 10

app = typer.Typer(no_args_is_help=True, help="Templates of companies: read, approve, reject, pause.")

Hash = Annotated[str, typer.Argument(help="The template's hash or its beginning, as `list` shows it.")]
Reason = Annotated[str, typer.Option(help="Why; the company reads it.")]


@app.command("list")
def list_command(
    status: Annotated[str, typer.Option(help="PENDING, APPROVED, REJECTED or PAUSED; empty means all.")] = "",
) -> None:
    """List templates with their state, oldest first."""
    for row, handle in visit_relay(
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
    row = visit_relay(lambda store: find_template(store, template))
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
    row = visit_relay(lambda store: decide_template(store, template, decision, reason))
    typer.echo(f"{row.hash[:_HASH_SHOWN]} is {decision}; the company hears of it within a minute")
