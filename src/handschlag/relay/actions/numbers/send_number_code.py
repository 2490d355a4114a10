"""Sends a code to a number whose holder wants to prove it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from handschlag.relay.context import Context
from handschlag.relay.errors import BadRequest, Forbidden, NotFound, RateLimited, Unavailable
from handschlag.relay.mailroom import Address
from handschlag.relay.rules.calling_codes import check_number
from handschlag.relay.rules.number_codes import (
    AGAIN_SECONDS,
    CODE_DIGITS,
    CODE_SECONDS,
    address_hash,
    code_hash,
    code_text,
    number_hash,
)
from handschlag.relay.sms.sender import SmsNotSent
from handschlag.relay.storage.numbers import OpenCode, count_codes, find_open_code, store_open_code
from handschlag.telemetry.logs import get_logger
from handschlag.wire.limits import DAY
from handschlag.wire.numbers import AskNumberCode, NumberCodeSent

if TYPE_CHECKING:
    from sqlalchemy import Connection

_log = get_logger(__name__)


async def send_number_code(context: Context, sender: Address, caller: str, asked: AskNumberCode) -> NumberCodeSent:
    """Keep a new code and send it; it is counted before it leaves, so that a service that fails costs no more than one that works."""
    if context.sms is None:
        raise NotFound("this relay proves no numbers")
    country = check_number(asked.number)
    allowed = context.settings.sms_countries
    if allowed and country not in allowed:
        limit = ", ".join(f"+{one}" for one in allowed[:20])
        raise BadRequest("no codes are sent to this country", field="number", seen=f"+{country}", limit=limit)
    await check_is_customer(context, sender)
    now, code = context.clock.now(), f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    key = context.secrets.number_key
    row = OpenCode(sender.account, code_hash(key, sender.account, asked.number, code), 0, now, now + CODE_SECONDS)
    limits = _limits(context, sender, caller, asked.number)

    def store(connection: Connection) -> float:
        before = find_open_code(connection, sender.account)
        if before is not None and before.sent_at <= now < before.sent_at + AGAIN_SECONDS:
            return before.sent_at + AGAIN_SECONDS - now
        if count_codes(connection, int(now // DAY), limits) is not None:
            return DAY - now % DAY
        store_open_code(connection, row)
        return 0.0

    wait = await context.store.write(store)
    if wait:
        raise RateLimited(f"too many codes; again in {wait:.0f} s", field="number", retry_after=wait)
    text = code_text(code, asked.language, relay=context.settings.name, origin=context.settings.sms_origin)
    try:
        await context.sms.send(asked.number, text)
    except SmsNotSent as error:
        _log.warning("sms_not_sent", reason=str(error))
        raise Unavailable("the text message could not be sent", retry_after=AGAIN_SECONDS) from None
    return NumberCodeSent(expires_at=int(row.expires_at), again_at=int(now + AGAIN_SECONDS))


async def check_is_customer(context: Context, sender: Address) -> None:
    """Raise Forbidden for companies: their numbers are confirmed by the operator."""
    account = await context.directory.find_account(sender.account)
    if account is None or account.kind != "customer":
        raise Forbidden("only customers prove a number this way")


def _limits(context: Context, sender: Address, caller: str, number: str) -> dict[str, int]:
    key, settings = context.secrets.number_key, context.settings
    return {
        f"account:{sender.account}": settings.codes_per_account_per_day,
        f"number:{number_hash(key, number)}": settings.codes_per_number_per_day,
        f"address:{address_hash(key, caller)}": settings.codes_per_address_per_day,
        "relay": settings.codes_per_day,
    }
