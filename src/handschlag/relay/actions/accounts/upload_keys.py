"""Takes what a device publishes: keys to claim, the account's cross-signing keys, signatures on its own key objects."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection

from handschlag.relay.context import Context
from handschlag.relay.errors import BadRequest, Conflict
from handschlag.relay.mailroom import Address
from handschlag.relay.rules.devices import check_same_keys, is_certified, merge_signatures
from handschlag.relay.storage.accounts import AccountRow, find_account, update_device, update_identity
from handschlag.relay.storage.claimable_keys import (
    KEY_TYPE,
    Stock,
    add_one_time_keys,
    count_stock,
    replace_fallback_key,
)
from handschlag.wire.canonical import canonical_json
from handschlag.wire.certificates import KeyObject, check_self_signing, public_key_of, verify_key_object
from handschlag.wire.http import AddDevice, UploadKeys, UploadSigningKeys
from handschlag.wire.ids import AccountId, DeviceId
from handschlag.wire.limits import KEY_OBJECT_BYTES, ONE_TIME_KEYS_PER_DEVICE

_KEY_ID = re.compile(KEY_TYPE + r":[A-Za-z0-9+/=_-]{1,64}")


async def upload_keys(context: Context, sender: Address, request: UploadKeys) -> Stock:
    """Store a device's signed one-time and fallback keys and return its stock."""
    account = await _account_of(context, sender)
    row = account.devices[sender.device]
    uploaded = request.device_keys
    if uploaded is not None:
        check_same_keys(row.keys, uploaded, sender.account)
        check_size(uploaded, "device_keys")
    check_claimable(sender.account, sender.device, row.ed25519, request)

    def store(connection: Connection) -> Stock:
        store_claimable(connection, sender.mailbox, request)
        if uploaded is not None:
            _merge_device(connection, sender.account, sender.device, uploaded)
        return count_stock(connection, sender.mailbox)

    stock = await context.store.write(store)
    if uploaded is not None:
        await _renew(context, sender.account)
    return stock


def check_claimable(account: AccountId, device: DeviceId, ed25519: str, keys: UploadKeys | AddDevice) -> None:
    """Raise unless every key to claim is signed by its device and small enough."""
    for name, offered in (("one_time_keys", keys.one_time_keys), ("fallback_keys", keys.fallback_keys)):
        for key_id, key in offered.items():
            field = f"{name}.{key_id}"
            if not _KEY_ID.fullmatch(key_id):
                limit = f"{KEY_TYPE}: and 1 to 64 letters and digits"
                raise BadRequest("no key id", field=field[:100], seen=key_id[:100], limit=limit)
            check_size(key, field)
            verify_key_object(key, account, f"ed25519:{device}", ed25519)


def store_claimable(connection: Connection, mailbox: int, keys: UploadKeys | AddDevice) -> None:
    """Put a device's keys into stock; raises BadRequest for more than it may hold."""
    if keys.one_time_keys:
        add_one_time_keys(connection, mailbox, keys.one_time_keys)
        held = count_stock(connection, mailbox).one_time_keys
        if held > ONE_TIME_KEYS_PER_DEVICE:
            limit = f"{ONE_TIME_KEYS_PER_DEVICE} per device"
            raise BadRequest("too many one-time keys", field="one_time_keys", seen=str(held), limit=limit)
    for key_id, key in keys.fallback_keys.items():
        replace_fallback_key(connection, mailbox, key_id, key)


async def upload_signing_keys(context: Context, sender: Address, request: UploadSigningKeys) -> None:
    """Store an account's cross-signing keys once; another master key later would be another person."""
    check_self_signing(request.master_key, request.self_signing_key, sender.account)
    master_key = public_key_of(request.master_key, sender.account, "master")
    if request.user_signing_key is not None:
        public_key_of(request.user_signing_key, sender.account, "user_signing")
        verify_key_object(request.user_signing_key, sender.account, f"ed25519:{master_key}", master_key)
    for name in ("master_key", "self_signing_key", "user_signing_key"):
        check_size(getattr(request, name), name)

    def store(connection: Connection) -> None:
        account = find_account(connection, sender.account)
        assert account is not None, "an authenticated device has an account"
        known = account.master_key
        if known is not None and public_key_of(known, sender.account, "master") != master_key:
            raise Conflict("the account has another master key", field="master_key")
        user_signing = request.user_signing_key or account.user_signing_key
        update_identity(connection, sender.account, request.master_key, request.self_signing_key, user_signing)
        for row in account.devices.values():
            certified = is_certified(row.keys, request.self_signing_key, sender.account)
            update_device(connection, row.id, row.keys, certified=certified)

    await context.store.write(store)
    await _renew(context, sender.account)


async def upload_signatures(context: Context, sender: Address, request: dict[str, dict[str, Any]]) -> None:
    """Add signatures to the account's own devices and master key; those on others' keys concern nobody but the signer."""
    objects = request.get(sender.account, {})

    def store(connection: Connection) -> None:
        account = find_account(connection, sender.account)
        if account is None:
            return
        for name, uploaded in objects.items():
            if not isinstance(uploaded, dict):
                raise BadRequest(
                    "a signed object is expected", field=f"{sender.account}.{name}", seen=type(uploaded).__name__
                )
            if name in account.devices:
                _merge_device(connection, sender.account, DeviceId(name), uploaded)
            elif account.master_key is not None and account.self_signing_key is not None:
                trusted = {f"ed25519:{d}": row.ed25519 for d, row in account.devices.items()}
                master = merge_signatures(account.master_key, uploaded, sender.account, trusted)
                update_identity(connection, sender.account, master, account.self_signing_key, account.user_signing_key)

    await context.store.write(store)
    await _renew(context, sender.account)


async def read_stock(context: Context, mailbox: int) -> Stock:
    """Return what a device has left to claim."""
    return await context.store.read(lambda connection: count_stock(connection, mailbox))


def check_size(key_object: KeyObject | None, field: str) -> None:
    """Raise BadRequest for a key object that others could not be asked to fetch."""
    size = 0 if key_object is None else len(canonical_json(key_object))
    if size > KEY_OBJECT_BYTES:
        raise BadRequest("too long", field=field, seen=f"{size} bytes", limit=f"at most {KEY_OBJECT_BYTES} bytes")


def _merge_device(connection: Connection, account: AccountId, device: DeviceId, uploaded: KeyObject) -> None:
    known = find_account(connection, account)
    if known is None:
        return
    row = known.devices[device]
    trusted = {f"ed25519:{device}": row.ed25519}
    if known.self_signing_key is not None:
        key = public_key_of(known.self_signing_key, account, "self_signing")
        trusted[f"ed25519:{key}"] = key
    keys = merge_signatures(row.keys, uploaded, account, trusted)
    update_device(connection, row.id, keys, certified=is_certified(keys, known.self_signing_key, account))


async def _account_of(context: Context, sender: Address) -> AccountRow:
    account = await context.directory.find_account(sender.account)
    assert account is not None, "an authenticated device has an account"
    return account


async def _renew(context: Context, account: AccountId) -> None:
    renewed = await context.store.read(lambda connection: find_account(connection, account))
    if renewed is not None:
        context.directory.put_account(renewed)
