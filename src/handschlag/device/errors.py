"""Why a device cannot seal now.

DeviceError
├── UnknownPeer    the account's devices were not learned: query its keys
├── NoSession      a device has no ratchet yet: claim keys (`missing` is the claim's body) and open sessions
└── UnsavedChanges a peer cannot be forgotten before its changes are taken
"""

from __future__ import annotations

from handschlag.wire.ids import AccountId, DeviceId


class DeviceError(Exception):
    """A device cannot do what was asked in its present state."""


class UnknownPeer(DeviceError):
    """The account's devices were never learned, or all of them are gone."""

    def __init__(self, account: AccountId) -> None:
        self.account = account
        super().__init__(f"{account}: devices not known")


class NoSession(DeviceError):
    """Some devices have no session; `missing` says which, as a claim asks for them."""

    def __init__(self, missing: dict[AccountId, dict[DeviceId, str]]) -> None:
        self.missing = missing
        super().__init__(f"no session with {sum(map(len, missing.values()))} devices")


class UnsavedChanges(DeviceError):
    """Forgetting this peer now would lose ratchets, and the next message would reuse a key."""

    def __init__(self, account: AccountId) -> None:
        self.account = account
        super().__init__(f"{account}: changes not taken yet")
