"""Adds and removes devices of an account, each with the account's own signed list of those that remain, and tells the others."""

from __future__ import annotations

from sqlalchemy import Connection

from handschlag.relay.actions.accounts.upload_keys import check_claimable, check_size, store_claimable
from handschlag.relay.context import Context
from handschlag.relay.errors import Conflict, Forbidden, NotFound
from handschlag.relay.mailroom import Address
from handschlag.relay.rules.devices import check_next_list, is_certified
from handschlag.relay.storage.accounts import (
    AccountRow,
    find_account,
    id_was_used,
    insert_device,
    note_seen,
    remove_device,
    update_device_list,
)
from handschlag.relay.storage.claimable_keys import Stock, count_stock, drop_keys
from handschlag.relay.storage.mailboxes import clear_mailbox
from handschlag.relay.storage.push import forget_subscription
from handschlag.wire.certificates import check_device_keys
from handschlag.wire.frames import Note
from handschlag.wire.http import AddDevice, DeviceSeen, ListedDevices, OwnDevices
from handschlag.wire.ids import AccountId, DeviceId, parse_account_id
from handschlag.wire.limits import DAY, DEVICES_PER_ACCOUNT
from handschlag.wire.signed import SignedRecord


async def add_device(context: Context, request: AddDevice) -> Stock:
    """Store a further device that its account vouches for twice, by a certificate and by the list it stands in; return its stock."""
    account = parse_account_id(request.account)
    device = check_device_keys(request.device_keys, account)
    check_size(request.device_keys, "device_keys")
    check_claimable(account, device.device, device.ed25519, request)
    now = context.clock.now()

    def store(connection: Connection) -> tuple[AccountRow | None, Stock]:
        known = find_account(connection, account)
        if known is None or not is_certified(request.device_keys, known.self_signing_key, account):
            # Whether there is such an account is nobody's business who holds none of its keys.
            raise Forbidden("no account has certified this device", field="device_keys", seen=device.device)
        if device.device in known.devices and known.device_list == request.device_list:
            return None, count_stock(connection, known.devices[device.device].id)
        if id_was_used(connection, account, device.device):
            raise Conflict("this device id was used before", field="device_keys.device_id", seen=device.device)
        if len(known.devices) >= DEVICES_PER_ACCOUNT:
            raise Conflict(f"the account has {DEVICES_PER_ACCOUNT} devices", field="device_keys", seen=device.device)
        check_next_list(
            request.device_list, known.device_list, known.master_key, known.certified.keys() | {device.device}
        )
        insert_device(
            connection, account, request.device_keys, ed25519=device.ed25519, certified=True, today=int(now // DAY)
        )
        update_device_list(connection, account, request.device_list)
        changed = find_account(connection, account)
        assert changed is not None, "it was just changed"
        mailbox = changed.devices[device.device].id
        store_claimable(connection, mailbox, request)
        return changed, count_stock(connection, mailbox)

    changed, stock = await context.store.write(store)
    if changed is not None:
        await _tell_devices(context, changed, now, but=device.device)
    return stock


async def remove_own_device(context: Context, sender: Address, device: DeviceId, listed: SignedRecord) -> int:
    """Take a device out of the caller's account with everything kept for it; return the number of its mailbox."""
    now = context.clock.now()

    def store(connection: Connection) -> tuple[AccountRow | None, int]:
        known = find_account(connection, sender.account)
        assert known is not None, "an authenticated device has an account"
        if sender.device not in known.certified:
            raise Forbidden("the account's own key has not certified this device", field="device", seen=sender.device)
        row = known.devices.get(device)
        if row is None:
            raise NotFound("no such device", field="device", seen=device)
        check_next_list(listed, known.device_list, known.master_key, known.certified.keys() - {device})
        remove_device(connection, row.id)
        drop_keys(connection, row.id)
        clear_mailbox(connection, row.id)
        forget_subscription(connection, row.id)
        update_device_list(connection, sender.account, listed)
        return find_account(connection, sender.account), row.id

    changed, mailbox = await context.store.write(store)
    assert changed is not None, "it was just changed"
    context.mailroom.waiting.pop(mailbox, None)
    context.wake_ups.unsubscribe(mailbox)
    await _tell_devices(context, changed, now, but=sender.device)
    return mailbox


async def list_devices(context: Context, sender: Address) -> OwnDevices:
    """Return the caller's own devices as the relay knows them."""
    account = await context.directory.find_account(sender.account)
    assert account is not None, "an authenticated device has an account"
    seen = [
        DeviceSeen(
            device=row.device, certified=row.certified, first_seen=row.added_on * DAY, last_seen=row.seen_on * DAY
        )
        for row in account.devices.values()
    ]
    return OwnDevices(devices=seen, device_list=account.device_list)


async def look_up_devices(context: Context, account: AccountId) -> ListedDevices:
    """Return which devices an account has: who joins it signs a list with one more."""
    row = await context.directory.find_account(account)
    if row is None:
        return ListedDevices(devices=[])
    return ListedDevices(devices=sorted(row.certified), device_list=row.device_list)


async def note_device_seen(context: Context, address: Address) -> None:
    """Note that a device is here today; once a day is all that is kept."""
    today = int(context.clock.now() // DAY)
    account = await context.directory.find_account(address.account)
    if account is None or address.device not in account.devices or account.devices[address.device].seen_on == today:
        return

    def store(connection: Connection) -> AccountRow | None:
        note_seen(connection, address.mailbox, today)
        return find_account(connection, address.account)

    renewed = await context.store.write(store)
    if renewed is not None:
        context.directory.put_account(renewed)


async def _tell_devices(context: Context, account: AccountRow, now: float, *, but: DeviceId) -> None:
    """Take over the account as it is now, and tell its other devices that the list of them changed."""
    context.directory.put_account(account)
    note = Note(what="devices", account=AccountId(account.account), at=now)
    others = [row for name, row in account.certified.items() if name != but]
    context.store.after(context.mailroom.pushed, [context.mailroom.put_note(row.id, note, now) for row in others])
    await context.store.flushed()
