"""One device of an account at a real relay, with its keys in hand: what a test signs, seals and sends is its own."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

import aiohttp
import msgspec
import pytest

from handschlag.clock import Clock
from handschlag.crypto.identity import Identity
from handschlag.device.device import Device
from handschlag.relay.app import Relay
from handschlag.relay_client.errors import RelayRefused
from handschlag.relay_client.http import RelayHttp
from handschlag.wire.canonical import hash_of, to_base64
from handschlag.wire.company import Profile
from handschlag.wire.consent import Grant, Offer, Purpose, Withdrawal
from handschlag.wire.devices import DeviceList
from handschlag.wire.envelope import Header
from handschlag.wire.http import AddDevice, CreateAccount, UploadSigningKeys
from handschlag.wire.ids import AccountId, DeviceId, make_account_id, make_device_id, make_envelope_id
from handschlag.wire.signed import SignedRecord, parse_record, sign_record
from tests.support.participants import offer_of
from tests.support.relay_door import Door, LiveSocket

YEAR = 366 * 86_400


@dataclass
class Party:
    """A device and the identity of its account."""

    device: Device
    identity: Identity
    http: RelayHttp
    clock: Clock
    door: Door
    offer: SignedRecord | None = None
    head: str | None = None

    @property
    def account(self) -> AccountId:
        return self.device.account

    async def token(self) -> str:
        """Return a bearer token of this device."""
        return await self.http.token()

    async def connect(self, last: int = 0) -> LiveSocket:
        """Return a live socket that was welcomed."""
        socket = await self.door.socket()
        await socket.hello(await self.token(), last)
        return socket

    async def upload_keys(self, stock: int = 0) -> None:
        """Put one-time keys and a fallback key into stock."""
        keys = self.device.keys_to_upload(stock, [], self.clock.now())
        assert keys is not None
        await self.http.upload_keys(keys)
        self.device.keys_uploaded()

    def grant(self, company: Party, purposes: list[Purpose], **changes: Any) -> Grant:
        """Return a grant that follows this customer's last record."""
        assert company.offer is not None
        offer = msgspec.json.decode(company.offer.record, type=Offer)
        now = int(self.clock.now())
        grant = Grant(
            id=to_base64(secrets.token_bytes(16)),
            business=company.account,
            customer=self.account,
            device=self.device.device,
            offer=company.offer.hash,
            notice=hash_of(offer.notice["en"].encode()),
            language="en",
            purposes=purposes,
            origin="link",
            build="test",
            at=now,
            expires_at=now + YEAR,
            previous=self.head,
        )
        return msgspec.structs.replace(grant, **changes)

    def withdrawal(self, company: Party, purposes: Any = "*", **changes: Any) -> Withdrawal:
        """Return a withdrawal that follows this customer's last record."""
        withdrawal = Withdrawal(
            id=to_base64(secrets.token_bytes(16)),
            business=company.account,
            customer=self.account,
            device=self.device.device,
            purposes=purposes,
            at=int(self.clock.now()),
            previous=self.head,
        )
        return msgspec.structs.replace(withdrawal, **changes)

    def sign(self, record: msgspec.Struct) -> SignedRecord:
        """Return a record signed by this device."""
        return sign_record(record, self.device.signer)

    async def agree(self, company: Party, *purposes: Purpose, **changes: Any) -> SignedRecord:
        """Post a grant and return its receipt."""
        signed = self.sign(self.grant(company, list(purposes), **changes))
        receipt = await self.http.post_grant(signed)
        self.head = signed.hash
        return receipt

    async def withdraw(self, company: Party, purposes: Any = "*") -> SignedRecord:
        """Post a withdrawal and return its receipt."""
        signed = self.sign(self.withdrawal(company, purposes))
        receipt = await self.http.post_withdrawal(signed)
        self.head = signed.hash
        return receipt

    async def erase_account(self) -> SignedRecord:
        """End the account, and return its own word for it."""
        erasure = self.identity.erase(self.device.device, self.clock.now())
        await self.http.erase_account(erasure)
        return erasure

    def header(self, to: AccountId, kind: str = "service", **fields: Any) -> dict[str, Any]:
        """Return a header as JSON; fields given replace or add."""
        if kind == "template":
            fields = {"category": "utility", "commitment": to_base64(bytes(32))} | fields
        header = Header(
            id=make_envelope_id(self.clock.now(), secrets.token_bytes(10)),
            sender=self.account,
            from_device=self.device.device,
            to=to,
            kind=kind,  # type: ignore[arg-type]
            sent_at=int(self.clock.now()),
            size=256,
        )
        return msgspec.to_builtins(header) | fields  # type: ignore[no-any-return]

    def envelope(
        self, *to: Party, kind: str = "service", own: tuple[Party, ...] = (), category: str | None = None, **fields: Any
    ) -> dict[str, Any]:
        """Return an envelope for the devices of one account, and for other devices of the own, as JSON."""
        if category is not None:
            fields["category"] = category
        header = self.header(to[0].account, kind, **fields)
        body = sealed_body(header["size"])
        bodies = {to[0].account: {party.device.device: body for party in to}}
        if own:
            bodies[self.account] = {party.device.device: body for party in own}
        return {"header": header, "bodies": bodies}


