"""How a simulated customer joins: an account, keys, the consent screen's records, and the sealed introduction."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Literal

import aiohttp
import msgspec

from handschlag.clock import Clock
from handschlag.content.introduction import Introduction, SystemBody
from handschlag.crypto.identity import Identity
from handschlag.database.store import Store
from handschlag.device.device import Device
from handschlag.relay_client.errors import RelayRefused
from handschlag.sandbox.customer import Customer
from handschlag.sandbox.records import Profile
from handschlag.wire.canonical import hash_of, to_base64
from handschlag.wire.company import CompanyCard
from handschlag.wire.consent import Grant, Language, Offer, Purpose, Withdrawal
from handschlag.wire.http import CreateAccount, UploadSigningKeys
from handschlag.wire.ids import AccountId, make_account_id, make_device_id
from handschlag.wire.signed import SignedRecord, parse_record, sign_record

_YEAR = 366 * 86_400
_BUILD = "sandbox"
_encode = msgspec.json.Encoder().encode

Attest = Callable[[AccountId, str, str], Awaitable[SignedRecord]]


async def create_customer(
    store: Store, clock: Clock, session: aiohttp.ClientSession, *, relay_url: str, card: CompanyCard, master_key: str,
    name: str, language: Language = "en",
) -> Customer:  # fmt: skip
    """Return a new customer with an account on the relay, who knows the company but has not written to it."""
    now = clock.now()
    relay = card.account.partition(":")[2]
    account, device_id = make_account_id(secrets.token_bytes(26), relay), make_device_id(secrets.token_bytes(10))
    device = Device.create(account, device_id, now=now)
    seeds = secrets.token_bytes(64)
    identity = Identity.create(account, seeds)
    device.certify(identity)
    profile = Profile(
        id=secrets.token_hex(6),
        account=account,
        device=device_id,
        business=card.account,
        name=name,
        language=language,
        relay_key="",
        joined_at=now,
        pickle_key=secrets.token_bytes(32),
        seeds=seeds,
    )
    customer = Customer(profile, device, store, clock, session, relay_url)
    profile.relay_key = (await customer.http.relay_info()).signing_key
    await customer.flush_identity()
    await customer.http.create_account(CreateAccount(account=account, device_keys=device.device_keys()))
    await customer.http.upload_signing_keys(
        UploadSigningKeys(master_key=identity.master_key(), self_signing_key=identity.self_signing_key())
    )
    await customer.top_up(0, [])
    await customer.learn_business(master_key)
    return customer


async def agree(customer: Customer, clock: Clock, card: CompanyCard, purposes: list[Purpose]) -> None:
    """Sign and post a grant for these purposes, as the consent screen does; `purposes` replace those before."""
    if card.offer is None:
        raise ValueError("the company made no offer")
    offer = parse_record(card.offer, Offer, "offer")
    language: Language = customer.profile.language if customer.profile.language in offer.notice else "en"
    now = int(clock.now())
    grant = Grant(
        id=to_base64(secrets.token_bytes(16)),
        business=customer.profile.business,
        customer=customer.profile.account,
        device=customer.profile.device,
        offer=card.offer.hash,
        notice=hash_of(offer.notice[language].encode()),
        language=language,
        purposes=purposes,
        origin="link",
        build=_BUILD,
        at=now,
        expires_at=now + _YEAR,
        previous=await _head(customer),
    )
    signed = sign_record(grant, customer.device.signer)
    # Kept before it is posted: a template may arrive as soon as the relay has it.
    customer.profile.records.append(signed)
    await customer.flush_identity()
    await customer.http.post_grant(signed)


async def withdraw(customer: Customer, clock: Clock, purposes: list[Purpose] | Literal["*"]) -> None:
    """Sign and post a withdrawal."""
    withdrawal = Withdrawal(
        id=to_base64(secrets.token_bytes(16)),
        business=customer.profile.business,
        customer=customer.profile.account,
        device=customer.profile.device,
        purposes=purposes,
        at=int(clock.now()),
        previous=await _head(customer),
    )
    signed = sign_record(withdrawal, customer.device.signer)
    await customer.http.post_withdrawal(signed)
    customer.profile.records.append(signed)
    await customer.flush_identity()


async def erase_account(customer: Customer, clock: Clock) -> None:
    """Sign and send the end of the account; one that ended already is at its end."""
    profile = customer.profile
    erasure = Identity.create(profile.account, profile.seeds).erase(profile.device, clock.now())
    try:
        await customer.http.erase_account(erasure)
    except RelayRefused as refused:
        if refused.code != "erased":
            raise


async def introduce(customer: Customer, attest: Attest) -> None:
    """Send name, and number with the relay's attestation, sealed."""
    profile = customer.profile
    introduction = Introduction(name=profile.name, language=profile.language)
    if profile.phone_number is not None:
        salt = to_base64(secrets.token_bytes(32))
        attestation = await attest(profile.account, profile.phone_number, salt)
        introduction = msgspec.structs.replace(
            introduction, phone_number=profile.phone_number, attestation=attestation, salt=salt
        )
    await customer.send("system", _encode(SystemBody(introduction=introduction)))


async def _head(customer: Customer) -> str | None:
    states = (await customer.http.consent()).businesses
    return next((state.head for state in states if state.business == customer.profile.business), None)
