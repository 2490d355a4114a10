"""`/{phone_number_id}/conversational_automation`: greeting, commands and opening sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from handschlag.gateway.actions.companies.change_profile import change_conversational
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.cloud_api.fields import shape_fields
from handschlag.gateway.errors import ParameterMissing, RequestInvalid, shown
from handschlag.gateway.rules.number_settings import Command

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.cloud_api.fields import Field
    from handschlag.gateway.company import Company

_Prompt = Annotated[str, Meta(max_length=80, pattern=r"\S", description="a text")]


class AskedCommand(msgspec.Struct):
    """A word behind a slash, and what it does."""

    command_name: Annotated[str, Meta(min_length=1, max_length=32)]
    command_description: Annotated[str, Meta(min_length=1, max_length=256)]


class ChangeConversational(msgspec.Struct):
    """Greeting, commands and opening sentences; what is absent stays."""

    enable_welcome_message: bool | None = None
    prompts: Annotated[list[_Prompt], Meta(max_length=4)] | None = None
    commands: Annotated[list[AskedCommand], Meta(max_length=30)] | None = None


def read_conversational(company: Company, field: Field | None = None) -> dict[str, Any]:
    """Return what is set, or only the nested fields asked for."""
    number = company.number
    found = {
        "enable_welcome_message": number.welcome,
        "prompts": list(number.prompts),
        "commands": msgspec.to_builtins(number.commands),
        "id": company.row.phone_number_id,
    }
    shaped: dict[str, Any] = shape_fields(found, field.fields if field is not None else [])
    return shaped


async def get_conversational(call: Call) -> object:
    """Return what is set, as an edge."""
    return {"data": [read_conversational(call.phone_number())]}


async def post_conversational(call: Call) -> object:
    """Set what is given, and leave the rest as it is."""
    company = call.phone_number()
    asked = await call.read(ChangeConversational)
    changes: dict[str, Any] = {}
    if asked.enable_welcome_message is not None:
        changes["welcome"] = asked.enable_welcome_message
    if asked.prompts is not None:
        changes["prompts"] = asked.prompts
    if asked.commands is not None:
        changes["commands"] = _commands(asked.commands)
    if not changes:
        raise ParameterMissing("enable_welcome_message, commands, prompts: got nothing, expected one of them")
    await change_conversational(call.running, company, **changes)
    return SUCCESS


def _commands(given: list[AskedCommand]) -> list[Command]:
    found: list[Command] = []
    for number, command in enumerate(given):
        name = command.command_name
        if any(known.command_name == name for known in found):
            raise RequestInvalid(f"commands[{number}].command_name: got {shown(name)} twice, expected different names")
        found.append(Command(name, command.command_description))
    return found
