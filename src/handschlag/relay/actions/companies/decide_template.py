"""Decides about a template: the operator read its text, which is all of it that ever reaches him."""

from __future__ import annotations

from typing import Literal

from handschlag.database.store import Store
from handschlag.database.visitor import Visitor
from handschlag.relay.errors import BadRequest, NotFound
from handschlag.relay.storage.templates import TemplateRow, find_templates, update_status

Decision = Literal["APPROVED", "REJECTED", "PAUSED"]
REASON_CHARACTERS = 500


async def find_template(store: Store | Visitor, beginning: str) -> TemplateRow:
    """Return the one version whose hash begins like this."""
    found = await store.read(lambda connection: find_templates(connection, beginning))
    if not beginning or not found:
        raise NotFound("no template has this hash", field="hash", seen=beginning[:64])
    if len(found) > 1:
        raise BadRequest(f"{len(found)} templates begin like this", field="hash", seen=beginning[:64], limit="one")
    return found[0]


async def decide_template(store: Store | Visitor, beginning: str, decision: Decision, reason: str = "") -> TemplateRow:
    """Store the operator's decision; the company's gateway hears of it when it asks next, within a minute."""
    if len(reason) > REASON_CHARACTERS:
        raise BadRequest(
            "too long", field="reason", seen=f"{len(reason)} characters", limit=f"at most {REASON_CHARACTERS}"
        )
    row = await find_template(store, beginning)
    await store.write(lambda connection: update_status(connection, row.hash, decision, reason))
    return row
