"""When an event comes again, and when it does not: the exact meaning of every answer and of none."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from handschlag.gateway.rules.retry_schedule import next_try
from handschlag.gateway.settings import GatewaySettings
from tests.gateway.receiver import Receiver
from tests.gateway.webhooks.conftest import Open
from tests.gateway.webhooks.endpoints import late, listening
from tests.gateway.webhooks.post_office import texts
from tests.support.waiting import until

DAY = 86_400.0


class TestAnswers:
    @pytest.mark.parametrize("status", [200, 201, 202, 204])
    async def test_any_2xx_confirms_and_nothing_comes_again(
        self, open_office: Open, receiver: Receiver, status: int
    ) -> None:
        office = await open_office()
        await office.subscribe(receiver.url)
        receiver.answer = status
        office.tell("einmal")
        await office.until_empty()
        assert [post.status for post in receiver.posts] == [status]
        assert await office.queued() == []

    @pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 410, 429, 500, 503])
    async def test_anything_else_comes_again_at_once_with_the_same_bytes_and_id(
        self, open_office: Open, receiver: Receiver, status: int
    ) -> None:
        office = await open_office()
        await office.subscribe(receiver.url)
        receiver.answers = [status]
        office.tell("zweimal")
        await office.until_empty()
        first, second = receiver.posts
        assert (first.status, second.status) == (status, 200)
        assert first.body == second.body
        kept = ("X-Event-Id", "X-Hub-Signature-256", "X-Hub-Signature", "User-Agent", "Content-Type")
        assert [first.headers[name] for name in kept] == [second.headers[name] for name in kept]

    async def test_a_redirect_is_not_followed(self, open_office: Open, receiver: Receiver) -> None:
        async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % receiver.url.encode())
            await writer.drain()

        async with listening(elsewhere) as url:
            office = await open_office(webhook_schedule=[3600])
            await office.subscribe(url)
            office.tell("hier bleiben")
            await until(lambda: office.posts("refused") == 1)
        assert receiver.posts == []

    async def test_an_answer_after_the_time_does_not_count(self, open_office: Open) -> None:
        quick = asyncio.Event()
        async with listening(late(20, quick)) as url:
            office = await open_office(webhook_timeout=0.1, webhook_schedule=[0.1])
            await office.subscribe(url)
            office.tell("langsam")
            await until(lambda: office.posts("unreachable") >= 1)
            quick.set()
            await office.until_empty()
        *late_ones, confirmed = [(one.status, one.error) for one in await office.log()]
        assert (set(late_ones), confirmed) == ({(None, "TimeoutError")}, (200, None))

    async def test_a_refused_connection_is_tried_again(self, open_office: Open, receiver: Receiver) -> None:
        office = await open_office(webhook_schedule=[0.1])
        port = receiver.port
        await receiver.stop()
        await office.subscribe(receiver.url)
        office.tell("niemand zu Hause")
        await until(lambda: office.posts("unreachable") >= 1)
        back = Receiver()
        await back.start(port)
        await office.until_empty()
        assert texts([post.body for post in back.posts]) == ["niemand zu Hause"]
        assert {one.error for one in await office.log()} == {"ClientConnectorError", None}
        await back.stop()


class TestSchedule:
    def test_by_default_it_is_tried_for_seven_days_ever_less_often(self) -> None:
        settings = GatewaySettings()
        tries, now = [0.0], 0.0
        while True:
            when = next_try(
                settings.webhook_schedule, len(tries), created_at=0.0, now=now, horizon=settings.webhook_seconds
            )
            if when is None:
                break
            tries.append(now := when)
        waits = [later - earlier for earlier, later in itertools.pairwise(tries)]
        assert waits[:8] == [0, 5, 15, 60, 300, 900, 3600, 10_800]
        assert set(waits[8:-1]) == {10_800}
        assert tries[-1] == 7 * DAY
        assert len(tries) == 64

    async def test_each_failure_waits_as_long_as_the_schedule_says(self, open_office: Open, receiver: Receiver) -> None:
        office = await open_office(webhook_schedule=[0, 30, 90])
        await office.subscribe(receiver.url)
        receiver.answer = 500
        office.tell("später")
        waits = []
        for failures in (2, 3, 4):
            await until(lambda: office.posts("refused") == failures)  # noqa: B023  awaited here
            (event,) = await office.queued()
            assert event.attempts == failures
            waits.append(event.next_try - office.clock.now())
            office.clock.advance(waits[-1])
        assert waits == pytest.approx([30, 90, 90], abs=2)

    async def test_after_its_time_it_is_given_up_and_the_log_says_so(
        self, open_office: Open, receiver: Receiver
    ) -> None:
        office = await open_office(webhook_schedule=[600], webhook_seconds=3600)
        await office.subscribe(receiver.url)
        receiver.answer = 500
        office.tell("zu spät")
        await until(lambda: office.posts("refused") == 1)
        office.clock.advance(3601)
        await office.until_empty()
        assert await office.queued() == []
        failed, given_up = await office.log()
        assert (failed.status, failed.attempt, given_up.error, given_up.attempt) == (500, 1, "GivenUp", 1)


class TestOrder:
    async def test_a_conversation_stays_in_order_through_a_first_failure(
        self, open_office: Open, receiver: Receiver
    ) -> None:
        office = await open_office()
        await office.subscribe(receiver.url)
        receiver.answers = [500]
        for n in range(30):
            office.tell(str(n))
        await office.until_empty()
        assert texts([post.body for post in receiver.posts if post.status == 200]) == [str(n) for n in range(30)]

    async def test_conversations_do_not_wait_for_each_other(self, open_office: Open, receiver: Receiver) -> None:
        office = await open_office()
        await office.subscribe(receiver.url)
        receiver.gate.clear()
        for n in range(8):
            office.tell(str(n), conversation=f"person {n}")
        await until(lambda: receiver.arrived >= 4)
        receiver.gate.set()
        await office.until_empty()
        assert len(receiver.posts) == 8

    async def test_the_process_may_end_between_two_tries(self, open_office: Open, receiver: Receiver) -> None:
        office = await open_office(webhook_schedule=[0.1])
        await office.subscribe(receiver.url)
        receiver.answers = [500] * 2
        for n in range(5):
            office.tell(str(n))
        await until(lambda: office.posts("refused") >= 1)
        await office.restart()
        await office.until_empty()
        confirmed = texts([post.body for post in receiver.posts if post.status == 200])
        assert set(confirmed) == {str(n) for n in range(5)}
