"""Events for those who cannot be called: in order, at least once, waited for, kept a week, whatever callbacks do."""

from __future__ import annotations

import asyncio
from typing import Any

from handschlag.gateway.actions.webhooks.forget_old_deliveries import forget_old_deliveries
from handschlag.gateway.webhooks.events import publish_event
from tests.gateway.house import House
from tests.support.waiting import until


def tell(house: House, *numbers: int, field: str = "flows") -> None:
    running = house.gateway.running
    for n in numbers:
        publish_event(running, running.companies[house.company.id], field, {"n": n}, at=running.clock.now())


async def keep(house: House, **more: Any) -> None:
    path = f"/{house.company.app_id}/subscriptions"
    status, answer, _ = await house.call("POST", path, params={"delivery": "cursor", **more})
    assert (status, answer) == (200, {"success": True})


async def read(house: House, **parameters: Any) -> Any:
    status, answer, _ = await house.call("GET", f"/{house.company.app_id}/webhook_events", params=parameters)
    return answer if status == 200 else answer["error"]


def values(page: Any) -> list[int]:
    return [event["entry"][0]["changes"][0]["value"]["n"] for event in page["data"]]


async def test_events_come_in_order_and_the_cursor_says_what_arrived(house: House) -> None:
    await keep(house, fields="flows,security")
    tell(house, *range(10))
    await house.gateway.running.store.flushed()
    first = await read(house, limit=4)
    assert values(first) == [0, 1, 2, 3]
    again = await read(house, limit=4)
    assert again == first
    rest = await read(house, after=first["paging"]["cursors"]["after"])
    assert values(rest) == [4, 5, 6, 7, 8, 9]
    end = rest["paging"]["cursors"]["after"]
    assert await read(house, after=end) == {"data": [], "paging": {"cursors": {"after": end}}}
    event = first["data"][0]
    assert (event["object"], event["id"].isdigit()) == ("whatsapp_business_account", True)
    # The same bytes, to the letter, as the callback of this app was sent.
    await house.receiver.until(lambda: any(change["value"] == {"n": 0} for change in house.receiver.changes))
    assert {"value": {"n": 0}, "field": "flows"} in [e["entry"][0]["changes"][0] for e in first["data"]]


async def test_a_real_message_is_read_like_a_webhook(house: House) -> None:
    await keep(house)
    anna = await house.customer()
    wamid = anna.write("per Cursor")
    await house.receiver.message(wamid)
    page = await read(house, fields="messages", wait=5)
    messages = [m for event in page["data"] for m in event["entry"][0]["changes"][0]["value"].get("messages", [])]
    assert wamid in {message["id"] for message in messages}


async def test_a_reader_that_waits_is_answered_when_something_comes(house: House) -> None:
    await keep(house, fields="flows,security")
    waiting = asyncio.create_task(read(house, wait=30, fields="security"))
    feed = house.gateway.running.publisher.feed_of(house.company.app_id)
    assert feed is not None
    await until(lambda: feed._news is not None)
    tell(house, 1, field="flows")
    tell(house, 2, field="security")
    assert values(await waiting) == [2]
    assert (await read(house, wait=1, fields="nothing"))["data"] == []


async def test_a_gateway_that_stops_does_not_wait_for_its_readers(house: House) -> None:
    await keep(house)
    waiting = asyncio.create_task(read(house, wait=30, fields="nothing"))
    feed = house.gateway.running.publisher.feed_of(house.company.app_id)
    assert feed is not None
    await until(lambda: feed._news is not None)
    async with asyncio.timeout(4):
        await house.restart_gateway()
    assert (await waiting)["data"] == []


async def test_it_is_independent_of_callbacks_and_outlives_the_process(house: House) -> None:
    await keep(house, fields="flows")
    path = f"/{house.company.app_id}/subscriptions"
    assert len((await house.call("GET", path))[1]["data"]) == 2
    await house.call("DELETE", path, params={"callback_url": house.receiver.url})
    tell(house, 1)
    assert house.gateway.running.publisher.backlog == 0
    await house.restart_gateway()
    assert house.gateway.running.publisher.backlog == 0
    tell(house, 2)
    await house.gateway.running.store.flushed()
    assert values(await read(house)) == [1, 2]
    (row,) = (await house.call("GET", path))[1]["data"]
    assert (row["delivery"], "callback_url" in row) == ("cursor", False)
    await house.call("DELETE", path, params={"delivery": "cursor"})
    assert (await read(house))["error_data"]["details"].startswith("webhook_events: this app's events are not kept")


async def test_events_are_kept_for_seven_days(house: House) -> None:
    await keep(house, fields="flows")
    for n in (1, 2):
        tell(house, n)
        await house.gateway.running.store.flushed()
        house.clock.advance(4 * 86_400)
    await forget_old_deliveries(house.gateway.running)
    assert values(await read(house)) == [2]


async def test_nobody_is_called_at_an_address_of_a_reader(house: House) -> None:
    path = f"/{house.company.app_id}/subscriptions"
    given = {"delivery": "cursor", "callback_url": house.receiver.url}
    status, answer, _ = await house.call("POST", path, params=given)
    assert (status, answer["error"]["code"]) == (400, 100)
    status, answer, _ = await house.call("POST", path, params={"delivery": "pigeon"})
    assert answer["error"]["error_data"]["details"] == "delivery: got 'pigeon', expected 'callback' or 'cursor'"


async def test_what_cannot_be_asked_is_named(house: House) -> None:
    await keep(house)
    for asked, named in (
        ({"wait": "31"}, "wait: got '31', expected 0 to 30"),
        ({"limit": "501"}, "limit: got '501', expected 1 to 500"),
        ({"after": "-1"}, "after: got '-1', expected a cursor"),
    ):
        error = await read(house, **asked)
        assert (error["code"], named in error["error_data"]["details"]) == (100, True)
