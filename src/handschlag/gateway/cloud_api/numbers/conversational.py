"""`/{phone_number_id}/conversational_automation`: greeting, commands and opening sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.gateway.actions.numbers.change_number import change_number
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.cloud_api.fields import shape_fields
from handschlag.gateway.cloud_api.parameters import flag_of, list_of, required_text_of
from handschlag.gateway.errors import ParameterMissing, RequestInvalid, shown
from handschlag.gateway.rules.number_settings import Command

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.cloud_api.fields import Field
    from handschlag.gateway.company import Company

_MOST_PROMPTS, _PROMPT_CHARACTERS = 4, 80
_MOST_COMMANDS, _COMMAND_CHARACTERS, _DESCRIPTION_CHARACTERS = 30, 32, 256


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
    parameters = await call.parameters()
    changes: dict[str, Any] = {}
    if (welcome := flag_of(parameters, "enable_welcome_message")) is not None:
        changes["welcome"] = welcome
    if (prompts := list_of(parameters, "prompts")) is not None:
        changes["prompts"] = _prompts(prompts)
    if (commands := list_of(parameters, "commands")) is not None:
        changes["commands"] = _commands(commands)
    if not changes:
        raise ParameterMissing("enable_welcome_message, commands, prompts: got nothing, expected one of them")
    await change_number(call.running, company, **changes)
    return SUCCESS


def _prompts(prompts: list[Any]) -> list[str]:
    if len(prompts) > _MOST_PROMPTS:
        raise RequestInvalid(f"prompts: got {len(prompts)}, at most {_MOST_PROMPTS}")
    for number, prompt in enumerate(prompts):
        if not isinstance(prompt, str) or not prompt.strip():
            raise RequestInvalid(f"prompts[{number}]: got {shown(prompt)}, expected a text")
        if len(prompt) > _PROMPT_CHARACTERS:
            raise RequestInvalid(f"prompts[{number}]: got {len(prompt)} characters, at most {_PROMPT_CHARACTERS}")
    return prompts


def _commands(commands: list[Any]) -> list[Command]:
    if len(commands) > _MOST_COMMANDS:
        raise RequestInvalid(f"commands: got {len(commands)}, at most {_MOST_COMMANDS}")
    found: list[Command] = []
    for number, command in enumerate(commands):
        if not isinstance(command, dict):
            raise RequestInvalid(f"commands[{number}]: got {shown(command)}, expected an object")
        named = {f"commands[{number}].{key}": value for key, value in command.items()}
        name = required_text_of(named, f"commands[{number}].command_name", most=_COMMAND_CHARACTERS)
        text = required_text_of(named, f"commands[{number}].command_description", most=_DESCRIPTION_CHARACTERS)
        if any(known.command_name == name for known in found):
            raise RequestInvalid(f"commands[{number}].command_name: got {shown(name)} twice, expected different names")
        found.append(Command(name, text))
    return found
