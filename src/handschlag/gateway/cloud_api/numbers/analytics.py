"""Figures over time: the fields `analytics`, `pricing_analytics`, … of a business account, and `/{waba_id}/template_analytics`.

They are counted from the gateway's own message rows, each time anew. A message counts in the span in which it was accepted.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from handschlag.gateway.cloud_api.fields import page
from handschlag.gateway.cloud_api.parse_shape import parse_shape
from handschlag.gateway.cloud_api.shapes import Page, Seconds
from handschlag.gateway.errors import CodedError, ParameterMissing, RequestInvalid, shown
from handschlag.gateway.rules.analytics import DIMENSIONS, MOST_SPANS, Priced, Span, price_points, span_count, spans
from handschlag.gateway.rules.statuses import Status
from handschlag.gateway.storage.message_counts import CountedMessages, count_messages, template_bodies
from handschlag.gateway.webhooks.bodies import PricingBody

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.cloud_api.fields import Field
    from handschlag.gateway.company import Company

_METRICS = ("SENT", "DELIVERED", "READ", "CLICKED", "COST", "REPLIED")
_OLDEST_DAYS = 90
_DAY = 86_400
_READ = frozenset({Status.READ, Status.PLAYED})
_DELIVERED = _READ | {Status.DELIVERED}
_SENT = _DELIVERED | {Status.SENT}


class _Spanned(msgspec.Struct, kw_only=True):
    start: Seconds | None = None
    end: Seconds | None = None


class _MessageModifiers(_Spanned, kw_only=True):
    granularity: Literal["HALF_HOUR", "DAY", "MONTH"] = "DAY"


class _PriceModifiers(_Spanned, kw_only=True):
    granularity: Literal["HALF_HOUR", "DAILY", "MONTHLY"] = "DAILY"


class TemplateAnalytics(Page, kw_only=True):
    """Which figures of which templates."""

    granularity: Literal["DAILY"]
    template_ids: Annotated[list[str | int], Meta(min_length=1, max_length=10, description="1 to 10 ids")]
    start: Seconds | None = None
    end: Seconds | None = None
    metric_types: Annotated[Any, Meta(description=f"some of {', '.join(_METRICS)}")] = None


class _TemplateHash(msgspec.Struct):
    """What is needed of a template message: which version it is of."""

    template: str = ""


_parse_hash = msgspec.json.Decoder(_TemplateHash).decode
_parse_pricing = msgspec.json.Decoder(PricingBody).decode


async def message_analytics(call: Call, company: Company, field: Field) -> dict[str, Any]:
    """Return how many messages were sent and delivered in each span."""
    asked = parse_shape(field.modifiers, _MessageModifiers)
    granularity = asked.granularity
    found = _spans(asked, granularity)
    counted = await call.running.store.read(lambda connection: _count(connection, company, found))
    points = [
        {
            "start": span.start,
            "end": span.end,
            "sent": sum(row.messages for row in rows if row.status in _SENT),
            "delivered": sum(row.messages for row in rows if row.status in _DELIVERED),
        }
        for span, rows in zip(found, counted, strict=True)
    ]
    return {
        "phone_numbers": [company.metadata.display_phone_number],
        "country_codes": [call.running.settings.country],
        "granularity": granularity,
        "data_points": points,
    }


async def pricing_analytics(call: Call, company: Company, field: Field) -> dict[str, Any]:
    """Return how many messages were delivered at which price; the relays known today charge nothing."""
    asked = parse_shape(field.modifiers, _PriceModifiers)
    dimensions = _words(field.modifiers, "dimensions", DIMENSIONS)
    types = _words(field.modifiers, "pricing_types", ())
    categories = _words(field.modifiers, "pricing_categories", ())
    found = _spans(asked, asked.granularity)
    counted = await call.running.store.read(lambda connection: _count(connection, company, found))
    country = call.running.settings.country
    points: list[dict[str, Any]] = []
    for span, rows in zip(found, counted, strict=True):
        priced = [_priced(row, country, company.metadata.display_phone_number) for row in rows if _is_delivered(row)]
        wanted = [
            one
            for one in priced
            if (not types or one.pricing_type in types) and (not categories or one.pricing_category in categories)
        ]
        points += price_points(span, wanted, dimensions)
    return {"data": [{"data_points": points}]}


async def conversation_analytics(_call: Call, _company: Company, field: Field) -> dict[str, Any]:
    """Return no conversations: messages are what is counted here, as the price model in force does."""
    asked = parse_shape(field.modifiers, _PriceModifiers)
    _spans(asked, asked.granularity)
    return {"data": [{"data_points": []}]}


async def no_analytics(_call: Call, _company: Company, _field: Field) -> dict[str, Any]:
    """Return no figures of what is not offered: there were no calls and no groups."""
    return {"data": [{"data_points": []}]}


async def read_template_analytics(call: Call) -> object:
    """Return how often each template was sent, delivered and read, day by day."""
    company = call.business_account()
    if not company.number.insights:
        raise CodedError(
            200007, "is_enabled_for_insights: got false, expected POST /{waba_id}?is_enabled_for_insights=true"
        )
    asked = await call.read(TemplateAnalytics)
    metrics = set(_words({"metric_types": asked.metric_types}, "metric_types", _METRICS)) or set(_METRICS)
    ids = [str(id_) for id_ in asked.template_ids]
    found = _spans(asked, "DAILY", oldest=call.running.clock.now() - _OLDEST_DAYS * _DAY)
    by_hash = {template.row.hash: template.row.id for template in company.templates.values()}
    counted = await call.running.store.read(lambda connection: _count_templates(connection, company, found, by_hash))
    points = [
        _template_point(id_, span, counts, metrics) for id_ in ids for span, counts in zip(found, counted, strict=True)
    ]
    answer = page(points, {"limit": "100", **await call.parameters()}, call.own_url())
    row = {"granularity": "DAILY", "product_type": "cloud_api", "data_points": answer["data"]}
    return {**answer, "data": [row]}


def _template_point(id_: str, span: Span, counts: Counter[tuple[str, int]], metrics: set[str]) -> dict[str, Any]:
    point: dict[str, Any] = {"template_id": id_, "start": span.start, "end": span.end}
    if "SENT" in metrics:
        point["sent"] = sum(counts[id_, status] for status in _SENT)
    if "DELIVERED" in metrics:
        point["delivered"] = sum(counts[id_, status] for status in _DELIVERED)
    if "READ" in metrics:
        point["read"] = sum(counts[id_, status] for status in _READ)
    # Links and buttons are opened at the customer's; nobody is told.
    if "CLICKED" in metrics:
        point["clicked"] = []
    if "COST" in metrics:
        point["cost"] = [{"type": "amount_spent", "value": 0.0}]
    return point


def _count_templates(
    connection: Connection, company: Company, found: list[Span], by_hash: Mapping[str, str]
) -> list[Counter[tuple[str, int]]]:
    counted = []
    for span in found:
        counts: Counter[tuple[str, int]] = Counter()
        for body, status in template_bodies(connection, company.id, span.start, span.end):
            counts[by_hash.get(_parse_hash(body).template, ""), status] += 1
        counted.append(counts)
    return counted


def _count(connection: Connection, company: Company, found: list[Span]) -> list[list[CountedMessages]]:
    return [count_messages(connection, company.id, span.start, span.end) for span in found]


def _is_delivered(row: CountedMessages) -> bool:
    return row.pricing is not None and row.status in _DELIVERED


def _priced(row: CountedMessages, country: str, number: str) -> Priced:
    pricing = _parse_pricing(row.pricing or "")
    return Priced(pricing.category.upper(), pricing.type.upper(), country, number, row.messages, 0.0)


def _words(values: Mapping[str, Any], name: str, known: tuple[str, ...]) -> list[str]:
    """Return upper-case words, given as a list, as JSON or separated by commas."""
    given = values.get(name)
    if not given:
        return []
    parts = given if isinstance(given, list) else str(given).strip("[] ").split(",")
    words = [str(part).strip().strip("\"'").upper() for part in parts]
    for word in words:
        if known and word not in known:
            raise RequestInvalid(f"{name}: got {shown(word)}, expected some of {', '.join(known)}")
    return [word for word in words if word]


def _spans(asked: _Spanned | TemplateAnalytics, granularity: str, *, oldest: float = 0.0) -> list[Span]:
    start, end = asked.start, asked.end
    if start is None or end is None:
        raise ParameterMissing("start, end: got nothing, expected both in Unix seconds")
    if start >= end:
        raise RequestInvalid(f"start: got {int(start)}, expected less than end, which is {int(end)}")
    if start < oldest:
        raise RequestInvalid(f"start: got {int(start)}, expected a time within the last {_OLDEST_DAYS} days")
    count = span_count(int(start), int(end), granularity)
    if count > MOST_SPANS:
        raise RequestInvalid(f"start, end: got {count} spans of {granularity}, at most {MOST_SPANS}")
    return spans(int(start), int(end), granularity)
