"""The field `health_status` of numbers, business accounts and templates: it looks, each time it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handschlag.gateway.rules.health import (
    Seen,
    app_troubles,
    entity,
    health_status,
    number_troubles,
    template_troubles,
)

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.cloud_api.fields import Field
    from handschlag.gateway.company import Company, ReadyTemplate
    from handschlag.gateway.running import Running


async def number_health(call: Call, company: Company, _field: Field) -> dict[str, Any]:
    """Return how a number is."""
    return health_status(_entities(call.running, company))


async def account_health(call: Call, company: Company, _field: Field) -> dict[str, Any]:
    """Return how a business account is; its number is part of it."""
    return health_status(_entities(call.running, company))


async def template_health(call: Call, found: tuple[Company, ReadyTemplate], _field: Field) -> dict[str, Any]:
    """Return whether a template can be sent."""
    company, template = found
    own = entity("MESSAGE_TEMPLATE", template.row.id, template_troubles(template.row.status))
    return health_status([own, *_entities(call.running, company)])


def _entities(running: Running, company: Company) -> list[dict[str, Any]]:
    seen = look_at(running, company)
    row = company.row
    return [
        entity("PHONE_NUMBER", row.phone_number_id, number_troubles(seen)),
        entity("WABA", row.waba_id, []),
        entity("BUSINESS", row.app_id, []),
        entity("APP", row.app_id, app_troubles(seen)),
    ]


def look_at(running: Running, company: Company) -> Seen:
    """Return what can be seen of a company right now."""
    return Seen(
        registered=company.number.registered,
        connected=company.is_connected(),
        outbox=len(company.unanswered) + sum(company.waiting.values()),
        outbox_limit=running.settings.outbox_limit,
        webhook_backlog=running.publisher.backlog,
        webhook_backlog_limit=running.settings.webhook_backlog_limit,
        has_callback=running.publisher.callback_of(company.row.app_id) is not None,
        callback_failing=running.publisher.is_failing(company.row.app_id),
    )
