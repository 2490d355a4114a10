"""Whether a message offered the answer that a customer gave: a button that was not shown cannot be pressed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from handschlag.content.button import Button
from handschlag.content.interactive.replies import InteractiveReply
from handschlag.content.templates.rendering import Rendered


def offers(sent: dict[str, Any], answer: InteractiveReply) -> bool:
    """Whether the message (its JSON as it was sealed) offered this button, row or form."""
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


def offers_quick_reply(rendered: Rendered, button: Button) -> bool:
    """Whether a template, filled in as it was sent, showed this quick reply, and with this payload."""
    buttons = [*rendered.buttons, *(button for card in rendered.cards for button in card.buttons)]
    return any(b.type == "quick_reply" and (b.payload, b.text) == (button.payload, button.text) for b in buttons)


def _replies(interactive: dict[str, Any]) -> Iterator[dict[str, Any]]:
    action = interactive.get("action", {})
    for button in action.get("buttons", []):
        yield button["reply"]
    for card in action.get("cards", []):
        for button in card["action"].get("buttons", []):
            yield button["quick_reply"]


def _components(sent: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for component in sent.get("components", []):
        yield component
        for card in component.get("cards", []):
            yield from card.get("components", [])
