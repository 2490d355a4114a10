"""Whether a message offered the answer that a customer gave: a button that was not shown cannot be pressed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from handschlag.content.button import Button
from handschlag.content.interactive.replies import InteractiveReply


def offers(sent: dict[str, Any], answer: InteractiveReply | Button) -> bool:
    """Whether the message (its JSON as it was sealed) offered this button, row or form."""
    if isinstance(answer, Button):
        return _offers_quick_reply(sent, answer)
    interactive = sent.get("interactive", {})
    if answer.type == "nfm_reply":
        return interactive.get("type") == "flow" or "flow" in {c.get("sub_type") for c in _components(sent)}
    if answer.button_reply is not None:
        given = answer.button_reply
        return any((reply["id"], reply["title"]) == (given.id, given.title) for reply in _replies(interactive))
    row = answer.list_reply
    return row is not None and any(
        (offered["id"], offered["title"]) == (row.id, row.title)
        for section in interactive.get("action", {}).get("sections", [])
        for offered in section["rows"]
    )


def _replies(interactive: dict[str, Any]) -> Iterator[dict[str, Any]]:
    action = interactive.get("action", {})
    for button in action.get("buttons", []):
        yield button["reply"]
    for card in action.get("cards", []):
        for button in card["action"].get("buttons", []):
            yield button["quick_reply"]


def _offers_quick_reply(sent: dict[str, Any], button: Button) -> bool:
    """A template's quick reply carries the payload it was sent with; without one it carries its own text."""
    if "template" not in sent:
        return False
    payloads = {
        parameter.get("payload")
        for component in _components(sent)
        if component.get("sub_type") == "quick_reply"
        for parameter in component.get("parameters", [])
    }
    return button.payload in payloads or button.payload == button.text


def _components(sent: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for component in sent.get("components", []):
        yield component
        for card in component.get("cards", []):
            yield from card.get("components", [])
