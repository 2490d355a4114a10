"""Sets what a company asks leave for; the running gateway publishes it, signed."""

from __future__ import annotations

import secrets

import msgspec

from handschlag.gateway.configuration import Configuration
from handschlag.gateway.storage.companies import CompanyRow, store_offer
from handschlag.wire.canonical import canonical_json
from handschlag.wire.consent import Controller, Language, Offer, OfferedPurpose
from handschlag.wire.limits import DAY

OFFER_SECONDS = 365 * DAY


class OfferDraft(msgspec.Struct, frozen=True):
    """An offer as a company writes it in a file; ids and times are added."""

    controller: Controller
    purposes: list[OfferedPurpose]
    notice: dict[Language, str]
    withdraw: dict[Language, str]


async def set_offer(configuration: Configuration, company: CompanyRow, draft: OfferDraft) -> Offer:
    """Store the offer, to be published at the next opportunity."""
    now = int(configuration.clock.now())
    offer = Offer(
        id=secrets.token_hex(16),
        business=company.account,
        controller=draft.controller,
        purposes=draft.purposes,
        notice=draft.notice,
        withdraw=draft.withdraw,
        created_at=now,
        expires_at=now + OFFER_SECONDS,
    )
    text = canonical_json(offer).decode()
    await configuration.database.write(lambda connection: store_offer(connection, company.id, text))
    return offer
