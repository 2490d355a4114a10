"""`/{waba_id}`: the WhatsApp business account, of which every company has one; its owner has the id of its app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.gateway.actions.numbers.change_number import change_number
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.cloud_api.fields import page, parse_field_tree, shape_node
from handschlag.gateway.cloud_api.numbers import analytics
from handschlag.gateway.cloud_api.numbers.health import account_health
from handschlag.gateway.cloud_api.shapes import FieldsPage, Page
from handschlag.gateway.errors import CodedError, NotOffered

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.company import Company

DEFAULT_FIELDS = ("name", "timezone_id", "message_template_namespace")
EXPANSIONS = {
    "health_status": account_health,
    "analytics": analytics.message_analytics,
    "conversation_analytics": analytics.conversation_analytics,
    "pricing_analytics": analytics.pricing_analytics,
    "call_analytics": analytics.no_analytics,
    "group_analytics": analytics.no_analytics,
}


class UpdateAccount(msgspec.Struct):
    """What can be set of an account."""

    is_enabled_for_insights: bool | None = None


class AssignedUser(msgspec.Struct):
    """Who shall work with an account."""

    user: str | int = ""
    tasks: Any = None


async def find_account(call: Call, id_: str) -> Company | None:
    """Return the company whose business account has this id."""
    for company in call.running.companies_of_app(call.caller.app_id):
        if company.row.waba_id == id_:
            return company
    return None


async def read_account(call: Call, company: Company) -> dict[str, Any]:
    """Return every plain field of a business account."""
    row = company.row
    country = call.running.settings.country
    owner = {"id": row.app_id, "name": row.name}
    return {
        "id": row.waba_id,
        "name": row.name,
        "timezone_id": "1",
        "currency": "EUR",
        "country": country,
        "message_template_namespace": row.waba_id,
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "ownership_type": "SELF",
        "primary_business_location": country,
        "marketing_messages_lite_api_status": "INELIGIBLE",
        "marketing_messages_onboarding_status": "INELIGIBLE_COUNTRY_NOT_SUPPORTED",
        "owner_business_info": owner,
        "owner_business": owner,
        "on_behalf_of_business_info": {**owner, "status": "APPROVED", "type": "SELF"},
        "is_enabled_for_insights": company.number.insights,
        "is_shared_with_partners": False,
        "status": "ACTIVE",
    }


async def update_account(call: Call, company: Company) -> object:
    """Switch template insights on; anything else that is named is not kept here, and says so."""
    insights = (await call.read(UpdateAccount)).is_enabled_for_insights
    if insights is None:
        named = sorted(set(await call.parameters()) - {"access_token", "appsecret_proof", "messaging_product"})
        raise NotOffered(
            f"{', '.join(named)[:80] or 'body'}: expected is_enabled_for_insights; nothing else can be set"
        )
    if not insights and company.number.insights:
        raise CodedError(200006, "is_enabled_for_insights: got false, but insights that are on stay on")
    await change_number(call.running, company, insights=insights)
    return {"id": company.row.waba_id, "success": True}


async def list_accounts(call: Call) -> object:
    """`GET /{business_id}/owned_whatsapp_business_accounts`: those of the caller's app."""
    call.app()
    asked = parse_field_tree((await call.read(FieldsPage)).fields)
    companies = call.running.companies_of_app(call.caller.app_id)
    rows = [
        await shape_node(call, company, await read_account(call, company), asked, DEFAULT_FIELDS, EXPANSIONS)
        for company in companies
    ]
    return page(rows, await call.parameters(), call.own_url())


async def list_client_accounts(call: Call) -> object:
    """`GET /{business_id}/client_whatsapp_business_accounts`: nobody shares accounts with another here."""
    call.app()
    return {"data": []}


async def read_assigned_users(call: Call) -> object:
    """`GET /{waba_id}/assigned_users`: the app itself, which is the only user there is."""
    company = call.business_account()
    await call.read(Page)
    return page(
        [{"id": company.row.app_id, "name": company.row.name, "tasks": ["MANAGE", "DEVELOP", "MESSAGING"]}],
        await call.parameters(),
        call.own_url(),
    )


async def change_assigned_users(call: Call) -> object:
    """Say yes to assigning the app's own user, which is assigned; others are tokens here, made on the command line."""
    company = call.business_account()
    user = str((await call.read(AssignedUser)).user)
    if user not in {"", company.row.app_id}:
        raise NotOffered(f"user: got another user than {company.row.app_id}; access is given by tokens")
    return SUCCESS
