"""Who is told of a company's event: number before business account before app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.webhooks.fields import ALL_FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handschlag.gateway.storage.companies import CompanyRow
    from handschlag.gateway.storage.subscriptions import SubscriptionRow


def route(subscriptions: Sequence[SubscriptionRow], company: CompanyRow, field: str) -> list[int]:
    """Return the row numbers of those who are told of this field."""
    ours = [row for row in subscriptions if row.app_id == company.app_id]
    readers = [row.id for row in ours if row.is_read and field in row.fields]
    called = [row for row in ours if not row.is_read]
    by_app = [row for row in called if not row.target]
    instead = next(
        (row for target in (company.phone_number_id, company.waba_id) for row in called if row.target == target), None
    )
    if instead is None:
        return [row.id for row in by_app if field in row.fields] + readers
    # An account may have a callback before its app has one: then it hears of everything.
    fields = {name for row in by_app for name in row.fields} if by_app else set(ALL_FIELDS)
    return ([instead.id] if field in fields else []) + readers
