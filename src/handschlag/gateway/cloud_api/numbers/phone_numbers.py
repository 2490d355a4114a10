"""Phone number nodes: `GET /{phone_number_id}` and `GET /{waba_id}/phone_numbers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handschlag.gateway.cloud_api.fields import page, parse_fields, select_fields
from handschlag.gateway.rules.customer_ids import display_number

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.company import Company

DEFAULT_FIELDS = (
    *("verified_name", "code_verification_status", "display_phone_number", "quality_rating", "platform_type"),
    *("throughput", "webhook_configuration"),
)


def phone_number_node(call: Call, company: Company) -> dict[str, Any]:
    """Return every field this gateway knows of a number."""
    callback = call.running.publisher.callback_of(company.row.app_id)
    return {
        "id": company.row.phone_number_id,
        "verified_name": company.row.name,
        "display_phone_number": display_number(company.row.number) or company.row.phone_number_id,
        "code_verification_status": "VERIFIED",
        "quality_rating": "GREEN",
        "quality_score": {"score": "GREEN"},
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "webhook_configuration": {"application": callback} if callback else {},
        "status": "CONNECTED",
        "name_status": "APPROVED",
        "account_mode": "LIVE",
        "is_official_business_account": False,
        "is_pin_enabled": False,
        "is_preverified_number": False,
        "is_on_biz_app": False,
        "messaging_limit_tier": "TIER_UNLIMITED",
        "whatsapp_business_manager_messaging_limit": "TIER_UNLIMITED",
        "search_visibility": "NON_VISIBLE",
        "health_status": {
            "can_send_message": "AVAILABLE",
            "entities": [
                {"entity_type": "PHONE_NUMBER", "id": company.row.phone_number_id, "can_send_message": "AVAILABLE"},
                {"entity_type": "WABA", "id": company.row.waba_id, "can_send_message": "AVAILABLE"},
                {"entity_type": "APP", "id": company.row.app_id, "can_send_message": "AVAILABLE"},
            ],
        },
    }


async def find_phone_number(call: Call, id_: str) -> Company | None:
    """Return the company with this number."""
    company = call.running.by_phone_number.get(id_)
    return company if company is not None and company.row.app_id == call.caller.app_id else None


async def read_phone_number(call: Call, company: Company) -> dict[str, Any]:
    """Return every plain field of a number."""
    return phone_number_node(call, company)


async def list_phone_numbers(call: Call) -> object:
    """Return the numbers of a business account, which here is one."""
    company = call.business_account()
    parameters = await call.parameters()
    node = select_fields(phone_number_node(call, company), parse_fields(parameters.get("fields")), DEFAULT_FIELDS)
    return page([node], parameters, call.own_url())
