"""Publishes what a company says of itself and asks for: profile, offer, templates; and keeps approvals fresh."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from handschlag.database.errors import DatabaseError
from handschlag.gateway.actions.templates.load_templates import ready_template
from handschlag.gateway.actions.templates.take_template_state import reject_template, take_template_state
from handschlag.gateway.company import open_identity
from handschlag.gateway.rules.public_profile import public_profile
from handschlag.gateway.storage.companies import CompanyRow, mark_offer_published, mark_profile_published
from handschlag.gateway.storage.number_settings import load_number_settings, load_picture
from handschlag.gateway.storage.templates import list_unsubmitted_templates
from handschlag.relay_client.errors import RelayError, RelayRefused
from handschlag.telemetry.logs import get_logger
from handschlag.wire.canonical import hash_of
from handschlag.wire.company import Profile
from handschlag.wire.consent import Offer
from handschlag.wire.limits import APPROVAL_SECONDS
from handschlag.wire.signed import SignedRecord, sign_record

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.relay_client.http import RelayHttp

_log = get_logger(__name__)
_AGAIN_SECONDS = 3.0
_LOOK_SECONDS = 1.0
# Half its life before an approval ends there is still time for a relay that is away for days.
_RENEW_BEFORE = APPROVAL_SECONDS / 2
_ASK_AGAIN_SECONDS = 60.0


class CompanyPublisher:
    """The task that publishes for one company."""

    def __init__(self, running: Running, company: Company, relay: RelayHttp) -> None:
        self._running = running
        self._company = company
        self._relay = relay
        self._work = asyncio.Event()
        self._asked_at = float("-inf")
        self._renewing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        company.renew_approvals = self._renew_now
        company.publish_soon = self.wake
        company.publish_now = self._publish_now

    async def start(self) -> None:
        """Begin, with what was left over."""
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._work.set()

    async def stop(self) -> None:
        """Stop publishing."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def wake(self) -> None:
        """Look for something new now."""
        self._work.set()

    async def settled(self) -> None:
        """Publish what is there now; raises RelayError if the relay does not take it."""
        await self._publish_all()

    async def _run(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self._work.wait(), _LOOK_SECONDS)
                self._work.clear()
                await self._publish_all()
            except TimeoutError:
                await self._renew_if_due()
            except DatabaseError:
                raise
            except RelayError as error:
                _log.warning("not_published", company=self._company.id, error=type(error).__name__, reason=str(error))
                self._work.set()
                await asyncio.sleep(_AGAIN_SECONDS)
            except Exception:  # noqa: BLE001  the next thing to publish may be in order
                _log.exception("publishing_failed", company=self._company.id)
                await asyncio.sleep(_AGAIN_SECONDS)

    async def _publish_all(self) -> None:
        async with self._renewing:
            await self._publish_profile(self._company.row)
            await self._publish_offer(self._company.row)
            await self._submit_templates()

    async def _publish_profile(self, row: CompanyRow) -> None:
        if row.profile_published:
            return
        store = self._running.store
        number = await store.read(lambda connection: load_number_settings(connection, row.id))
        profile = public_profile(msgspec.json.decode(row.profile, type=Profile), number)
        if profile.picture:
            profile = msgspec.structs.replace(profile, picture=await self._publish_picture(row.id))
        await self._relay.publish_profile(self._signed(profile))
        await store.write(lambda connection: mark_profile_published(connection, row.id, row.profile))
        if self._company.row.profile == row.profile:
            self._company.row = msgspec.structs.replace(self._company.row, profile_published=True)

    async def _publish_picture(self, company: int) -> str:
        """Bring the picture before the profile that names it, and return its hash; empty if the relay will never take it."""
        picture = await self._running.store.read(lambda connection: load_picture(connection, company))
        if picture is None:
            return ""
        try:
            await self._relay.publish_picture(picture)
        except RelayRefused as error:
            if error.temporary:
                raise
            _log.warning("picture_refused", company=company, error=type(error).__name__, reason=str(error))
            return ""
        return hash_of(picture)

    async def _publish_offer(self, row: CompanyRow) -> None:
        text = row.offer
        if row.offer_published or text is None:
            return
        await self._relay.publish_offer(self._signed(msgspec.json.decode(text, type=Offer)))
        await self._running.store.write(lambda connection: mark_offer_published(connection, row.id, text))
        self._company.row = msgspec.structs.replace(self._company.row, offer_published=True)

    def _signed(self, record: msgspec.Struct) -> SignedRecord:
        return sign_record(record, open_identity(self._company.row, self._running.data_key).signer)

    async def _submit_templates(self) -> None:
        running, company = self._running, self._company
        rows = await running.store.read(lambda connection: list_unsubmitted_templates(connection, company.id))
        for row in rows:
            known = company.templates.get((row.name, row.language))
            if known is None or known.row.hash != row.hash:
                # It was added or changed on the command line: memory has not seen it yet.
                company.templates[row.name, row.language] = ready_template(row)
            try:
                state = await self._relay.submit_template(row.definition)
            except RelayRefused as error:
                if error.temporary:
                    raise
                reject_template(running, company, row, str(error.error.message))
                continue
            take_template_state(running, company, row, state)
        if rows:
            await running.store.flushed()

    async def _renew_if_due(self) -> None:
        now = self._running.clock.now()
        if now - self._asked_at < _ASK_AGAIN_SECONDS:
            return
        templates = [t.row for t in self._company.templates.values()]
        waiting = any(row.status == "PENDING" for row in templates)
        ending = any(row.status == "APPROVED" and row.approved_until - now < _RENEW_BEFORE for row in templates)
        if waiting or ending:
            self._asked_at = now
            await self._renew()

    async def _renew_now(self) -> None:
        try:
            await self._renew()
        except RelayError as error:
            _log.warning("not_renewed", company=self._company.id, error=type(error).__name__)

    async def _publish_now(self) -> None:
        try:
            await self._publish_all()
        except RelayError as error:
            _log.warning("not_published", company=self._company.id, error=type(error).__name__, reason=str(error))

    async def _renew(self) -> None:
        running, company = self._running, self._company
        async with self._renewing:
            states = {state.hash: state for state in (await self._relay.template_states()).templates}
            for template in list(company.templates.values()):
                if template.row.hash in states:
                    take_template_state(running, company, template.row, states[template.row.hash])
            await running.store.flushed()
