"""Proves a device: a challenge, signed once with its device key, becomes a bearer token."""

from __future__ import annotations

import secrets

from handschlag.relay.actions.accounts.erase_account import erased_hash
from handschlag.relay.context import Context
from handschlag.relay.errors import Erased, Forbidden, Unauthorized
from handschlag.relay.mailroom import Address
from handschlag.relay.rules.kept_erasures import open_erasure
from handschlag.relay.rules.tokens import issue_challenge, issue_token, read_claim
from handschlag.relay.storage.accounts import removed_key
from handschlag.relay.storage.erasure import erased_device
from handschlag.relay.storage.mailboxes import use_challenge
from handschlag.wire.canonical import hash_of
from handschlag.wire.errors import WireError
from handschlag.wire.http import ChallengeAnswer, ChallengeRequest, Login, TokenAnswer, TokenRequest
from handschlag.wire.ids import parse_account_id, parse_device_id
from handschlag.wire.signed import SigningKey, parse_record, verify_record

_NONCE_BYTES = 18
_NOBODY = SigningKey(secrets.token_bytes(32)).public


def make_challenge(context: Context, request: ChallengeRequest) -> ChallengeAnswer:
    """Return a challenge for a device, known or not: asking tells nothing."""
    account, device = parse_account_id(request.account), parse_device_id(request.device)
    nonce = secrets.token_urlsafe(_NONCE_BYTES)
    challenge, expires_at = issue_challenge(context.secrets.token_key, account, device, context.clock.now(), nonce)
    return ChallengeAnswer(challenge=challenge, expires_at=expires_at)


async def log_in(context: Context, request: TokenRequest) -> TokenAnswer:
    """Return a token if the device signed the login record over a fresh challenge that did not serve before."""
    now = context.clock.now()
    login = parse_record(request.login, Login, "login")
    claim = read_claim(context.secrets.token_key, login.challenge, "challenge", now)
    row = await context.directory.find_account(login.account)
    device = row.devices.get(login.device) if row is not None else None
    if device is None:
        await _check_not_removed(context, request, known=row is not None)
    right = claim is not None and claim.account == login.account and claim.device == login.device
    try:
        # Whoever is unknown has a key too, one that nobody holds: the time an answer takes tells nothing.
        verify_record(request.login, device.ed25519 if device is not None else _NOBODY, Login, "login")
    except WireError:
        right = False
    if claim is None or device is None or not right or login.relay != context.settings.name:
        raise Unauthorized("this login does not open: ask for a new challenge")
    key = hash_of(login.challenge.encode())
    if not await context.store.write(lambda connection: use_challenge(connection, key, claim.expires_at)):
        raise Unauthorized("this challenge has served already: ask for a new one")
    nonce = secrets.token_urlsafe(_NONCE_BYTES)
    token, expires_at = issue_token(context.secrets.token_key, login.account, login.device, now, nonce)
    return TokenAnswer(token=token, expires_at=expires_at, time=int(now))


async def _check_not_removed(context: Context, request: TokenRequest, *, known: bool) -> None:
    """Raise for a device that was removed, or whose account was erased, and that proves to be it; nobody else learns of it."""
    login = parse_record(request.login, Login, "login")
    kept = ""
    if known:
        key = await context.store.read(lambda connection: removed_key(connection, login.account, login.device))
    else:
        account_hash = erased_hash(context, login.account)
        found = await context.store.read(lambda connection: erased_device(connection, account_hash, login.device))
        key, kept = found or (None, "")
    if key is None:
        return
    try:
        verify_record(request.login, key, Login, "login")
    except WireError:
        return
    if not known:
        record = open_erasure(context.secrets.number_key, login.account, kept)
        raise Erased("this account was erased", field="account", seen=login.account, record=record)
    raise Forbidden("this device was signed out by another one of its account", field="device", seen=login.device)


async def authenticate(context: Context, token: str) -> Address:
    """Return the device behind a bearer token."""
    claim = read_claim(context.secrets.token_key, token, "token", context.clock.now())
    if claim is None:
        raise Unauthorized("the token is not valid, or has expired")
    row = await context.directory.find_account(claim.account)
    device = row.devices.get(claim.device) if row is not None else None
    if device is None:
        raise Unauthorized("the token's device does not exist")
    return Address(device.id, claim.account, claim.device)
