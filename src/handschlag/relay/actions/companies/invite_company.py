"""Lets a company in: the operator checks who it is and hands over a code that serves once."""

from __future__ import annotations

import secrets

from handschlag.clock import Clock
from handschlag.database.store import Store
from handschlag.database.visitor import Visitor
from handschlag.relay.storage.companies import Invitation, insert_invitation
from handschlag.wire.canonical import hash_of
from handschlag.wire.company import VerificationMethod
from handschlag.wire.limits import DAY


async def invite_company(
    store: Store | Visitor, clock: Clock, *, name: str, method: VerificationMethod, evidence: str
) -> str:
    """Return a code with which one company can enrol within 14 days; only its hash is kept."""
    code = secrets.token_urlsafe(18)
    invitation = Invitation(name=name, method=method, evidence=evidence, expires_at=clock.now() + 14 * DAY)
    await store.write(lambda connection: insert_invitation(connection, hash_of(code.encode()), invitation))
    return code
