"""`handschlag gateway`: enrol companies, run the API, and administer tokens, templates, offers and webhooks beside it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import msgspec
import segno
import typer

from handschlag.cli.gateway_visit import Company, gateway_settings, visit
from handschlag.cli.gateway_webhooks import app as webhooks
from handschlag.clock import SystemClock
from handschlag.gateway.actions.companies.create_token import create_token, revoke_tokens
from handschlag.gateway.actions.companies.enrol_company import OWN_MACHINE, EnrolRequest, enrol_company, master_key_path
from handschlag.gateway.actions.companies.find_company import find_company
from handschlag.gateway.actions.companies.set_offer import OfferDraft, set_offer
from handschlag.gateway.actions.templates.add_template import TemplateDraft, add_template
from handschlag.gateway.configuration import Configuration
from handschlag.gateway.rules.click_to_chat import click_to_chat_url, public_master_key
from handschlag.gateway.serve import serve
from handschlag.gateway.storage.companies import list_companies
from handschlag.gateway.storage.templates import list_templates

app = typer.Typer(no_args_is_help=True, help="The company's own machine: keys, Cloud API, webhooks.")
token = typer.Typer(no_args_is_help=True, help="Access tokens of an app.")
template = typer.Typer(no_args_is_help=True, help="Templates and their state at the relay.")
offer = typer.Typer(no_args_is_help=True, help="What a company asks its customers leave for.")
app.add_typer(token, name="token")
app.add_typer(template, name="template")
app.add_typer(offer, name="offer")
app.add_typer(webhooks, name="webhooks")
# The name it had first.
app.add_typer(webhooks, name="webhook", hidden=True)


@app.command("serve")
def serve_command() -> None:
    """Run the gateway until it is stopped; settings come from HANDSCHLAG_GATEWAY_… variables."""
    try:
        status = serve(gateway_settings(), SystemClock())
    except OSError as error:
        typer.echo(f"the gateway did not start: {error}", err=True)
        status = 1
    raise typer.Exit(status)


@app.command()
def enrol(
    relay_url: Annotated[str, typer.Option(help="The relay's address.")],
    invitation: Annotated[str, typer.Option(help="The code its operator gave.")],
    name: Annotated[str, typer.Option(help="The company's name as customers see it.")],
    handle: Annotated[str, typer.Option(help="Short name in click-to-chat links.")],
    number: Annotated[str, typer.Option(help="Telephone number, if there is one.")] = "",
    gateway_operator: Annotated[str, typer.Option(help="Who runs this machine.")] = OWN_MACHINE,
) -> None:
    """Make a company: keys, account at the relay, Graph ids."""
    request = EnrolRequest(
        relay_url=relay_url,
        invitation=invitation,
        name=name,
        handle=handle,
        number=number,
        gateway_operator=gateway_operator,
    )

    async def work(configuration: Configuration) -> None:
        row = await enrol_company(configuration, request)
        print(f"account          {row.account}")
        print(f"app_id           {row.app_id}")
        print(f"app_secret       {configuration.data_key.open(row.app_secret, 'app_secret').decode()}")
        print(f"waba_id          {row.waba_id}")
        print(f"phone_number_id  {row.phone_number_id}")
        print(f"access_token     {await create_token(configuration, row.app_id)}")
        print(
            f"The master key is in {master_key_path(configuration, handle)}: move it to a safe place, nothing here needs it."
        )

    visit(work)


@app.command()
def companies() -> None:
    """List the companies of this gateway."""

    async def work(configuration: Configuration) -> None:
        for row in await configuration.database.read(list_companies):
            print(f"{row.handle:<24} {row.phone_number_id} {row.waba_id} {row.app_id} {row.account} {row.name}")

    visit(work)


@app.command()
def link(
    messenger_url: Annotated[str, typer.Argument(help="Where customers reach the messenger.")],
    company: Company = None,
    svg: Annotated[Path | None, typer.Option(help="Write the QR code into this file instead.")] = None,
) -> None:
    """Print the click-to-chat link and its QR code; it carries the fingerprint that makes the first contact safe."""

    async def work(configuration: Configuration) -> None:
        row = await find_company(configuration, company)
        address = click_to_chat_url(messenger_url, row.handle, public_master_key(row.master_key))
        print(address)
        code = segno.make(address, error="m")
        if svg is None:
            code.terminal(compact=True, border=2)
        else:
            await asyncio.to_thread(code.save, str(svg), scale=8)

    visit(work)


@token.command("create")
def create_token_command(
    company: Company = None,
    days: Annotated[float | None, typer.Option(help="Days until it ends; without it, it does not.")] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(help="whatsapp_business_messaging, whatsapp_business_management; both if not given."),
    ] = None,
) -> None:
    """Print a new access token; it is shown this once."""

    async def work(configuration: Configuration) -> None:
        row = await find_company(configuration, company)
        seconds = None if days is None else days * 86_400
        print(await create_token(configuration, row.app_id, seconds=seconds, scopes=scope or ()))

    visit(work)


@token.command("revoke")
def revoke_tokens_command(company: Company = None) -> None:
    """Remove all access tokens of a company's app."""

    async def work(configuration: Configuration) -> None:
        row = await find_company(configuration, company)
        print(f"{await revoke_tokens(configuration, row.app_id)} tokens removed")

    visit(work)


@template.command("add")
def add_template_command(file: Path, company: Company = None) -> None:
    """Add a template from a JSON file in the Cloud API's own shape; the running gateway submits it."""

    async def work(configuration: Configuration) -> None:
        draft = msgspec.json.decode(await asyncio.to_thread(file.read_bytes), type=TemplateDraft)
        print(await add_template(configuration, await find_company(configuration, company), draft))

    visit(work)


@template.command("list")
def list_templates_command(company: Company = None) -> None:
    """List templates with their state."""

    async def work(configuration: Configuration) -> None:
        row = await find_company(configuration, company)
        for one in await configuration.database.read(lambda connection: list_templates(connection, row.id)):
            print(f"{one.name:<32} {one.language:<6} {one.category:<15} {one.status} {one.reason}")

    visit(work)


@offer.command("set")
def set_offer_command(file: Path, company: Company = None) -> None:
    """Set the offer from a JSON file (controller, purposes, notice, withdraw); the running gateway publishes it."""

    async def work(configuration: Configuration) -> None:
        draft = msgspec.json.decode(await asyncio.to_thread(file.read_bytes), type=OfferDraft)
        made = await set_offer(configuration, await find_company(configuration, company), draft)
        print(f"offer {made.id} will be published")

    visit(work)
