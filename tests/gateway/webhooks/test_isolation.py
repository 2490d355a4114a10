"""No endpoint delays another: not one that is gone, one that says nothing, one that never stops, or one with a long queue."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack

import pytest

from tests.gateway.receiver import Receiver
from tests.gateway.webhooks.conftest import Open
from tests.gateway.webhooks.endpoints import Handler, drop_by_drop, endless, listening, silent
from tests.gateway.webhooks.post_office import COMPANY, OTHER_ACCOUNT, PostOffice, texts
from tests.support.waiting import until

EVENTS = 300


async def seconds_for_all(office: PostOffice, receiver: Receiver, events: int = EVENTS) -> float:
    """Tell so many events of thirty conversations and return how long the good endpoint took to hear of all."""
    before = len(receiver.posts)
    began = time.monotonic()
    for n in range(events):
        office.tell(str(n), conversation=f"person {n % 30}")
    await until(lambda: len(receiver.posts) == before + events)
    return time.monotonic() - began


@pytest.mark.parametrize("handler", [silent, endless, drop_by_drop])
async def test_a_bad_endpoint_delays_nobody(open_office: Open, receiver: Receiver, handler: Handler) -> None:
    office = await open_office(webhook_timeout=30)
    await office.subscribe(receiver.url)
    alone = await seconds_for_all(office, receiver)
    async with AsyncExitStack() as stack:
        bad = await office.subscribe(await stack.enter_async_context(listening(handler)))
        beside = await seconds_for_all(office, receiver)
        assert beside < alone * 3 + 1
        assert len(await office.queued(bad)) == EVENTS


async def test_a_gone_endpoint_delays_nobody_and_is_hardly_asked(open_office: Open, receiver: Receiver) -> None:
    office = await open_office()
    await office.subscribe(receiver.url)
    alone = await seconds_for_all(office, receiver)
    bad = await office.subscribe("http://127.0.0.1:9/gone")
    beside = await seconds_for_all(office, receiver)
    assert beside < alone * 3 + 1
    assert len(await office.queued(bad)) == EVENTS
    # Sixteen in flight at first, then one at a time with pauses: not one for each event.
    assert office.posts("unreachable") < 40


async def test_who_sends_without_end_is_let_go_of(open_office: Open) -> None:
    async with listening(endless) as url:
        office = await open_office(webhook_schedule=[3600])
        await office.subscribe(url)
        office.tell("hör auf")
        await until(lambda: office.posts("refused") == 1)
        (attempt,) = await office.log()
        assert (attempt.status, attempt.duration_ms < 2000) == (500, True)


async def test_a_dead_endpoint_stops_no_sending_while_another_keeps_up(open_office: Open, receiver: Receiver) -> None:
    office = await open_office()
    dead = await office.subscribe("http://127.0.0.1:9/gone")
    for n in range(20):
        office.tell(str(n))
    await office.store.flushed()
    assert office.publisher.backlog_of(COMPANY, "messages") == 20
    await office.subscribe(receiver.url)
    await seconds_for_all(office, receiver, 20)
    await until(lambda: office.publisher.backlog_of(COMPANY, "messages") == 0)
    assert len(await office.queued(dead)) == 40


async def test_one_companys_dead_endpoint_is_not_anothers(open_office: Open, receiver: Receiver) -> None:
    office = await open_office()
    await office.subscribe("http://127.0.0.1:9/gone")
    await office.override(OTHER_ACCOUNT.waba_id, receiver.url)
    for n in range(10):
        office.tell(f"ours {n}")
        office.tell(f"theirs {n}", of=OTHER_ACCOUNT)
    await until(lambda: len(receiver.posts) == 10)
    assert set(texts([post.body for post in receiver.posts])) == {f"theirs {n}" for n in range(10)}
    await until(lambda: office.publisher.backlog_of(OTHER_ACCOUNT, "messages") == 0)
    assert office.publisher.backlog_of(COMPANY, "messages") == 10
