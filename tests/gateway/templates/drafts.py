"""Templates of every kind as programs create them, and calls that create and send them."""

from __future__ import annotations

from typing import Any

from handschlag.content.bodies import TemplateMessage
from handschlag.device.outcomes import Opened
from tests.gateway.customer import Customer
from tests.gateway.house import House

FIELD = "message_template_status_update"
BODY = {"type": "body", "text": "Hello {{1}}, your order {{2}} is on its way."}
QUICK = {"type": "quick_reply", "text": "Thanks"}


def draft(name: str, *components: dict[str, Any], category: str = "UTILITY", **more: Any) -> dict[str, Any]:
    return {"name": name, "language": "en_US", "category": category, "components": list(components), **more}


async def create(house: House, body: dict[str, Any]) -> tuple[int, Any]:
    status, answer, _ = await house.call("POST", f"/v23.0/{house.company.waba_id}/message_templates", json=body)
    return status, answer


async def create_approved(house: House, body: dict[str, Any]) -> str:
    """Create a template, wait for the webhook that says it is approved, and return its id."""
    status, answer = await create(house, body)
    assert status == 200, answer
    assert answer == {"id": answer["id"], "status": "PENDING", "category": body["category"].upper()}
    await event(house, answer["id"], "APPROVED")
    return str(answer["id"])


async def event(house: House, id_: str, word: str) -> dict[str, Any]:
    """Wait for what the webhook says of a template."""
    found: dict[str, Any] = await house.receiver.until(
        lambda: next((v for v in events(house, id_) if v["event"] == word), None)
    )
    return found


def events(house: House, id_: str) -> list[dict[str, Any]]:
    changes = [c for c in house.receiver.changes if c["field"] == FIELD]
    return [c["value"] for c in changes if c["value"]["message_template_id"] == int(id_)]


async def send(
    house: House, to: str, name: str, *components: dict[str, Any], language: str = "en_US"
) -> tuple[int, Any]:
    template = {"name": name, "language": {"code": language, "policy": "deterministic"}, "components": list(components)}
    return await house.post({"to": to, "type": "template", "template": template})


async def received(customer: Customer, answer: Any) -> Opened:
    """Wait until the customer's device opened the template that was just accepted."""
    assert answer["messages"][0]["message_status"] == "accepted", answer
    before = len(answer["messages"])
    assert before == 1
    found: Opened = await customer.until(
        lambda: next((o for o in reversed(customer.opened) if isinstance(o.content, TemplateMessage)), None)
    )
    return found


def texts(*values: str) -> dict[str, Any]:
    return {"type": "body", "parameters": [{"type": "text", "text": value} for value in values]}