def sealed_body(size: int = 256) -> dict[str, Any]:
    """Return a body of a size that a content of this bucket has when it is sealed; the relay looks no further."""
    return {
        "algorithm": "m.olm.v1.curve25519-aes-sha2",
        "ciphertext": {"key": {"type": 1, "body": "A" * (size * 3 // 2)}},
    }


def new_device(
    relay: Relay, clock: Clock, identity: Identity | None = None, *, certified: bool = True
) -> tuple[Device, Identity]:
    """Return a device and its identity, known to nobody yet."""
    account = identity.account if identity else make_account_id(secrets.token_bytes(26), relay.settings.name)
    device = Device.create(account, make_device_id(secrets.token_bytes(10)), now=clock.now())
    identity = identity or Identity.create(account, secrets.token_bytes(64))
    if certified:
        device.certify(identity)
    return device, identity


def further_device(
    relay: Relay, device: Device, identity: Identity, clock: Clock, version: int | None = None
) -> AddDevice:
    """Return what adds a device to those its account has at a relay now."""
    known = relay.context.directory.peek_account(device.account)
    assert known is not None, "the account is new or in use"
    if version is None:
        version = (
            1 if known.device_list is None else parse_record(known.device_list, DeviceList, "device_list").version + 1
        )
    listed = identity.list_devices({*known.certified, device.device}, version, clock.now())
    return AddDevice(account=device.account, device_keys=device.device_keys(), device_list=listed)


async def join(
    relay: Relay, session: aiohttp.ClientSession, clock: Clock, *, identity: Identity | None = None, handle: str = ""
) -> Party:
    """Return a party of a new account, or a further device of an identity; a company if it has a handle."""
    device, owner = new_device(relay, clock, identity)
    party = Party(device, owner, RelayHttp(relay.url, session, device, clock), clock, Door(session, relay.url))
    invitation = await relay.invite(name=handle, method="demonstration", evidence="a test") if handle else None
    if identity is None:
        await party.http.create_account(
            CreateAccount(
                account=party.account, device_keys=device.device_keys(), invitation=invitation, handle=handle or None
            )
        )
        await party.http.upload_signing_keys(signing_keys(owner))
    else:
        await party.http.add_device(further_device(relay, device, owner, clock))
    if handle:
        now = int(clock.now())
        profile = Profile(business=party.account, name=handle, gateway_operator="own machine", at=now)
        party.offer = sign_record(offer_of(party.account, now), owner.signer)
        await party.http.publish_profile(sign_record(profile, owner.signer))
        await party.http.publish_offer(party.offer)
    return party


def signing_keys(identity: Identity) -> UploadSigningKeys:
    """Return the upload of an identity's public keys."""
    return UploadSigningKeys(master_key=identity.master_key(), self_signing_key=identity.self_signing_key())


async def refused(call: Awaitable[object], status: int, field: str | None = None) -> RelayRefused:
    """Await a call that must be refused with a status, and if one is given about a field; return the refusal."""
    with pytest.raises(RelayRefused) as found:
        await call
    assert found.value.status == status, found.value
    if field is not None:
        assert found.value.error.field == field
    return found.value


def wanted(*parties: Party) -> dict[AccountId, dict[DeviceId, str]]:
    """Return the claim of one key of each device."""
    asked: dict[AccountId, dict[DeviceId, str]] = {}
    for party in parties:
        asked.setdefault(party.account, {})[party.device.device] = "signed_curve25519"
    return asked
