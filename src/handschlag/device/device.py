"""One device of an account: its keys, the peers in memory, sealing and opening, and the changes to store.

Everything is synchronous and pure but for the engine's own randomness. The owner of a device keeps three promises:

- what `take_changes` returns is committed before anything sealed leaves, and before anything opened is acknowledged;
- a peer is loaded (`load_peer`) before it is learned, so that its pin is known; one not stored yet is learned at once;
- after a failed commit the device is thrown away and restored: what it holds is ahead of what is stored.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import vodozemac

from handschlag.content.payload import encode_sender
from handschlag.content.receipts import Resend
from handschlag.crypto.errors import NotCertified
from handschlag.crypto.identity import Identity
from handschlag.crypto.own_keys import FALLBACK_SECONDS, ONE_TIME_KEY_TYPE, OwnKeys
from handschlag.crypto.peer_keys import PeerKeys, accept_keys
from handschlag.crypto.ratchets import Ratchet
from handschlag.device.errors import NoSession, UnknownPeer, UnsavedChanges
from handschlag.device.healing import RESENDS_WANTED, Repair, decide_repair
from handschlag.device.opening import Refused, Unreadable, check_payload, olm_message, parse_header
from handschlag.device.outcomes import Opened, Reason, Unopened
from handschlag.device.peer import Peer, PeerDevice
from handschlag.device.sealing import HeaderDraft, complete_header, seal_bodies
from handschlag.device.state import (
    NO_CHANGES,
    Changes,
    DeviceState,
    OpenedEnvelope,
    PeerState,
    SessionKey,
    SessionRecord,
)
from handschlag.wire.certificates import KeyObject, verify_key_object
from handschlag.wire.envelope import Header, OutgoingEnvelope
from handschlag.wire.erasure import Erasure, check_erasure
from handschlag.wire.errors import SignatureInvalid, WireError
from handschlag.wire.http import ClaimKeysAnswer, QueryKeysAnswer, UploadKeys
from handschlag.wire.ids import AccountId, DeviceId
from handschlag.wire.signed import SignedRecord, verify


class Device:
    """A device as a machine: see the module's first lines for what its owner must do."""

    def __init__(self, state: DeviceState, olm: vodozemac.Account, key: bytes | None) -> None:
        self.account = state.account
        self.device = state.device
        self._own = OwnKeys(state.account, state.device, olm, state.fallback_at)
        self.signer = self._own.signer
        self._state = state
        self._key = key
        self._peers: dict[AccountId, Peer] = {}
        self._sender = self._encode_sender()
        # What `take_changes` has to write.
        self._own_changed = key is None
        self._changed_peers: dict[AccountId, PeerKeys] = {}
        self._changed_ratchets: dict[Ratchet, PeerDevice] = {}
        self._dropped: list[SessionKey] = []
        self._opened: list[OpenedEnvelope] = []
        self._changed_awaited: dict[AccountId, Peer] = {}

    @classmethod
    def create(cls, account: AccountId, device: DeviceId, *, now: float) -> Device:
        """Return a new device with new keys; certify it before others will seal for it."""
        state = DeviceState(account=account, device=device, pickle="", fallback_at=now - FALLBACK_SECONDS)
        return cls(state, vodozemac.Account(), None)

    @classmethod
    def restore(cls, state: DeviceState, key: bytes) -> Device:
        """Return a stored device; `key` (32 bytes) opens its pickle and those of its sessions."""
        return cls(state, vodozemac.Account.from_pickle(state.pickle, key), key)

    # Own keys

    def device_keys(self) -> KeyObject:
        """Return this device's signed keys, with its identity's certificate once there is one."""
        return self._state.certificate or self._own.device_keys()

    def certify(self, identity: Identity) -> None:
        """Let the account's identity sign this device, and pin that identity as the account's own."""
        self._state = msgspec.structs.replace(
            self._state,
            certificate=identity.certify(self._own.device_keys()),
            master_key=identity.master_public,
            self_signing_key=identity.signer.public,
            keys_published=False,
        )
        self._sender = self._encode_sender()
        self._own_changed = True

    def keys_to_upload(self, stock: int, unused_fallback: Sequence[str], now: float) -> UploadKeys | None:
        """Return the keys the relay lacks, None if nothing; `stock` and `unused_fallback` are what it says it holds.

        Store the changes before uploading, and call `keys_uploaded` after.
        """
        made = self._own.top_up(stock, now, fallback_used=ONE_TIME_KEY_TYPE not in unused_fallback)
        self._own_changed |= made
        one_time, fallback = self._own.unpublished()
        device_keys = None if self._state.keys_published else self.device_keys()
        if not one_time and not fallback and device_keys is None:
            return None
        return UploadKeys(device_keys=device_keys, one_time_keys=one_time, fallback_keys=fallback)

    def keys_uploaded(self) -> None:
        """Note that the relay took what `keys_to_upload` returned last."""
        self._own.olm.mark_keys_as_published()
        self._state = msgspec.structs.replace(self._state, keys_published=True)
        self._own_changed = True

    # Peers

    def knows(self, account: AccountId) -> bool:
        """Return whether an account is in memory."""
        return account in self._peers

    def load_peer(self, state: PeerState) -> None:
        """Take a stored peer into memory; one that is there already is newer and stays."""
        if state.peer.account not in self._peers:
            assert self._key is not None, "a new device has stored no peers"
            self._peers[state.peer.account] = Peer.from_state(state, self._own.curve25519, self._key)

    def forget_peer(self, account: AccountId) -> None:
        """Drop an account from memory; raises UnsavedChanges. Only when all changes taken are committed."""
        if account in self._unsaved():
            raise UnsavedChanges(account)
        self._peers.pop(account, None)

    def idle_peers(self, keep: int) -> list[AccountId]:
        """Return the accounts used longest ago, to be forgotten so that `keep` stay; none with unsaved changes."""
        surplus = len(self._peers) - keep
        if surplus <= 0:
            return []
        unsaved = self._unsaved()
        return [account for account in list(self._peers)[:surplus] if account not in unsaved]

    def learn_peer(self, account: AccountId, answer: QueryKeysAnswer, *, expected_master: str | None = None) -> None:
        """Take over an account's certified devices; raises IdentityChanged or NotCertified and changes nothing then.

        `expected_master` is the base64 key that a link names. The own account is learned like any other.
        """
        known = self._peers.get(account)
        own = account == self.account
        if own and self._state.master_key:
            expected_master = self._state.master_key
        keys = accept_keys(account, answer, expected_master=expected_master, known=known.keys if known else None)
        if own:
            keys = msgspec.structs.replace(keys, devices={d: k for d, k in keys.devices.items() if d != self.device})
        elif not keys.devices:
            raise NotCertified(account)
        if known is None:
            self._peers[account] = Peer(keys, self._own.curve25519)
        elif keys == known.keys:
            return
        else:
            for left in known.replace_keys(keys, self._own.curve25519):
                self._drop(left, list(left.ratchets))
        self._changed_peers[account] = keys

    def accept_identity(self, account: AccountId, answer: QueryKeysAnswer) -> None:
        """Accept an account's changed identity, on a person's word; its old devices and sessions are gone."""
        known = self._peers.get(account)
        keys = accept_keys(account, answer)
        if not keys.devices:
            raise NotCertified(account)
        if known is not None:
            for device in known.devices.values():
                self._drop(device, list(device.ratchets))
        self._peers[account] = Peer(keys, self._own.curve25519)
        self._changed_peers[account] = keys

    def identity_of(self, account: AccountId) -> str | None:
        """Return the pinned master key of an account in memory, in base64."""
        peer = self._peers.get(account)
        return None if peer is None else peer.keys.master_key

    def has_signed(self, account: AccountId, record: SignedRecord) -> bool:
        """Return whether a certified device of an account, known here, signed a record."""
        peer = self._peers.get(account)
        device = peer.devices.get(DeviceId(record.key.removeprefix("ed25519:"))) if peer else None
        if device is None:
            return False
        try:
            verify(device.keys.ed25519, record.record.encode(), record.signature)
        except SignatureInvalid:
            return False
        return True

    def erasure_of(self, account: AccountId, record: SignedRecord | None) -> Erasure | None:
        """Return an account's own word for its end, if the master key pinned here signed it."""
        peer = self._peers.get(account)
        if peer is None or record is None:
            return None
        try:
            return check_erasure(record, peer.keys.master_key, account)
        except WireError:
            return None

    def devices_to_claim(self, account: AccountId) -> dict[DeviceId, str]:
        """Return the account's devices without a session, as a claim asks for them; {} when each has one."""
        peer = self._peers.get(account)
        if peer is None:
            return {}
        return {id_: ONE_TIME_KEY_TYPE for id_, device in peer.devices.items() if not len(device.ratchets)}

    def open_sessions(self, account: AccountId, answer: ClaimKeysAnswer) -> None:
        """Open a new session with each device whose claimed key it signed; bad keys are left out."""
        peer = self._peers.get(account)
        if peer is None:
            raise UnknownPeer(account)
        for id_, keys in answer.one_time_keys.get(account, {}).items():
            device = peer.devices.get(id_)
            for key_object in keys.values():
                session = self._new_session(device, key_object) if device else None
                if device and session:
                    self._add(device, session)
                    break

    # Out

    def seal(self, header: Header | HeaderDraft, body: bytes, *, salt: str | None = None) -> OutgoingEnvelope:
        """Return an envelope for every device of the recipient and every other device of this account.

        `body` is JSON; `salt` (base64) opens a template's commitment. Raises UnknownPeer, NoSession, and WireError if
        the body is too long. Commit the changes before the envelope leaves.
        """
        if header.to == self.account:
            raise WireError("header.to", header.to, "another account")
        peer = self._peers.get(header.to)
        if peer is None or not peer.devices:
            raise UnknownPeer(header.to)
        self._peers[header.to] = self._peers.pop(header.to)
        devices = list(peer.devices.values())
        own = self._peers.get(self.account)
        if own is not None:
            devices.extend(own.devices.values())
        missing: dict[AccountId, dict[DeviceId, str]] = {}
        for device in devices:
            if not len(device.ratchets):
                missing.setdefault(device.account, {})[device.device] = ONE_TIME_KEY_TYPE
        if missing:
            raise NoSession(missing)
        full = complete_header(header, self.account, self.device, body, salt)
        bodies = seal_bodies(full, body, salt, devices, self._sender)
        for device in devices:
            self._changed_ratchets[device.ratchets.newest] = device
        return OutgoingEnvelope(header=full, bodies=bodies)

    # In

    def open(self, header: bytes | msgspec.Raw, body: bytes | msgspec.Raw, now: float) -> Opened | Unopened:
        """Return the message in an envelope, or why there is none; commit the changes before acknowledging either."""
        parsed = parse_header(header)
        if parsed is None or not self._is_ours(parsed):
            return Unopened(parsed, "refused")
        peer = self._peers.get(parsed.sender)
        if peer is None:
            return Unopened(parsed, "unknown_peer")
        self._peers[parsed.sender] = self._peers.pop(parsed.sender)
        # Before any ratchet is touched: a repeat looks like a broken session and would start a repair.
        if parsed.id in peer.opened:
            return Unopened(parsed, "duplicate")
        device = peer.devices.get(parsed.from_device)
        if device is None:
            return Unopened(parsed, "not_certified")
        found = self._open_sealed(parsed, body, device)
        if not isinstance(found, Opened):
            return Unopened(parsed, found)
        if device.wanted.pop(parsed.id, None) is not None:
            self._changed_awaited[peer.account] = peer
        peer.remember(parsed.id, now)
        self._opened.append(OpenedEnvelope(peer.account, parsed.id, parsed.attempt, now))
        return found

    def repair(self, unopened: Unopened, now: float) -> Repair:
        """Return what to do about an `unreadable` envelope; a device's new session is claimed once a minute at most."""
        header = unopened.header
        peer = self._peers.get(header.sender) if header else None
        device = peer.devices.get(header.from_device) if peer and header else None
        if header is None or peer is None or device is None or unopened.reason != "unreadable":
            return Repair(claim={}, resend=[], lost=False)
        self._changed_awaited[peer.account] = peer
        return decide_repair(header, device, now, own=header.sender == self.account)

    def awaited(self, account: AccountId) -> list[Resend]:
        """Return what was asked for again from an account's devices and has not come, to be asked for once more."""
        peer = self._peers.get(account)
        wanted = [item for device in peer.devices.values() for item in device.wanted.items()] if peer else []
        return [Resend(id=id_, attempt=attempt) for id_, attempt in wanted[:RESENDS_WANTED]]

    # Persistence

    def take_changes(self, key: bytes) -> Changes:
        """Return every row changed since the last call, secrets sealed with `key` (32 bytes)."""
        changed = (
            self._changed_ratchets or self._opened or self._changed_peers or self._dropped or self._changed_awaited
        )
        if not (changed or self._own_changed):
            return NO_CHANGES
        self._key = key
        changes = Changes(
            own=self._pickled(key) if self._own_changed else None,
            peers=list(self._changed_peers.values()),
            sessions=[
                SessionRecord(device.account, device.device, ratchet.id, ratchet.used, ratchet.pickle(key))
                for ratchet, device in self._changed_ratchets.items()
            ],
            dropped_sessions=self._dropped,
            opened=self._opened,
            awaited=[peer.awaited() for peer in self._changed_awaited.values()],
        )
        self._own_changed = False
        self._changed_peers = {}
        self._changed_ratchets = {}
        self._dropped = []
        self._opened = []
        self._changed_awaited = {}
        return changes

    # Private

    def _pickled(self, key: bytes) -> DeviceState:
        return msgspec.structs.replace(self._state, pickle=self._own.olm.pickle(key), fallback_at=self._own.fallback_at)

    def _unsaved(self) -> set[AccountId]:
        return {
            *self._changed_peers,
            *(device.account for device in self._changed_ratchets.values()),
            *(opened.account for opened in self._opened),
            *(dropped.account for dropped in self._dropped),
            *self._changed_awaited,
        }

    def _encode_sender(self) -> bytes:
        return encode_sender(self.account, self.device, self._own.ed25519, msgspec.json.encode(self.device_keys()))

    def _is_ours(self, header: Header) -> bool:
        if header.sender == self.account:
            return header.from_device != self.device and header.to != self.account
        return header.to == self.account

    def _open_sealed(self, header: Header, body: bytes | msgspec.Raw, device: PeerDevice) -> Opened | Reason:
        try:
            plaintext = self._decrypt(olm_message(body, device, self._own), device)
            return check_payload(plaintext, header, device, self._own) or "ignored"
        except Unreadable:
            return "unreadable"
        except Refused:
            return "refused"

    def _decrypt(self, message: vodozemac.AnyOlmMessage, device: PeerDevice) -> bytes:
        found = device.ratchets.decrypt(message)
        if found is not None:
            ratchet, plaintext = found
            self._changed_ratchets[ratchet] = device
            return plaintext
        pre_key = message.to_pre_key()
        if pre_key is None or device.ratchets.matches(pre_key):
            raise Unreadable
        try:
            sender_key = vodozemac.Curve25519PublicKey.from_base64(device.keys.curve25519)
            session, plaintext = self._own.olm.create_inbound_session(sender_key, pre_key)
        except ValueError:
            raise Unreadable from None
        # The one-time key is used up, so the own row changes with the session.
        self._own_changed = True
        self._add(device, session)
        return plaintext

    def _new_session(self, device: PeerDevice, key_object: KeyObject) -> vodozemac.Session | None:
        try:
            verify_key_object(key_object, device.account, f"ed25519:{device.device}", device.keys.ed25519)
            one_time_key = vodozemac.Curve25519PublicKey.from_base64(key_object["key"])
            sender_key = vodozemac.Curve25519PublicKey.from_base64(device.keys.curve25519)
            # The engine refuses keys of low order, which would make the shared secret known to everyone.
            return self._own.olm.create_outbound_session(sender_key, one_time_key)
        except (WireError, ValueError, KeyError, TypeError):
            return None

    def _add(self, device: PeerDevice, session: vodozemac.Session) -> None:
        ratchet, dropped = device.ratchets.add(session)
        self._changed_ratchets[ratchet] = device
        self._drop(device, dropped)

    def _drop(self, device: PeerDevice, ratchets: list[Ratchet]) -> None:
        for ratchet in ratchets:
            self._changed_ratchets.pop(ratchet, None)
            self._dropped.append(SessionKey(device.account, device.device, ratchet.id))

    def __repr__(self) -> str:
        return f"Device({self.account}, {self.device})"
