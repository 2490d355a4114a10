"""Measure `POST /messages` alone: read, checked, sealed for the customer's device, flushed to disk, answered with 200.

The relay is stopped meanwhile, so that nothing but accepting is measured; what is accepted waits in the outbox. Beside it the same
requests to a bare echo in FastAPI, which checks a body and keeps nothing.
"""

from __future__ import annotations

from argparse import Namespace
from time import perf_counter

import uvloop
from loop.figures import Figures, console_for, finish, options_parser, percentile, show
from loop.house import House, opened_house
from loop.processes import Helper, Server
from loop.program import Program
from rich.console import Console

TARGETS = {"cpu_us_per_message": "≤ 1.0 of the echo"}
_WARM_UP = 1000


async def post_all(program: Program, server: Server | Helper, messages: int) -> Figures:
    """Post the messages, as many at once as there are connections, and return the figures of the process that answers."""
    program.send_closed(_WARM_UP)
    await program.wait_for_answers(_WARM_UP)
    program.measuring = True
    used, began = server.processor_seconds(), perf_counter()
    program.send_closed(_WARM_UP + messages)
    await program.wait_for_answers(_WARM_UP + messages)
    seconds, used = perf_counter() - began, server.processor_seconds() - used
    program.disconnect()
    if program.refused:
        raise SystemExit(f"requests were refused: {program.refused}")
    return {
        "messages_per_second": round(messages / seconds),
        "cpu_us_per_message": round(used / messages * 1e6, 1),
        "post_p50_ms": percentile(program.post_ms, 50),
        "post_p99_ms": percentile(program.post_ms, 99),
    }


async def measure(house: House, options: Namespace, console: Console) -> dict[str, Figures]:
    await house.stop_customers()
    await house.relay.stop()
    await house.start_gateway(merge=1)
    requests, echo = house.requests(), Helper("fastapi_echo.py")
    with console.status(f"{options.messages:,} messages to the gateway"):
        await house.program.connect(house.gateway.port, requests, options.connections)
        gateway = await post_all(house.program, house.gateway, options.messages)
    try:
        await echo.start()
        port, program = int((await echo.answer())["port"]), Program()
        with console.status(f"{options.messages:,} messages to the echo"):
            await program.connect(port, requests, options.connections)
            echoed = await post_all(program, echo, options.messages)
    finally:
        await echo.stop()
    return {"gateway": gateway, "fastapi_echo": echoed}


async def main(options: Namespace, console: Console) -> dict[str, Figures]:
    async with opened_house(options.customers, console) as house:
        return await measure(house, options, console)


if __name__ == "__main__":
    parser = options_parser()
    parser.add_argument("--messages", type=int, default=20_000, help="messages posted, at most 45,000")
    chosen = parser.parse_args()
    output = console_for(chosen)
    results = uvloop.run(main(chosen, output))
    show(output, "POST /messages to 200, sealed and flushed, relay away", results, TARGETS)
    ratio = round(results["gateway"]["cpu_us_per_message"] / results["fastapi_echo"]["cpu_us_per_message"], 2)
    output.print(f"{ratio} of a bare FastAPI echo's processor time")
    finish(chosen, {**results, "ratio": ratio})
