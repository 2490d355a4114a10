"""Keeps whom a number was attested to: a keyed hash, never the number."""

from __future__ import annotations

from sqlalchemy import Connection, insert, update

from handschlag.relay.storage.schema import numbers


def store_number(connection: Connection, number_hash: str, account: str, country_calling_code: str, now: float) -> None:
    """Note that a number belongs to an account from now on; the account that had it before has it no more."""
    values = {"account": account, "country_calling_code": country_calling_code, "attested_at": now}
    if not connection.execute(update(numbers).where(numbers.c.number_hash == number_hash).values(values)).rowcount:
        connection.execute(insert(numbers).values(number_hash=number_hash, **values))
