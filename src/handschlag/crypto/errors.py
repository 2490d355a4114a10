"""Why keys of somebody else are not used.

CryptoError
├── IdentityChanged   another master key than the one accepted: a person has to decide
└── NotCertified      no device that the account's identity vouches for

FileNotOpened         a sealed file, or a part of it, that does not open; it does not tell why
"""

from __future__ import annotations

from handschlag.wire.ids import AccountId


class CryptoError(Exception):
    """Keys of another account cannot be used."""

    def __init__(self, account: AccountId, message: str) -> None:
        self.account = account
        super().__init__(f"{account}: {message}")


class IdentityChanged(CryptoError):
    """The relay shows another master key than the one accepted before or named in the link; nothing was changed."""

    def __init__(self, account: AccountId) -> None:
        super().__init__(account, "another master key than the one accepted")


class NotCertified(CryptoError):
    """The account has no valid identity, or no device certified by it."""

    def __init__(self, account: AccountId) -> None:
        super().__init__(account, "no device certified by its identity")


class FileNotOpened(Exception):
    """A sealed file is damaged, cut, put together anew, or another key's; which of these is not told."""

    def __init__(self) -> None:
        super().__init__("the file does not open")
