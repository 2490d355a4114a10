"""Whether a company can send: what is looked at, what is wrong then, and what helps."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

CanSend = Literal["AVAILABLE", "LIMITED", "BLOCKED"]
_ORDER: tuple[CanSend, ...] = ("AVAILABLE", "LIMITED", "BLOCKED")


class Trouble(NamedTuple):
    """Something that keeps messages from going their way."""

    can_send: CanSend
    code: int
    description: str
    solution: str


class Seen(NamedTuple):
    """What a look at a company finds."""

    registered: bool
    connected: bool
    outbox: int
    outbox_limit: int
    webhook_backlog: int
    webhook_backlog_limit: int
    has_callback: bool
    callback_failing: bool


def number_troubles(seen: Seen) -> list[Trouble]:
    """Return what is wrong with the number itself."""
    troubles = []
    if not seen.registered:
        troubles.append(
            Trouble("BLOCKED", 133010, "The phone number is not registered.", "Call POST /{phone_number_id}/register.")
        )
    if not seen.connected:
        troubles.append(
            Trouble(
                "LIMITED",
                131016,
                "The gateway is not connected to its relay; messages wait in the outbox.",
                "Look at the gateway's log and at the relay's address; the gateway connects again by itself.",
            )
        )
    if seen.outbox >= seen.outbox_limit:
        troubles.append(
            Trouble(
                "BLOCKED",
                130429,
                f"{seen.outbox} messages wait for the relay, at most {seen.outbox_limit}.",
                "Wait until the relay takes them.",
            )
        )
    return troubles


def app_troubles(seen: Seen) -> list[Trouble]:
    """Return what is wrong with the app's callbacks."""
    troubles = []
    if not seen.has_callback:
        troubles.append(
            Trouble(
                "LIMITED",
                2200,
                "The app has no callback: nobody is told of messages and statuses.",
                "Call POST /{app_id}/subscriptions.",
            )
        )
    if seen.webhook_backlog >= seen.webhook_backlog_limit:
        details = (
            f"{seen.webhook_backlog} events are not confirmed by the callback, at most {seen.webhook_backlog_limit}."
        )
        troubles.append(Trouble("BLOCKED", 130429, details, "Let the callback answer 200."))
    elif seen.callback_failing:
        troubles.append(
            Trouble(
                "LIMITED",
                2200,
                "A callback does not answer; events are kept and tried again.",
                "Let the callback answer 200 within the time the gateway waits.",
            )
        )
    return troubles


def template_troubles(status: str) -> list[Trouble]:
    """Return what keeps a template from being sent."""
    if status == "APPROVED":
        return []
    return [Trouble("BLOCKED", 141002, f"The template's status is {status}.", "Only approved templates can be sent.")]


def worst(states: list[CanSend]) -> CanSend:
    """Return the worst of some states."""
    return max(states, key=_ORDER.index, default="AVAILABLE")


def entity(kind: str, id_: str, troubles: list[Trouble]) -> dict[str, Any]:
    """Return one entity of a health status."""
    found: dict[str, Any] = {
        "entity_type": kind,
        "id": id_,
        "can_send_message": worst([trouble.can_send for trouble in troubles]),
    }
    if troubles:
        found["errors"] = [
            {"error_code": t.code, "error_description": t.description, "possible_solution": t.solution}
            for t in troubles
        ]
    return found


def health_status(entities: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the whole status: as good as its worst part."""
    return {"can_send_message": worst([e["can_send_message"] for e in entities]), "entities": entities}
