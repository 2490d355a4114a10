"""What the relay keeps in memory: looked up once, renewed with the database, and thrown away with a failed commit."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Any

import aiohttp
import msgspec
import pytest
from sqlalchemy import Connection

from handschlag.relay.app import Relay
from handschlag.relay.directory import Recent
from handschlag.relay.storage.mailboxes import STORE_EVENT
from handschlag.wire.frames import CLOSE_RESTARTING
from tests.relay.conftest import Join, StartRelay, both_databases
from tests.support.relay_party import Party
from tests.support.waiting import until


class TestRecent:
    def test_what_was_not_used_for_longest_is_forgotten(self) -> None:
        recent: Recent[int, str] = Recent(3)
        for number in (1, 2, 3):
            recent.put(number, str(number))
        assert recent.get(1) == "1"
        recent.put(4, "4")
        assert [recent.get(number) for number in (1, 2, 3, 4)] == ["1", None, "3", "4"]

    def test_what_is_newer_than_what_was_loaded_counts(self) -> None:
        recent: Recent[int, str] = Recent(3)
        recent.put(1, "newer")
        assert recent.put_if_missing(1, "loaded") == "newer"
        assert recent.put_if_missing(2, "loaded") == "loaded"
        recent.drop(1)
        recent.drop(7)
        assert recent.get(1) is None


class TestTheTimeAnAnswerTakes:
    async def test_unknown_and_blocked_and_not_agreed_are_looked_up_alike(
        self, relay: Relay, airline: Party, join_relay: Join, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A look into the database takes longer than one into memory: who is unknown must not cause more of them."""
        blocked, never = await join_relay(), await join_relay()
        await blocked.http.block(airline.account)
        socket = await airline.connect()
        reads = 0
        real = relay.store.read

        async def counted(function: Callable[[Connection], Any]) -> Any:
            nonlocal reads
            reads += 1
            return await real(function)

        monkeypatch.setattr(relay.store, "read", counted)
        for to in (blocked.account, never.account, "@" + "z" * 26 + ":localhost"):
            counts = []
            for _ in range(3):
                envelope = airline.envelope(never, kind="template")
                envelope["header"]["to"] = to
                envelope["bodies"] = {to: envelope["bodies"].popitem()[1]}
                before = reads
                (result,) = await socket.send(envelope)
                assert result.refusal is not None
                assert result.refusal.code == "undeliverable"
                counts.append(reads - before)
            assert counts[1:] == [0, 0]


class TestFailedCommits:
    @both_databases
    async def test_a_failed_commit_answers_and_delivers_nothing_and_ends_the_process(
        self, relay: Relay, start_relay: StartRelay, airline: Party, ines: Party, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ended: list[int] = []
        monkeypatch.setattr(os, "kill", lambda _pid, number: ended.append(number))
        sender, receiver = await ines.connect(), await airline.connect()
        kept, lost = ines.envelope(airline), ines.envelope(airline)
        await sender.send(kept)
        await receiver.hear_events(1)
        with monkeypatch.context() as broken:
            broken.setattr(STORE_EVENT, "run", _full_disk)
            await sender.say({"type": "send", "envelopes": [lost]})
            await until(lambda: ended)
        assert ended == [signal.SIGTERM]
        assert relay.failed
        await sender.say({"type": "send", "envelopes": [lost]})
        assert await sender.closed() == CLOSE_RESTARTING
        assert (len(sender.results), len(receiver.events)) == (1, 1)
        monkeypatch.undo()
        await relay.stop()
        await start_relay(port=relay.port)
        sender, receiver = await ines.connect(), await airline.connect()
        (result,) = await sender.send(lost)
        assert result.refusal is None
        events = await receiver.hear_events(2)
        for envelope, event in zip((kept, lost), events, strict=True):
            assert isinstance(event.header, msgspec.Raw)
            assert msgspec.json.decode(event.header)["id"] == envelope["header"]["id"]


def _full_disk(*_: object) -> None:
    raise OSError("no space left")


async def test_many_at_once_about_one_pair_leave_memory_and_database_alike(
    relay: Relay, start_relay: StartRelay, session: aiohttp.ClientSession, airline: Party, ines: Party
) -> None:
    """Grants, blocks, messages and notifications meet; after a restart the relay decides as before."""
    sender, company = await ines.connect(), await airline.connect()
    for _ in range(5):
        await asyncio.gather(
            sender.send(ines.envelope(airline)),
            company.send(airline.envelope(ines, kind="template")),
            ines.http.block(airline.account),
            ines.http.unblock(airline.account),
            ines.http.post_grant(ines.sign(ines.grant(airline, ["utility"]))),
            return_exceptions=True,
        )
        ines.head = next(s.head for s in (await ines.http.consent()).businesses)
    standing = relay.context.directory.peek_standing(airline.account, ines.account)
    assert standing is not None
    await relay.stop()
    again = await start_relay(port=relay.port)
    loaded = await again.context.directory.find_standing(airline.account, ines.account)
    assert loaded == standing
