"""`kill -9` of relay and gateway at random points under load: nothing lost, nothing twice, no ratchet index used again."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Iterable
from itertools import pairwise
from pathlib import Path

import pytest

from handschlag.content.message_id import message_id
from tests.chaos.ledger import Told
from tests.chaos.load import Load, Promises
from tests.support.town import Town
from tests.support.wire_record import attempts, delivered_envelopes, message_keys, repeats, sent_envelopes

# A machine that does other things beside starts a process in seconds; what is measured is loss, not speed.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

KILLS = int(os.environ.get("HANDSCHLAG_KILLS", "16"))
PEOPLE = ("Ines", "Jan", "Lu", "Mia", "Zoë")
STANDSTILL_SECONDS = 30.0


@pytest.fixture
def dice() -> random.Random:
    seed = int(os.environ.get("HANDSCHLAG_SEED", str(random.randrange(10**6))))
    print(f"HANDSCHLAG_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    # Commits that wait long for company leave more to be lost between what is done and what is on disk.
    async with Town(tmp_path, webhook_schedule=[0.2], commit_window=0.02) as made:
        yield made


@pytest.fixture
async def load(town: Town, dice: random.Random) -> Load:
    made = Load(town, dice)
    for name in PEOPLE:
        await made.add_customer(name)
    return made


async def kill_again_and_again(town: Town, load: Load, dice: random.Random, kills: int) -> None:
    """Kill one or the other; now and then while it is still starting, else once everything flows again."""
    for _ in range(kills):
        victim = dice.choice([town.relay, town.gateway])
        await asyncio.sleep(dice.uniform(0, 0.4))
        await victim.kill()
        await victim.begin()
        if dice.random() > 0.15:
            await town.relay.wait_until_ready()
            await town.gateway.wait_until_ready()
            await load.progress()
    await town.relay.wait_until_ready()
    await town.gateway.wait_until_ready()


async def check_promises(town: Town, load: Load, *, endpoint_was_down: bool = False) -> Told:
    """Wait for what was promised, then look at everything that happened.

    After an endpoint was down, events that wait for their next try are overtaken by new ones.
    """
    told = Told(town.receiver)
    await wait_for_all(town, load, told)
    assert {key: len(used) for key, used in message_keys(town.proxy).items() if len(used) > 1} == {}
    for person in load.people:
        check_person(person)
        if not endpoint_was_down:
            check_order_at_the_company(town, person, told)
    words = {id_: told.statuses[id_] for person in load.people for id_ in person.accepted}
    if endpoint_was_down:
        words = {id_: sorted(statuses, reverse=True) for id_, statuses in words.items()}
    assert {id_: statuses for id_, statuses in words.items() if statuses != ["sent", "delivered"]} == {}
    assert {id_: count for id_, count in told.messages.items() if count != 1} == {}
    assert load.unexpected == []
    return told


async def wait_for_all(town: Town, load: Load, told: Told) -> None:
    """Return when every promise is kept; fails the test if nothing moves any more before that."""
    accepted = {id_ for person in load.people for id_ in person.accepted}
    written = {id_ for person in load.people for id_ in person.written}
    missing, since = {"everything": 1}, time.monotonic()
    while any(missing.values()):
        await asyncio.sleep(0.2)
        told.read()
        now_missing = {
            "messages": sum(len(set(p.accepted) - set(p.arrived())) for p in load.people),
            "delivered": sum("delivered" not in told.statuses[id_] for id_ in accepted),
            "told": len(written - told.messages.keys()),
        }
        if now_missing != missing:
            missing, since = now_missing, time.monotonic()
        elif time.monotonic() - since > STANDSTILL_SECONDS:
            pytest.fail(f"lost: {missing}")


def check_person(person: Promises) -> None:
    arrived, texts = person.arrived(), person.texts()
    assert len(texts) == len(set(texts)), "a text was shown twice"
    assert [int(text) for text in texts] == sorted(map(int, texts)), "a customer saw messages in another order"
    accepted = set(person.accepted)
    assert [id_ for id_ in arrived if id_ in accepted] == person.accepted


def check_order_at_the_company(town: Town, person: Promises, told: Told) -> None:
    written = set(person.written)
    assert [id_ for id_ in told.messages if id_ in written] == person.written, disorder(town, person, told)


def disorder(town: Town, person: Promises, told: Told) -> str:
    """Say where messages changed places: on their way to the relay, from it, or to the webhook."""
    stages = {
        "sent": first_places(message_id(e["header"]["id"]) for e in sent_envelopes(town.proxy)),
        "delivered": first_places(message_id(e["header"]["id"]) for e in delivered_envelopes(town.proxy)),
        "told": first_places(told.messages),
    }
    again = {e["header"]["id"]: e["header"]["attempt"] for e in sent_envelopes(town.proxy) if "attempt" in e["header"]}
    found = [
        f"{stage}: {before} after {after}"
        for stage, places in stages.items()
        for before, after in pairwise(person.written)
        if places[before] > places[after]
    ]
    return f"{person.customer.profile.account}, sealed again: {again}: {found}"


def first_places(ids: Iterable[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for number, id_ in enumerate(ids):
        places.setdefault(id_, number)
    return places


async def test_nothing_is_lost_or_twice_when_relay_and_gateway_are_killed(
    town: Town, load: Load, dice: random.Random
) -> None:
    started = time.monotonic()
    load.start()
    await load.progress()
    await kill_again_and_again(town, load, dice, KILLS)
    await load.stop()
    killed = time.monotonic()
    told = await check_promises(town, load)
    print(
        f"{KILLS} kills in {killed - started:.0f} s, {time.monotonic() - killed:.0f} s until all was there; "
        f"{sum(len(p.accepted) for p in load.people)} messages accepted, {load.unanswered} posts without an answer, "
        f"{sum(len(p.written) for p in load.people)} messages written; repeats: {repeats(town.proxy)} envelopes, "
        f"{told.repeats} webhooks; {len(message_keys(town.proxy))} message keys; sealed {dict(attempts(town.proxy))}"
    )


async def test_webhooks_wait_for_an_endpoint_that_is_down_while_the_gateway_is_killed(
    town: Town, load: Load, dice: random.Random
) -> None:
    port = town.receiver.port
    load.start()
    await load.progress()
    await town.receiver.stop()
    before = len(town.receiver.posts)
    for _ in range(4):
        promised = load.accepted
        await town.until(lambda: load.accepted > promised + 20)  # noqa: B023  asked at once
        await asyncio.sleep(dice.uniform(0, 0.3))
        await town.gateway.kill()
        await town.gateway.start()
    await load.stop()
    assert len(town.receiver.posts) == before
    await town.receiver.start(port)
    await check_promises(town, load, endpoint_was_down=True)
