"""The first answer to each Idempotency-Key: written in the commit of what it answers, forgotten after a day."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, delete, select

from handschlag.database.hot import insert_rows
from handschlag.gateway.storage.schema import idempotent_answers


class IdempotentAnswer(msgspec.Struct, frozen=True):
    """What was asked (its hash) and answered; `failure` is 0, or the error's code with its details in `answer`."""

    request: bytes
    failure: int
    answer: bytes
    answered_at: float


# Row: company, key, request, failure, answer, answered_at.
KEEP_ANSWER = insert_rows(
    idempotent_answers,
    *("company", "key", "request", "failure", "answer", "answered_at"),
    on_conflict=("update", ("company", "key"), ("request", "failure", "answer", "answered_at")),
)

_COLUMNS = [idempotent_answers.c[name] for name in IdempotentAnswer.__struct_fields__]


def find_answer(connection: Connection, company: int, key: str) -> IdempotentAnswer | None:
    """Return what was answered under this key."""
    table = idempotent_answers.c
    row = connection.execute(select(*_COLUMNS).where(table.company == company, table.key == key)).first()
    return None if row is None else IdempotentAnswer(*row)


def forget_answers(connection: Connection, *, before: float) -> int:
    """Delete answers given before this time, and return how many."""
    return connection.execute(delete(idempotent_answers).where(idempotent_answers.c.answered_at < before)).rowcount
