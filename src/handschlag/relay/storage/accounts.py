"""Reads and writes accounts, their devices and their cross-signing keys."""

from __future__ import annotations

from typing import Literal

import msgspec
from sqlalchemy import Connection, insert, select, update

from handschlag.relay.storage.schema import accounts, devices
from handschlag.wire.certificates import KeyObject
from handschlag.wire.ids import AccountId, DeviceId
from handschlag.wire.signed import SignedRecord

AccountKind = Literal["customer", "company"]


class DeviceRow(msgspec.Struct, frozen=True):
    """A device: the number of its mailbox, its signed keys as uploaded, and whether its account's key certified it."""

    id: int
    device: DeviceId
    keys: KeyObject
    ed25519: str
    certified: bool
    added_on: int
    seen_on: int


class AccountRow(msgspec.Struct, frozen=True):
    """An account with its devices and public identity, as the caches hold it.

    `certified` are those of its devices that belong to it by its own signature; removed devices are not among them.
    """

    account: AccountId
    kind: AccountKind
    master_key: KeyObject | None
    self_signing_key: KeyObject | None
    user_signing_key: KeyObject | None
    device_list: SignedRecord | None
    devices: dict[DeviceId, DeviceRow]
    certified: dict[DeviceId, DeviceRow]


def _object(text: str | None) -> KeyObject | None:
    return None if text is None else msgspec.json.decode(text)


def _text(key_object: KeyObject) -> str:
    return msgspec.json.encode(key_object).decode()


def find_account(connection: Connection, account: AccountId) -> AccountRow | None:
    """Return an account with everything that is public about it."""
    row = connection.execute(select(accounts).where(accounts.c.account == account)).first()
    if row is None:
        return None
    found = connection.execute(
        select(devices).where(devices.c.account == account, ~devices.c.removed).order_by(devices.c.id)
    )
    listed = {
        DeviceId(d.device): DeviceRow(
            id=d.id,
            device=DeviceId(d.device),
            keys=msgspec.json.decode(d.keys),
            ed25519=d.ed25519,
            certified=bool(d.certified),
            added_on=d.added_on,
            seen_on=d.seen_on,
        )
        for d in found
    }
    return AccountRow(
        account=account,
        kind=row.kind,
        master_key=_object(row.master_key),
        self_signing_key=_object(row.self_signing_key),
        user_signing_key=_object(row.user_signing_key),
        device_list=None if row.device_list is None else msgspec.json.decode(row.device_list, type=SignedRecord),
        devices=listed,
        certified={name: device for name, device in listed.items() if device.certified},
    )


def insert_account(connection: Connection, account: AccountId, kind: AccountKind, now: float) -> None:
    """Store a new account without devices."""
    connection.execute(insert(accounts).values(account=account, kind=kind, created_at=now))


def insert_device(
    connection: Connection, account: AccountId, keys: KeyObject, *, ed25519: str, certified: bool, today: int
) -> None:
    """Store a device of an account."""
    connection.execute(
        insert(devices).values(
            account=account, device=keys["device_id"], keys=_text(keys), ed25519=ed25519, certified=certified,
            added_on=today, seen_on=today,
        )
    )  # fmt: skip


def note_seen(connection: Connection, device: int, today: int) -> None:
    """Note on which day a device was here last."""
    connection.execute(update(devices).where(devices.c.id == device).values(seen_on=today))


def remove_device(connection: Connection, device: int) -> None:
    """Take a device's keys away and keep that its id was used; its signing key stays, so that it can be told."""
    connection.execute(update(devices).where(devices.c.id == device).values(keys="{}", certified=False, removed=True))


def removed_key(connection: Connection, account: AccountId, device: DeviceId) -> str | None:
    """Return the signing key of a device that was removed, None for any other."""
    query = select(devices.c.ed25519).where(devices.c.account == account, devices.c.device == device, devices.c.removed)
    return connection.execute(query).scalar()


def id_was_used(connection: Connection, account: AccountId, device: DeviceId) -> bool:
    """Return whether an account has or had a device of this id."""
    query = select(devices.c.id).where(devices.c.account == account, devices.c.device == device)
    return connection.execute(query).first() is not None


def update_device_list(connection: Connection, account: AccountId, listed: SignedRecord) -> None:
    """Store an account's list of devices."""
    text = msgspec.json.encode(listed).decode()
    connection.execute(update(accounts).where(accounts.c.account == account).values(device_list=text))


def update_device(connection: Connection, device: int, keys: KeyObject, *, certified: bool) -> None:
    """Store a device's keys with the signatures that were added."""
    connection.execute(update(devices).where(devices.c.id == device).values(keys=_text(keys), certified=certified))


def update_identity(
    connection: Connection,
    account: AccountId,
    master: KeyObject,
    self_signing: KeyObject,
    user_signing: KeyObject | None,
) -> None:
    """Store an account's cross-signing keys."""
    connection.execute(
        update(accounts)
        .where(accounts.c.account == account)
        .values(
            master_key=_text(master),
            self_signing_key=_text(self_signing),
            user_signing_key=None if user_signing is None else _text(user_signing),
        )
    )


def probe(connection: Connection) -> None:
    """Read one row: health asks, to know that the database answers; anybody may ask, so it costs no more."""
    connection.execute(select(accounts.c.account).limit(1)).first()
