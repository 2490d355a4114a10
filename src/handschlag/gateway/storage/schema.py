"""The gateway's tables. Times are Unix seconds, JSON is text or bytes as it travels; `company` is a company's row number.

    companies         who this gateway speaks for: names, Graph ids, sealed secrets, profile and offer
    tokens            hashes of access tokens
    devices           this gateway's own device of each company, sealed, and the last event stored from the relay
    peers, sessions   customers' certified devices, and the sealed ratchets with each
    opened            envelopes opened in the last 35 days, so that each is opened once
    contacts          customers as the company's programs name them
    incoming_messages, outgoing_messages    the history; an outgoing row carries its status
    waiting_messages  accepted, not sealed yet: a session is missing, or a device asked for the message again
    opened_bodies     opened introductions and receipts whose effect needs a look at the database first
    outbox            sealed envelopes until the relay answers
    subscriptions, webhook_queue    who is told, and what they have not confirmed yet
    templates         definitions, their state at the relay and the renewed approval

One message: outgoing_messages + outbox + sessions in one commit; outbox row gone and status `sent` in the next;
`delivered`, `read` follow. Each status puts one row per subscription into webhook_queue, gone when the endpoint answers.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _bytes(name: str, *, null: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=null)


def _time(name: str, *, null: bool = False) -> Column[float]:
    return Column(name, Float(53), nullable=null)


def _company() -> Column[int]:
    return Column("company", Integer, nullable=False)


companies = Table(
    "companies",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _text("account"),
    _text("handle"),
    _text("name"),
    _text("number"),
    _text("relay_url"),
    _text("relay_key"),
    _text("device"),
    _text("phone_number_id"),
    _text("waba_id"),
    _text("app_id"),
    _bytes("app_secret"),
    _bytes("customer_secret"),
    _bytes("self_signing_seed"),
    _text("master_key"),
    _text("self_signing_key"),
    _text("profile"),
    Column("profile_published", Boolean, nullable=False),
    _text("offer", null=True),
    Column("offer_published", Boolean, nullable=False),
    Column("enrolled", Boolean, nullable=False),
    _time("created_at"),
    UniqueConstraint("account"),
    UniqueConstraint("phone_number_id"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", Text, primary_key=True),
    _text("app_id"),
    _text("kind"),
    _time("created_at"),
    _time("expires_at", null=True),
)

devices = Table(
    "devices",
    metadata,
    Column("company", Integer, primary_key=True, autoincrement=False),
    _bytes("state"),
    Column("last_event", BigInteger, nullable=False),
)

peers = Table(
    "peers",
    metadata,
    _company(),
    _text("account"),
    _bytes("keys"),
    PrimaryKeyConstraint("company", "account"),
)

sessions = Table(
    "sessions",
    metadata,
    _company(),
    _text("account"),
    _text("device"),
    _text("session"),
    Column("used", BigInteger, nullable=False),
    _text("pickle"),
    PrimaryKeyConstraint("company", "account", "device", "session"),
)

opened = Table(
    "opened",
    metadata,
    _company(),
    _text("account"),
    _text("id"),
    Column("attempt", SmallInteger, nullable=False),
    _time("at"),
    PrimaryKeyConstraint("company", "account", "id"),
    Index("opened_by_age", "at"),
    sqlite_with_rowid=False,
)

contacts = Table(
    "contacts",
    metadata,
    _company(),
    _text("customer"),
    _text("name"),
    _text("number", null=True),
    _text("number_key", null=True),
    _time("attested_at"),
    _text("pseudo_number"),
    _text("user_id"),
    _text("language"),
    Column("marketing", Boolean, nullable=False),
    _time("created_at"),
    PrimaryKeyConstraint("company", "customer"),
    Index("contacts_by_number", "company", "number_key"),
    Index("contacts_by_pseudo_number", "company", "pseudo_number"),
    Index("contacts_by_user_id", "company", "user_id"),
)

incoming_messages = Table(
    "incoming_messages",
    metadata,
    _company(),
    _text("id"),
    _text("customer"),
    _bytes("body"),
    _time("sent_at"),
    _time("stored_at"),
    Column("read", Boolean, nullable=False),
    PrimaryKeyConstraint("company", "id"),
    Index("incoming_messages_by_customer", "company", "customer", "read", "stored_at"),
    sqlite_with_rowid=False,
)

outgoing_messages = Table(
    "outgoing_messages",
    metadata,
    _company(),
    _text("id"),
    _text("customer"),
    _text("recipient"),
    _text("kind"),
    _text("category", null=True),
    _bytes("body"),
    _text("salt", null=True),
    _text("callback_data", null=True),
    Column("attempt", SmallInteger, nullable=False),
    Column("status", SmallInteger, nullable=False),
    _time("accepted_at"),
    _time("changed_at"),
    _text("pricing", null=True),
    Column("failure", Integer, nullable=True),
    PrimaryKeyConstraint("company", "id"),
    sqlite_with_rowid=False,
)

waiting_messages = Table(
    "waiting_messages",
    metadata,
    _company(),
    _text("id"),
    _text("customer"),
    _text("kind"),
    Column("attempt", SmallInteger, nullable=False),
    _bytes("body"),
    _time("created_at"),
    PrimaryKeyConstraint("company", "id", "attempt"),
)

opened_bodies = Table(
    "opened_bodies",
    metadata,
    _company(),
    _text("customer"),
    _text("id"),
    _text("kind"),
    _bytes("body"),
    PrimaryKeyConstraint("company", "customer", "id"),
)

# Rows that come and go and are long: inside the tree of their key they would spill over and be moved about (a third more time).
outbox = Table(
    "outbox",
    metadata,
    _company(),
    _text("id"),
    Column("attempt", SmallInteger, nullable=False),
    _bytes("envelope"),
    _bytes("receipt", null=True),
    PrimaryKeyConstraint("company", "id", "attempt"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _text("app_id"),
    _text("object"),
    _text("callback_url"),
    _text("verify_token"),
    _text("fields"),
    Column("merge", SmallInteger, nullable=False),
    _time("created_at"),
    Index("subscriptions_by_app", "app_id"),
)

webhook_queue = Table(
    "webhook_queue",
    metadata,
    Column("subscription", Integer, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("lane", Integer, nullable=False),
    _bytes("entry"),
    Column("attempts", SmallInteger, nullable=False),
    _time("next_try"),
    _time("created_at"),
    PrimaryKeyConstraint("subscription", "sequence"),
)

templates = Table(
    "templates",
    metadata,
    _text("id"),
    _company(),
    _text("name"),
    _text("language"),
    _text("category"),
    _text("definition"),
    _text("hash"),
    _text("status"),
    _text("reason"),
    _text("approval", null=True),
    _time("approved_until"),
    Column("submitted", Boolean, nullable=False),
    _time("created_at"),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("company", "name", "language"),
)
