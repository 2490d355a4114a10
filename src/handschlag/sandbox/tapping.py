"""What a customer can tap under a message they received, and the answer that each tap sends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from handschlag.sandbox.requests import shown

Answer = dict[str, Any]


def answer_for(message: dict[str, Any], tapped: str) -> Answer:
    """Return the answer behind a button or row, by its id, its payload or what stands on it; raises ValueError."""
    offered = list(answers_of(message))
    for names, answer in offered:
        if tapped in names:
            return answer
    ids = ", ".join(shown(names[0]) for names, _ in offered)
    raise ValueError(f"tap: got {shown(tapped)}, expected {ids or 'another message: this one has nothing to tap'}")


def answers_of(message: dict[str, Any]) -> Iterator[tuple[tuple[str, str], Answer]]:
    """Return the names of everything that can be tapped with its answer, in the order it is shown."""
    rendered = message.get("rendered")
    if rendered is not None:
        yield from _quick_replies(rendered)
        for card in rendered.get("cards", []):
            yield from _quick_replies(card)
    action = message.get("interactive", {}).get("action", {})
    replies = [button["reply"] for button in action.get("buttons", [])]
    for card in action.get("cards", []):
        replies += [button["quick_reply"] for button in card["action"].get("buttons", [])]
    for reply in replies:
        part = {"type": "button_reply", "button_reply": reply}
        yield (reply["id"], reply["title"]), {"type": "interactive", "interactive": part}
    for section in action.get("sections", []):
        for row in section["rows"]:
            part = {"type": "list_reply", "list_reply": row}
            yield (row["id"], row["title"]), {"type": "interactive", "interactive": part}


def _quick_replies(part: dict[str, Any]) -> Iterator[tuple[tuple[str, str], Answer]]:
    for button in part.get("buttons", []):
        if button["type"] == "quick_reply":
            answer = {"payload": button["payload"], "text": button["text"]}
            yield (button["payload"], button["text"]), {"type": "button", "button": answer}


def tapped_in(wanted: dict[str, Any]) -> str | None:
    """Return what a request says was tapped: `tap`, or the id or payload in the Cloud API's own object of the answer."""
    places: tuple[Any, ...] = (wanted.get("tap"), wanted.get("button"))
    interactive = wanted.get("interactive")
    if isinstance(interactive, dict):
        places += (interactive.get("button_reply"), interactive.get("list_reply"))
    for place in places:
        if isinstance(place, str):
            return place
        if isinstance(place, dict):
            named = place.get("id") or place.get("payload") or place.get("text") or place.get("title")
            return named if isinstance(named, str) else ""
    return None
