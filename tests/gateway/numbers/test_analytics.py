"""Figures of a business account: counted from the messages that were sent, cut into spans, grouped as asked."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from handschlag.gateway.rules.analytics import Priced, Span, price_points, spans
from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY = 86_400


async def field(house: House, text: str) -> tuple[int, Any]:
    status, answer, _ = await house.call("GET", f"/v23.0/{house.company.waba_id}?fields={quote(text)}")
    return status, answer


async def edge(house: House, **query: Any) -> tuple[int, Any]:
    status, answer, _ = await house.call("GET", f"/{house.company.waba_id}/template_analytics", params=query)
    return status, answer


async def test_messages_are_counted_by_span_and_price(number: House) -> None:
    anna = await number.customer("Anna", "+4915112340011")
    start = int(number.clock.now()) // DAY * DAY
    end = start + DAY
    text = await number.send_text("+4915112340011", "hi")
    _, answer = await number.send_departure("+4915112340011", "MA1", "10:00", "B2")
    template = answer["messages"][0]["id"]
    failed = await number.send_text("4915100000", "nobody")
    for id_, word in ((text, "delivered"), (template, "delivered"), (failed, "failed")):
        await number.receiver.status(id_, word)
    assert anna.texts == ["hi"]

    _, answer = await field(number, f"analytics.start({start}).end({end}).granularity(DAY)")
    assert answer["analytics"]["data_points"] == [{"start": start, "end": end, "sent": 2, "delivered": 2}]
    dimensions = "dimensions(PRICING_CATEGORY,PRICING_TYPE,COUNTRY)"
    _, answer = await field(number, f"pricing_analytics.start({start}).end({end}).granularity(DAILY).{dimensions}")
    points = answer["pricing_analytics"]["data"][0]["data_points"]
    assert {(p["pricing_category"], p["pricing_type"], p["country"], p["volume"]) for p in points} == {
        ("SERVICE", "FREE_CUSTOMER_SERVICE", "DE", 1),
        ("UTILITY", "FREE_CUSTOMER_SERVICE", "DE", 1),
    }
    _, answer = await field(number, f"pricing_analytics.start({start}).end({end}).pricing_categories(SERVICE)")
    assert answer["pricing_analytics"]["data"][0]["data_points"] == [
        {"start": start, "end": end, "volume": 1, "cost": 0.0}
    ]
    _, answer = await field(number, f"conversation_analytics.start({start}).end({end}),call_analytics,name")
    assert answer["conversation_analytics"] == {"data": [{"data_points": []}]}
    assert answer["name"] == number.company.name

    _, templates, _ = await number.call("GET", f"/{number.company.waba_id}/message_templates?name=departure")
    query = {"start": start, "end": end, "granularity": "daily", "template_ids": f"[{templates['data'][0]['id']}]"}
    status, answer = await edge(number, **query)
    assert (status, answer["error"]["code"]) == (400, 200007)
    path = f"/{number.company.waba_id}"
    assert (await number.call("POST", f"{path}?is_enabled_for_insights=true"))[0] == 200
    _, answer = await edge(number, **query, metric_types="sent,delivered,read")
    (row,) = answer["data"]
    assert row["data_points"] == [
        {"template_id": templates["data"][0]["id"], "start": start, "end": end, "sent": 1, "delivered": 1, "read": 0}
    ]
    status, answer, _ = await number.call("POST", f"{path}?is_enabled_for_insights=false")
    assert (status, answer["error"]["code"]) == (400, 200006)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("analytics", "start, end: got nothing"),
        ("analytics.start(5).end(5)", "start: got 5, expected less than end"),
        ("analytics.start(x).end(5)", "start: got 'x', expected Unix seconds"),
        ("analytics.start(1).end(9).granularity(YEAR)", "granularity: got 'YEAR'"),
        ("analytics.start(0).end(999999999).granularity(HALF_HOUR)", "at most 3000"),
        ("pricing_analytics.start(1).end(9).dimensions(COLOUR)", "dimensions: got 'COLOUR'"),
    ],
)
async def test_a_range_that_makes_no_sense_is_told(number: House, text: str, said: str) -> None:
    status, answer = await field(number, text)
    assert status == 400
    assert said in answer["error"]["error_data"]["details"]


async def test_insights_reach_back_ninety_days(number: House) -> None:
    await number.call("POST", f"/{number.company.waba_id}?is_enabled_for_insights=true")
    now = int(number.clock.now())
    query = {"start": now - 100 * DAY, "end": now, "granularity": "DAILY", "template_ids": "[1]"}
    status, answer = await edge(number, **query)
    assert (status, answer["error"]["code"]) == (400, 100)
    assert "within the last 90 days" in answer["error"]["error_data"]["details"]
    assert (await edge(number, **{**query, "template_ids": "[]"}))[0] == 400
    assert (await edge(number, start=1, end=2))[1]["error"]["code"] == 131008


class TestSpans:
    @pytest.mark.parametrize(
        ("granularity", "start", "end", "expected"),
        [
            ("HALF_HOUR", 0, 3600, [(0, 1800), (1800, 3600)]),
            ("DAY", 10, DAY + 10, [(10, DAY), (DAY, DAY + 10)]),
            # 1970: January has 31 days, February 28.
            ("MONTH", 0, 60 * DAY, [(0, 31 * DAY), (31 * DAY, 59 * DAY), (59 * DAY, 60 * DAY)]),
        ],
    )
    async def test_they_end_where_the_clock_does(
        self, granularity: str, start: int, end: int, expected: list[tuple[int, int]]
    ) -> None:
        assert spans(start, end, granularity) == expected

    async def test_equal_dimensions_are_added_up(self) -> None:
        rows = [
            Priced("UTILITY", "REGULAR", "DE", "+49", 2, 0.5),
            Priced("UTILITY", "REGULAR", "DE", "+49", 3, 0.5),
            Priced("MARKETING", "REGULAR", "DE", "+49", 1, 1.0),
        ]
        points = price_points(Span(0, 10), rows, ["PRICING_CATEGORY", "TIER"])
        assert [(p["pricing_category"], p["tier"], p["volume"], p["cost"]) for p in points] == [
            ("MARKETING", "0:MAX", 1, 1.0),
            ("UTILITY", "0:MAX", 5, 1.0),
        ]
        assert price_points(Span(0, 10), rows, [])[0]["volume"] == 6
