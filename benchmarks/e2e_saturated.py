"""Measure the whole loop, closed: POST, sealed, relayed, opened and acknowledged by a customer's device, delivered webhook.

Every commit is flushed, as by default. Measured twice: with statuses merged into one POST under backlog, and with one POST for
each. Processor time is that of relay and gateway together for each message; the program that posts, its webhook host and the
customers run beside them and are not counted.
"""

from __future__ import annotations

import asyncio
from argparse import Namespace

import uvloop
from loop.figures import Figures, Window, console_for, finish, options_parser, show
from loop.house import House, opened_house
from rich.console import Console

MODES = {"merged": 50, "single": 1}
TARGETS = {
    "messages_per_second": "≥ 4,000 / ≥ 2,000",
    "cpu_us_per_message": "≤ 250 / ≤ 500",
    "lost": "0",
}


async def measure(house: House, merge: int, options: Namespace, console: Console) -> Figures:
    """Return the figures of one mode."""
    program = house.program
    await house.start_gateway(merge=merge)
    await program.connect(house.gateway.port, house.requests(), options.connections)
    opened, accepted, delivered = await house.opened(), program.accepted, program.delivered
    program.send_closed(options.in_flight)
    with console.status("warming up"):
        await asyncio.sleep(options.warm_up)
    window = Window(house)
    with console.status(f"{options.seconds:g} seconds"):
        await asyncio.sleep(options.seconds)
    figures = window.close()
    program.stop_sending()
    with console.status("waiting for the last ones"):
        await program.drain()
    program.disconnect()
    seen = min(program.delivered - delivered, await house.opened() - opened)
    await house.gateway.stop()
    if program.refused:
        raise SystemExit(f"the gateway refused messages: {program.refused}\n{house.gateway.last_words}")
    return figures | {"lost": program.accepted - accepted - seen}


async def main(options: Namespace, console: Console) -> dict[str, Figures]:
    async with opened_house(options.customers, console) as house:
        return {mode: await measure(house, merge, options, console) for mode, merge in MODES.items()}


if __name__ == "__main__":
    parser = options_parser()
    parser.add_argument("--seconds", type=float, default=10.0, help="seconds measured in each mode")
    parser.add_argument("--warm-up", type=float, default=3.0, help="seconds before that")
    parser.add_argument("--in-flight", type=int, default=600, help="messages without their delivered status at a time")
    chosen = parser.parse_args()
    output = console_for(chosen)
    results = uvloop.run(main(chosen, output))
    show(output, "Whole loop, saturated: relay and gateway on SQLite, every commit flushed", results, TARGETS)
    finish(chosen, dict(results))
