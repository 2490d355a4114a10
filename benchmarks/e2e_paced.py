"""Measure the whole loop at a steady rate: what a message costs when the servers are not pressed, and when its delivered webhook arrives.

Posts are due at fixed times whatever the answers do, and latencies count from those times. Statuses come one in a POST, the default.
"""

from __future__ import annotations

from argparse import Namespace

import uvloop
from loop.figures import Figures, Window, console_for, finish, options_parser, show
from loop.house import House, opened_house
from rich.console import Console

TARGETS = {"cpu_us_per_message": "≤ 700", "webhook_p99_ms": "< 100", "lost": "0"}


async def measure(house: House, options: Namespace, console: Console) -> Figures:
    program = house.program
    await house.start_gateway(merge=options.merge)
    await program.connect(house.gateway.port, house.requests(), options.connections)
    opened = await house.opened()
    with console.status("warming up"):
        await program.send_paced(options.rate, options.warm_up)
        await program.drain()
    window = Window(house)
    with console.status(f"{options.rate:g} messages a second for {options.seconds:g} seconds"):
        await program.send_paced(options.rate, options.seconds)
    with console.status("waiting for the last ones"):
        await program.drain()
    figures = window.close()
    seen = min(program.delivered, await house.opened() - opened)
    if program.refused:
        raise SystemExit(f"the gateway refused messages: {program.refused}\n{house.gateway.last_words}")
    return figures | {"lost": program.accepted - seen}


async def main(options: Namespace, console: Console) -> Figures:
    async with opened_house(options.customers, console) as house:
        return await measure(house, options, console)


if __name__ == "__main__":
    parser = options_parser()
    parser.add_argument("--rate", type=float, default=1000.0, help="messages a second")
    parser.add_argument("--seconds", type=float, default=60.0, help="seconds measured")
    parser.add_argument("--warm-up", type=float, default=3.0, help="seconds before that")
    parser.add_argument("--merge", type=int, default=1, help="statuses one POST may hold under backlog")
    chosen = parser.parse_args()
    output = console_for(chosen)
    result = uvloop.run(main(chosen, output))
    show(
        output,
        f"Whole loop at {chosen.rate:g} messages a second: SQLite, every commit flushed",
        {"paced": result},
        TARGETS,
    )
    finish(chosen, dict(result))
