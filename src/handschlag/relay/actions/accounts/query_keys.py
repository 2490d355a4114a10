"""Answers for others' keys: who an account's devices are, and one key of each to start a session with."""

from __future__ import annotations

from sqlalchemy import Connection

from handschlag.relay.context import Context
from handschlag.relay.errors import BadRequest, RateLimited
from handschlag.relay.mailroom import Address
from handschlag.relay.storage.accounts import AccountRow
from handschlag.relay.storage.claimable_keys import claim_key
from handschlag.wire.certificates import KeyObject
from handschlag.wire.http import ClaimKeys, ClaimKeysAnswer, QueryKeys, QueryKeysAnswer
from handschlag.wire.ids import AccountId, DeviceId, parse_account_id

_ACCOUNTS_PER_CALL = 200


async def query_keys(context: Context, sender: Address, request: QueryKeys) -> QueryKeysAnswer:
    """Return everything public about the accounts asked for; unknown ones are left out."""
    _check_count("device_keys", len(request.device_keys))
    for account in request.device_keys:
        parse_account_id(account, "device_keys")
    found = [await context.directory.find_account(account) for account in request.device_keys]
    rows = [row for row in found if row is not None]
    own = next((row for row in rows if row.account == sender.account), None)
    return QueryKeysAnswer(
        device_keys={row.account: {name: device.keys for name, device in row.devices.items()} for row in rows},
        master_keys={row.account: row.master_key for row in rows if row.master_key},
        self_signing_keys={row.account: row.self_signing_key for row in rows if row.self_signing_key},
        device_lists={row.account: row.device_list for row in rows if row.device_list},
        user_signing_keys={own.account: own.user_signing_key} if own is not None and own.user_signing_key else {},
    )


async def claim_keys(context: Context, sender: Address, request: ClaimKeys) -> tuple[ClaimKeysAnswer, set[int]]:
    """Return one key per certified device asked for, and the mailboxes whose stock shrank.

    A company may claim only from customers it may write to: others' stocks are not its to empty.
    """
    _check_count("one_time_keys", len(request.one_time_keys))
    for account in request.one_time_keys:
        parse_account_id(account, "one_time_keys")
    asked = sum(map(len, request.one_time_keys.values()))
    now = context.clock.now()
    wait = context.limits.claims.wait_for(sender.account, now, max(1, asked))
    if wait:
        raise RateLimited("too many keys claimed", retry_after=wait)
    own = await context.directory.find_account(sender.account)
    wanted: list[tuple[AccountId, DeviceId, int]] = []
    for account, devices in request.one_time_keys.items():
        row = await context.directory.find_account(account)
        if row is not None and own is not None and await _may_claim(context, own, row, now):
            wanted += [(account, d, row.certified[d].id) for d in devices if d in row.certified]

    def take(connection: Connection) -> dict[AccountId, dict[DeviceId, dict[str, KeyObject]]]:
        taken: dict[AccountId, dict[DeviceId, dict[str, KeyObject]]] = {}
        for account, device, mailbox in wanted:
            key = claim_key(connection, mailbox)
            if key is not None:
                taken.setdefault(account, {})[device] = key
        return taken

    keys = await context.store.write(take) if wanted else {}
    return ClaimKeysAnswer(one_time_keys=keys), {mailbox for _, _, mailbox in wanted}


async def _may_claim(context: Context, own: AccountRow, other: AccountRow, now: float) -> bool:
    if own.account == other.account:
        return True
    if own.kind == other.kind:
        return False
    if own.kind == "customer":
        return True
    standing = await context.directory.find_standing(own.account, other.account)
    return standing.has_conversation(now) and not standing.blocked


def _check_count(field: str, count: int) -> None:
    if count > _ACCOUNTS_PER_CALL:
        raise BadRequest("too many accounts", field=field, seen=str(count), limit=f"at most {_ACCOUNTS_PER_CALL}")
