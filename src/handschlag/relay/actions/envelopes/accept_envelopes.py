"""Accepts a sender's envelopes: asks the rules for each, stores what passes in one commit, then answers and delivers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from handschlag.relay.actions.envelopes.recall_result import recall_result
from handschlag.relay.context import Context
from handschlag.relay.directory import Recent
from handschlag.relay.mailroom import Address
from handschlag.relay.rules.admission import UNDELIVERABLE, admit_from_company, admit_from_customer, price_of
from handschlag.relay.rules.devices import check_addressees, check_own_devices
from handschlag.relay.rules.standing import Standing
from handschlag.relay.storage.accounts import AccountRow
from handschlag.relay.storage.mailboxes import StoredEvent
from handschlag.relay.storage.relations import COUNT_NOTIFICATION, RECORD_MESSAGE
from handschlag.wire.consent import Stamp
from handschlag.wire.envelope import Header, OutgoingEnvelope, check_body_size, check_header, header_bytes, header_hash
from handschlag.wire.errors import WireError
from handschlag.wire.frames import Result
from handschlag.wire.ids import AccountId
from handschlag.wire.limits import DAY, MAILBOX_EVENTS
from handschlag.wire.refusals import Refusal
from handschlag.wire.signed import sign_record

_REMEMBERED = 100_000
_RATE_ID = "none"
_encode = msgspec.json.Encoder().encode

Answer = Callable[[list[Result]], None]


class _Accepted(NamedTuple):
    """What waits for the commit: the answers, whom they go to, and what is delivered."""

    answer: Answer
    results: list[Result]
    events: list[StoredEvent]


class EnvelopeDesk:
    """Takes envelopes from sockets; remembers the last ones, so that one sent again is not stored again."""

    def __init__(self, context: Context, kept: dict[tuple[str, int], int]) -> None:
        """`kept` are the envelopes that wait since earlier starts: `recall_result` finds their answers."""
        self._context = context
        self._kept = kept
        self._recent: Recent[tuple[int, str, int], Result] = Recent(_REMEMBERED)

    async def accept(self, sender: Address, envelopes: Sequence[OutgoingEnvelope], answer: Answer) -> None:
        """Decide about envelopes in order; `answer` is called once those accepted are on disk.

        Only a correspondent who is not in memory makes this wait for the database.
        """
        await self._load(sender.account, {envelope.header.to for envelope in envelopes})
        context = self._context
        if self._kept:
            await self._recall(sender, envelopes)
        now = context.clock.now()
        results: list[Result] = []
        events: list[StoredEvent] = []
        for envelope in envelopes:
            header = envelope.header
            key = (sender.mailbox, header.id, header.attempt)
            result = self._recent.get(key)
            if result is None:
                refusal = self._decide(sender, envelope, events, now)
                result = refusal if isinstance(refusal, Result) else _refused(header, refusal)
                if result.refusal is None:
                    self._recent.put(key, result)
                    context.metrics.accepted.labels(header.kind).inc()
                else:
                    context.metrics.refused.labels(result.refusal.code).inc()
            results.append(result)
        context.store.after(self._committed, _Accepted(answer, results, events))

    def _committed(self, accepted: _Accepted) -> None:
        accepted.answer(accepted.results)
        self._context.mailroom.pushed(accepted.events)
        self._context.wake_ups.stored(accepted.events)

    async def _recall(self, sender: Address, envelopes: Sequence[OutgoingEnvelope]) -> None:
        for header in [envelope.header for envelope in envelopes]:
            number = self._kept.get((header.id, header.attempt))
            if number is not None:
                result = await recall_result(self._context, sender, header, number)
                if result is not None:
                    self._recent.put((sender.mailbox, header.id, header.attempt), result)
                    self._kept.pop((header.id, header.attempt), None)

    async def _load(self, sender: AccountId, recipients: set[AccountId]) -> None:
        directory = self._context.directory
        row = await directory.find_account(sender)
        for recipient in recipients:
            if directory.peek_account(recipient) is None and await directory.find_account(recipient) is None:
                # Nobody is no stranger: names that are invented take no room in memory.
                continue
            if row is not None:
                business, customer = _sides(row, sender, recipient)
                if directory.peek_standing(business, customer) is None:
                    await directory.find_standing(business, customer)

    def _decide(
        self, sender: Address, envelope: OutgoingEnvelope, events: list[StoredEvent], now: float
    ) -> Result | Refusal:
        context, header = self._context, envelope.header
        refusal = _check_header(sender, header)
        if refusal is not None:
            return refusal
        own = context.directory.peek_account(sender.account)
        assert own is not None, "a sender is connected, so it exists"
        recipient = context.directory.peek_account(header.to)
        business, customer = _sides(own, sender.account, header.to)
        standing = context.directory.peek_standing(business, customer) or Standing()
        refusal = self._check_rate(own, now)
        if refusal is None and header.kind != "sync":
            refusal = self._admit(header, own, recipient, standing, now)
        if refusal is not None:
            return refusal
        assert recipient is not None, "admission refuses the unknown"
        refusal = _check_devices(sender, envelope, own, recipient)
        if refusal is not None:
            return refusal
        waiting = context.mailroom.waiting
        if any(waiting.get(row.id, 0) >= MAILBOX_EVENTS for row in recipient.certified.values()):
            return Refusal(code="mailbox_full", message=f"more than {MAILBOX_EVENTS} events wait for this device")
        try:
            for bodies in envelope.bodies.values():
                for body in bodies.values():
                    check_body_size(header, bytes(body))
        except WireError as error:
            return Refusal(code="bad_envelope", message=str(error))
        self._store(sender, envelope, (own, recipient), standing, events, now)
        return Result(id=header.id, attempt=header.attempt, at=now, pricing=price_of(header, standing, now))

    def _check_rate(self, own: AccountRow, now: float) -> Refusal | None:
        limits = self._context.limits
        wait = (limits.company_envelopes if own.kind == "company" else limits.customer_envelopes).wait_for(
            own.account, now
        )
        if wait:
            return Refusal(code="rate_limited", message="too many envelopes", retry_after=round(wait, 3))
        return None

    def _admit(
        self, header: Header, own: AccountRow, recipient: AccountRow | None, standing: Standing, now: float
    ) -> Refusal | None:
        from_company = own.kind == "company"
        refusal = admit_from_company(header, standing, now) if from_company else admit_from_customer(header)
        if refusal is not None:
            return refusal
        wanted = "customer" if from_company else "company"
        if recipient is None or recipient.kind != wanted or not recipient.certified:
            return UNDELIVERABLE
        return None

    def _store(
        self, sender: Address, envelope: OutgoingEnvelope, accounts: tuple[AccountRow, AccountRow],
        standing: Standing, events: list[StoredEvent], now: float,
    ) -> None:  # fmt: skip
        context, header = self._context, envelope.header
        own, recipient = accounts
        head = b'"header":' + header_bytes(header)
        stamp = b""
        if header.category is not None:
            stamp = self._stamp(header, standing, now)
            number = standing.count(header.category, now)
            context.store.add(
                COUNT_NOTIFICATION, (own.account, recipient.account, header.category, int(now // DAY), number)
            )
        elif header.kind == "service" and own.kind == "customer":
            standing.wrote_at = now
            context.directory.put_standing(recipient.account, own.account, standing)
            context.store.add(RECORD_MESSAGE, (recipient.account, own.account, now))
        wants_note = sender.mailbox if header.kind in {"service", "template"} else 0
        for row in (own,) if recipient is own else (own, recipient):
            for device, body in envelope.bodies.get(row.account, {}).items():
                events.append(
                    context.mailroom.put(
                        row.devices[device].id,
                        b'%b,"body":%b%b' % (head, bytes(body), stamp),
                        now + header.ttl,
                        envelope=header.id,
                        attempt=header.attempt,
                        note_to=wants_note if row is recipient else 0,
                    )
                )

    def _stamp(self, header: Header, standing: Standing, now: float) -> bytes:
        stamp = Stamp(
            header=header_hash(header),
            accepted_at=int(now),
            consent_head=standing.grant or "",
            window_open=standing.window_is_open(now),
            rate_id=_RATE_ID,
        )
        return b',"stamp":' + _encode(sign_record(stamp, self._context.secrets.signing_key))


def _check_header(sender: Address, header: Header) -> Refusal | None:
    try:
        check_header(header)
    except WireError as error:
        return Refusal(code="bad_envelope", message=str(error))
    if header.sender != sender.account or header.from_device != sender.device:
        return Refusal(code="bad_envelope", message="header.from and header.from_device must be the sender's own")
    return None


def _check_devices(
    sender: Address, envelope: OutgoingEnvelope, own: AccountRow, recipient: AccountRow
) -> Refusal | None:
    if sender.device not in own.certified:
        return Refusal(code="bad_envelope", message="the account's own key has not certified this device")
    others = own.certified.keys() - {sender.device}
    if envelope.header.kind == "sync":
        return check_own_devices(envelope, others)
    return check_addressees(envelope, recipient.certified.keys(), others)


def _refused(header: Header, refusal: Refusal) -> Result:
    return Result(id=header.id, attempt=header.attempt, refusal=refusal)


def _sides(own: AccountRow, sender: AccountId, recipient: AccountId) -> tuple[AccountId, AccountId]:
    """Return company and customer of an envelope."""
    return (sender, recipient) if own.kind == "company" else (recipient, sender)
