"""The ratchets shared with one peer device: at most five, newest first, unpickled when first used.

A ratchet is *newest* if it was opened or heard on last: the peer certainly has it. After each use a ratchet is dirty
until its owner stored it; a ratchet that is used, not stored, and used again from the old state would encrypt two texts
with one key.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

import vodozemac

RATCHETS_PER_DEVICE = 5


class Ratchet:
    """One Olm session; `used` orders it among its siblings, highest first."""

    __slots__ = ("_pickle", "_session", "id", "used")

    def __init__(
        self, id_: str, used: int, session: vodozemac.Session | None, pickle: tuple[str, bytes] | None
    ) -> None:
        self.id = id_
        self.used = used
        self._session = session
        self._pickle = pickle

    @property
    def session(self) -> vodozemac.Session:
        """The live session, unpickled at first need."""
        if self._session is None:
            assert self._pickle is not None
            self._session = vodozemac.Session.from_pickle(*self._pickle)
            self._pickle = None
        return self._session

    def pickle(self, key: bytes) -> str:
        """Return the session sealed with a key of 32 bytes."""
        return self.session.pickle(key)


class Ratchets:
    """Those of one peer device."""

    __slots__ = ("_list",)

    def __init__(self, ratchets: list[Ratchet] | None = None) -> None:
        self._list = sorted(ratchets or [], key=lambda ratchet: ratchet.used, reverse=True)[:RATCHETS_PER_DEVICE]

    def __len__(self) -> int:
        return len(self._list)

    def __iter__(self) -> Iterator[Ratchet]:
        return iter(self._list)

    @property
    def newest(self) -> Ratchet:
        """The one to seal with."""
        return self._list[0]

    def add(self, session: vodozemac.Session) -> tuple[Ratchet, list[Ratchet]]:
        """Put a new session first; returns it and those that fell out."""
        ratchet = Ratchet(session.session_id, self._list[0].used + 1 if self._list else 0, session, None)
        self._list.insert(0, ratchet)
        dropped = self._list[RATCHETS_PER_DEVICE:]
        del self._list[RATCHETS_PER_DEVICE:]
        return ratchet, dropped

    def decrypt(self, message: vodozemac.AnyOlmMessage) -> tuple[Ratchet, bytes] | None:
        """Return the text and the ratchet that opened it, now first, or None if none does."""
        pre_key = message.to_pre_key()
        for position, ratchet in enumerate(self._list):
            if pre_key is not None and not ratchet.session.session_matches(pre_key):
                continue
            try:
                text = ratchet.session.decrypt(message)
            except vodozemac.OlmDecryptionException:
                continue
            if position:
                ratchet.used = self._list[0].used + 1
                self._list.insert(0, self._list.pop(position))
            return ratchet, text
        return None

    def matches(self, message: vodozemac.PreKeyMessage) -> bool:
        """Return whether one of these began with this pre-key message."""
        return any(ratchet.session.session_matches(message) for ratchet in self._list)


def encrypt(ratchet: Ratchet, plaintext: bytes) -> tuple[int, bytes]:
    """Return type and base64 of the next message of a ratchet, which is dirty now."""
    kind, ciphertext = ratchet.session.encrypt(plaintext).to_parts()
    return kind, b64encode(ciphertext).rstrip(b"=")
