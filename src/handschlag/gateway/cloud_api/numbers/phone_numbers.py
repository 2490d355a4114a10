"""Phone number nodes: `/{phone_number_id}` and `GET /{waba_id}/phone_numbers`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from handschlag.gateway.actions.companies.change_profile import change_profile
from handschlag.gateway.actions.numbers.change_number import change_number
from handschlag.gateway.actions.numbers.register_number import set_pin
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.cloud_api.fields import page, parse_field_tree, shape_node
from handschlag.gateway.cloud_api.numbers.conversational import read_conversational
from handschlag.gateway.cloud_api.numbers.health import number_health
from handschlag.gateway.cloud_api.numbers.number_rows import matches_filters, sort_rows
from handschlag.gateway.cloud_api.shapes import FieldsPage, Pin, Product
from handschlag.gateway.cloud_api.webhooks.overrides import set_phone_callback, webhook_configuration
from handschlag.gateway.errors import NotOffered, ParameterMissing, shown
from handschlag.gateway.rules.customer_ids import display_number
from handschlag.wire.company import Profile

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.cloud_api.fields import Field
    from handschlag.gateway.company import Company

DEFAULT_FIELDS = (
    *("verified_name", "code_verification_status", "display_phone_number", "quality_rating", "platform_type"),
    *("throughput", "webhook_configuration"),
)
_NOT_SET = {
    "username": "a company is found by its handle and link; user names are not offered",
    "connection_status": "a number is connected by POST /register and disconnected by POST /deregister",
}


class NumberData(msgspec.Struct):
    """Where older programs put the PIN."""

    pin: Pin | None = None


class UpdateNumber(msgspec.Struct, kw_only=True):
    """What is set of a number, and what is not."""

    messaging_product: Product = None
    pin: Pin | None = None
    webhook_configuration: dict[str, Any] | None = None
    new_display_name: Annotated[str, Meta(max_length=512)] | None = None
    whatsapp_business_api_data: NumberData | None = None
    username: Any = None
    search_visibility: Literal["VISIBLE", "NON_VISIBLE"] | None = None
    connection_status: Any = None


class ListNumbers(FieldsPage, kw_only=True):
    """Which numbers of an account, in which order."""

    filtering: Annotated[Any, Meta(description="a list of objects with field, operator and value")] = None
    sort: Annotated[Any, Meta(description="words like last_onboarded_time_ascending")] = None


def phone_number_node(call: Call, company: Company) -> dict[str, Any]:
    """Return every plain field of a number; what does not exist here has the value that says so."""
    row, number = company.row, company.number
    now = call.running.clock.now()
    return {
        "id": row.phone_number_id,
        "verified_name": row.name,
        "display_phone_number": display_number(row.number) or row.phone_number_id,
        "code_verification_status": "VERIFIED" if number.is_verified(now) else "EXPIRED",
        # Nobody rates companies here; customers decide one by one, and GREEN lets every program send.
        "quality_rating": "GREEN",
        "quality_score": {"score": "GREEN"},
        "platform_type": "CLOUD_API" if number.registered else "NOT_APPLICABLE",
        "throughput": {"level": "STANDARD"},
        "webhook_configuration": webhook_configuration(call.running, company),
        "status": "CONNECTED" if number.registered else "DISCONNECTED",
        "name_status": "APPROVED",
        "new_name_status": "PENDING_REVIEW" if number.new_display_name else "NONE",
        **({"new_display_name": number.new_display_name} if number.new_display_name else {}),
        "account_mode": "LIVE",
        "host_platform": "CLOUD_API",
        "is_official_business_account": False,
        "official_business_account": {"oba_status": "NOT_STARTED"},
        "is_pin_enabled": bool(number.pin),
        "is_preverified_number": False,
        "is_on_biz_app": False,
        "eligibility_for_api_business_global_search": "NOT_ELIGIBLE",
        "messaging_limit_tier": "TIER_UNLIMITED",
        "whatsapp_business_manager_messaging_limit": "TIER_UNLIMITED",
        "search_visibility": "VISIBLE" if _profile(company).listed else "NON_VISIBLE",
        "last_onboarded_time": _iso(number.registrations[-1] if number.registrations else row.created_at),
        "certificate": "",
        "new_certificate": "",
    }


def _profile(company: Company) -> Profile:
    return msgspec.json.decode(company.row.profile, type=Profile)


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


async def find_phone_number(call: Call, id_: str) -> Company | None:
    """Return the company with this number."""
    company = call.running.by_phone_number.get(id_)
    return company if company is not None and company.row.app_id == call.caller.app_id else None


async def read_phone_number(call: Call, company: Company) -> dict[str, Any]:
    """Return every plain field of a number."""
    return phone_number_node(call, company)


async def conversational_automation(_call: Call, company: Company, field: Field) -> dict[str, Any]:
    """Return greeting, commands and prompts."""
    return read_conversational(company, field)


EXPANSIONS = {"health_status": number_health, "conversational_automation": conversational_automation}


async def update_phone_number(call: Call, company: Company) -> object:
    """Set a callback, change the PIN, ask for another display name: whatever is given, in this order."""
    asked = await call.read(UpdateNumber)
    data = asked.whatsapp_business_api_data or NumberData()
    pin = data.pin if asked.pin is None else asked.pin
    name, callback = asked.new_display_name, asked.webhook_configuration
    visibility = asked.search_visibility
    if pin is None and not name and callback is None and visibility is None:
        for other, why in _NOT_SET.items():
            if (given := getattr(asked, other)) is not None:
                raise NotOffered(f"{other}: got {shown(given)}, but {why}")
        raise ParameterMissing(
            "pin, webhook_configuration, new_display_name, search_visibility: got nothing, expected one of them"
        )
    if callback is not None:
        await set_phone_callback(call, company, callback)
    if pin is not None:
        await set_pin(call.running, company, pin)
    if visibility is not None:
        await change_profile(call.running, company, {"listed": visibility == "VISIBLE"}, None)
    if name:
        # The relay's operator vouches for names; what a program asks for is kept, for a person to carry there.
        await change_number(call.running, company, new_display_name=name)
    return SUCCESS


async def list_phone_numbers(call: Call) -> object:
    """Return the numbers of a business account, which here is one."""
    company = call.business_account()
    parameters = await call.parameters()
    asked = parse_field_tree((await call.read(ListNumbers)).fields)
    node = phone_number_node(call, company)
    rows = sort_rows([node] if matches_filters(node, parameters) else [], parameters)
    listed = [await shape_node(call, company, row, asked, DEFAULT_FIELDS, EXPANSIONS) for row in rows]
    return page(listed, parameters, call.own_url())
