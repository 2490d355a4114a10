"""How figures are cut into spans and grouped, as the analytics fields and edges ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

MOST_SPANS = 3000
_HALF_HOUR, _DAY = 1800, 86_400
_DECEMBER = 12


class Span(NamedTuple):
    """A stretch of time, `end` excluded."""

    start: int
    end: int


def spans(start: int, end: int, granularity: str) -> list[Span]:
    """Return the half hours, days or months (UTC) from start to end; the first and last are cut off where they are not whole."""
    found: list[Span] = []
    at = start
    while at < end:
        following = min(_next(at, granularity), end)
        found.append(Span(at, following))
        at = following
    return found


def span_count(start: int, end: int, granularity: str) -> int:
    """Return how many spans there would be, at most one less."""
    size = {"HALF_HOUR": _HALF_HOUR, "DAY": _DAY, "DAILY": _DAY}.get(granularity, 28 * _DAY)
    return (end - start) // size + 1


def _next(at: int, granularity: str) -> int:
    if granularity == "HALF_HOUR":
        return (at // _HALF_HOUR + 1) * _HALF_HOUR
    if granularity in {"DAY", "DAILY"}:
        return (at // _DAY + 1) * _DAY
    day = datetime.fromtimestamp(at, UTC)
    year, month = (day.year + 1, 1) if day.month == _DECEMBER else (day.year, day.month + 1)
    return int(datetime(year, month, 1, tzinfo=UTC).timestamp())


class Priced(NamedTuple):
    """Messages that cost the same: upper-case words as pricing_analytics spells them."""

    pricing_category: str
    pricing_type: str
    country: str
    phone_number: str
    volume: int
    cost: float


_DIMENSIONS = {
    "PRICING_CATEGORY": ("pricing_category",),
    "PRICING_TYPE": ("pricing_type",),
    "COUNTRY": ("country",),
    "PHONE": ("phone_number",),
    "TIER": ("tier",),
}
DIMENSIONS = tuple(_DIMENSIONS)


def price_points(span: Span, priced: Iterable[Priced], dimensions: Sequence[str]) -> list[dict[str, Any]]:
    """Return one data point for each different value of the dimensions asked for; nothing for a span without messages."""
    keys = [key for dimension in dimensions for key in _DIMENSIONS[dimension]]
    grouped: dict[tuple[str, ...], list[float]] = {}
    for one in priced:
        values = {**one._asdict(), "tier": "0:MAX"}
        sums = grouped.setdefault(tuple(values[key] for key in keys), [0, 0.0])
        sums[0] += one.volume
        sums[1] += one.cost
    return [
        {
            "start": span.start,
            "end": span.end,
            **dict(zip(keys, names, strict=True)),
            "volume": int(volume),
            "cost": cost,
        }
        for names, (volume, cost) in sorted(grouped.items())
    ]
