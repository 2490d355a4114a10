"""Reads and writes access tokens; only their hashes are kept."""

from __future__ import annotations

import hashlib

import msgspec
from sqlalchemy import Connection, delete, insert, select

from handschlag.gateway.storage.schema import tokens
from handschlag.gateway.storage.schema.company_tables import ALL_SCOPES


class TokenRow(msgspec.Struct, frozen=True):
    """What a token is good for; `expires_at` None: until it is removed."""

    hash: str
    app_id: str
    kind: str
    created_at: float
    expires_at: float | None
    scopes: str = ALL_SCOPES


def token_hash(token: str) -> str:
    """Return the form in which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def insert_token(connection: Connection, token: TokenRow) -> None:
    """Store a new token."""
    connection.execute(insert(tokens).values(msgspec.structs.asdict(token)))


def find_token(connection: Connection, hash_: str) -> TokenRow | None:
    """Return the token with this hash."""
    row = connection.execute(select(tokens).where(tokens.c.hash == hash_)).first()
    return None if row is None else TokenRow(**row._mapping)


def delete_tokens(connection: Connection, app_id: str) -> int:
    """Remove all tokens of an app and return how many there were."""
    return connection.execute(delete(tokens).where(tokens.c.app_id == app_id)).rowcount
