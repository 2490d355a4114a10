"""The profile as customers get it: what the company says of itself, and how a chat with it may begin."""

from __future__ import annotations

import msgspec

from handschlag.gateway.rules.number_settings import NumberSettings
from handschlag.wire.canonical import canonical_json
from handschlag.wire.company import CompanyCommand, Profile
from handschlag.wire.limits import RECORD_BYTES


def public_profile(profile: Profile, number: NumberSettings) -> Profile:
    """Return the profile with the sentences and commands that are set for the number."""
    commands = [CompanyCommand(command.command_name, command.command_description) for command in number.commands]
    return msgspec.structs.replace(profile, prompts=list(number.prompts), commands=commands)


def excess_of(profile: Profile) -> str:
    """Return how far a profile is beyond what a signed record may hold; empty if it is not."""
    size = len(canonical_json(profile))
    return (
        ""
        if size <= RECORD_BYTES
        else f"got a profile of {size} bytes, commands and prompts included, at most {RECORD_BYTES}"
    )
