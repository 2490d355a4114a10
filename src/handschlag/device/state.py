"""What a device stores: its own state, peers, sessions and opened ids, each a row of its own.

The owner writes `Changes` in the same commit as the messages they belong to. A row replaces the one with the same key:
DeviceState by (account, device), PeerRecord by account, SessionRecord by (account, device, session), OpenedEnvelope by
(account, id), AwaitedEnvelopes by account.
"""

from __future__ import annotations

import msgspec

from handschlag.crypto.peer_keys import PeerKeys
from handschlag.wire.certificates import KeyObject
from handschlag.wire.ids import AccountId, DeviceId, EnvelopeId

# How long opened ids are remembered: longer than a relay keeps an envelope.
REMEMBERED_SECONDS = 35 * 86_400


class DeviceState(msgspec.Struct, frozen=True, omit_defaults=True):
    """A device's own row: `pickle` its sealed Olm account, `certificate` its device keys as its identity signed them."""

    account: AccountId
    device: DeviceId
    pickle: str
    fallback_at: float
    certificate: KeyObject | None = None
    master_key: str = ""
    self_signing_key: str = ""
    keys_published: bool = False


PeerRecord = PeerKeys


class SessionKey(msgspec.Struct, frozen=True):
    """Names one session."""

    account: AccountId
    device: DeviceId
    session: str


class SessionRecord(msgspec.Struct, frozen=True):
    """One ratchet, sealed; the highest `used` of a device is its newest."""

    account: AccountId
    device: DeviceId
    session: str
    used: int
    pickle: str


class OpenedEnvelope(msgspec.Struct, frozen=True):
    """An envelope that was opened, by its sender; may be deleted after REMEMBERED_SECONDS."""

    account: AccountId
    id: EnvelopeId
    attempt: int
    at: float


class AwaitedEnvelopes(msgspec.Struct, frozen=True):
    """What was asked for again from an account's devices and has not come: attempts by device and id."""

    account: AccountId
    attempts: dict[DeviceId, dict[EnvelopeId, int]]


class PeerState(msgspec.Struct, frozen=True):
    """Everything stored about one other account, loaded when it becomes active."""

    peer: PeerRecord
    sessions: list[SessionRecord] = []
    opened: list[OpenedEnvelope] = []
    awaited: AwaitedEnvelopes | None = None


class Changes(msgspec.Struct, frozen=True):
    """Rows to write, and sessions to delete, since the last call."""

    own: DeviceState | None = None
    peers: list[PeerRecord] = []
    sessions: list[SessionRecord] = []
    dropped_sessions: list[SessionKey] = []
    opened: list[OpenedEnvelope] = []
    awaited: list[AwaitedEnvelopes] = []

    def __bool__(self) -> bool:
        return bool(self.own or self.peers or self.sessions or self.dropped_sessions or self.opened or self.awaited)


NO_CHANGES = Changes()
