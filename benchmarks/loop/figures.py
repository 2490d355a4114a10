"""Turns what was measured into figures, a table for people and one line of JSON for programs."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from time import perf_counter

from rich.console import Console
from rich.table import Table

from loop.house import House

Figures = dict[str, float]


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value below which this share of the values lies, to a hundredth."""
    if not values:
        return 0.0
    return round(sorted(values)[min(len(values) - 1, int(len(values) * percent / 100))], 2)


class Window:
    """A stretch of time in which messages went round: processor time of both servers, rate, and how long each took."""

    def __init__(self, house: House) -> None:
        program = house.program
        program.post_ms, program.webhook_ms = [], []
        program.measuring = True
        self._house = house
        self._delivered = program.delivered
        self._posts = program.posts_received
        self._relay = house.relay.processor_seconds()
        self._gateway = house.gateway.processor_seconds()
        self._began = perf_counter()

    def close(self) -> Figures:
        """Return the figures, for each message delivered meanwhile."""
        house, program = self._house, self._house.program
        program.measuring = False
        seconds = perf_counter() - self._began
        messages = max(1, program.delivered - self._delivered)
        relay = (house.relay.processor_seconds() - self._relay) / messages * 1e6
        gateway = (house.gateway.processor_seconds() - self._gateway) / messages * 1e6
        return {
            "messages_per_second": round(messages / seconds),
            "cpu_us_per_message": round(relay + gateway, 1),
            "relay_us": round(relay, 1),
            "gateway_us": round(gateway, 1),
            "statuses_per_post": round(2 * messages / max(1, program.posts_received - self._posts), 1),
            "post_p50_ms": percentile(program.post_ms, 50),
            "post_p99_ms": percentile(program.post_ms, 99),
            "webhook_p50_ms": percentile(program.webhook_ms, 50),
            "webhook_p99_ms": percentile(program.webhook_ms, 99),
        }


def options_parser() -> ArgumentParser:
    """Return a parser with what every program takes."""
    parser = ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--customers", type=int, default=300, help="customers with a device each")
    parser.add_argument("--connections", type=int, default=128, help="connections of the company's program")
    parser.add_argument(
        "--json", action="store_true", help="print one line of JSON and nothing else on standard output"
    )
    return parser


def console_for(options: Namespace) -> Console:
    """Return where progress and tables go: not where the line of JSON goes."""
    return Console(stderr=options.json)


def show(console: Console, title: str, rows: dict[str, Figures], targets: dict[str, str]) -> None:
    """Print a table with one column for each thing measured, and the targets beside it."""
    table = Table(title=title)
    table.add_column("")
    for name in rows:
        table.add_column(name, justify="right")
    table.add_column("target", justify="right")
    for figure in next(iter(rows.values())):
        values = [f"{figures[figure]:,}" for figures in rows.values()]
        table.add_row(figure, *values, targets.get(figure, ""))
    console.print(table)


def finish(options: Namespace, result: dict[str, object]) -> None:
    """Print the line of JSON if it is wanted."""
    if options.json:
        print(json.dumps(result))
