"""Delivery of webhooks: signed, retried, durable, in order, one endpoint never delaying another."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json

from handschlag.gateway.actions.webhooks.set_subscription import set_subscription
from handschlag.gateway.storage.webhook_queue import list_events
from tests.gateway.house import House
from tests.gateway.receiver import Receiver
from tests.support.waiting import until


async def secret_of(house: House) -> bytes:
    return house.gateway.configuration.data_key.open(house.company.app_secret, "app_secret")


async def until_no_backlog(house: House) -> None:
    async with asyncio.timeout(10):
        while house.gateway.running.publisher.backlog:
            await asyncio.sleep(0.02)


class TestPosts:
    async def test_the_signature_is_over_the_exact_bytes_and_these_are_ascii(self, house: House) -> None:
        anna = await house.customer("Änne 🛫")
        anna.write("Grüße / bis bald 🛫 \u2028")
        post = await house.receiver.until(
            lambda: next((p for p in house.receiver.posts if b"bis bald" in p.body), None)
        )
        secret = await secret_of(house)
        expected = hmac.new(secret, post.body, hashlib.sha256).hexdigest()
        assert post.headers["X-Hub-Signature-256"] == f"sha256={expected}"
        assert post.headers["X-Hub-Signature"] == "sha1=" + hmac.new(secret, post.body, hashlib.sha1).hexdigest()
        assert post.body.isascii()
        assert b"Gr\\u00fc\\u00dfe" in post.body
        assert b"\\ud83d\\udeeb" in post.body
        assert json.loads(post.body)["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"].startswith(
            "Grüße"
        )
        assert post.headers["Content-Type"] == "application/json"

    async def test_one_event_per_post_by_default(self, house: House) -> None:
        anna = await house.customer()
        house.receiver.gate.clear()
        wamids = [await house.send_text(house.contact_of(anna).wa_id, str(n)) for n in range(20)]
        house.receiver.gate.set()
        for wamid in wamids:
            await house.receiver.status(wamid, "delivered")
        assert all(len(json.loads(post.body)["entry"]) == 1 for post in house.receiver.posts)
        assert all(len(post.changes) == 1 for post in house.receiver.posts)

    async def test_under_backlog_a_subscription_that_wants_it_gets_up_to_fifty_in_one(self, house: House) -> None:
        await set_subscription(house.gateway.configuration, house.company.app_id, house.receiver.url, merge=50)
        await house.gateway.refresh()
        anna = await house.customer()
        house.receiver.gate.clear()
        wamids = [await house.send_text(house.contact_of(anna).wa_id, str(n)) for n in range(60)]
        await anna.until(lambda: len(anna.texts) == 60)
        house.receiver.gate.set()
        for wamid in wamids:
            await house.receiver.status(wamid, "delivered")
        most = max(len(json.loads(post.body)["entry"]) for post in house.receiver.posts)
        assert 10 < most <= 50
        assert [house.receiver.statuses_of(wamid) for wamid in wamids] == [["sent", "delivered"]] * 60


class TestRetries:
    async def test_events_outlive_the_process(self, house: House) -> None:
        await house.restart_gateway(webhook_schedule=[0.1])
        anna = await house.customer()
        port = house.receiver.port
        await house.receiver.stop()
        wamid = await house.send_text(house.contact_of(anna).wa_id, "trotzdem")
        await anna.text("trotzdem")
        await house.restart_gateway(webhook_schedule=[0.1])
        again = Receiver()
        await again.start(port)
        # What waits for another try does not hold up what is new: the order of the two is not promised.
        await again.until(lambda: len(again.statuses_of(wamid)) >= 2)
        assert sorted(again.statuses_of(wamid)) == ["delivered", "sent"]
        await again.stop()

    async def test_what_waits_at_a_start_is_not_tried_before_it_can_be_signed(self, house: House) -> None:
        anna = await house.customer()
        house.receiver.gate.clear()
        written = [anna.write(f"{n}") for n in range(20)]
        await until(lambda: house.gateway.running.publisher.backlog == 20)
        await house.restart_gateway()
        await house.gateway.running.store.flushed()
        waiting = await house.gateway.running.store.read(
            lambda connection: list_events(connection, 1, after=0, limit=100)
        )
        assert [event.attempts for event in waiting] == [0] * 20
        house.receiver.gate.set()
        await house.receiver.message(written[-1])


class TestIsolation:
    async def test_backlog_throttles_what_is_accepted_and_then_recovers(self, house: House) -> None:
        await house.restart_gateway(webhook_backlog_limit=10)
        anna = await house.customer()
        wa_id = house.contact_of(anna).wa_id
        house.receiver.gate.clear()
        refused = None
        for n in range(50):
            status, answer, headers = await house.call(
                "POST",
                f"/{house.company.phone_number_id}/messages",
                json={"messaging_product": "whatsapp", "to": wa_id, "text": {"body": str(n)}},
            )
            if status != 200:
                refused = answer["error"]["code"], headers["Retry-After"]
                break
            await anna.text(str(n))
        assert refused == (130429, "5")
        house.receiver.gate.set()
        await until_no_backlog(house)
        await house.send_text(wa_id, "weiter")

    async def test_conversations_keep_their_order(self, house: House) -> None:
        people = [await house.customer(f"Person {n}") for n in range(5)]
        written: dict[str, list[str]] = {}
        for n in range(10):
            for person in people:
                written.setdefault(person.account, []).append(person.write(f"{n}"))
        await house.receiver.until(lambda: len(house.receiver.messages) == 55)
        arrived = [m["id"] for m in house.receiver.messages]
        for ids in written.values():
            assert [id_ for id_ in arrived if id_ in ids] == ids

    async def test_only_fields_that_were_subscribed_are_told(self, house: House) -> None:
        app = house.company.app_id
        quiet = Receiver()
        await quiet.start()
        await set_subscription(house.gateway.configuration, app, quiet.url, fields=["user_preferences"])
        await house.gateway.refresh()
        anna = await house.customer()
        await anna.agree("marketing")
        await quiet.until(lambda: len(quiet.changes) == 1)
        assert quiet.changes[0]["field"] == "user_preferences"
        await quiet.stop()
