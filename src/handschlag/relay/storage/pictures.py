"""Reads and writes companies' pictures: the one a profile in force names, and the one that comes before the next profile."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, delete, insert, or_, select

from handschlag.relay.storage.schema import companies, company_pictures
from handschlag.wire.company import Profile
from handschlag.wire.ids import AccountId
from handschlag.wire.signed import SignedRecord


class PictureRow(msgspec.Struct, frozen=True):
    """A picture under its hash."""

    hash: str
    picture: bytes


def store_picture(connection: Connection, account: AccountId, row: PictureRow) -> None:
    """Keep a picture beside the one that is shown now; any other goes."""
    keep_pictures(connection, account, _shown(connection, account), row.hash)
    known = select(company_pictures.c.hash).where(
        company_pictures.c.account == account, company_pictures.c.hash == row.hash
    )
    if connection.execute(known).first() is None:
        connection.execute(insert(company_pictures).values(account=account, hash=row.hash, picture=row.picture))


def keep_pictures(connection: Connection, account: AccountId, *hashes: str) -> None:
    """Remove every picture of a company but these."""
    pictures = company_pictures.c
    connection.execute(
        delete(company_pictures).where(
            pictures.account == account, pictures.hash.not_in([one for one in hashes if one])
        )
    )


def find_picture(connection: Connection, name: str) -> PictureRow | None:
    """Return the picture that the profile of the company with this handle or account names."""
    query = select(companies.c.account).where(or_(companies.c.handle == name, companies.c.account == name))
    account = connection.execute(query).scalar()
    if account is None:
        return None
    shown = _shown(connection, AccountId(account))
    wanted = select(company_pictures.c.picture).where(
        company_pictures.c.account == account, company_pictures.c.hash == shown
    )
    picture = connection.execute(wanted).scalar()
    return None if picture is None else PictureRow(shown, picture)


def _shown(connection: Connection, account: AccountId) -> str:
    text = connection.execute(select(companies.c.profile).where(companies.c.account == account)).scalar()
    if text is None:
        return ""
    return msgspec.json.decode(msgspec.json.decode(text, type=SignedRecord).record, type=Profile).picture
