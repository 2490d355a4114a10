"""What a form that is being filled in asks the company, and the answer: receipts, for they are no messages and are kept nowhere.

A device takes an answer only to a question of its own that is still open, in a form that is open: nothing can be told with it unasked.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from handschlag.wire.errors import WireError
from handschlag.wire.ids import EnvelopeId, parse_envelope_id

FlowAction = Literal["INIT", "BACK", "data_exchange"]
# Why a question has no screen for an answer; `token` is the company's word that this form is closed for good.
FlowProblem = Literal["unreachable", "refused", "token", "broken", "too_large", "unknown"]

# An answer later than this finds nobody: the form has told the person to try again.
EXCHANGE_SECONDS = 30
SCREEN_CHARACTERS = 200
MESSAGE_CHARACTERS = 1000


class FlowQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the form of one flow message asks; `message` is that message's envelope, `screen` the one shown."""

    message: EnvelopeId
    action: FlowAction
    screen: str | None = None
    data: dict[str, Any] = {}


class FlowRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a question: a receipt from a customer's device; its envelope's id is the question's name."""

    flow_request: FlowQuestion


class FlowReply(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The next screen and its data, or a problem; `message` is what the company wants said about it."""

    request: EnvelopeId
    screen: str | None = None
    data: dict[str, Any] = {}
    problem: FlowProblem | None = None
    message: str | None = None


class FlowAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an answer: a receipt from the company's gateway."""

    flow_answer: FlowReply


def check_flow_request(request: FlowRequest) -> FlowRequest:
    """Return the question if its ids and names have their form."""
    question = request.flow_request
    parse_envelope_id(question.message, "flow_request.message")
    if question.screen is not None and not 1 <= len(question.screen) <= SCREEN_CHARACTERS:
        raise WireError("flow_request.screen", f"{len(question.screen)} characters", f"1 to {SCREEN_CHARACTERS}")
    return request


def check_flow_answer(answer: FlowAnswer) -> FlowAnswer:
    """Return the answer if it is either a screen or a problem."""
    reply = answer.flow_answer
    parse_envelope_id(reply.request, "flow_answer.request")
    if (reply.screen is None) == (reply.problem is None):
        raise WireError("flow_answer", "a screen and a problem" if reply.screen else "neither", "a screen or a problem")
    if reply.screen is not None and not 1 <= len(reply.screen) <= SCREEN_CHARACTERS:
        raise WireError("flow_answer.screen", f"{len(reply.screen)} characters", f"1 to {SCREEN_CHARACTERS}")
    if reply.message is not None and len(reply.message) > MESSAGE_CHARACTERS:
        raise WireError("flow_answer.message", f"{len(reply.message)} characters", f"at most {MESSAGE_CHARACTERS}")
    return answer
