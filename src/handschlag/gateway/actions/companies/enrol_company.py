"""Makes a company: account, identity, device, Graph ids and the built-in template, stored first; then its account at the relay.

The master key goes into a file of its own, which may be moved away. A company that the relay does not take leaves nothing behind.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import msgspec
from sqlalchemy import Connection

from handschlag.crypto.identity import SEED_BYTES, Identity
from handschlag.device.device import Device
from handschlag.device.state import DeviceState
from handschlag.gateway.actions.templates.add_template import HELLO_WORLD, template_row
from handschlag.gateway.configuration import Configuration
from handschlag.gateway.rules.customer_ids import parse_number
from handschlag.gateway.rules.graph_ids import make_graph_id
from handschlag.gateway.storage.companies import CompanyRow, delete_company, insert_company, mark_enrolled
from handschlag.gateway.storage.device_state import insert_device
from handschlag.gateway.storage.templates import store_template
from handschlag.relay_client.http import RelayHttp
from handschlag.secret_file import write_secret_file
from handschlag.wire.canonical import canonical_json
from handschlag.wire.company import Profile
from handschlag.wire.errors import WireError
from handschlag.wire.http import CreateAccount, RelayInfo, UploadSigningKeys
from handschlag.wire.ids import AccountId, DeviceId, make_account_id, make_device_id
from handschlag.wire.signed import Signer

OWN_MACHINE = "own machine"
_SECRET_BYTES = 32


class EnrolRequest(msgspec.Struct, frozen=True):
    """What is told about a new company; `profile` adds fields of the public profile (about, address, colour, …)."""

    relay_url: str
    invitation: str
    name: str
    handle: str
    number: str = ""
    gateway_operator: str = OWN_MACHINE
    profile: dict[str, object] = {}


@dataclass
class _Nobody:
    """Asks what anyone may ask: the account's name needs the relay's."""

    account: AccountId
    device: DeviceId
    signer: Signer


@dataclass(frozen=True)
class _Made:
    row: CompanyRow
    device: Device
    state: DeviceState
    identity: Identity
    master_seed: bytes


async def enrol_company(configuration: Configuration, request: EnrolRequest) -> CompanyRow:
    """Create the company here and at its relay, and return its row."""
    number = _number(request.number)
    async with aiohttp.ClientSession() as session:
        clock = configuration.clock
        nobody = _Nobody(AccountId(""), DeviceId(""), Identity.create(AccountId(""), bytes(2 * SEED_BYTES)).signer)
        info = await RelayHttp(request.relay_url, session, nobody, clock).relay_info()
        made = _make(configuration, request, number, info)
        master_key = master_key_path(configuration, request.handle)
        write_secret_file(master_key, made.master_seed)
        try:
            company = await configuration.database.write(lambda connection: _store(connection, made, clock.now()))
        except BaseException:
            master_key.unlink()
            raise
        try:
            await _announce(RelayHttp(request.relay_url, session, made.device, clock), made, request)
        except BaseException:
            await configuration.database.write(lambda connection: delete_company(connection, company))
            master_key.unlink()
            raise
    await configuration.database.write(lambda connection: mark_enrolled(connection, company))
    return msgspec.structs.replace(made.row, id=company, enrolled=True)


def master_key_path(configuration: Configuration, handle: str) -> Path:
    """Return where a company's master key is written; nothing reads it again in daily work."""
    return configuration.folder / handle / "master.key"


def _make(configuration: Configuration, request: EnrolRequest, number: str, info: RelayInfo) -> _Made:
    now, data_key = configuration.clock.now(), configuration.data_key
    account = make_account_id(secrets.token_bytes(26), info.name)
    seeds = secrets.token_bytes(2 * SEED_BYTES)
    identity = Identity.create(account, seeds)
    device = Device.create(account, make_device_id(secrets.token_bytes(10)), now=now)
    device.certify(identity)
    state = device.take_changes(data_key.raw).own
    assert state is not None
    row = CompanyRow(
        id=0,
        account=account,
        handle=request.handle,
        name=request.name,
        number=number,
        relay_url=request.relay_url.rstrip("/"),
        relay_key=info.signing_key,
        device=device.device,
        phone_number_id=make_graph_id(secrets.token_bytes(8)),
        waba_id=make_graph_id(secrets.token_bytes(8)),
        app_id=make_graph_id(secrets.token_bytes(8)),
        app_secret=data_key.seal(secrets.token_hex(16).encode(), "app_secret"),
        customer_secret=data_key.seal(secrets.token_bytes(_SECRET_BYTES), "customer_secret"),
        self_signing_seed=data_key.seal(seeds[SEED_BYTES:], "self_signing_seed"),
        master_key=msgspec.json.encode(identity.master_key()).decode(),
        self_signing_key=msgspec.json.encode(identity.self_signing_key()).decode(),
        profile=canonical_json(_profile(account, request, number, now)).decode(),
        profile_published=False,
        offer=None,
        offer_published=True,
        enrolled=False,
        created_at=now,
    )
    return _Made(row, device, state, identity, seeds[:SEED_BYTES])


def _profile(account: AccountId, request: EnrolRequest, number: str, now: float) -> Profile:
    return msgspec.convert(
        {
            **request.profile,
            "type": "handschlag.profile.v1",
            "business": account,
            "name": request.name,
            "gateway_operator": request.gateway_operator,
            "at": int(now),
            "number": number,
        },
        Profile,
    )


def _store(connection: Connection, made: _Made, now: float) -> int:
    company = insert_company(connection, made.row)
    insert_device(connection, company, made.state)
    row = msgspec.structs.replace(made.row, id=company)
    store_template(connection, template_row(row, HELLO_WORLD, now=now))
    return company


async def _announce(relay: RelayHttp, made: _Made, request: EnrolRequest) -> None:
    creation = CreateAccount(
        account=made.row.account,
        device_keys=made.device.device_keys(),
        invitation=request.invitation,
        handle=request.handle,
    )
    await relay.create_account(creation)
    keys = UploadSigningKeys(master_key=made.identity.master_key(), self_signing_key=made.identity.self_signing_key())
    await relay.upload_signing_keys(keys)


def _number(text: str) -> str:
    if not text:
        return ""
    number = parse_number(text)
    if number is None:
        raise WireError("number", text, "a phone number of 5 to 15 digits")
    return number
