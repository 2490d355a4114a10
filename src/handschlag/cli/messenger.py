"""`handschlag messenger`: serve the web app, and print the hashes of what is served."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import Annotated

import typer

from handschlag.messenger.app import Messenger, NotBuilt, build_hash, hash_lines

app = typer.Typer(no_args_is_help=True, help="The customers' web app, on an origin of its own.")


@app.command()
def serve(
    relay_url: Annotated[str, typer.Option(help="Where browsers reach the relay.", envvar="HANDSCHLAG_RELAY_URL")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8702,
) -> None:
    """Serve the messenger until stopped."""
    try:
        asyncio.run(_serve(Messenger(relay_url=relay_url, host=host, port=port)))
    except (NotBuilt, OSError) as error:
        typer.echo(f"the messenger did not start: {error}", err=True)
        raise typer.Exit(1) from None


async def _serve(messenger: Messenger) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await messenger.start()
    print(f"The messenger is at {messenger.url}", flush=True)
    await stopped.wait()
    await messenger.stop()


@app.command()
def hashes() -> None:
    """Print the SHA-256 of every file, to compare with those published; the name of the build goes to standard error."""
    print(hash_lines(), end="")
    print(f"build {build_hash()}", file=sys.stderr)
