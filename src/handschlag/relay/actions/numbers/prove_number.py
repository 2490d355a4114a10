"""Takes the code that was sent to a number, and attests the number; shows and forgets what an account proved."""

from __future__ import annotations

from handschlag.relay.actions.numbers.attest_number import attest_number
from handschlag.relay.context import Context
from handschlag.relay.errors import Conflict, Forbidden
from handschlag.relay.mailroom import Address
from handschlag.relay.rules.calling_codes import check_number
from handschlag.relay.rules.number_codes import TRIES, check_code, code_hash
from handschlag.relay.storage.numbers import delete_numbers, list_numbers, try_code
from handschlag.wire.canonical import from_base64
from handschlag.wire.numbers import KnownNumber, KnownNumbers, NumberProved, ProveNumber

_SALT_BYTES = 32


async def prove_number(context: Context, sender: Address, proof: ProveNumber) -> NumberProved:
    """Return the relay's word if the code is the one that was sent; a code has five tries and ten minutes."""
    check_number(proof.number)
    check_code(proof.code)
    from_base64(proof.salt, "salt", length=_SALT_BYTES)
    hashed = code_hash(context.secrets.number_key, sender.account, proof.number, proof.code)
    now = context.clock.now()
    trial, left = await context.store.write(
        lambda connection: try_code(connection, sender.account, hashed, now=now, most=TRIES)
    )
    if trial == "none" or (trial == "wrong" and not left):
        raise Conflict("no code is open any more: ask for a new one", field="code", limit=f"{TRIES} tries")
    if trial == "wrong":
        raise Forbidden("not the code that was sent to this number", field="code", limit=f"{left} tries left")
    return NumberProved(await attest_number(context, sender.account, proof.number, proof.salt))


async def show_numbers(context: Context, sender: Address) -> KnownNumbers:
    """Return what is known of the account's number: none once somebody else proved it."""
    rows = await context.store.read(lambda connection: list_numbers(connection, sender.account))
    return KnownNumbers([KnownNumber(row.country_calling_code, int(row.attested_at)) for row in rows])


async def forget_numbers(context: Context, sender: Address) -> None:
    """Forget the account's number, and a code that is on its way."""
    await context.store.write(lambda connection: delete_numbers(connection, sender.account))
