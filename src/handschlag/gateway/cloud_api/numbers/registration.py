"""`/{phone_number_id}/request_code`, `verify_code`, `register`, `deregister`: whether a number may be used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handschlag.gateway.actions.numbers.register_number import deregister_number, register_number
from handschlag.gateway.actions.numbers.verify_number import send_code, verify_code
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.cloud_api.parameters import check_product, text_of, word_of
from handschlag.gateway.errors import ParameterMissing, RequestInvalid, shown

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

_METHODS = ("SMS", "VOICE")
_LANGUAGE = re.compile(r"[a-z]{2,3}([_-][A-Za-z]{2,4})?")
_REGION = re.compile(r"[A-Z]{2}")
_LONGEST_WORD = 16


async def post_request_code(call: Call) -> object:
    """Send a code to the company; the way and language are checked and handed on."""
    company = call.phone_number()
    parameters = await call.parameters()
    if word_of(parameters, "code_method", _METHODS) is None:
        raise ParameterMissing(f"code_method: got nothing, expected {' or '.join(_METHODS)}")
    language = text_of(parameters, "language", most=_LONGEST_WORD) or text_of(parameters, "locale", most=_LONGEST_WORD)
    if not language:
        raise ParameterMissing("language: got nothing, expected a code like 'en_US'")
    if _LANGUAGE.fullmatch(language) is None:
        raise RequestInvalid(f"language: got {shown(language)}, expected a code like 'en_US'")
    await send_code(call.running, company)
    return SUCCESS


async def post_verify_code(call: Call) -> object:
    """Compare the code that came back."""
    company = call.phone_number()
    code = (await call.parameters()).get("code")
    if code is None or code == "":
        raise ParameterMissing("code: got nothing, expected the six digits that were sent")
    await verify_code(call.running, company, code)
    return SUCCESS


async def post_register(call: Call) -> object:
    """Let the number send, under its PIN. The region is kept and shown: everything lies on the company's own machine anyway."""
    company = call.phone_number()
    parameters = await call.parameters()
    check_product(parameters)
    region = text_of(parameters, "data_localization_region", most=_LONGEST_WORD) or ""
    if region and _REGION.fullmatch(region) is None:
        raise RequestInvalid(f"data_localization_region: got {shown(region)}, expected two letters like 'DE'")
    await register_number(call.running, company, parameters.get("pin"), region)
    return SUCCESS


async def post_deregister(call: Call) -> object:
    """Let the number send nothing from now on."""
    company = call.phone_number()
    await call.parameters()
    await deregister_number(call.running, company)
    return SUCCESS
