"""What can go wrong between a room and its database.

DatabaseError
    StoreFailed        a commit failed or its end is unknown; the process has to start anew
    StoreClosed        the store was not started yet, or is closed
    DatabaseInUse      another process owns this database
    OwnershipLost      another process owned this database while we were cut off from it
    BrokenReferences   a migration would leave rows that point at nothing
    UnsupportedUrl     neither an SQLite file nor PostgreSQL
"""

from __future__ import annotations


class DatabaseError(Exception):
    """Anything this toolkit raises on its own account."""


class StoreFailed(DatabaseError):
    """The store stopped for good: what was not reported as committed may or may not be in the database."""


class StoreClosed(DatabaseError):
    """The store takes nothing, because it was not started or is closed."""


class DatabaseInUse(DatabaseError):
    """Another process holds this database; ratchets and sequences must never have two owners."""


class OwnershipLost(DatabaseError):
    """Another process owned this database in between, so what we remember of it may be out of date."""


class BrokenReferences(DatabaseError):
    """A migration would leave rows whose foreign key points at nothing; it was rolled back."""


class UnsupportedUrl(DatabaseError):
    """The database's address names neither an SQLite file nor a PostgreSQL server."""
