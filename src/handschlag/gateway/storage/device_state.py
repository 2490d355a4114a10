"""Our devices and what they share with customers' devices: sealed by the device itself, written in the commit of what used it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from sqlalchemy import Connection, delete, insert, select

from handschlag.crypto.peer_keys import PeerKeys
from handschlag.database.hot import HotStatement, Row, delete_rows, insert_rows, update_rows
from handschlag.device.state import (
    REMEMBERED_SECONDS,
    AwaitedEnvelopes,
    Changes,
    DeviceState,
    OpenedEnvelope,
    PeerState,
    SessionRecord,
)
from handschlag.gateway.storage.schema import awaited, devices, opened, peers, sessions
from handschlag.wire.ids import AccountId, DeviceId, EnvelopeId

_encode = msgspec.json.Encoder().encode
_decode_keys = msgspec.json.Decoder(PeerKeys).decode
_decode_attempts = msgspec.json.Decoder(dict[DeviceId, dict[EnvelopeId, int]]).decode
_decode_state = msgspec.json.Decoder(DeviceState).decode

# Row: company, state.
STORE_DEVICE = update_rows(devices, key=("company",), set=("state",))
# Row: company, last_event.
STORE_LAST_EVENT = update_rows(devices, key=("company",), set=("last_event",))
_STORE_PEER = insert_rows(
    peers, "company", "account", "keys", on_conflict=("update", ("company", "account"), ("keys",))
)
_STORE_SESSION = insert_rows(
    sessions,
    *("company", "account", "device", "session", "used", "pickle"),
    on_conflict=("update", ("company", "account", "device", "session"), ("used", "pickle")),
)
_DROP_SESSION = delete_rows(sessions, "company", "account", "device", "session")
_STORE_OPENED = insert_rows(
    opened,
    *("company", "account", "id", "attempt", "at"),
    on_conflict=("update", ("company", "account", "id"), ("attempt", "at")),
)
_STORE_AWAITED = insert_rows(
    awaited, "company", "account", "attempts", on_conflict=("update", ("company", "account"), ("attempts",))
)


def add_changes(add: Callable[[HotStatement, Row], None], company: int, changes: Changes) -> None:
    """Put a device's changes into the open commit."""
    if changes.own is not None:
        add(STORE_DEVICE, (company, _encode(changes.own)))
    for peer in changes.peers:
        add(_STORE_PEER, (company, peer.account, _encode(peer)))
    for session in changes.sessions:
        add(
            _STORE_SESSION,
            (company, session.account, session.device, session.session, session.used, session.pickle),
        )
    for dropped in changes.dropped_sessions:
        add(_DROP_SESSION, (company, dropped.account, dropped.device, dropped.session))
    for envelope in changes.opened:
        add(_STORE_OPENED, (company, envelope.account, envelope.id, envelope.attempt, envelope.at))
    for asked in changes.awaited:
        add(_STORE_AWAITED, (company, asked.account, _encode(asked.attempts)))


def insert_device(connection: Connection, company: int, state: DeviceState) -> None:
    """Store a company's new device."""
    connection.execute(insert(devices).values(company=company, state=_encode(state), last_event=0))


def load_device(connection: Connection, company: int) -> tuple[DeviceState, int]:
    """Return a company's device and the number of the last event it stored."""
    row = connection.execute(select(devices).where(devices.c.company == company)).one()
    return _decode_state(row.state), row.last_event


def load_peer(connection: Connection, company: int, account: AccountId) -> PeerState | None:
    """Return everything stored about another account."""
    keys = connection.execute(
        select(peers.c["keys"]).where(peers.c.company == company, peers.c.account == account)
    ).scalar()
    if keys is None:
        return None
    s, o = sessions.c, opened.c
    found = connection.execute(
        select(s.account, s.device, s.session, s.used, s.pickle).where(s.company == company, s.account == account)
    )
    read = connection.execute(
        select(o.account, o.id, o.attempt, o.at).where(o.company == company, o.account == account)
    )
    attempts = connection.execute(
        select(awaited.c.attempts).where(awaited.c.company == company, awaited.c.account == account)
    ).scalar()
    return PeerState(
        peer=_decode_keys(keys),
        sessions=[SessionRecord(*row) for row in found],
        opened=[OpenedEnvelope(*row) for row in read],
        awaited=AwaitedEnvelopes(account, _decode_attempts(attempts)) if attempts else None,
    )


def forget_opened(connection: Connection, *, now: float) -> int:
    """Delete ids of envelopes that no relay can bring again, and return how many."""
    return connection.execute(delete(opened).where(opened.c.at < now - REMEMBERED_SECONDS)).rowcount
