"""`handschlag`: joins the commands of each place into one program."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

# One module of this folder each, in the order help shows them.
PLACES = ("sandbox", "relay", "gateway", "messenger")


class Places(TyperGroup):
    """Each place's commands, imported when they are asked for: a relay's process must not hold what opens messages."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the places."""
        del ctx
        return list(PLACES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a place's commands."""
        del ctx
        if cmd_name not in PLACES:
            return None
        place = get_group(import_module(f"handschlag.cli.{cmd_name}").app)
        place.name = cmd_name
        return place


app = typer.Typer(
    cls=Places,
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
