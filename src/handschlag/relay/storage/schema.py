"""The relay's tables. Times are Unix seconds; JSON is text as it was signed or bytes as it travels.

    accounts, devices      who there is: kind, cross-signing keys, the signed list of devices; device keys, whether the account's own
                           key certified them, on which days they were seen; a removed device keeps its row, so that its id
                           and the number of its mailbox never serve again
    one_time_keys, fallback_keys    keys to claim; a one-time key is handed out once
    companies, invitations, offers, templates    what companies published and what the operator lets them
    company_pictures       the picture a company's profile names, and one that the next profile will name
    relations              one row per company and customer: last customer message, block, the grant in force
    consent_records        the chains of grants and withdrawals, each with the relay's receipt: kept as evidence, of
                           an erased account the hash alone
    cap_counts             notifications per purpose and day
    numbers                keyed hashes of attested numbers
    number_codes, number_code_counts    an account's open code as a keyed hash; codes sent on a day, for each of whom there is a limit
    reports                what customers say of companies, each with what it proves; the reporter as a keyed hash
    mailbox                numbered events per device until acknowledged
    starts                 one row per start of the relay: events are numbered within it, so numbers never go back
    media                  sealed files that are complete: who brought them, how large, until when; the bytes lie in the object store
    media_uploads          sealed files that come in several requests; what came of them lies in a folder of the relay until they are whole
    media_usage            bytes an account brought on a day
    backups                sealed backups: whose, which generation, two sealed texts; generation 0 is one whose first parts came
    backup_parts           their sealed parts, each named by its hash; `current` are those of the generation in force
    push_subscriptions     where a device's browser can be woken, and when it shall not be
    erased_accounts        keyed hashes of accounts that were erased: their ids never serve again; for a while their own word
                           for it, sealed
    used_challenges        logins that were used, until they would have expired anyway

One envelope: a mailbox row per device of the recipient; acknowledged, it is deleted and, for messages, a `delivered` note is put
into the mailbox of the device that sent it, in one commit. What we cannot know: anything in `body`.
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
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()


def _text(name: str, *, null: bool = False, key: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null, primary_key=key)


def _time(name: str, *, null: bool = False, default: str | None = None) -> Column[float]:
    return Column(name, Float(53), nullable=null, server_default=default)


accounts = Table(
    "accounts",
    metadata,
    _text("account", key=True),
    _text("kind"),
    _text("master_key", null=True),
    _text("self_signing_key", null=True),
    _text("user_signing_key", null=True),
    _text("device_list", null=True),
    _time("created_at"),
)

devices = Table(
    "devices",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _text("account"),
    _text("device"),
    _text("keys"),
    _text("ed25519"),
    Column("certified", Boolean, nullable=False),
    Column("added_on", Integer, nullable=False, server_default="0"),
    Column("seen_on", Integer, nullable=False, server_default="0"),
    Column("removed", Boolean, nullable=False, server_default="0"),
    UniqueConstraint("account", "device", name="devices_once"),
)

one_time_keys = Table(
    "one_time_keys",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("mailbox", Integer, nullable=False),
    _text("key_id"),
    _text("key"),
    UniqueConstraint("mailbox", "key_id", name="one_time_keys_once"),
)

fallback_keys = Table(
    "fallback_keys",
    metadata,
    Column("mailbox", Integer, primary_key=True, autoincrement=False),
    _text("key_id"),
    _text("key"),
    Column("used", Boolean, nullable=False),
)

companies = Table(
    "companies",
    metadata,
    _text("account", key=True),
    Column("handle", Text, nullable=False, unique=True),
    _text("verification"),
    _text("profile", null=True),
    _text("offer", null=True),
    _text("offer_hash", null=True),
    Column("listed", Boolean, nullable=False, server_default="0"),
)

invitations = Table(
    "invitations",
    metadata,
    _text("code_hash", key=True),
    _text("name"),
    _text("method"),
    _text("evidence"),
    _time("expires_at"),
)

company_pictures = Table(
    "company_pictures",
    metadata,
    _text("account"),
    _text("hash"),
    Column("picture", LargeBinary, nullable=False),
    PrimaryKeyConstraint("account", "hash"),
)

offers = Table("offers", metadata, _text("hash", key=True), _text("business"), _text("record"))

templates = Table(
    "templates",
    metadata,
    _text("hash", key=True),
    _text("business"),
    _text("category"),
    _text("definition"),
    _text("status"),
    _text("reason"),
    _time("created_at"),
    Index("templates_of_business", "business"),
)

relations = Table(
    "relations",
    metadata,
    _text("business", key=True),
    _text("customer", key=True),
    _time("wrote_at", default="0"),
    Column("blocked", Boolean, nullable=False, server_default="0"),
    _text("head", null=True),
    _text("grant_hash", null=True),
    Column("purposes", Text, nullable=False, server_default="[]"),
    _time("grant_expires_at", default="0"),
    Column("caps", Text, nullable=False, server_default="{}"),
    Index("relations_of_customer", "customer"),
)

consent_records = Table(
    "consent_records",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("hash", Text, nullable=False, unique=True),
    _text("business"),
    _text("customer"),
    _text("record"),
    _text("receipt"),
    _time("accepted_at"),
    Index("consent_records_chain", "business", "customer", "id"),
)

cap_counts = Table(
    "cap_counts",
    metadata,
    _text("business", key=True),
    _text("customer", key=True),
    _text("purpose", key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
)

numbers = Table(
    "numbers",
    metadata,
    _text("number_hash", key=True),
    _text("account"),
    _text("country_calling_code"),
    _time("attested_at"),
    Index("numbers_of_account", "account"),
)

number_codes = Table(
    "number_codes",
    metadata,
    _text("account", key=True),
    _text("code_hash"),
    Column("tries", Integer, nullable=False),
    _time("sent_at"),
    _time("expires_at"),
)

number_code_counts = Table(
    "number_code_counts",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    _text("subject", key=True),
    Column("count", Integer, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _text("business"),
    _text("reporter"),
    _text("reason"),
    _time("at"),
    _text("proof"),
    # Empty where no message was attached.
    _text("envelope"),
    _text("message"),
    UniqueConstraint("business", "reporter", "envelope", name="reports_once"),
)

mailbox = Table(
    "mailbox",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("mailbox", Integer, nullable=False),
    _text("envelope", null=True),
    Column("attempt", Integer, nullable=False),
    # The sender's mailbox if it waits for a delivery note, else 0.
    Column("note_to", Integer, nullable=False),
    Column("event", LargeBinary, nullable=False),
    _time("expires_at"),
    Index("mailbox_of_device", "mailbox", "number"),
    Index("mailbox_once", "mailbox", "envelope", "attempt", unique=True),
    Index("mailbox_expiry", "expires_at"),
)

media = Table(
    "media",
    metadata,
    _text("id", key=True),
    _text("account"),
    Column("bytes", BigInteger, nullable=False),
    _time("created_at"),
    _time("expires_at"),
    Index("media_expiry", "expires_at"),
)

media_uploads = Table(
    "media_uploads",
    metadata,
    _text("id", key=True),
    _text("account"),
    Column("bytes", BigInteger, nullable=False),
    _time("created_at"),
    _time("expires_at"),
    Index("media_uploads_expiry", "expires_at"),
    Index("media_uploads_account", "account"),
)

media_usage = Table(
    "media_usage",
    metadata,
    _text("account", key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("bytes", BigInteger, nullable=False),
)

backups = Table(
    "backups",
    metadata,
    _text("id", key=True),
    _text("account"),
    Column("generation", Integer, nullable=False),
    _text("identity"),
    _text("contents"),
    _time("stored_at"),
    _time("used_at"),
    Index("backups_of_account", "account"),
    Index("backups_unused", "used_at"),
)

backup_parts = Table(
    "backup_parts",
    metadata,
    _text("backup"),
    _text("part"),
    Column("bytes", Integer, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("current", Boolean, nullable=False),
    _time("created_at"),
    PrimaryKeyConstraint("backup", "part"),
    Index("backup_parts_left", "current", "created_at"),
)

push_subscriptions = Table(
    "push_subscriptions",
    metadata,
    Column("mailbox", Integer, primary_key=True, autoincrement=False),
    _text("account"),
    _text("endpoint"),
    _text("p256dh"),
    _text("auth"),
    _text("quiet_hours", null=True),
    Column("muted", Text, nullable=False, server_default="[]"),
    _time("created_at"),
    Index("push_subscriptions_of_account", "account"),
    Index("push_subscriptions_endpoint", "endpoint"),
)

erased_accounts = Table(
    "erased_accounts", metadata, _text("account_hash", key=True), _time("erased_at"), _text("record", null=True)
)

used_challenges = Table("used_challenges", metadata, _text("challenge", key=True), _time("expires_at"))

starts = Table("starts", metadata, Column("id", Integer, primary_key=True, autoincrement=True), _time("at"))
