"""`handschlag gateway webhooks`: who is told, how deliveries went, and telling once more."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from handschlag.cli.gateway_visit import Company, visit
from handschlag.gateway.actions.companies.find_company import find_company
from handschlag.gateway.actions.webhooks.replay_deliveries import ask_for_replay
from handschlag.gateway.actions.webhooks.set_subscription import remove_subscriptions, set_cursor, set_subscription
from handschlag.gateway.configuration import Configuration
from handschlag.gateway.storage.subscriptions import list_subscriptions
from handschlag.gateway.storage.webhook_log import Attempt, LogFilter, find_attempt, list_attempts
from handschlag.gateway.webhooks.bodies import post_body
from handschlag.gateway.webhooks.callback_address import parse_callback_url

app = typer.Typer(no_args_is_help=True, help="Who is told about messages and statuses, and how that went.")

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_PERIOD = re.compile(r"(\d{1,6})([smhd])")
_WIDTH = 160

Failed = Annotated[bool, typer.Option("--failed", help="Only what was not confirmed.")]
Field = Annotated[str | None, typer.Option("--field", help="Only this field, such as messages.")]
Url = Annotated[str | None, typer.Option("--url", help="Only this endpoint.")]
Since = Annotated[str | None, typer.Option("--since", help="How long ago at most: 90s, 15m, 2h, 3d.")]


@app.command("set")
def set_webhook(
    url: str,
    company: Company = None,
    verify_token: Annotated[str | None, typer.Option(help="What the endpoint expects.")] = None,
    fields: Annotated[str, typer.Option(help="Comma list; empty means all.")] = "",
    merge: Annotated[int, typer.Option(help="Events one POST may hold under backlog, 1 to 50.")] = 1,
) -> None:
    """Tell an endpoint about a company's events, without asking it for the challenge."""

    async def work(configuration: Configuration) -> None:
        row = await find_company(configuration, company)
        parse_callback_url(url, private=configuration.settings.private_callbacks)
        await set_subscription(
            configuration, row.app_id, url, verify_token=verify_token, fields=_names(fields) or None, merge=merge
        )
        print(f"{url} is told about {row.handle}")

    visit(work)


@app.command("keep")
def keep_events(
    company: Company = None, fields: Annotated[str, typer.Option(help="Comma list; empty means all.")] = ""
) -> None:
    """Keep a company's events for programs that nobody can call: they read them by cursor."""

    async def work(configuration: Configuration) -> None:
        row = await find_company(configuration, company)
        await set_cursor(configuration, row.app_id, _names(fields) or None)
        print(f"events of {row.handle} are kept from now on: GET /{row.app_id}/webhook_events")

    visit(work)


@app.command("list")
def list_webhooks(company: Company = None) -> None:
    """List who is told, and about what."""

    async def work(configuration: Configuration) -> None:
        row = await find_company(configuration, company)
        of = {"": "", row.waba_id: "  instead of the app, for this account", row.phone_number_id: "  for this number"}
        for one in await configuration.database.read(lambda connection: list_subscriptions(connection, row.app_id)):
            fields = "" if one.target else "  " + ",".join(one.fields)
            print(f"{one.callback_url or 'read by cursor'}{of.get(one.target, '')}{fields}")

    visit(work)


@app.command("remove")
def remove_webhook(url: str, company: Company = None) -> None:
    """Tell an endpoint nothing more, and forget what it was not told yet."""

    async def work(configuration: Configuration) -> None:
        row = await find_company(configuration, company)
        if not await remove_subscriptions(configuration, row.app_id, callback_url=url):
            raise ValueError(f"url: got {url!r}, expected one of those that `handschlag gateway webhooks list` names")
        print(f"{url} is told nothing more")

    visit(work)


@app.command("log")
def show_log(
    company: Company = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many attempts, the newest.")] = 30,
    failed: Failed = False,
    field: Field = None,
    url: Url = None,
    since: Since = None,
) -> None:
    """Show how deliveries went, the newest last."""

    async def work(configuration: Configuration) -> list[Attempt]:
        wanted = await _filter(configuration, company, failed=failed, field=field, url=url, since=since)
        return await configuration.database.read(lambda connection: list_attempts(connection, wanted, limit=limit))

    rows = visit(work)
    table = Table("id", "time (UTC)", "field", "try", "answer", "ms", "endpoint", box=None, pad_edge=False)
    for row in reversed(rows):
        table.add_row(
            str(row.id),
            _time(row.at),
            row.field,
            str(row.attempt),
            _answer(row),
            f"{row.duration_ms:.0f}",
            row.callback_url,
        )
    _console().print(table if rows else "no deliveries in the log")


@app.command("show")
def show_delivery(id_: Annotated[int, typer.Argument(metavar="ID")], company: Company = None) -> None:
    """Show one attempt whole: the request with its headers and body, and the first kilobyte of the answer."""

    async def work(configuration: Configuration) -> Attempt:
        row = await find_company(configuration, company)
        found = await configuration.database.read(lambda connection: find_attempt(connection, row.app_id, id_))
        if found is None:
            raise ValueError(f"id: got {id_}, expected one of those that `handschlag gateway webhooks log` names")
        return found

    row = visit(work)
    console = _console()
    console.print(f"POST {row.callback_url}", markup=False)
    for name, value in msgspec.json.decode(row.headers or "{}", type=dict[str, str]).items():
        console.print(f"{name}: {value}", markup=False)
    body = b"(not in the log any more)" if row.entry is None else msgspec.json.format(post_body([row.entry]), indent=2)
    console.print(f"\n{body.decode()}\n", markup=False)
    answer = "" if row.answer is None else row.answer.decode("utf-8", "replace")
    console.print(Text(f"{_time(row.at)}, try {row.attempt}, {row.duration_ms:.0f} ms: "), Text(_answer(row)))
    if answer:
        console.print(answer, markup=False)


@app.command("replay")
def replay(
    ids: Annotated[list[int] | None, typer.Argument(help="Attempts whose events are told once more.")] = None,
    company: Company = None,
    failed: Failed = False,
    field: Field = None,
    url: Url = None,
    since: Since = None,
) -> None:
    """Tell events once more, with the same bytes and X-Event-Id; a gateway that does not run does it when it starts."""
    if not ids and since is None:
        raise typer.BadParameter("ids of attempts, or --since 2h", param_hint="IDS")

    async def work(configuration: Configuration) -> int:
        wanted = await _filter(configuration, company, failed=failed, field=field, url=url, since=since)
        return await ask_for_replay(configuration, msgspec.structs.replace(wanted, ids=tuple(ids or ()) or None))

    print(f"{visit(work)} events are told once more")


async def _filter(
    configuration: Configuration,
    company: str | None,
    *,
    failed: bool,
    field: str | None,
    url: str | None,
    since: str | None,
) -> LogFilter:
    row = await find_company(configuration, company)
    return LogFilter(
        app_id=row.app_id,
        outcome="failed" if failed else None,
        field=field,
        callback_url=url,
        since=None if since is None else configuration.clock.now() - _seconds(since),
    )


def _seconds(period: str) -> float:
    found = _PERIOD.fullmatch(period)
    if found is None:
        raise ValueError(f"since: got {period!r}, expected a number with s, m, h or d, such as 2h")
    return int(found[1]) * _UNITS[found[2]]


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _answer(row: Attempt) -> str:
    return row.error or str(row.status)


def _console() -> Console:
    # Into a pipe, a line stays a line.
    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = _WIDTH
    return console
