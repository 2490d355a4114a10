"""The log of deliveries: what is noted, how long and how much of it is kept, and telling once more."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import delete

from handschlag.gateway.actions.webhooks.forget_old_deliveries import forget_old_deliveries
from handschlag.gateway.storage.schema import webhook_log
from handschlag.gateway.storage.webhook_log import find_attempt
from handschlag.gateway.webhooks.bodies import post_body
from handschlag.gateway.webhooks.events import publish_event
from tests.gateway.house import House
from tests.gateway.receiver import Receiver
from tests.gateway.webhooks.conftest import Open
from tests.gateway.webhooks.post_office import COMPANY, texts
from tests.support.waiting import until


class TestWhatIsNoted:
    async def test_each_attempt_has_a_row_and_each_event_its_content_once(
        self, open_office: Open, receiver: Receiver
    ) -> None:
        office = await open_office()
        await office.subscribe(receiver.url)
        receiver.answers = [500]
        office.tell("Grüße")
        await office.until_empty()
        failed, confirmed = await office.log()
        assert [(one.attempt, one.status, one.confirmed) for one in (failed, confirmed)] == [
            (1, 500, False),
            (2, 200, True),
        ]
        assert failed.sequence == confirmed.sequence
        assert {(one.callback_url, one.field, one.app_id) for one in (failed, confirmed)} == {
            (receiver.url, "messages", COMPANY.app_id)
        }
        assert 0 < confirmed.duration_ms < 5000
        rows = await office.store.read(lambda c: c.exec_driver_sql("SELECT entry FROM webhook_log ORDER BY id").all())
        assert [row[0] is None for row in rows] == [True, False]
        for attempt, post in zip((failed, confirmed), receiver.posts, strict=True):
            whole = await office.store.read(lambda c: find_attempt(c, COMPANY.app_id, attempt.id))  # noqa: B023  read at once
            assert whole is not None
            assert whole.entry is not None
            assert post_body([whole.entry]) == post.body
            sent = msgspec.json.decode(whole.headers)
            assert {name: post.headers[name] for name in sent} == sent

    async def test_while_it_waits_its_content_is_that_of_the_queue(self, open_office: Open, receiver: Receiver) -> None:
        office = await open_office(webhook_schedule=[3600])
        await office.subscribe(receiver.url)
        receiver.answer = 500
        office.tell("wartet")
        await until(lambda: office.posts("refused") == 1)
        (attempt,) = await office.log()
        whole = await office.store.read(lambda c: find_attempt(c, COMPANY.app_id, attempt.id))
        assert whole is not None
        assert whole.entry == (await office.queued())[0].entry

    @pytest.mark.parametrize(("mode", "expected"), [("all", [200, 500, 200]), ("failures", [500, 200]), ("off", [])])
    async def test_how_much_is_noted_is_a_setting(
        self, open_office: Open, receiver: Receiver, mode: str, expected: list[int]
    ) -> None:
        office = await open_office(webhook_log=mode)
        await office.subscribe(receiver.url)
        for answers in ([200], [500, 200]):
            receiver.answers = answers
            office.tell("x")
            await office.until_empty()
        assert [one.status for one in await office.log()] == expected

    async def test_the_first_kilobyte_of_an_answer_is_kept(self, open_office: Open, receiver: Receiver) -> None:
        office = await open_office()
        await office.subscribe(receiver.url)
        receiver.says = "zu spät " * 500
        office.tell("x")
        await office.until_empty()
        (one,) = await office.log()
        whole = await office.store.read(lambda c: find_attempt(c, COMPANY.app_id, one.id))
        assert whole is not None
        assert whole.answer == receiver.says.encode()[:1024]


class TestWhatIsKept:
    async def test_no_more_rows_of_an_endpoint_than_the_setting_says(
        self, open_office: Open, receiver: Receiver
    ) -> None:
        office = await open_office(webhook_log_rows=50)
        await office.subscribe(receiver.url)
        for n in range(600):
            office.tell(str(n), conversation=str(n % 20))
        await office.until_empty()
        rows = await office.log()
        # It is cut back once two hundred too many have come.
        assert 50 <= len(rows) <= 250
        sequences = sorted(one.sequence for one in rows)
        assert len(set(sequences)) == len(rows)

    async def test_after_seven_days_it_is_forgotten(self, house: House) -> None:
        running = house.gateway.running
        for days in (0, 6):
            house.clock.advance(days * 86_400)
            publish_event(running, running.companies[house.company.id], "flows", {}, at=house.clock.now())
            await running.store.flushed()
            await until(lambda: running.publisher.backlog == 0)
        path = f"/{house.company.app_id}/webhook_deliveries?field=flows"
        assert len((await house.call("GET", path))[1]["data"]) == 2
        house.clock.advance(86_500)
        await forget_old_deliveries(running)
        assert len((await house.call("GET", path))[1]["data"]) == 1


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(shared_house: House) -> House:
    """A house that told twelve events, of which the fifth failed once and the last two are not taken."""
    running, receiver = shared_house.gateway.running, shared_house.receiver
    running.settings.webhook_schedule[:] = [0, 3600]
    company = running.companies[shared_house.company.id]
    # The template's approval is told first; it is not what these tests look at.
    await until(lambda: receiver.posts and running.publisher.backlog == 0)
    await running.store.write(lambda connection: connection.execute(delete(webhook_log)))
    receiver.posts.clear()
    for n in range(12):
        receiver.answers = {4: [500], 10: [503, 503], 11: [503, 503]}.get(n, [])
        publish_event(running, company, "flows" if n % 2 else "security", {"n": n}, at=running.clock.now())
        await running.store.flushed()
        await until(lambda: len(receiver.posts) >= n + 1 + (n >= 4) + (n >= 10) + (n >= 11))  # noqa: B023  awaited here
        await running.store.flushed()
    return shared_house


@pytest.mark.asyncio(loop_scope="module")
class TestReading:
    async def read(self, house: House, **parameters: Any) -> Any:
        path = f"/v23.0/{house.company.app_id}/webhook_deliveries"
        status, answer, _ = await house.call("GET", path, params=parameters)
        return answer if status == 200 else answer["error"]

    async def test_newest_first_page_by_page_there_and_back(self, told: House) -> None:
        everything = (await self.read(told, limit=100))["data"]
        assert len(everything) == 15
        assert "next" not in (await self.read(told, limit=100))["paging"]
        assert [row["id"] for row in everything] == sorted((row["id"] for row in everything), reverse=True)
        page, seen = await self.read(told, limit=4), []
        while True:
            seen += page["data"]
            if "next" not in page["paging"]:
                break
            assert page["paging"]["next"].startswith(told.gateway.url + "/v23.0/")
            _, page, _ = await told.call("GET", page["paging"]["next"].removeprefix(told.gateway.url))
        assert seen == everything
        _, back, _ = await told.call("GET", page["paging"]["previous"].removeprefix(told.gateway.url))
        assert back["data"] == everything[8:12]

    @pytest.mark.parametrize(
        ("asked", "count"),
        [
            ({"status": "failed"}, 5),
            ({"status": "503"}, 4),
            ({"status": "confirmed"}, 10),
            ({"field": "flows"}, 7),
            ({"field": "security", "status": "500"}, 1),
            ({"callback_url": "http://nobody.example"}, 0),
        ],
    )
    async def test_what_is_asked_for_is_shown(self, told: House, asked: dict[str, str], count: int) -> None:
        assert len((await self.read(told, limit=100, **asked))["data"]) == count

    @pytest.mark.parametrize(
        ("asked", "named"),
        [
            ({"limit": "0"}, "limit: got '0', expected 1 to 100"),
            ({"after": "x"}, "after: got 'x', expected a cursor"),
            ({"status": "77"}, "status: got '77', expected an HTTP status, 'confirmed' or 'failed'"),
            ({"since": "yesterday"}, "since: got 'yesterday', expected Unix seconds"),
        ],
    )
    async def test_what_cannot_be_asked_is_named(self, told: House, asked: dict[str, str], named: str) -> None:
        error = await self.read(told, **asked)
        assert error["code"] == 100
        assert named in error["error_data"]["details"]

    async def test_one_attempt_is_shown_whole(self, told: House) -> None:
        (row,) = (await self.read(told, status="500"))["data"]
        assert (row["attempt"], row["confirmed"], row["status"], row["error"]) == (1, False, 500, None)
        path = f"/{told.company.app_id}/webhook_deliveries/{row['id']}"
        _, whole, _ = await told.call("GET", path)
        post = next(post for post in told.receiver.posts if post.status == 500)
        assert whole["request"]["body"].encode() == post.body
        assert whole["request"]["headers"]["X-Hub-Signature-256"] == post.headers["X-Hub-Signature-256"]
        assert whole["request"]["headers"]["X-Event-Id"] == row["event_id"]
        status, answer, _ = await told.call("GET", f"/{told.company.app_id}/webhook_deliveries/1")
        assert (status, answer["error"]["code"], answer["error"]["error_subcode"]) == (400, 100, 33)

    async def test_nobody_reads_anothers_log(self, told: House) -> None:
        status, answer, _ = await told.call("GET", "/100000000000042/webhook_deliveries")
        assert (status, answer["error"]["error_subcode"]) == (400, 33)


class TestReplay:
    async def test_one_attempt_is_told_once_more_with_the_same_bytes_and_id(self, house: House) -> None:
        anna = await house.customer()
        wamid = anna.write("noch einmal bitte")
        await house.receiver.message(wamid)
        running = house.gateway.running
        await until(lambda: running.publisher.backlog == 0)
        await running.store.flushed()
        path = f"/{house.company.app_id}/webhook_deliveries"
        newest = (await house.call("GET", path, params={"field": "messages"}))[1]["data"][0]
        status, answer, _ = await house.call("POST", f"{path}/{newest['id']}", json={"replay": True})
        assert (status, answer) == (200, {"success": True, "replayed": 1})
        await house.receiver.until(lambda: sum(b"noch einmal" in post.body for post in house.receiver.posts) == 2)
        first, second = (post for post in house.receiver.posts if b"noch einmal" in post.body)
        assert (first.body, first.headers["X-Event-Id"]) == (second.body, second.headers["X-Event-Id"])

    async def test_what_was_not_taken_is_told_once_more_to_the_endpoint_of_today(
        self, house: House, receiver: Receiver
    ) -> None:
        await house.restart_gateway(webhook_schedule=[0], webhook_seconds=100)
        running, app = house.gateway.running, house.company.app_id
        began = running.clock.now()
        house.receiver.answer = 500
        for n in range(3):
            publish_event(running, running.companies[house.company.id], "flows", {"n": n}, at=began)
        await until(lambda: house.receiver.arrived >= 3)
        house.clock.advance(101)
        await until(lambda: running.publisher.backlog == 0, 20)
        path = f"/{app}/subscriptions"
        await house.call("DELETE", path)
        await house.call("POST", path, data={"callback_url": receiver.url, "verify_token": "verify-me"})
        given = {"since": began, "status": "failed", "field": "flows"}
        status, answer, _ = await house.call("POST", f"/{app}/webhook_replay", json=given)
        assert (status, answer) == (200, {"success": True, "replayed": 3})
        await receiver.until(lambda: len(receiver.changes) == 3)
        assert sorted(change["value"]["n"] for change in receiver.changes) == [0, 1, 2]
        await until(lambda: running.publisher.backlog == 0)
        await running.store.flushed()
        # Now they are taken, nothing failed is left.
        assert (await house.call("POST", f"/{app}/webhook_replay", json=given))[1]["replayed"] == 0

    async def test_what_still_waits_is_tried_at_once(self, house: House) -> None:
        await house.receiver.until(lambda: house.receiver.posts)
        await house.restart_gateway(webhook_schedule=[86_400])
        running = house.gateway.running
        await until(lambda: running.publisher.backlog == 0)
        house.receiver.answers = [500]
        publish_event(running, running.companies[house.company.id], "flows", {"n": 1}, at=running.clock.now())
        await until(lambda: running.metrics.webhooks.labels("refused")._value.get() == 1)
        given = {"since": 0, "status": "failed"}
        await house.call("POST", f"/{house.company.app_id}/webhook_replay", json=given)
        await house.receiver.until(lambda: house.receiver.changes[-1]["value"] == {"n": 1})
        await until(lambda: running.publisher.backlog == 0)

    async def test_a_replay_needs_to_know_which(self, house: House) -> None:
        status, answer, _ = await house.call("POST", f"/{house.company.app_id}/webhook_replay", json={"field": "flows"})
        assert (status, answer["error"]["code"]) == (400, 131008)
        assert answer["error"]["error_data"]["details"] == "since: got nothing, expected Unix seconds, or ids"


async def test_a_merged_post_is_noted_for_each_of_its_events(open_office: Open, receiver: Receiver) -> None:
    office = await open_office()
    await office.subscribe(receiver.url, merge=50)
    for n in range(10):
        office.tell(str(n))
    await office.until_empty()
    rows = await office.log()
    assert len(rows) == 10
    assert len(receiver.posts) < 10
    assert texts([post.body for post in receiver.posts]) == [str(n) for n in range(10)]
    whole = await office.store.read(lambda c: find_attempt(c, COMPANY.app_id, rows[-1].id))
    assert whole is not None
    assert str(whole.sequence) in json.loads(whole.headers)["X-Event-Id"].split(",")
