"""`/{waba_id}`: the WhatsApp business account, of which every company has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.company import Company

DEFAULT_FIELDS = ("name", "timezone_id", "message_template_namespace")


async def find_account(call: Call, id_: str) -> Company | None:
    """Return the company whose business account has this id."""
    for company in call.running.companies_of_app(call.caller.app_id):
        if company.row.waba_id == id_:
            return company
    return None


async def read_account(call: Call, company: Company) -> dict[str, Any]:
    """Return every plain field of a business account."""
    return {
        "id": company.row.waba_id,
        "name": company.row.name,
        "timezone_id": "1",
        "currency": "EUR",
        "message_template_namespace": company.row.waba_id,
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "ownership_type": "SELF",
        "country": call.running.settings.country,
        "is_enabled_for_insights": False,
        "health_status": {
            "can_send_message": "AVAILABLE",
            "entities": [{"entity_type": "WABA", "id": company.row.waba_id, "can_send_message": "AVAILABLE"}],
        },
    }
