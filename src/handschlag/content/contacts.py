"""Address cards of people and firms."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from handschlag.content.context import Context
from handschlag.content.errors import MISSING_PARAMETER, ContentError
from handschlag.content.fields import not_possible, take_list, take_object, take_optional_text, take_text

CONTACTS = 257
ENTRIES = 100
NAME_CHARACTERS = 500
FIELD_CHARACTERS = 1000
_BIRTHDAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_NAME_PARTS = ("first_name", "last_name", "middle_name", "suffix", "prefix")
T = TypeVar("T")


class ContactName(msgspec.Struct, frozen=True, omit_defaults=True):
    """How somebody is called, as one text and in parts."""

    formatted_name: str
    first_name: str | None = None
    last_name: str | None = None
    middle_name: str | None = None
    suffix: str | None = None
    prefix: str | None = None


class Phone(msgspec.Struct, frozen=True, omit_defaults=True):
    """A telephone number; `wa_id` are the digits under which it is reached in a messenger."""

    phone: str | None = None
    type: str | None = None
    wa_id: str | None = None


class Email(msgspec.Struct, frozen=True, omit_defaults=True):
    """An e-mail address."""

    email: str | None = None
    type: str | None = None


class Website(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page."""

    url: str | None = None
    type: str | None = None


class PostalAddress(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where somebody lives or works."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    country_code: str | None = None
    type: str | None = None


class Organisation(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where somebody works."""

    company: str | None = None
    department: str | None = None
    title: str | None = None


class ContactCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """One card."""

    name: ContactName
    phones: list[Phone] | None = None
    emails: list[Email] | None = None
    urls: list[Website] | None = None
    addresses: list[PostalAddress] | None = None
    org: Organisation | None = None
    birthday: str | None = None


class ContactsMessage(msgspec.Struct, frozen=True, tag_field="type", tag="contacts", omit_defaults=True):
    """Cards as they are sealed."""

    contacts: list[ContactCard]
    context: Context | None = None


def parse_contacts(value: object, field: str = "contacts") -> list[ContactCard]:
    """Return the cards; each needs a formatted name and one more part of it."""
    cards = take_list(value, field, least=1, most=CONTACTS)
    return [_card(card, f"{field}[{i}]") for i, card in enumerate(cards)]


def _card(value: object, field: str) -> ContactCard:
    part = take_object(value, field)
    org = part.get("org")
    birthday = take_optional_text(part, "birthday", field, FIELD_CHARACTERS)
    if birthday is not None and not _BIRTHDAY.fullmatch(birthday):
        raise not_possible(f"{field}.birthday", birthday, "a day like 2012-08-18")
    return ContactCard(
        name=_name(part.get("name"), f"{field}.name"),
        phones=_entries(part, "phones", field, Phone),
        emails=_entries(part, "emails", field, Email),
        urls=_entries(part, "urls", field, Website),
        addresses=_entries(part, "addresses", field, PostalAddress),
        org=None if org is None else _texts(org, f"{field}.org", Organisation),
        birthday=birthday,
    )


def _name(value: object, field: str) -> ContactName:
    part = take_object(value, field)
    formatted = take_text(part, "formatted_name", field, NAME_CHARACTERS)
    parts = {name: take_optional_text(part, name, field, NAME_CHARACTERS) for name in _NAME_PARTS}
    if not any(parts.values()):
        raise ContentError(
            MISSING_PARAMETER, field, f"got formatted_name alone, expected one of {', '.join(_NAME_PARTS)} beside it"
        )
    return ContactName(formatted_name=formatted, **parts)


def _entries(part: dict[str, Any], name: str, field: str, kind: Callable[..., T]) -> list[T] | None:
    listed = take_list(part.get(name), f"{field}.{name}", least=0, most=ENTRIES)
    return [_texts(entry, f"{field}.{name}[{i}]", kind) for i, entry in enumerate(listed)] or None


def _texts(value: object, field: str, kind: Callable[..., T]) -> T:
    part = take_object(value, field)
    names = kind.__struct_fields__  # type: ignore[attr-defined]
    return kind(**{name: take_optional_text(part, name, field, FIELD_CHARACTERS) for name in names})
