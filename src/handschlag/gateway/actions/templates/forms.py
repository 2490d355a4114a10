"""The forms behind a template's buttons: they exist before it is made, and travel inside each message."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.content.errors import INVALID_PARAMETER, ContentError
from handschlag.content.flows.checking import check_flow_json
from handschlag.content.templates.components import Component, FlowAction, Parameter
from handschlag.gateway.actions.flows.create_flow import FlowDraft, create_flow
from handschlag.gateway.actions.flows.find_flow import find_flow
from handschlag.gateway.actions.flows.publish_flow import publish_flow
from handschlag.gateway.storage import flows

if TYPE_CHECKING:
    from handschlag.gateway.actions.templates.add_template import TemplateDraft
    from handschlag.gateway.company import Company, ReadyTemplate
    from handschlag.gateway.running import Running

_NAME_CHARACTERS = 60


async def with_known_forms(running: Running, company: Company, draft: TemplateDraft) -> TemplateDraft:
    """Return a checked draft whose forms all exist; one that came as Flow JSON becomes a published flow of its own."""
    components: list[dict[str, object]] = []
    for component in draft.components:
        listed = component.get("buttons")
        if isinstance(listed, list) and any(_is_form(button) for button in listed):
            buttons = [await _known(running, company, draft, b) if _is_form(b) else b for b in listed]
            components.append({**component, "buttons": buttons})
        else:
            components.append(component)
    return msgspec.structs.replace(draft, components=components)


async def with_forms(
    running: Running, company: Company, template: ReadyTemplate, components: list[Component]
) -> list[Component]:
    """Return the components with each form inside, so that the reader's device asks nobody for it."""
    filled = list(components)
    for index, button in enumerate(template.definition.buttons):
        if button.flow is None:
            continue
        flow = await find_flow(
            running,
            company,
            flow_id=button.flow.flow_id or None,
            flow_name=button.flow.flow_name or None,
            field=f"template {template.row.name}, button[{index}]",
        )
        at = next((i for i, c in enumerate(filled) if (c.type, c.index) == ("button", str(index))), None)
        given = filled[at].parameters if at is not None else []
        action = msgspec.structs.replace((given[0].action if given else None) or FlowAction(), flow=flow.definition)
        whole = Component(
            type="button", sub_type="flow", index=str(index), parameters=[Parameter(type="action", action=action)]
        )
        if at is None:
            filled.append(whole)
        else:
            filled[at] = whole
    return filled


def _is_form(button: object) -> bool:
    return isinstance(button, dict) and str(button.get("type", "")).upper() == "FLOW"


async def _known(running: Running, company: Company, draft: TemplateDraft, button: dict[str, Any]) -> dict[str, Any]:
    text = button.get("flow_json")
    if isinstance(text, str):
        kept = {name: value for name, value in button.items() if name != "flow_json"}
        return {**kept, "flow_id": await _made(running, company, draft, text.encode())}
    id_, name = button.get("flow_id"), button.get("flow_name")
    row = await running.store.read(lambda connection: flows.find_flow(connection, company.id, id_=id_, name=name))
    if row is None:
        asked = f"flow_id: got {id_!r}" if id_ is not None else f"flow_name: got {name!r}"
        raise ContentError(INVALID_PARAMETER, "BUTTONS", f"{asked[:80]}, expected a flow of this business account")
    return button


async def _made(running: Running, company: Company, draft: TemplateDraft, definition: bytes) -> str:
    check = check_flow_json(definition)
    if check.errors:
        raise ContentError(
            INVALID_PARAMETER, "BUTTONS.flow_json", str(check.errors[0].get("message", "not valid"))[:200]
        )
    name = f"{draft.name[:_NAME_CHARACTERS]}_{draft.language}_{secrets.token_hex(3)}"
    row = await create_flow(running, company, FlowDraft(name=name, categories=["OTHER"], definition=definition))
    await publish_flow(running, company, row)
    return row.id
