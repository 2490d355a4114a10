"""One device's own keys: identity, one-time keys in stock at the relay, and the fallback key that changes weekly.

The life of a one-time key: made here (unpublished) → stored → uploaded → published → claimed by a peer → used up by the
first message of a session. Keys made but not yet confirmed by the relay are offered again, the same ones, after a
crash. What cannot be known: which published keys the relay still holds; it only tells how many.
"""

from __future__ import annotations

import vodozemac

from handschlag.crypto.identity import signed_by
from handschlag.wire.canonical import from_base64
from handschlag.wire.certificates import KeyObject
from handschlag.wire.ids import AccountId, DeviceId
from handschlag.wire.limits import DAY, ONE_TIME_KEYS_WANTED

ALGORITHM = "m.olm.v1.curve25519-aes-sha2"
ONE_TIME_KEY_TYPE = "signed_curve25519"
FALLBACK_SECONDS = 7 * DAY
USED_FALLBACK_SECONDS = DAY


class DeviceSigner:
    """Signs records with the Ed25519 key of a device."""

    def __init__(self, account: vodozemac.Account, device: DeviceId) -> None:
        self._account = account
        self.key_id = f"ed25519:{device}"

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature over `message`."""
        return from_base64(self._account.sign(message).to_base64(), "signature")


class OwnKeys:
    """The Olm account of a device, and what of it the relay was shown."""

    def __init__(self, account: AccountId, device: DeviceId, olm: vodozemac.Account, fallback_at: float) -> None:
        self.account = account
        self.device = device
        self.olm = olm
        self.signer = DeviceSigner(olm, device)
        self.ed25519 = olm.ed25519_key.to_base64()
        self.curve25519 = olm.curve25519_key.to_base64()
        self.fallback_at = fallback_at

    def device_keys(self) -> KeyObject:
        """Return the device's keys, signed by itself (Matrix shape)."""
        return self._signed(
            {
                "user_id": self.account,
                "device_id": self.device,
                "algorithms": [ALGORITHM],
                "keys": {f"curve25519:{self.device}": self.curve25519, f"ed25519:{self.device}": self.ed25519},
            }
        )

    def top_up(self, stock: int, now: float, *, fallback_used: bool) -> bool:
        """Make what the relay's stock lacks, and return whether anything was made.

        One-time keys when less than half of those wanted are left; a fallback key every week, or a day after it was
        used. The one before it stays usable, so messages under way are not lost.
        """
        waiting = len(self.olm.one_time_keys)
        made = False
        if stock + waiting < ONE_TIME_KEYS_WANTED // 2:
            self.olm.generate_one_time_keys(ONE_TIME_KEYS_WANTED - stock - waiting)
            made = True
        if now - self.fallback_at >= (USED_FALLBACK_SECONDS if fallback_used else FALLBACK_SECONDS):
            self.olm.generate_fallback_key()  # type: ignore[attr-defined]  # not in its stubs
            self.fallback_at = now
            made = True
        return made

    def unpublished(self) -> tuple[dict[str, KeyObject], dict[str, KeyObject]]:
        """Return one-time keys and fallback keys made but not confirmed by the relay, signed, by key id."""
        one_time = {
            f"{ONE_TIME_KEY_TYPE}:{id_}": self._signed({"key": key.to_base64()})
            for id_, key in self.olm.one_time_keys.items()
        }
        fallback = {
            f"{ONE_TIME_KEY_TYPE}:{id_}": self._signed({"key": key.to_base64(), "fallback": True})
            for id_, key in self.olm.fallback_key.items()  # type: ignore[attr-defined]  # see above
        }
        return one_time, fallback

    def _signed(self, key_object: KeyObject) -> KeyObject:
        return signed_by(key_object, self.account, self.signer)
