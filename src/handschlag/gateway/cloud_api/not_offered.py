"""What the Cloud API has and this gateway has not: each path with the reason, which its caller is told with code 100.

Written by hand; the reference page is made from it. A path that is offered stands in routes.py and wins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.cloud_api.paths import ID, ITEM
from handschlag.gateway.errors import NotOffered

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.paths import GraphPath

_CALLS = "calls are not offered"
_GROUPS = "groups are not offered: a chat here is between one customer and one company"
_CATALOGUES = "catalogues, carts and orders are not offered"
_PAYMENTS = "payments are not offered"
_NAMES = "a company is found by its handle and link; user names are not offered"
_SIGNUPS = (
    "agreement is given on the customer's device, with a signed grant; sign-up forms outside of it are not offered"
)
_PARTNERS = "the company runs its own gateway; there are no partners who act for it"
_BADGES = "badges are not offered: the relay's operator vouches for a company when it enrols"
_ENROLMENT = "numbers come into being when a company enrols at its relay: `handschlag gateway enrol`"
_HISTORY = "there is no second app whose history could be brought over"
_MARKETING = "marketing is sent by templates over /messages; there is no second way"
_MIGRATION = "there is one business account for each company; nothing to move between"
_INDIA = "the registers of one country are not asked here; the operator's verification says who a company is"

NOT_OFFERED: dict[tuple[str, ...], str] = {
    (ID, "calls"): _CALLS,
    (ID, "call_permissions"): _CALLS,
    (ID, "groups"): _GROUPS,
    (ID, "invite_link"): _GROUPS,
    (ID, "participants"): _GROUPS,
    (ID, "join_requests"): _GROUPS,
    (ID, "group_analytics"): _GROUPS,
    (ID, "product_catalogs"): _CATALOGUES,
    (ID, "products"): _CATALOGUES,
    (ID, "payment_configurations"): _PAYMENTS,
    (ID, "payment_configuration"): _PAYMENTS,
    (ID, "payment_configuration", ITEM): _PAYMENTS,
    (ID, "generate_payment_configuration_oauth_link"): _PAYMENTS,
    (ID, "payments"): _PAYMENTS,
    (ID, "payments", ITEM): _PAYMENTS,
    (ID, "extendedcredits"): _PAYMENTS,
    (ID, "username"): _NAMES,
    (ID, "username_suggestions"): _NAMES,
    (ID, "signups"): _SIGNUPS,
    ("signups", "{name}"): _SIGNUPS,
    (ID, "official_business_account"): _BADGES,
    (ID, "business_compliance_info"): _INDIA,
    (ID, "message_history"): _HISTORY,
    (ID, "events"): _HISTORY,
    (ID, "smb_app_data"): _HISTORY,
    (ID, "messages_encrypted"): "messages are end-to-end encrypted already, by the gateway that is the company's own",
    (ID, "marketing_messages"): _MARKETING,
    (ID, "onboard_partners_to_mm_lite"): _MARKETING,
    (ID, "dataset"): "advertisements are not measured here",
    (ID, "set_obo_mobility_intent"): _PARTNERS,
    (ID, "set_solution_migration_intent"): _PARTNERS,
    (ID, "obo_mobility_intent"): _PARTNERS,
    (ID, "in_progress_onbehalf_request"): _PARTNERS,
    (ID, "connected_client_businesses"): _PARTNERS,
    (ID, "partners"): _PARTNERS,
    (ID, "solutions"): _PARTNERS,
    (ID, "whatsapp_business_solutions"): _PARTNERS,
    (ID, "whatsapp_business_solution"): _PARTNERS,
    (ID, "multi_partner_solutions"): _PARTNERS,
    (ID, "accept"): _PARTNERS,
    (ID, "reject"): _PARTNERS,
    (ID, "send_deactivation_request"): _PARTNERS,
    (ID, "accept_deactivation_request"): _PARTNERS,
    (ID, "reject_deactivation_request"): _PARTNERS,
    (ID, "access_token"): _PARTNERS,
    (ID, "preverified_numbers"): _ENROLMENT,
    (ID, "add_phone_numbers"): _ENROLMENT,
    (ID, "share_preverified_numbers"): _ENROLMENT,
    (ID, "migration_intent"): _MIGRATION,
    (ID, "activities"): "what was changed stands in the gateway's log",
    (ID, "schedules"): "nothing is scheduled here; the program decides when it writes",
    (ID, "template_group_analytics"): "template groups are not offered",
    (ID, "template_groups"): "template groups are not offered",
    (ID, "bot_details"): "the gateway answers nobody by itself; a bot is a program beside it",
}

# Single methods of paths that are offered otherwise.
METHODS_NOT_OFFERED: dict[tuple[tuple[str, ...], str], str] = {
    ((ID, "phone_numbers"), "POST"): _ENROLMENT,
    ((ID, "owned_whatsapp_business_accounts"), "POST"): _ENROLMENT,
}


def not_offered(path: GraphPath, method: str) -> NotOffered | None:
    """Return the error for a path of the Cloud API that is not offered, None for one it does not have either."""
    pattern = path.pattern
    why = METHODS_NOT_OFFERED.get((pattern, method)) or NOT_OFFERED.get(pattern)
    if why is None and len(pattern) == 2 and not path.node:  # noqa: PLR2004  a word and a name
        why = NOT_OFFERED.get((pattern[0], "{name}"))
    if why is None:
        return None
    name = "/".join(("", *pattern))
    return NotOffered(f"path: got {method} {name}: {why}", title=f"(#100) Not offered by this gateway: {why}")
