"""Load in both directions, and the ledger of what was promised: answers of 200, and messages on a customer's disk."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

from handschlag.content.message_id import message_id
from handschlag.sandbox.customer import Customer
from tests.support.town import Town

_POST_SECONDS = 0.08
_WRITE_SECONDS = 0.16
PROGRESS_SECONDS = 30.0


@dataclass
class Promises:
    """What one customer was promised, and promised: ids in the order of the answers."""

    customer: Customer
    address: str
    accepted: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """Return how many messages this customer has, their own among them."""
        return len(self.customer.entries)

    def arrived(self) -> list[str]:
        """Return the ids of messages in the order the customer sees them."""
        return [message_id(e.envelope) for e in list(self.customer.entries.values()) if e.incoming]

    def texts(self) -> list[str]:
        return [e.message["text"]["body"] for e in list(self.customer.entries.values()) if e.incoming]


class Load:
    """Programs that post and people who write, as fast as they are let, until stopped."""

    def __init__(self, town: Town, dice: random.Random) -> None:
        self._town = town
        self._dice = dice
        self._tasks: list[asyncio.Task[None]] = []
        self._running = True
        self.people: list[Promises] = []
        self.unanswered = 0
        self.unexpected: list[tuple[int, object]] = []

    async def add_customer(self, name: str) -> None:
        """Let somebody join; the company's program learns their address from their first message."""
        customer = await self._town.customer(name, "utility")
        hello = message_id(await self._town.write(customer, "hello"))
        message = await self._town.receiver.message(hello)
        self.people.append(Promises(customer, message["from"], written=[hello]))

    @property
    def accepted(self) -> int:
        return sum(len(person.accepted) for person in self.people)

    def start(self) -> None:
        for person in self.people:
            self._tasks.append(asyncio.create_task(self._forever(person, self._post, _POST_SECONDS)))
            self._tasks.append(asyncio.create_task(self._forever(person, self._write, _WRITE_SECONDS)))

    async def stop(self) -> None:
        """Stop between two messages, when every promise that was given is in the ledger; raise what went wrong."""
        self._running = False
        await asyncio.gather(*self._tasks)

    async def progress(self) -> None:
        """Return when every customer was promised another message, and another one arrived on either side."""
        before = [(len(p.accepted), p.seen) for p in self.people]
        heard = len(self._town.receiver.posts)

        def went_on() -> bool:
            people = zip(self.people, before, strict=True)
            return len(self._town.receiver.posts) > heard and all(
                len(p.accepted) > accepted and p.seen > seen for p, (accepted, seen) in people
            )

        await self._town.until(went_on, PROGRESS_SECONDS, every=0.02)

    async def _forever(self, person: Promises, step: Callable[[Promises, int], Awaitable[None]], pause: float) -> None:
        number = 0
        while self._running:
            number += 1
            await step(person, number)
            await asyncio.sleep(self._dice.uniform(0, 2 * pause))

    async def _post(self, person: Promises, number: int) -> None:
        try:
            status, answer = await self._town.post({"to": person.address, "text": {"body": f"{number}"}})
        except aiohttp.ClientError:
            # Killed before it answered: the message may have been taken, and then it arrives, in its place.
            self.unanswered += 1
            return
        if status == 200:
            person.accepted.append(answer["messages"][0]["id"])
        else:
            self.unexpected.append((status, answer))

    async def _write(self, person: Promises, number: int) -> None:
        person.written.append(message_id(await self._town.write(person.customer, f"{number}")))
