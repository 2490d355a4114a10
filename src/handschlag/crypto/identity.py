"""An account's identity: the master key that never changes, and the self-signing key that certifies devices.

The master key signs the self-signing key once and can then be put away; everyday work needs the self-signing seed
alone.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from handschlag.wire.canonical import to_base64
from handschlag.wire.certificates import KeyObject, signable, verify_key_object
from handschlag.wire.devices import DeviceList
from handschlag.wire.erasure import Erasure
from handschlag.wire.ids import AccountId, DeviceId
from handschlag.wire.signed import SignedRecord, Signer, SigningKey, sign_record

SEED_BYTES = 32


class IdentityState(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is stored of an identity; the seeds are secret. `master_seed` is absent where the master key is offline."""

    account: AccountId
    self_signing_seed: bytes
    master_key: KeyObject
    self_signing_key: KeyObject
    master_seed: bytes | None = None

    def __repr__(self) -> str:
        return f"IdentityState({self.account})"


class Identity:
    """Signs devices, offers and profiles for an account."""

    def __init__(self, state: IdentityState) -> None:
        self.account = state.account
        self.signer = SigningKey(state.self_signing_seed)
        self._state = state
        (self.master_public,) = state.master_key["keys"].values()
        verify_key_object(state.self_signing_key, state.account, f"ed25519:{self.master_public}", self.master_public)

    @classmethod
    def create(cls, account: AccountId, random: bytes) -> Identity:
        """Return a new identity from 64 random bytes: master seed, then self-signing seed."""
        if len(random) != 2 * SEED_BYTES:
            message = f"random: got {len(random)} bytes, expected {2 * SEED_BYTES}"
            raise ValueError(message)
        return cls.from_seeds(account, random[:SEED_BYTES], random[SEED_BYTES:])

    @classmethod
    def from_seeds(cls, account: AccountId, master_seed: bytes, self_signing_seed: bytes) -> Identity:
        """Return the identity of two seeds of 32 bytes; the same seeds give the same identity."""
        master, self_signing = SigningKey(master_seed), SigningKey(self_signing_seed)
        master_key = _key_object(account, "master", master.public)
        self_signing_key = signed_by(_key_object(account, "self_signing", self_signing.public), account, master)
        return cls(IdentityState(account, self_signing_seed, master_key, self_signing_key, master_seed))

    def state(self, *, with_master: bool = True) -> IdentityState:
        """Return what to store; without the master seed if that is kept elsewhere."""
        return self._state if with_master else msgspec.structs.replace(self._state, master_seed=None)

    def master_key(self) -> KeyObject:
        """Return the public master key as uploaded (Matrix shape)."""
        return self._state.master_key

    def self_signing_key(self) -> KeyObject:
        """Return the public self-signing key with the master key's signature (Matrix shape)."""
        return self._state.self_signing_key

    def certify(self, device_keys: KeyObject) -> KeyObject:
        """Return device keys with this identity's signature added."""
        return signed_by(device_keys, self.account, self.signer)

    def list_devices(self, devices: Iterable[DeviceId], version: int, now: float) -> SignedRecord:
        """Return the account's list of devices, signed by the master key; that has to be at hand."""
        listed = DeviceList(account=self.account, version=version, devices=sorted(devices), at=int(now))
        return self._sign_as_master(listed)

    def erase(self, device: DeviceId, now: float) -> SignedRecord:
        """Return the end of the account, signed by the master key; that has to be at hand."""
        return self._sign_as_master(Erasure(account=self.account, device=device, at=int(now)))

    def _sign_as_master(self, record: msgspec.Struct) -> SignedRecord:
        if self._state.master_seed is None:
            message = "the master key is kept elsewhere"
            raise ValueError(message)
        return sign_record(record, SigningKey(self._state.master_seed))

    def __repr__(self) -> str:
        return f"Identity({self.account})"


def _key_object(account: AccountId, usage: str, public: str) -> KeyObject:
    return {"user_id": account, "usage": [usage], "keys": {f"ed25519:{public}": public}}


def signed_by(key_object: KeyObject, account: AccountId, signer: Signer) -> KeyObject:
    """Return a key object with the signer's signature for `account` added to those it has."""
    signature = to_base64(signer.sign(signable(key_object)))
    signatures = key_object.get("signatures", {})
    own = {**signatures.get(account, {}), signer.key_id: signature}
    return {**key_object, "signatures": {**signatures, account: own}}
