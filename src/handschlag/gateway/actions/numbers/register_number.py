"""Registers and deregisters a number, and sets its PIN; a number that is not registered sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handschlag.gateway.actions.numbers.change_number import change_number, put_number
from handschlag.gateway.errors import CodedError, NotRegistered, ParameterMissing, RequestInvalid, shown
from handschlag.gateway.rules.number_settings import (
    Refused,
    check_pin,
    check_registration,
    is_pin,
    note_registration,
    secret_hash,
)
from handschlag.gateway.webhooks.events import publish_event

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running


async def register_number(running: Running, company: Company, pin: object, region: str) -> None:
    """Let the number send; the first PIN given is set, every later one has to be that one."""
    hashed = _pin_hash(running, company, parse_pin(pin))
    now = running.clock.now()
    refused = check_registration(company.number, now, running.settings.registration_limit)
    if refused is None:
        settings, refused = check_pin(company.number, hashed, now)
        put_number(running, company, settings)
    if refused is not None:
        await running.store.flushed()
        raise refusal(refused)
    put_number(running, company, note_registration(company.number, now, pin=hashed, region=region))
    await running.store.flushed()


async def deregister_number(running: Running, company: Company) -> None:
    """Let the number send nothing until it is registered again; the PIN stays."""
    check_registered(company)
    await change_number(running, company, registered=False, deregistered_at=running.clock.now())


async def set_pin(running: Running, company: Company, pin: object) -> None:
    """Set another PIN, and tell it by webhook."""
    hashed = _pin_hash(running, company, parse_pin(pin))
    check_registered(company)
    put_number(running, company, msgspec.structs.replace(company.number, pin=hashed, pin_guesses=0))
    value = {
        "display_phone_number": company.metadata.display_phone_number,
        "event": "PIN_CHANGED",
        "requester": company.row.app_id,
    }
    publish_event(running, company, "security", value, at=running.clock.now())
    await running.store.flushed()


def parse_pin(pin: object) -> str:
    """Return a PIN of six digits; raises RequestInvalid or ParameterMissing."""
    if pin is None or pin == "":
        raise ParameterMissing("pin: got nothing, expected six digits")
    text = str(pin)
    if not is_pin(text):
        # A PIN is a secret, also in an error.
        raise RequestInvalid(f"pin: got {len(text)} characters, expected six digits")
    return text


def _pin_hash(running: Running, company: Company, pin: str) -> str:
    return secret_hash(running.data_key.raw, "pin", company.row.account, pin)


def check_registered(company: Company) -> None:
    """Raise NotRegistered if the number may not be used."""
    if not company.number.registered:
        raise NotRegistered(
            f"phone number: {shown(company.row.phone_number_id)} is not registered, expected POST /register first"
        )


def refusal(refused: Refused) -> CodedError:
    """Return the error that tells why a step is not taken."""
    return CodedError(refused.code, refused.details, retry_after=refused.retry_after)
