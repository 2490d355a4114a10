"""The same on PostgreSQL: queue, log, replay and reading by cursor."""

from __future__ import annotations

from pathlib import Path

from handschlag.database.migrate import schema_differences
from handschlag.database.schema import upgrade_schema
from handschlag.gateway.actions.webhooks.replay_deliveries import ask_for_replay
from handschlag.gateway.actions.webhooks.set_subscription import set_cursor
from handschlag.gateway.app import MIGRATIONS
from handschlag.gateway.storage.schema import metadata
from handschlag.gateway.storage.webhook_log import LogFilter, find_attempt, forget_attempts, trim_attempts
from handschlag.gateway.storage.webhook_queue import QueuedEvent, enqueue_missing, forget_read_events, page_events
from handschlag.gateway.storage.webhook_replays import delete_replays, list_replays, store_replays_of_waiting
from tests.gateway.receiver import Receiver
from tests.gateway.webhooks.post_office import COMPANY, PostOffice, texts
from tests.support.waiting import until


async def test_deliveries_are_kept_read_and_told_again(
    tmp_path: Path, empty: Path, receiver: Receiver, postgresql_url: str
) -> None:
    await upgrade_schema(postgresql_url, MIGRATIONS)
    assert await schema_differences(postgresql_url, metadata) == []
    office = PostOffice(tmp_path, empty, database_url=postgresql_url, webhook_schedule=[0, 3600])
    await office.start()
    endpoint = await office.subscribe(receiver.url)
    await set_cursor(office.configuration, COMPANY.app_id)
    await office.publisher.refresh()
    receiver.answers = [500, 200, 200, 503, 503]
    for text in ("eins", "zwei", "drei"):
        office.tell(text, field="flows" if text == "zwei" else "messages")
    await until(lambda: office.posts("refused") == 3 and office.posts("confirmed") == 2)
    store = office.store

    rows = await office.log()
    assert [row.status for row in rows] == [500, 200, 200, 503, 503]
    assert [row.status for row in await office.log(outcome="failed")] == [500, 503, 503]
    (waiting,) = await office.queued(endpoint)
    for row in rows:
        whole = await store.read(lambda c: find_attempt(c, COMPANY.app_id, row.id))  # noqa: B023  read at once
        assert whole is not None
        assert whole.entry is not None

    feed = office.publisher.feed_of(COMPANY.app_id)
    assert feed is not None
    number = feed.subscription.id
    page = await store.read(lambda c: page_events(c, number, after=0, limit=9, fields=["flows"], look_at=2))
    assert texts([b'{"entry":[' + event.entry + b"]}" for event in page.events]) == ["zwei"]

    # "drei" failed and waits: a replay finds it in the queue.
    assert await ask_for_replay(office.configuration, LogFilter(app_id=COMPANY.app_id, outcome="failed")) == 1
    (asked,) = await store.read(lambda c: list_replays(c, limit=5))
    assert asked.sequence == waiting.sequence
    again = QueuedEvent(endpoint, asked.sequence, asked.lane, asked.field, asked.entry, 0, 0.0, 0.0)
    assert await store.write(lambda c: enqueue_missing(c, [again])) == []
    await store.write(lambda c: delete_replays(c, [asked.id]))
    await store.write(lambda c: store_replays_of_waiting(c, COMPANY.app_id, [endpoint]))
    assert [row.sequence for row in await store.read(lambda c: list_replays(c, limit=5))] == [waiting.sequence]

    assert await store.write(lambda c: trim_attempts(c, endpoint, keep=2)) == 3
    now = office.clock.now()
    assert await store.write(lambda c: forget_attempts(c, before=now + 1, most=10)) == 2
    assert await store.write(lambda c: forget_read_events(c, before=now + 1, most=10)) == 3
    await office.stop()
