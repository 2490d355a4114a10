"""The gateway's tables. Times are Unix seconds, JSON is text or bytes as it travels; `company` is a company's row number.

    companies         who this gateway speaks for: names, Graph ids, sealed secrets, profile and offer
    tokens            hashes of access tokens
    devices           this gateway's own device of each company, sealed, and the last event stored from the relay
    peers, sessions   customers' certified devices, and the sealed ratchets with each
    opened            envelopes opened in the last 35 days, so that each is opened once
    awaited           envelopes that did not open and were asked for again, by customer
    contacts          customers as the company's programs name them
    incoming_messages, outgoing_messages    the history; an outgoing row carries its status
    waiting_messages  accepted, not sealed yet: a session is missing, or a device asked for the message again
    messages_awaiting_media   accepted, not sealed yet: its files have to be brought
    opened_bodies     opened introductions and receipts whose effect needs a look at the database first
    outbox            sealed envelopes until the relay answers
    subscriptions, webhook_queue    who is told, and what they have not confirmed yet, or not read for a week
    webhook_log, webhook_replays    how each delivery went, and what is to be told once more
    number_settings   registration, PIN, identity check, greetings, keys and the profile's picture of a company's number
    message_links     short links with a text; blocked_customers: whom a company refuses, by number or user id
    idempotent_answers    the first answer to each Idempotency-Key, written in the commit of the message
    templates         definitions, their state at the relay and the renewed approval
    media             files, uploaded, linked or received: what they are, their sealed key, where their ciphertext lies
    uploads, upload_parts    uploads in several pieces, for samples and pictures
    flows             forms inside the chat: their Flow JSON as uploaded, what is wrong with it, their state and data endpoint

One message: outgoing_messages + outbox + sessions in one commit; outbox row gone and status `sent` in the next;
`delivered`, `read` follow. Each status puts one row per subscription into webhook_queue, gone when the endpoint answers.
"""

from __future__ import annotations

from handschlag.gateway.storage.schema.columns import metadata
from handschlag.gateway.storage.schema.company_tables import companies, tokens
from handschlag.gateway.storage.schema.device_tables import awaited, contacts, devices, opened, peers, sessions
from handschlag.gateway.storage.schema.flow_tables import flows
from handschlag.gateway.storage.schema.media_tables import media, upload_parts, uploads
from handschlag.gateway.storage.schema.message_tables import (
    incoming_messages,
    messages_awaiting_media,
    opened_bodies,
    outbox,
    outgoing_messages,
    waiting_messages,
)
from handschlag.gateway.storage.schema.number_tables import (
    blocked_customers,
    idempotent_answers,
    message_links,
    number_settings,
)
from handschlag.gateway.storage.schema.template_tables import templates
from handschlag.gateway.storage.schema.webhook_tables import subscriptions, webhook_log, webhook_queue, webhook_replays

__all__ = [
    "awaited",
    "blocked_customers",
    "companies",
    "contacts",
    "devices",
    "flows",
    "idempotent_answers",
    "incoming_messages",
    "media",
    "message_links",
    "messages_awaiting_media",
    "metadata",
    "number_settings",
    "opened",
    "opened_bodies",
    "outbox",
    "outgoing_messages",
    "peers",
    "sessions",
    "subscriptions",
    "templates",
    "tokens",
    "upload_parts",
    "uploads",
    "waiting_messages",
    "webhook_log",
    "webhook_queue",
    "webhook_replays",
]
