"""Looks up what a message points at: the message a reaction is for, the form behind a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handschlag.content.interactive.flow import FlowAction
from handschlag.content.interactive.interactive import Interactive, InteractiveMessage
from handschlag.content.message_id import parse_message_id
from handschlag.gateway.errors import ValueNotValid, shown
from handschlag.gateway.rules import message_limits
from handschlag.gateway.rules.sent_at import sent_at
from handschlag.gateway.storage.incoming_messages import find_sender
from handschlag.gateway.storage.outgoing_messages import find_recipient
from handschlag.wire.errors import WireError

if TYPE_CHECKING:
    from handschlag.content.reaction import Reaction
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.contacts import Contact
    from handschlag.wire.ids import AccountId, EnvelopeId

_DAY = 86_400


async def check_reaction(
    running: Running, company: Company, contact: Contact | None, reaction: Reaction, now: float
) -> None:
    """Raise ValueNotValid unless the reaction is for a message of this conversation, at most 30 days old."""
    field = "reaction.message_id"
    try:
        id_ = parse_message_id(reaction.message_id, field)
    except WireError as error:
        raise ValueNotValid(str(error)) from None
    partner = await _partner(running, company, id_)
    if contact is None or partner != contact.customer:
        raise ValueNotValid(
            f"{field}: got {shown(reaction.message_id)}, expected the id of a message exchanged with this customer"
        )
    age = now - sent_at(id_)
    if age > message_limits.REACTION_SECONDS:
        most = message_limits.REACTION_SECONDS // _DAY
        raise ValueNotValid(f"{field}: got a message that is {age // _DAY:.0f} days old, at most {most}")


async def _partner(running: Running, company: Company, id_: EnvelopeId) -> AccountId | None:
    """Return the customer who sent a message or was sent it."""
    known = company.messages.get(id_)
    if known is not None:
        return known.customer or None
    await running.store.flushed()
    return await running.store.read(
        lambda connection: find_sender(connection, company.id, id_) or find_recipient(connection, company.id, id_)
    )


async def with_flow(running: Running, company: Company, message: InteractiveMessage) -> InteractiveMessage:
    """Return the message with the form it names inside, so that the reader's device asks nobody for it."""
    interactive = message.interactive
    if not isinstance(interactive, Interactive) or not isinstance(interactive.action, FlowAction):
        return message
    from handschlag.gateway.actions.flows.find_flow import find_flow  # noqa: PLC0415

    parameters = interactive.action.parameters
    flow = await find_flow(
        running,
        company,
        flow_id=parameters.flow_id,
        flow_name=parameters.flow_name,
        mode=parameters.mode or "published",
    )
    parameters = msgspec.structs.replace(parameters, flow=flow.definition)
    action = msgspec.structs.replace(interactive.action, parameters=parameters)
    return msgspec.structs.replace(message, interactive=msgspec.structs.replace(interactive, action=action))
