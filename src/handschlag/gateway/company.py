"""A company as the running gateway holds it: its device, contacts, templates, and the messages on their way.

What is in memory is never ahead of the disk for anybody outside: rows go into the open commit in the same breath as memory changes,
and what leaves the process leaves after that commit. A peer's ratchets are dropped from memory only while nothing of them is unsaved.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from handschlag.content.templates.definition import ParsedDefinition
from handschlag.crypto.identity import Identity, IdentityState
from handschlag.device.device import Device
from handschlag.gateway.contact_book import ContactBook
from handschlag.gateway.envelope_ids import EnvelopeIds
from handschlag.gateway.rules.number_settings import NumberSettings
from handschlag.gateway.rules.pair_rate import PairRate
from handschlag.gateway.storage.blocked_customers import BlockedCustomer
from handschlag.gateway.storage.companies import CompanyRow
from handschlag.gateway.storage.device_state import STORE_LAST_EVENT, add_changes, load_peer
from handschlag.gateway.storage.outgoing_messages import OutgoingMessage
from handschlag.gateway.storage.templates import TemplateRow
from handschlag.gateway.webhooks.bodies import Metadata
from handschlag.wire.certificates import KeyObject
from handschlag.wire.envelope import OutgoingEnvelope
from handschlag.wire.ids import AccountId, EnvelopeId
from handschlag.wire.signed import SignedRecord

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from handschlag.database.store import Store
    from handschlag.gateway.data_key import DataKey
    from handschlag.gateway.link_previews import AwaitedPreview
    from handschlag.gateway.rules.refusals import Failure
    from handschlag.gateway.settings import GatewaySettings
    from handschlag.gateway.storage.waiting_for_media import AwaitingMessage

MESSAGES_IN_MEMORY = 50_000


async def _nothing() -> None:
    """Do nothing: no worker has taken this on yet."""


@dataclass(frozen=True, slots=True)
class ReadyTemplate:
    """A template taken apart once, with the approval in force."""

    row: TemplateRow
    definition: ParsedDefinition
    approval: SignedRecord | None


@dataclass(slots=True)
class Company:
    """One company of this gateway."""

    row: CompanyRow
    device: Device
    contacts: ContactBook
    app_secret: bytes
    metadata: Metadata
    last_event: int
    templates: dict[tuple[str, str], ReadyTemplate] = field(default_factory=dict)
    # Envelopes the relay has not answered, in the order they were written; the same as the outbox on disk.
    unanswered: dict[tuple[EnvelopeId, int], OutgoingEnvelope] = field(default_factory=dict)
    # The bodies of receipts among them, which stand nowhere else.
    receipts: dict[tuple[EnvelopeId, int], bytes] = field(default_factory=dict)
    # Customers for whom something waits to be sealed: what comes later queues behind it.
    waiting: dict[AccountId, int] = field(default_factory=dict)
    # How many messages wait for their files.
    awaiting_media: int = 0
    # Those of the waiting messages whose link is being looked at: they are not sealed yet.
    awaiting_preview: set[EnvelopeId] = field(default_factory=set)
    verdicts: dict[EnvelopeId, asyncio.Future[Failure | None]] = field(default_factory=dict)
    messages: OrderedDict[EnvelopeId, OutgoingMessage] = field(default_factory=OrderedDict)
    ids: EnvelopeIds = field(default_factory=EnvelopeIds)
    # Set by the workers when the company is opened.
    hand_to_link: Callable[[OutgoingEnvelope], None] = field(default=lambda _envelope: None)
    wake_sealer: Callable[[], None] = field(default=lambda: None)
    bring_files: Callable[[AwaitingMessage], None] = field(default=lambda _message: None)
    bring_preview: Callable[[AwaitedPreview], None] = field(default=lambda _message: None)
    is_connected: Callable[[], bool] = field(default=lambda: False)
    renew_approvals: Callable[[], Awaitable[None]] = field(default=_nothing)
    publish_soon: Callable[[], None] = field(default=lambda: None)
    publish_now: Callable[[], Awaitable[None]] = field(default=_nothing)
    # When the messages of the last second were accepted.
    recent: deque[float] = field(default_factory=deque)
    # What the company set for its number and whom it has blocked, as on disk; and how often it writes to one customer.
    number: NumberSettings = field(default_factory=NumberSettings)
    blocked: dict[str, BlockedCustomer] = field(default_factory=dict)
    pairs: PairRate = field(default_factory=PairRate)
    # Customers whose identity is no longer the pinned one, with the hash of the new one.
    changed_identities: dict[AccountId, str] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The company's row number."""
        return self.row.id

    def keep_message(self, message: OutgoingMessage) -> None:
        """Keep a message at hand for the events that follow."""
        messages = self.messages
        messages[message.id] = message
        if len(messages) > MESSAGES_IN_MEMORY:
            messages.popitem(last=False)

    def __repr__(self) -> str:
        return f"Company({self.row.account})"


def open_identity(row: CompanyRow, data_key: DataKey) -> Identity:
    """Return the identity that signs a company's offers and profile; its master seed is not here."""
    state = IdentityState(
        account=row.account,
        self_signing_seed=data_key.open(row.self_signing_seed, "self_signing_seed"),
        master_key=msgspec.json.decode(row.master_key, type=KeyObject),
        self_signing_key=msgspec.json.decode(row.self_signing_key, type=KeyObject),
    )
    return Identity(state)


def make_company(
    row: CompanyRow, device: Device, last_event: int, *, store: Store, data_key: DataKey, settings: GatewaySettings
) -> Company:
    """Return the company that goes with a row and its restored device; each commit carries the device's changes."""
    contacts = ContactBook(
        store,
        row.id,
        secret=data_key.open(row.customer_secret, "customer_secret"),
        country=settings.country,
        most=settings.contacts_in_memory,
    )
    company = Company(
        row=row,
        device=device,
        contacts=contacts,
        app_secret=data_key.open(row.app_secret, "app_secret"),
        metadata=Metadata(display_phone_number=row.number or row.phone_number_id, phone_number_id=row.phone_number_id),
        last_event=last_event,
    )
    keep = settings.peers_in_memory

    stored_event = last_event

    def save_device() -> None:
        nonlocal stored_event
        if company.last_event != stored_event:
            stored_event = company.last_event
            store.add(STORE_LAST_EVENT, (row.id, stored_event))
        changes = device.take_changes(data_key.raw)
        if changes:
            add_changes(store.add, row.id, changes)
            store.after(forget_idle, None)

    def forget_idle(_: None) -> None:
        # After the commit, so that what is read again later is what was written now.
        for account in device.idle_peers(keep):
            device.forget_peer(account)

    store.before_commit(save_device)
    return company


async def bring_peer(company: Company, store: Store, account: AccountId) -> bool:
    """Take a customer's stored devices and ratchets into memory; returns whether there were any."""
    if company.device.knows(account):
        return True
    await store.flushed()
    state = await store.read(lambda connection: load_peer(connection, company.id, account))
    if state is None:
        return False
    company.device.load_peer(state)
    return True
