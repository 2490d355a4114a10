"""Takes grants, withdrawals and blocks into force, signs receipts, and tells the company's devices."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Literal, TypeVar

import msgspec
from sqlalchemy import Connection

from handschlag.relay.context import Context
from handschlag.relay.errors import BadRequest, Forbidden, NotFound
from handschlag.relay.mailroom import Address
from handschlag.relay.rules.consent_chain import check_follows, check_grant, granted, withdrawn
from handschlag.relay.rules.standing import Standing
from handschlag.relay.storage.companies import find_offer
from handschlag.relay.storage.relations import append_record, list_consents, load_standing, store_consent
from handschlag.wire.canonical import from_base64, to_base64
from handschlag.wire.consent import Grant, Offer, Receipt, Withdrawal
from handschlag.wire.frames import Note
from handschlag.wire.http import ConsentStates
from handschlag.wire.ids import AccountId
from handschlag.wire.signed import SignedRecord, parse_record, sign_record, verify_record

_ID_BYTES = 16
_HASH_BYTES = 32

R = TypeVar("R", Grant, Withdrawal)


async def accept_grant(context: Context, sender: Address, signed: SignedRecord) -> SignedRecord:
    """Take a customer's signed grant into force and return the relay's receipt."""
    grant = await _signed_by_sender(context, sender, signed, Grant)
    from_base64(grant.offer, "offer", length=_HASH_BYTES)
    offer_record = await context.store.read(lambda connection: find_offer(connection, grant.offer, grant.business))
    if offer_record is None:
        raise BadRequest("this company made no such offer", field="offer", seen=grant.offer)
    offer = parse_record(offer_record, Offer, "offer")
    check_grant(grant, offer, context.clock.now())

    def change(standing: Standing) -> tuple[Standing, SignedRecord]:
        check_follows(grant.previous, standing)
        return granted(standing, grant, signed.hash, offer), signed

    return await _record(context, (grant.business, grant.customer), "grant", change)


async def accept_withdrawal(context: Context, sender: Address, signed: SignedRecord) -> SignedRecord:
    """Take a customer's withdrawal into force and return the receipt; it needs nothing but the customer."""
    withdrawal = await _signed_by_sender(context, sender, signed, Withdrawal)

    def change(standing: Standing) -> tuple[Standing, SignedRecord]:
        check_follows(withdrawal.previous, standing)
        return withdrawn(standing, withdrawal, signed.hash), signed

    return await _record(context, (withdrawal.business, withdrawal.customer), "withdrawal", change)


async def block_company(context: Context, sender: Address, business: AccountId) -> None:
    """Let nothing of this company through any more; everything agreed to is withdrawn by a record of the relay.

    The company is not told: nothing else ends in a record of the relay, so it would learn of the block.

    What is agreed to is looked at inside the transaction: a grant on its way must neither survive a block nor stop it.
    """
    await _check_company(context, business)
    now = int(context.clock.now())

    def change(standing: Standing) -> tuple[Standing, SignedRecord | None]:
        if not standing.purposes:
            return msgspec.structs.replace(standing, blocked=True), None
        withdrawal = Withdrawal(
            id=to_base64(secrets.token_bytes(_ID_BYTES)),
            business=business,
            customer=sender.account,
            device=None,
            purposes="*",
            at=now,
            previous=standing.head,
        )
        signed = sign_record(withdrawal, context.secrets.signing_key)
        return msgspec.structs.replace(withdrawn(standing, withdrawal, signed.hash), blocked=True), signed

    await _change(context, (business, sender.account), change)


async def unblock_company(context: Context, sender: Address, business: AccountId) -> None:
    """Lift a block; what was agreed to before needs a new grant."""
    await _check_company(context, business)

    def change(standing: Standing) -> tuple[Standing, None]:
        return msgspec.structs.replace(standing, blocked=False), None

    await _change(context, (business, sender.account), change)


async def show_consents(context: Context, sender: Address) -> ConsentStates:
    """Return how a customer stands with every company, with the signed records."""
    states = await context.store.read(lambda connection: list_consents(connection, sender.account))
    return ConsentStates(businesses=states)


async def _signed_by_sender(context: Context, sender: Address, signed: SignedRecord, kind: type[R]) -> R:
    account = await context.directory.find_account(sender.account)
    assert account is not None, "an authenticated device has an account"
    row = account.certified.get(sender.device)
    if row is None:
        raise Forbidden("the account's own key has not certified this device", field="device", seen=sender.device)
    if signed.key != f"ed25519:{sender.device}":
        raise Forbidden("signed by another device", field="record.key", seen=signed.key)
    record = verify_record(signed, row.ed25519, kind, "record")
    if record.customer != sender.account or record.device != sender.device:
        raise Forbidden("a record of another customer or device", field="record.customer", seen=record.customer)
    await _check_company(context, record.business)
    return record


async def _check_company(context: Context, business: AccountId) -> None:
    account = await context.directory.find_account(business)
    if account is None or account.kind != "company":
        raise NotFound("no such company", field="business", seen=business[:64])


async def _record(
    context: Context,
    pair: tuple[AccountId, AccountId],
    kind: Literal["grant", "withdrawal"],
    change: Callable[[Standing], tuple[Standing, SignedRecord]],
) -> SignedRecord:
    """Change how two stand by a record of the customer's, tell the company, and return the receipt."""
    record, receipt = await _change(context, pair, change)
    assert record is not None, "a record changed it"
    assert receipt is not None, "a record gets its receipt"
    business, customer = pair
    await _tell_company(context, business, Note(what=kind, account=customer, at=context.clock.now(), record=record))
    return receipt


async def _change(
    context: Context,
    pair: tuple[AccountId, AccountId],
    change: Callable[[Standing], tuple[Standing, SignedRecord | None]],
) -> tuple[SignedRecord | None, SignedRecord | None]:
    """Change how two stand in one transaction; returns the record that did it, which is kept, and its receipt."""
    business, customer = pair
    now = context.clock.now()

    def store(connection: Connection) -> tuple[Standing, SignedRecord | None, SignedRecord | None]:
        standing, record = change(load_standing(connection, business, customer, now))
        receipt = None
        if record is not None:
            said = Receipt(record=record.hash, business=business, customer=customer, accepted_at=int(now))
            receipt = sign_record(said, context.secrets.signing_key)
            append_record(connection, pair, record, receipt, now)
        store_consent(connection, business, customer, standing)
        return standing, record, receipt

    standing, record, receipt = await context.store.write(store)
    _take_over(context, business, customer, standing)
    return record, receipt


def _take_over(context: Context, business: AccountId, customer: AccountId, standing: Standing) -> None:
    """Renew the cached standing in place; the window and the counts in memory are newer than what was read."""
    cached = context.directory.peek_standing(business, customer)
    if cached is not None:
        standing = msgspec.structs.replace(standing, wrote_at=max(cached.wrote_at, standing.wrote_at), sent=cached.sent)
    context.directory.put_standing(business, customer, standing)


async def _tell_company(context: Context, business: AccountId, note: Note) -> None:
    account = await context.directory.find_account(business)
    if account is None:
        return
    events = [context.mailroom.put_note(row.id, note, note.at) for row in account.certified.values()]
    context.store.after(context.mailroom.pushed, events)
    await context.store.flushed()
