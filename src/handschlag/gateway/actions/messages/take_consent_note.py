"""Takes the relay's word of a grant or withdrawal: the customer becomes a contact, and a change about marketing is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.webhooks.bodies import (
    Change,
    Entry,
    Preference,
    PreferencesValue,
    contact_body,
    entry_json,
)
from handschlag.telemetry.logs import get_logger
from handschlag.wire.consent import Grant, Withdrawal
from handschlag.wire.errors import WireError
from handschlag.wire.signed import parse_record

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.contacts import Contact
    from handschlag.wire.frames import Note

_log = get_logger(__name__)
PREFERENCES_FIELD = "user_preferences"
_STOPPED = "User requested to stop marketing messages"
_RESUMED = "User requested to resume marketing messages"


def take_consent_note(running: Running, company: Company, contact: Contact, note: Note) -> None:
    """Put what changed into the open commit; a record about somebody else is passed over."""
    if note.record is None:
        return
    record: Grant | Withdrawal
    try:
        if note.what == "grant":
            record = parse_record(note.record, Grant, "note.record")
        else:
            record = parse_record(note.record, Withdrawal, "note.record")
    except WireError:
        _log.warning("consent_note_not_readable", company=company.id, kind=note.what)
        return
    if record.business != company.row.account or record.customer != contact.customer:
        _log.warning("consent_note_misdirected", company=company.id, kind=note.what)
        return
    if isinstance(record, Grant):
        allowed = "marketing" in record.purposes
    else:
        allowed = contact.marketing and record.purposes != "*" and "marketing" not in record.purposes
    if allowed == contact.marketing:
        return
    contact.marketing = allowed
    company.contacts.store(contact)
    detail = _RESUMED if allowed else _STOPPED
    publish_preference(running, company, contact, detail, int(note.at), value="resume" if allowed else "stop")


def publish_preference(
    running: Running, company: Company, contact: Contact, detail: str, at: int, *, value: str, wa_id: str = ""
) -> None:
    """Put the webhook of a change about marketing into the open commit; `wa_id` is a number the customer had before."""
    wa_id = wa_id or contact.wa_id
    preference = Preference(
        wa_id=wa_id,
        user_id=contact.user_id,
        detail=detail,
        value=value,
        timestamp=at,
    )
    told = PreferencesValue(
        messaging_product="whatsapp",
        metadata=company.metadata,
        contacts=[contact_body(contact.name, wa_id, contact.user_id)],
        user_preferences=[preference],
    )
    entry = entry_json(Entry(id=company.row.waba_id, time=at, changes=[Change(told, PREFERENCES_FIELD)]))
    running.publisher.publish(company.row, PREFERENCES_FIELD, contact.customer, entry)
