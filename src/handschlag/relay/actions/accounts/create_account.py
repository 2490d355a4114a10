"""Makes accounts: a customer's by asking, a company's by invitation."""

from __future__ import annotations

import re

from sqlalchemy import Connection

from handschlag.relay.actions.accounts.erase_account import erased_hash
from handschlag.relay.actions.accounts.upload_keys import check_size
from handschlag.relay.context import Context
from handschlag.relay.errors import BadRequest, Conflict, Forbidden
from handschlag.relay.storage.accounts import AccountRow, find_account, insert_account, insert_device
from handschlag.relay.storage.companies import Invitation, handle_is_taken, insert_company, take_invitation
from handschlag.relay.storage.erasure import was_erased
from handschlag.wire.canonical import hash_of
from handschlag.wire.certificates import check_device_keys
from handschlag.wire.company import Verification
from handschlag.wire.http import CreateAccount
from handschlag.wire.ids import parse_account_id
from handschlag.wire.limits import DAY
from handschlag.wire.signed import sign_record

HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,30}[a-z0-9])")


async def create_account(context: Context, request: CreateAccount) -> None:
    """Store the account and its first device."""
    account = parse_account_id(request.account)
    if account.partition(":")[2] != context.settings.name:
        raise BadRequest("account of another relay", field="account", seen=account, limit=f"…:{context.settings.name}")
    device = check_device_keys(request.device_keys, account)
    check_size(request.device_keys, "device_keys")
    now = context.clock.now()

    def store(connection: Connection) -> AccountRow | None:
        if find_account(connection, account) is not None:
            raise Conflict(f"{account} exists already", field="account", seen=account)
        if was_erased(connection, erased_hash(context, account)):
            raise Conflict("this account id was used before", field="account", seen=account)
        insert_account(connection, account, "customer" if request.invitation is None else "company", now)
        if request.invitation is not None:
            _enrol(connection, context, request, now)
        today = int(now // DAY)
        insert_device(connection, account, request.device_keys, ed25519=device.ed25519, certified=False, today=today)
        return find_account(connection, account)

    created = await context.store.write(store)
    assert created is not None, "it was just stored"
    context.directory.put_account(created)


def _enrol(connection: Connection, context: Context, request: CreateAccount, now: float) -> None:
    handle = request.handle or ""
    if not HANDLE.fullmatch(handle):
        raise BadRequest("no handle", field="handle", seen=handle, limit="3 to 32 of a-z, 0-9 and '-' inside")
    invitation: Invitation | None = take_invitation(connection, hash_of((request.invitation or "").encode()))
    if invitation is None or invitation.expires_at <= now:
        raise Forbidden("this invitation is unknown, used or expired", field="invitation")
    if handle_is_taken(connection, handle):
        raise Conflict(f"the handle {handle} is taken", field="handle", seen=handle)
    verification = Verification(
        business=request.account,
        name=invitation.name,
        method=invitation.method,
        evidence=invitation.evidence,
        at=int(now),
    )
    insert_company(connection, request.account, handle, sign_record(verification, context.secrets.signing_key))
