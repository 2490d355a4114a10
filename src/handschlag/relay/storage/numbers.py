"""Keeps whom a number was attested to, open codes, and how many were sent on a day: hashes, never a number."""

from __future__ import annotations

from hmac import compare_digest
from typing import Literal

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from handschlag.relay.storage.schema import number_code_counts, number_codes, numbers

Trial = Literal["right", "wrong", "none"]


class OpenCode(msgspec.Struct, frozen=True):
    """A code that was sent to a number and not used yet; an account has one at a time."""

    account: str
    code_hash: str
    tries: int
    sent_at: float
    expires_at: float


class NumberRow(msgspec.Struct, frozen=True):
    """A number that was attested to an account."""

    country_calling_code: str
    attested_at: float


def store_number(connection: Connection, number_hash: str, account: str, country_calling_code: str, now: float) -> None:
    """Note that a number belongs to an account from now on: whoever had it before has it no more, nor the account another."""
    connection.execute(delete(numbers).where((numbers.c.number_hash == number_hash) | (numbers.c.account == account)))
    connection.execute(
        insert(numbers).values(
            number_hash=number_hash, account=account, country_calling_code=country_calling_code, attested_at=now
        )
    )


def list_numbers(connection: Connection, account: str) -> list[NumberRow]:
    """Return what is known of an account's numbers."""
    query = select(numbers.c.country_calling_code, numbers.c.attested_at).where(numbers.c.account == account)
    return [NumberRow(*row) for row in connection.execute(query)]


def delete_numbers(connection: Connection, account: str) -> None:
    """Forget an account's number and its open code."""
    connection.execute(delete(numbers).where(numbers.c.account == account))
    connection.execute(delete(number_codes).where(number_codes.c.account == account))


def find_open_code(connection: Connection, account: str) -> OpenCode | None:
    """Return the account's open code."""
    row = connection.execute(select(number_codes).where(number_codes.c.account == account)).first()
    return None if row is None else OpenCode(**row._mapping)


def store_open_code(connection: Connection, code: OpenCode) -> None:
    """Keep a code; the one before is good no more."""
    connection.execute(delete(number_codes).where(number_codes.c.account == code.account))
    connection.execute(insert(number_codes).values(msgspec.structs.asdict(code)))


def try_code(connection: Connection, account: str, code_hash: str, *, now: float, most: int) -> tuple[Trial, int]:
    """Count a try of the account's open code and say what it was, and how many are left; a code that was right is used up."""
    found = find_open_code(connection, account)
    if found is None or found.expires_at <= now or found.tries >= most:
        return "none", 0
    if compare_digest(found.code_hash, code_hash):
        connection.execute(delete(number_codes).where(number_codes.c.account == account))
        return "right", 0
    connection.execute(
        update(number_codes).where(number_codes.c.account == account).values(tries=number_codes.c.tries + 1)
    )
    return "wrong", most - found.tries - 1


def count_codes(connection: Connection, day: int, limits: dict[str, int]) -> str | None:
    """Count one code for each subject and return None, or count nothing and return whose day is full; limit 0 is none."""
    counts = dict.fromkeys(limits, 0)
    query = select(number_code_counts.c.subject, number_code_counts.c.count).where(
        number_code_counts.c.day == day, number_code_counts.c.subject.in_(limits)
    )
    counts.update({row.subject: row.count for row in connection.execute(query)})
    for subject, most in limits.items():
        if most and counts[subject] >= most:
            return subject
    for subject, count in counts.items():
        same = (number_code_counts.c.day == day) & (number_code_counts.c.subject == subject)
        if count:
            connection.execute(update(number_code_counts).where(same).values(count=count + 1))
        else:
            connection.execute(insert(number_code_counts).values(day=day, subject=subject, count=1))
    return None


def forget_codes(connection: Connection, *, now: float, day: int) -> None:
    """Forget codes whose time is over, and the counts of days before a day."""
    connection.execute(delete(number_codes).where(number_codes.c.expires_at <= now))
    connection.execute(delete(number_code_counts).where(number_code_counts.c.day < day))
