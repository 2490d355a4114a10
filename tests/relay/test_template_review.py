"""The operator's decisions on templates (`handschlag relay templates`), made beside a relay that runs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from handschlag.cli.app import app
from handschlag.clock import MovableClock
from handschlag.wire.http import TemplateState
from tests.relay.conftest import StartRelay
from tests.relay.test_companies import definition, text_of
from tests.support.relay_party import Party, join


class Desk:
    """An operator at his command line, and the company whose template he reads."""

    def __init__(self, airline: Party, environment: dict[str, str]) -> None:
        self.airline = airline
        self._environment = environment

    async def command(self, *words: str, status: int = 0) -> str:
        def run() -> str:
            result = CliRunner().invoke(app, ["relay", "templates", *words], env=self._environment)
            assert result.exit_code == status, (result.output, result.exception)
            return result.output

        return await asyncio.to_thread(run)

    async def state(self) -> TemplateState:
        (state,) = (await self.airline.http.template_states()).templates
        return state


@pytest.fixture
async def desk(start_relay: StartRelay, session: Any, clock: MovableClock, tmp_path: Path, database_url: str) -> Desk:
    relay = await start_relay(template_review="by_hand")
    airline = await join(relay, session, clock, handle="moewe-air")
    await airline.http.submit_template(text_of(definition(airline)))
    return Desk(airline, {"HANDSCHLAG_RELAY_DATA": str(tmp_path / "relay")})


async def test_a_waiting_template_is_read_and_approved(desk: Desk) -> None:
    (line,) = (await desk.command("list", "--status", "pending")).splitlines()
    hash_, handle, name, *_ = line.split()
    assert (handle, name) == ("moewe-air", "departure")
    assert '"text": "' in await desk.command("show", hash_)
    assert (await desk.state()).approval is None
    assert "is APPROVED" in await desk.command("approve", hash_)
    state = await desk.state()
    assert (state.status, state.approval is not None) == ("APPROVED", True)
    assert await desk.command("list", "--status", "PENDING") == ""


async def test_a_rejection_says_why_and_hides_what_waits(desk: Desk) -> None:
    hash_ = (await desk.state()).hash
    await desk.command("approve", hash_)
    assert len((await desk.airline.http.template_texts(desk.airline.account)).definitions) == 1
    await desk.command("reject", hash_, "--reason", "It sells something.")
    state = await desk.state()
    assert (state.status, state.reason, state.approval) == ("REJECTED", "It sells something.", None)
    assert (await desk.airline.http.template_texts(desk.airline.account)).definitions == []


async def test_a_paused_template_gets_no_approval_and_stays_readable(desk: Desk) -> None:
    hash_ = (await desk.state()).hash
    await desk.command("approve", hash_)
    await desk.command("pause", hash_)
    state = await desk.state()
    assert (state.status, state.approval) == ("PAUSED", None)
    assert len((await desk.airline.http.template_texts(desk.airline.account)).definitions) == 1


@pytest.mark.parametrize("words", [["approve", "nothing"], ["show", "nothing"], ["reject", "x", "--reason", "y" * 501]])
async def test_what_is_not_there_or_too_long_ends_in_one_line(desk: Desk, words: list[str]) -> None:
    output = await desk.command(*words, status=1)
    assert len(output.strip().splitlines()) == 1
