"""`/{phone_number_id}/request_code`, `verify_code`, `register`, `deregister`: whether a number may be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from handschlag.gateway.actions.numbers.register_number import deregister_number, register_number
from handschlag.gateway.actions.numbers.verify_number import send_code, verify_code
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.cloud_api.shapes import Pin, Product
from handschlag.gateway.errors import ParameterMissing

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

_Language = Annotated[
    str, Meta(max_length=16, pattern="^[a-z]{2,3}([_-][A-Za-z]{2,4})?$", description="a code like 'en_US'")
]
_Region = Annotated[str, Meta(max_length=16, pattern="^([A-Z]{2})?$", description="two letters like 'DE'")]


class RequestCode(msgspec.Struct, kw_only=True):
    """How a code shall come, and in which language."""

    code_method: Literal["SMS", "VOICE"]
    language: _Language | None = None
    locale: _Language | None = None


class VerifyCode(msgspec.Struct):
    """The code that came."""

    code: Annotated[str | int, Meta(description="the six digits that were sent")]


class Register(msgspec.Struct, kw_only=True):
    """The number's PIN, and where its data shall lie."""

    messaging_product: Product = None
    pin: Pin
    data_localization_region: _Region = ""


async def post_request_code(call: Call) -> object:
    """Send a code to the company; the way and language are checked and handed on."""
    company = call.phone_number()
    asked = await call.read(RequestCode)
    if not asked.language and not asked.locale:
        raise ParameterMissing("language: got nothing, expected a code like 'en_US'")
    await send_code(call.running, company)
    return SUCCESS


async def post_verify_code(call: Call) -> object:
    """Compare the code that came back."""
    company = call.phone_number()
    await verify_code(call.running, company, (await call.read(VerifyCode)).code)
    return SUCCESS


async def post_register(call: Call) -> object:
    """Let the number send, under its PIN. The region is kept and shown: everything lies on the company's own machine anyway."""
    company = call.phone_number()
    asked = await call.read(Register)
    await register_number(call.running, company, asked.pin, asked.data_localization_region)
    return SUCCESS


async def post_deregister(call: Call) -> object:
    """Let the number send nothing from now on."""
    company = call.phone_number()
    await call.parameters()
    await deregister_number(call.running, company)
    return SUCCESS
