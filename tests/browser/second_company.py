"""A second company at a running sandbox's relay: somebody else to write to, who never answers."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import aiohttp
from tests.support.participants import Company, enrol_company

from handschlag.clock import SystemClock
from handschlag.database.visitor import Visitor
from handschlag.relay.actions.companies.invite_company import invite_company
from handschlag.relay.settings import RelaySettings

if TYPE_CHECKING:
    from tests.browser.journey import Airline


def enrol_second(airline: Airline, name: str) -> str:
    """Return the click-to-chat link of a company that is new at the airline's relay."""
    made: list[Company] = []
    # Playwright owns the main thread's loop.
    worker = threading.Thread(target=lambda: made.append(asyncio.run(_enrol(airline, name))))
    worker.start()
    worker.join(30)
    (company,) = made
    key = company.identity.master_public.replace("+", "-").replace("/", "_")
    return f"{airline.messenger}/#/c/{company.handle}?k={key}"


async def _enrol(airline: Airline, name: str) -> Company:
    url = airline.connection["relay_url"]
    settings = RelaySettings(data=Path(airline.connection["relay_data"]))

    async def invite(**how: Any) -> str:
        return await invite_company(Visitor(settings.database), SystemClock(), **how)

    relay: Any = SimpleNamespace(url=url, settings=settings, invite=invite)
    async with aiohttp.ClientSession() as session:
        return await enrol_company(relay, session, SystemClock(), handle="second-company", name=name)
