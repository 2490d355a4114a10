"""Notes that a relay shows another identity for a customer than the one that was accepted: a person has to decide, nobody else.

An honest relay never does: an account keeps its identity. So nothing is accepted here; programs that check identities are told, once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.actions.messages.publish_message import publish_identity_change
from handschlag.gateway.rules.identity_hash import identity_hash
from handschlag.telemetry.logs import get_logger
from handschlag.wire.certificates import public_key_of

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.wire.http import QueryKeysAnswer
    from handschlag.wire.ids import AccountId

_log = get_logger(__name__)


async def note_changed_identity(
    running: Running, company: Company, customer: AccountId, answer: QueryKeysAnswer
) -> None:
    """Remember the identity that was shown, and tell of it the first time."""
    key = public_key_of(answer.master_keys[customer], customer, "master")
    shown = identity_hash(key)
    if company.changed_identities.get(customer) == shown:
        return
    company.changed_identities[customer] = shown
    _log.warning("identity_changed", company=company.id, account=customer)
    contact = await company.contacts.of(customer, running.clock.now())
    publish_identity_change(running, company, contact, shown)
