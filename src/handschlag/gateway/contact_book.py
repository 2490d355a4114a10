"""A company's contacts in memory: read from disk at first need, kept while they are used, changed only here."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from handschlag.gateway.rules.customer_ids import number_key, pseudo_number, user_id
from handschlag.gateway.storage.contacts import (
    STORE_CONTACT,
    TAKE_NUMBER,
    Contact,
    find_contact,
    find_contact_by_number,
    find_contact_by_user_id,
)
from handschlag.wire.ids import AccountId

if TYPE_CHECKING:
    from handschlag.database.store import Store


class ContactBook:
    """Finds a customer by account, number or user id; `secret` makes their pseudonyms, `country` stands before user ids."""

    def __init__(self, store: Store, company: int, *, secret: bytes, country: str, most: int) -> None:
        self._store = store
        self._company = company
        self._secret = secret
        self._country = country
        self._most = most
        self._by_customer: OrderedDict[AccountId, Contact] = OrderedDict()
        # Number keys, pseudo-numbers and user ids together: they cannot be mistaken for one another.
        self._by_name: dict[str, Contact] = {}

    def cached(self, name: str) -> Contact | None:
        """Return the contact with this number key, pseudo-number or user id, if it is in memory."""
        return self._by_name.get(name)

    def cached_customer(self, customer: AccountId) -> Contact | None:
        """Return the contact of this account, if it is in memory."""
        return self._by_customer.get(customer)

    async def find(self, *, number: str | None, by_user_id: str | None) -> Contact | None:
        """Return whom a program means, by number first."""
        if number is not None:
            key = number_key(number)
            found = self._by_name.get(key) or self._by_name.get(number)
            if found is not None:
                return found
            # What was added and is not committed yet would be missed by a read.
            await self._store.flushed()
            found = await self._store.read(lambda c: find_contact_by_number(c, self._company, number, key))
        else:
            assert by_user_id is not None
            found = self._by_name.get(by_user_id)
            if found is not None:
                return found
            await self._store.flushed()
            found = await self._store.read(lambda c: find_contact_by_user_id(c, self._company, by_user_id))
        return None if found is None else self._by_customer.get(found.customer) or self._keep(found)

    async def of(self, customer: AccountId, now: float) -> Contact:
        """Return the contact of an account, made now if this is the first time it is seen."""
        contact = self._by_customer.get(customer)
        if contact is not None:
            return contact
        await self._store.flushed()
        found = await self._store.read(lambda c: find_contact(c, self._company, customer))
        contact = self._by_customer.get(customer)
        if contact is not None:
            return contact
        return self._keep(found) if found is not None else self._create(customer, now)

    def unknown_user_id(self, number: str) -> str:
        """Return the user id that stands for a number nobody holds, so that events about it look like any other."""
        return user_id(self._secret, f"number:{number}", self._country)

    def unknown_number(self, by_user_id: str) -> str:
        """Return the number that stands for a user id nobody has."""
        return pseudo_number(self._secret, AccountId(f"user_id:{by_user_id}"))

    def rename(self, contact: Contact, *, name: str, language: str) -> None:
        """Keep what a customer calls themselves."""
        if (contact.name, contact.language) != (name, language):
            contact.name, contact.language = name, language
            self.store(contact)

    async def attest(self, contact: Contact, number: str, at: float) -> bool:
        """Give a contact a number the relay attested; the newest attestation of a number wins.

        Returns whether somebody else held it before.
        """
        key = number_key(number)
        if contact.number == number and contact.attested_at >= at:
            return False
        holder = await self.find(number=number, by_user_id=None)
        taken = holder is not None and holder is not contact and holder.number_key == key
        if holder is not None and holder is not contact:
            if holder.number_key == key and holder.attested_at > at:
                return False
            self._forget_number(holder)
            self._store.add(TAKE_NUMBER, (self._company, holder.customer, None, None))
        self._forget_number(contact)
        contact.number, contact.number_key, contact.attested_at = number, key, at
        self._by_name[key] = contact
        self.store(contact)
        return taken

    def give_up_number(self, contact: Contact) -> None:
        """Forget a number that its customer does not share any more: the pseudo-number names them again."""
        if contact.number is not None:
            self._forget_number(contact)
            self.store(contact)

    def store(self, contact: Contact) -> None:
        """Put a contact's row into the open commit."""
        row = (
            self._company,
            contact.customer,
            contact.name,
            contact.number,
            contact.number_key,
            contact.attested_at,
            contact.pseudo_number,
            contact.user_id,
            contact.language,
            contact.marketing,
            contact.created_at,
        )
        self._store.add(STORE_CONTACT, row)

    def _create(self, customer: AccountId, now: float) -> Contact:
        contact = Contact(
            customer=customer,
            name="",
            number=None,
            number_key=None,
            attested_at=0.0,
            pseudo_number=pseudo_number(self._secret, customer),
            user_id=user_id(self._secret, customer, self._country),
            language="en",
            marketing=False,
            created_at=now,
        )
        self.store(contact)
        return self._keep(contact)

    def _keep(self, contact: Contact) -> Contact:
        self._by_customer[contact.customer] = contact
        self._by_name[contact.user_id] = contact
        self._by_name[contact.pseudo_number] = contact
        if contact.number_key is not None:
            self._by_name[contact.number_key] = contact
        while len(self._by_customer) > self._most:
            _, oldest = self._by_customer.popitem(last=False)
            for name in (oldest.user_id, oldest.pseudo_number, oldest.number_key):
                if name is not None and self._by_name.get(name) is oldest:
                    del self._by_name[name]
        return contact

    def _forget_number(self, contact: Contact) -> None:
        if contact.number_key is not None and self._by_name.get(contact.number_key) is contact:
            del self._by_name[contact.number_key]
        contact.number = contact.number_key = None
