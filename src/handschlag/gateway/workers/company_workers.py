"""Everything that works for one company while the gateway runs, started and stopped together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.device.device import Device
from handschlag.gateway.actions.numbers.load_number import load_number
from handschlag.gateway.actions.templates.load_templates import load_templates
from handschlag.gateway.company import Company, make_company
from handschlag.gateway.storage.device_state import load_device
from handschlag.gateway.workers.company_link import CompanyLink
from handschlag.gateway.workers.media_bringer import MediaBringer
from handschlag.gateway.workers.preview_bringer import PreviewBringer
from handschlag.gateway.workers.publish_company import CompanyPublisher
from handschlag.gateway.workers.sealer import Sealer
from handschlag.relay_client.http import RelayHttp

if TYPE_CHECKING:
    import aiohttp

    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.companies import CompanyRow


class CompanyWorkers:
    """One company, opened: its link, sealer and publisher."""

    def __init__(self, running: Running, company: Company, session: aiohttp.ClientSession) -> None:
        relay = RelayHttp(company.row.relay_url, session, company.device, running.clock)
        self.company = company
        running.media.add_relay(company.id, relay)
        self.sealer = Sealer(running, company, relay)
        self.media = MediaBringer(running, company)
        self.previews = PreviewBringer(running, company)
        self.publisher = CompanyPublisher(running, company, relay)
        self.link = CompanyLink(running, company, relay, self.sealer)

    async def start(self) -> None:
        """Take up what was left and connect."""
        await self.sealer.start()
        await self.publisher.start()
        await self.link.start()
        await self.media.start()

    async def stop(self) -> None:
        """Disconnect and stop."""
        await self.previews.stop()
        await self.media.stop()
        await self.link.stop()
        await self.publisher.stop()
        await self.sealer.stop()


async def open_company(running: Running, row: CompanyRow, session: aiohttp.ClientSession) -> CompanyWorkers:
    """Bring a company from disk to work."""
    state, last_event = await running.store.read(lambda connection: load_device(connection, row.id))
    device = Device.restore(state, running.data_key.raw)
    company = make_company(
        row, device, last_event, store=running.store, data_key=running.data_key, settings=running.settings
    )
    await load_number(running, company)
    await load_templates(running, company)
    workers = CompanyWorkers(running, company, session)
    await workers.start()
    running.add_company(company)
    return workers
