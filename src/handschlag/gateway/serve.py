"""Runs a gateway as a process of its own: until a signal, or until its database fails."""

from __future__ import annotations

import asyncio
import signal

import uvloop

from handschlag.clock import Clock
from handschlag.collector import calm_collector
from handschlag.database.errors import DatabaseError
from handschlag.gateway.app import create_gateway
from handschlag.gateway.settings import GatewaySettings
from handschlag.telemetry import logs

_FAILED = 1

_log = logs.get_logger(__name__)


def serve(settings: GatewaySettings, clock: Clock) -> int:
    """Serve until SIGINT or SIGTERM; returns the exit status, 1 if the process has to be started anew."""
    logs.configure()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(settings, clock))


async def _serve(settings: GatewaySettings, clock: Clock) -> int:
    gateway = create_gateway(settings, clock)
    try:
        await gateway.start()
    except DatabaseError as error:
        _log.error("gateway_not_started", reason=str(error))
        await gateway.stop()
        return _FAILED
    calm_collector()
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    ends = [loop.create_task(told.wait()), loop.create_task(gateway.failed.wait())]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for task in ends:
        task.cancel()
    failed = gateway.failed.is_set()
    try:
        await gateway.stop()
    except DatabaseError:
        failed = True
    return _FAILED if failed else 0
