"""`handschlag`: joins the commands of each place into one program."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from handschlag.cli import gateway, messenger, relay, sandbox

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Business messaging that anyone can host.",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"handschlag {version('handschlag')}")
        raise typer.Exit


@app.callback()
def main(
    show: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Business messaging that anyone can host."""


app.add_typer(sandbox.app, name="sandbox")
app.add_typer(relay.app, name="relay")
app.add_typer(gateway.app, name="gateway")
app.add_typer(messenger.app, name="messenger")
