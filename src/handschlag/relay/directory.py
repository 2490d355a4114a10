"""Accounts and standings in memory: looked up on every envelope, loaded once, renewed by whoever changes them."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

from handschlag.clock import Clock
from handschlag.database.store import Store
from handschlag.relay.rules.standing import Standing
from handschlag.relay.storage.accounts import AccountRow, find_account
from handschlag.relay.storage.relations import load_standing
from handschlag.wire.ids import AccountId, is_account_id

_ACCOUNTS = 200_000
_STANDINGS = 500_000
_UNKNOWN = 100_000

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """A bounded dictionary that forgets what was not used for longest."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._entries: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """Return the entry, now the last to be forgotten."""
        value = self._entries.get(key)
        if value is not None:
            self._entries.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> None:
        """Store an entry; the oldest goes if there are too many."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._limit:
            self._entries.popitem(last=False)

    def drop(self, key: K) -> None:
        """Forget an entry."""
        self._entries.pop(key, None)

    def put_if_missing(self, key: K, value: V) -> V:
        """Store an entry unless somebody newer did while it was being loaded; return the one that counts."""
        found = self.get(key)
        if found is None:
            self.put(key, value)
            return value
        return found


class Directory:
    """What every envelope asks: who is that, and how do these two stand."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._accounts: Recent[AccountId, AccountRow] = Recent(_ACCOUNTS)
        # Asked for and not there: looked up once too, so that the time an answer takes tells nothing.
        self._unknown: Recent[AccountId, bool] = Recent(_UNKNOWN)
        self._renewals = 0
        self._standings: Recent[tuple[AccountId, AccountId], Standing] = Recent(_STANDINGS)

    def peek_account(self, account: AccountId) -> AccountRow | None:
        """Return an account if it is in memory."""
        return self._accounts.get(account)

    async def find_account(self, account: AccountId) -> AccountRow | None:
        """Return an account, from the database if need be."""
        found = self._accounts.get(account)
        if found is not None or self._unknown.get(account) or not is_account_id(account):
            return found
        renewals = self._renewals
        loaded = await self._store.read(lambda connection: find_account(connection, account))
        if loaded is not None:
            return self._accounts.put_if_missing(account, loaded)
        if renewals == self._renewals:
            self._unknown.put(account, value=True)
        return self._accounts.get(account)

    def put_account(self, account: AccountRow) -> None:
        """Take over an account as it was just committed."""
        self._renewals += 1
        self._unknown.drop(account.account)
        self._accounts.put(account.account, account)

    def drop_account(self, account: AccountId, companies: list[AccountId]) -> None:
        """Forget an account that was erased, and how it stood with these companies."""
        self._renewals += 1
        self._accounts.drop(account)
        for business in companies:
            self._standings.drop((business, account))

    def peek_standing(self, business: AccountId, customer: AccountId) -> Standing | None:
        """Return how two stand if it is in memory."""
        return self._standings.get((business, customer))

    async def find_standing(self, business: AccountId, customer: AccountId) -> Standing:
        """Return how two stand, from the database if need be."""
        found = self._standings.get((business, customer))
        if found is None:
            now = self._clock.now()
            loaded = await self._store.read(lambda connection: load_standing(connection, business, customer, now))
            found = self._standings.put_if_missing((business, customer), loaded)
        return found

    def put_standing(self, business: AccountId, customer: AccountId, standing: Standing) -> None:
        """Take over a standing as it was just committed."""
        self._standings.put((business, customer), standing)
