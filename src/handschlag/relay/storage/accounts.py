"""Reads and writes accounts, their devices and their cross-signing keys."""

from __future__ import annotations

from typing import Literal

import msgspec
from sqlalchemy import Connection, insert, select, update

from handschlag.relay.storage.schema import accounts, devices
from handschlag.wire.certificates import KeyObject
from handschlag.wire.ids import AccountId, DeviceId

AccountKind = Literal["customer", "company"]


class DeviceRow(msgspec.Struct, frozen=True):
    """A device: the number of its mailbox, its signed keys as uploaded, and whether its account's key certified it."""

    id: int
    device: DeviceId
    keys: KeyObject
    ed25519: str
    certified: bool


class AccountRow(msgspec.Struct, frozen=True):
    """An account with its devices and public identity, as the caches hold it.

    `certified` are those of its devices that belong to it by its own signature.
    """

    account: AccountId
    kind: AccountKind
    master_key: KeyObject | None
    self_signing_key: KeyObject | None
    user_signing_key: KeyObject | None
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
    found = connection.execute(select(devices).where(devices.c.account == account).order_by(devices.c.id))
    listed = {
        DeviceId(d.device): DeviceRow(
            id=d.id,
            device=DeviceId(d.device),
            keys=msgspec.json.decode(d.keys),
            ed25519=d.ed25519,
            certified=bool(d.certified),
        )
        for d in found
    }
    return AccountRow(
        account=account,
        kind=row.kind,
        master_key=_object(row.master_key),
        self_signing_key=_object(row.self_signing_key),
        user_signing_key=_object(row.user_signing_key),
        devices=listed,
        certified={name: device for name, device in listed.items() if device.certified},
    )


def insert_account(connection: Connection, account: AccountId, kind: AccountKind, now: float) -> None:
    """Store a new account without devices."""
    connection.execute(insert(accounts).values(account=account, kind=kind, created_at=now))


def insert_device(
    connection: Connection, account: AccountId, keys: KeyObject, *, ed25519: str, certified: bool
) -> None:
    """Store a device of an account."""
    connection.execute(
        insert(devices).values(
            account=account, device=keys["device_id"], keys=_text(keys), ed25519=ed25519, certified=certified
        )
    )


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
