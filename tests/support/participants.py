"""A company and customers of a real relay, made of the device room alone: peers for tests that need no gateway."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import msgspec

from handschlag.clock import Clock
from handschlag.crypto.identity import Identity
from handschlag.device.device import Device
from handschlag.relay.app import Relay
from handschlag.relay.settings import RelaySettings
from handschlag.relay_client.http import RelayHttp
from handschlag.relay_client.live_link import LinkCallbacks, LiveLink
from handschlag.wire.company import Profile
from handschlag.wire.consent import Controller, Offer, OfferedPurpose
from handschlag.wire.frames import Event, Result
from handschlag.wire.http import CreateAccount, UploadSigningKeys
from handschlag.wire.ids import make_account_id, make_device_id
from handschlag.wire.signed import sign_record

YEAR = 366 * 86_400


def relay_settings(folder: Path, **changes: object) -> RelaySettings:
    """Return settings of a relay for tests: any port, no limits on strangers."""
    free = {"accounts_per_hour": 0, "logins_per_minute": 0, "cards_per_minute": 0, "calls_per_minute": 0}
    return RelaySettings(**({"data": folder, "port": 0} | free | changes))  # type: ignore[arg-type]


@dataclass
class Company:
    """A company with a connected device that keeps what it is told."""

    device: Device
    identity: Identity
    http: RelayHttp
    handle: str
    events: list[Event] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    link: LiveLink | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def connect(self, last: int = 0) -> None:
        def take(listed: list[object], more: list[object]) -> None:
            listed.extend(more)
            self.changed.set()

        self.link = LiveLink(
            self.http,
            LinkCallbacks(
                on_welcome=lambda _: None,
                on_events=lambda events: take(self.events, events),  # type: ignore[arg-type]
                on_results=lambda results: take(self.results, results),  # type: ignore[arg-type]
                on_keys=lambda _: None,
            ),
            last=last,
        )
        self.link.start()

    async def wait_for(self, condition: object, seconds: float = 10.0) -> None:
        """Wait until `condition()` holds, looking again whenever something arrives."""
        async with asyncio.timeout(seconds):
            while not condition():  # type: ignore[operator]
                self.changed.clear()
                await self.changed.wait()


async def enrol_company(
    relay: Relay, session: aiohttp.ClientSession, clock: Clock, *, handle: str = "moewe-air", name: str = "Möwe Air"
) -> Company:
    """Return a company of this relay with profile, offer and keys in stock."""
    account = make_account_id(secrets.token_bytes(26), relay.settings.name)
    device = Device.create(account, make_device_id(secrets.token_bytes(10)), now=clock.now())
    identity = Identity.create(account, secrets.token_bytes(64))
    device.certify(identity)
    http = RelayHttp(relay.url, session, device, clock)
    invitation = await relay.invite(name=name, method="demonstration", evidence="a test")
    await http.create_account(
        CreateAccount(account=account, device_keys=device.device_keys(), invitation=invitation, handle=handle)
    )
    await http.upload_signing_keys(
        UploadSigningKeys(master_key=identity.master_key(), self_signing_key=identity.self_signing_key())
    )
    keys = device.keys_to_upload(0, [], clock.now())
    assert keys is not None
    await http.upload_keys(keys)
    device.keys_uploaded()
    now = int(clock.now())
    profile = Profile(business=account, name=name, gateway_operator="own machine", at=now)
    await http.publish_profile(sign_record(profile, identity.signer))
    await http.publish_offer(sign_record(offer_of(account, now), identity.signer))
    return Company(device, identity, http, handle)


def offer_of(account: str, now: int) -> Offer:
    """Return an offer with two purposes and small caps."""
    return Offer(
        id="offer-1",
        business=account,  # type: ignore[arg-type]
        controller=Controller(
            name="Möwe Air GmbH",
            address="Hafen 1, Kiel",
            contact="hallo@example.org",
            data_protection_contact="dsb@example.org",
        ),
        purposes=[
            OfferedPurpose(
                purpose=purpose,
                legal_basis="consent",
                cap_per_day=3,
                cap_per_month=5,
                retention_days=30,
                description={"en": purpose, "de": purpose},
            )
            for purpose in ("utility", "marketing")
        ],
        notice={"en": "May we write to you?", "de": "Dürfen wir Ihnen schreiben?"},
        withdraw={"en": "One tap.", "de": "Ein Fingertipp."},
        created_at=now,
        expires_at=now + YEAR,
    )


def card_copy(value: object) -> object:
    """Return a deep copy of a struct, to be tampered with."""
    return msgspec.json.decode(msgspec.json.encode(value), type=type(value))
