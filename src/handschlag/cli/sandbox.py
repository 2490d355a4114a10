"""`handschlag sandbox`: everything in one process on this machine, with a demo airline, and what a program needs to talk to it."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer
import uvloop

from handschlag.database.errors import DatabaseInUse
from handschlag.gateway.actions.webhooks.set_subscription import remove_subscriptions
from handschlag.messenger.app import NotBuilt
from handschlag.sandbox.app import CONNECTION_FILE, PortInUse, Sandbox
from handschlag.sandbox.connection import Connection, as_exports
from handschlag.sandbox.terminal import (
    WEBHOOK_PATH,
    WebhookPrinter,
    show_joined,
    show_progress,
    show_text_message,
    show_welcome,
)
from handschlag.sandbox.watching import latest_contact, stay_subscribed, watch_contacts
from handschlag.telemetry import logs

app = typer.Typer(
    help="Relay, gateway, messenger and simulated customers in one process, with a clock that can be moved."
)

Data = Annotated[Path, typer.Option(help="Folder that keeps everything.")]
DEFAULT_DATA = Path(".handschlag")
DEFAULT_PORT = 8700


@app.callback(invoke_without_command=True)
def sandbox(
    context: typer.Context,
    data: Data = DEFAULT_DATA,
    port_base: Annotated[int, typer.Option(min=1, max=65532, help="First of four ports.")] = DEFAULT_PORT,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON when ready, nothing else.")] = False,
) -> None:
    """Start the sandbox and run until stopped."""
    if context.invoked_subcommand is not None:
        context.obj = data
        return
    data.mkdir(parents=True, exist_ok=True)
    with (data / "sandbox.log").open("a") as log:
        logs.configure(stream=log)
        try:
            uvloop.run(_run(data, port_base, as_json=as_json))
        except (PortInUse, NotBuilt, DatabaseInUse) as error:
            typer.echo(error, err=True)
            raise typer.Exit(1) from None


@app.command()
def env(
    context: typer.Context, data: Annotated[Path | None, typer.Option(help="Folder of the sandbox.")] = None
) -> None:
    """Print addresses and tokens of the sandbox in a folder as shell exports."""
    file = (data or context.obj or DEFAULT_DATA) / CONNECTION_FILE
    if not file.is_file():
        typer.echo(f"no sandbox was started in {file.parent} yet", err=True)
        raise typer.Exit(1)
    print(as_exports(msgspec.json.decode(file.read_bytes(), type=Connection)))


async def _run(data: Path, port_base: int, *, as_json: bool) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    doors = [] if as_json else WebhookPrinter().routes()
    sandbox = Sandbox(
        data, port_base, progress=_quiet if as_json else show_progress, more_doors=doors,
        show_text_message=_quiet if as_json else show_text_message,
    )  # fmt: skip
    try:
        connection = await sandbox.start()
        # What lives as long as the process need not be looked at in every collection.
        gc.freeze()
        if as_json:
            sys.stdout.write(msgspec.json.encode(connection).decode() + "\n")
            sys.stdout.flush()
            await stopped.wait()
        else:
            await _for_a_person(sandbox, connection, stopped)
    finally:
        await sandbox.stop()


async def _for_a_person(sandbox: Sandbox, connection: Connection, stopped: asyncio.Event) -> None:
    """Show the way in, who joins, and every webhook."""
    running = sandbox.running
    show_welcome(connection)
    latest = await latest_contact(running)
    if latest is not None:
        show_joined(connection, latest.name, latest.wa_id, again=True)
    address = connection.control_url + WEBHOOK_PATH
    tasks = [
        asyncio.create_task(stay_subscribed(running, address)),
        asyncio.create_task(watch_contacts(running, lambda who: show_joined(connection, who.name, who.wa_id))),
    ]
    try:
        await stopped.wait()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Under --json nobody listens there.
        app_id = connection.app_id
        await remove_subscriptions(running.gateway.configuration, app_id, callback_url=address)


def _quiet(*_said: str) -> None:
    """Say nothing: standard output belongs to the line of JSON."""
