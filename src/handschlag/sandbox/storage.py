"""What simulated customers keep: a device's rows, the messages it opened, and what has not left yet."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import Column, Connection, Float, Integer, LargeBinary, MetaData, Table, Text, delete, select

from handschlag.database.hot import delete_rows, insert_rows
from handschlag.device.state import (
    AwaitedEnvelopes,
    Changes,
    DeviceState,
    OpenedEnvelope,
    PeerRecord,
    PeerState,
    SessionRecord,
)

metadata = MetaData()

customers = Table(
    "customers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("profile", LargeBinary, nullable=False),
)

device_rows = Table(
    "device_rows",
    metadata,
    Column("customer", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    Column("customer", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("value", LargeBinary, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("customer", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("envelope", LargeBinary, nullable=False),
)

sandbox_facts = Table(
    "sandbox_facts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    Column("at", Float(53), nullable=False),
)

STORE_CUSTOMER = insert_rows(customers, "id", "profile", on_conflict=("update", ("id",), ("profile",)))
STORE_ROW = insert_rows(
    device_rows, "customer", "kind", "key", "value", on_conflict=("update", ("customer", "kind", "key"), ("value",))
)
DROP_ROW = delete_rows(device_rows, "customer", "kind", "key")
STORE_MESSAGE = insert_rows(
    messages, "customer", "id", "position", "value", on_conflict=("update", ("customer", "id"), ("value",))
)
STORE_OUTGOING = insert_rows(
    outbox, "customer", "id", "envelope", on_conflict=("update", ("customer", "id"), ("envelope",))
)
DROP_OUTGOING = delete_rows(outbox, "customer", "id")
STORE_FACT = insert_rows(sandbox_facts, "key", "value", "at", on_conflict=("update", ("key",), ("value", "at")))

_encode = msgspec.json.Encoder().encode


def rows_of(customer: str, changes: Changes) -> Iterable[tuple[str, str, str, bytes]]:
    """Return a device's changes as rows to store."""
    if changes.own is not None:
        yield customer, "own", "", _encode(changes.own)
    for peer in changes.peers:
        yield customer, "peer", peer.account, _encode(peer)
    for session in changes.sessions:
        yield customer, "session", session.session, _encode(session)
    for opened in changes.opened:
        yield customer, "opened", opened.id, _encode(opened)
    for awaited in changes.awaited:
        yield customer, "awaited", awaited.account, _encode(awaited)


def load_device(connection: Connection, customer: str) -> tuple[DeviceState, list[PeerState]]:
    """Return a stored device with all its peers."""
    query = select(device_rows.c.kind, device_rows.c.value).where(device_rows.c.customer == customer)
    found: dict[str, list[bytes]] = {"own": [], "peer": [], "session": [], "opened": [], "awaited": []}
    for kind, value in connection.execute(query):
        found[kind].append(value)
    sessions = [msgspec.json.decode(value, type=SessionRecord) for value in found["session"]]
    opened = [msgspec.json.decode(value, type=OpenedEnvelope) for value in found["opened"]]
    awaited = {one.account: one for one in (msgspec.json.decode(v, type=AwaitedEnvelopes) for v in found["awaited"])}
    peers = [msgspec.json.decode(value, type=PeerRecord) for value in found["peer"]]
    states = [
        PeerState(
            peer=peer,
            sessions=[s for s in sessions if s.account == peer.account],
            opened=[o for o in opened if o.account == peer.account],
            awaited=awaited.get(peer.account),
        )
        for peer in peers
    ]
    return msgspec.json.decode(found["own"][0], type=DeviceState), states


def delete_customer(connection: Connection, customer: str) -> None:
    """Delete everything of a customer."""
    for table in (messages, outbox, device_rows):
        connection.execute(delete(table).where(table.c.customer == customer))
    connection.execute(delete(customers).where(customers.c.id == customer))


def list_customers(connection: Connection) -> list[bytes]:
    """Return every customer's profile."""
    return list(connection.execute(select(customers.c.profile).order_by(customers.c.id)).scalars())


def list_messages(connection: Connection, customer: str) -> list[bytes]:
    """Return what a customer's device shows, oldest first."""
    query = select(messages.c.value).where(messages.c.customer == customer).order_by(messages.c.position)
    return list(connection.execute(query).scalars())


def list_outgoing(connection: Connection, customer: str) -> list[bytes]:
    """Return the envelopes of a customer that the relay has not answered."""
    query = select(outbox.c.envelope).where(outbox.c.customer == customer).order_by(outbox.c.id)
    return list(connection.execute(query).scalars())


def find_fact(connection: Connection, key: str) -> bytes | None:
    """Return something the sandbox itself remembers."""
    value: bytes | None = connection.execute(select(sandbox_facts.c.value).where(sandbox_facts.c.key == key)).scalar()
    return value
