"""Ends a customer's account for ever, on its own signed word: all of it in one commit, then its files; its companies are told."""

from __future__ import annotations

import hashlib
from hmac import digest

from sqlalchemy import Connection

from handschlag.relay.actions.backups.expire_backups import remove_backups_of
from handschlag.relay.actions.media.store_media import remove_object
from handschlag.relay.context import Context
from handschlag.relay.errors import Forbidden
from handschlag.relay.mailroom import Address
from handschlag.relay.rules.devices import check_own_erasure
from handschlag.relay.rules.kept_erasures import seal_erasure
from handschlag.relay.storage.erasure import (
    erase_rows,
    forget_erasures,
    list_boxes,
    list_objects,
    list_related_companies,
)
from handschlag.wire.canonical import to_base64
from handschlag.wire.frames import Note
from handschlag.wire.ids import AccountId
from handschlag.wire.signed import SignedRecord


def erased_hash(context: Context, account: AccountId) -> str:
    """Return what is kept of an erased account's id; without the relay's secret nobody can try ids against it."""
    return to_base64(digest(context.secrets.number_key, f"erased:{account}".encode(), hashlib.sha256))


async def erase_account(context: Context, sender: Address, record: SignedRecord) -> list[int]:
    """Erase the caller's account on its own signed word; return the mailboxes of its devices, whose connections end."""
    account, now = sender.account, context.clock.now()
    known = await context.directory.find_account(account)
    assert known is not None, "an authenticated device has an account"
    if known.kind != "customer":
        raise Forbidden("a company is removed by the operator of the relay", field="account", seen=account)
    if sender.device not in known.certified:
        raise Forbidden("the account's own key has not certified this device", field="device", seen=sender.device)
    check_own_erasure(record, known.master_key, sender.device, now)
    kept = seal_erasure(context.secrets.number_key, account, record)
    # What waits in memory to be written is written first: nothing of it may come after.
    await context.store.flushed()

    def erase(connection: Connection) -> tuple[list[AccountId], list[int], list[str]]:
        companies = list_related_companies(connection, account)
        boxes, objects = list_boxes(connection, account), list_objects(connection, account)
        erase_rows(connection, account, erased_hash(context, account), kept, now)
        return companies, boxes, objects

    # Backups before: were the relay to end here, the account is still there and asks again.
    await remove_backups_of(context, account)
    companies, boxes, objects = await context.store.write(erase)
    context.directory.drop_account(account, companies)
    for box in boxes:
        context.mailroom.waiting.pop(box, None)
        context.wake_ups.unsubscribe(box)
    await _tell_companies(context, companies, Note(what="erased", account=account, at=now, record=record))
    for id_ in objects:
        await remove_object(context, id_)
    return boxes


async def _tell_companies(context: Context, companies: list[AccountId], note: Note) -> None:
    for business in companies:
        account = await context.directory.find_account(business)
        if account is not None:
            events = [context.mailroom.put_note(row.id, note, note.at) for row in account.certified.values()]
            context.store.after(context.mailroom.pushed, events)
    await context.store.flushed()


async def expire_erasures(context: Context) -> None:
    """Forget what was kept long enough for devices of erased accounts that come back."""
    before = context.clock.now() - context.settings.erased_seconds
    await context.store.write(lambda connection: forget_erasures(connection, before=before))
