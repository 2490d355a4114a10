"""Companies that want to be found (spec/wire.md section 9): who is listed, how words find them, pages, the switch."""

from __future__ import annotations

from typing import Any

import aiohttp
import msgspec
import pytest

from handschlag.clock import MovableClock
from handschlag.relay.rules.company_search import words_of
from handschlag.wire.company import CompanyCard, Profile
from handschlag.wire.signed import sign_record, verify_record
from tests.relay.conftest import Join, StartRelay, both_databases
from tests.support.relay_door import Door
from tests.support.relay_party import Party, join

COMPANIES: list[dict[str, Any]] = [
    {"name": "Möwe Air", "about": "Kurze Wege, weite Blicke.", "address": "Flughafenallee 7, 24159 Kiel", "vertical": "TRAVEL"},
    {"name": "Stadtwerke Kiel", "about": "Strom und Wärme", "address": "Kiel"},
    {"name": "Apotheke am Markt", "address": "Lübeck", "vertical": "HEALTH"},
]  # fmt: skip


async def publish(party: Party, listed: bool = True, **said: Any) -> None:
    profile = Profile(
        business=party.account, gateway_operator="own machine", at=int(party.clock.now()), listed=listed, **said
    )
    await party.http.publish_profile(sign_record(profile, party.identity.signer))


async def found(door: Door, **asked: str) -> list[str]:
    answer = await door.call("GET", "/v1/directory?" + "&".join(f"{name}={value}" for name, value in asked.items()))
    assert answer.status == 200, answer
    cards = [msgspec.convert(one, CompanyCard) for one in answer.body["companies"]]
    return [msgspec.json.decode(card.profile.record)["name"] for card in cards]


@pytest.fixture
async def companies(join_relay: Join) -> list[Party]:
    made = []
    for number, said in enumerate(COMPANIES):
        made.append(await join_relay(handle=f"company-{number}"))
        await publish(made[-1], **said)
    return made


class TestTheDirectory:
    @both_databases
    @pytest.mark.usefixtures("airline")
    async def test_shows_who_wants_to_be_found_by_name_with_signed_cards(
        self, door: Door, companies: list[Party]
    ) -> None:
        assert await found(door) == ["Apotheke am Markt", "Möwe Air", "Stadtwerke Kiel"]
        answer = await door.call("GET", "/v1/directory")
        assert answer.body["categories"] == {"HEALTH": 1, "OTHER": 1, "TRAVEL": 1}
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        card = msgspec.convert(answer.body["companies"][1], CompanyCard)
        assert card.offer is None
        assert verify_record(card.profile, companies[0].identity.signer.public, Profile, "profile").listed
        await publish(companies[0], listed=False, **COMPANIES[0])
        assert await found(door) == ["Apotheke am Markt", "Stadtwerke Kiel"]

    @pytest.mark.parametrize(
        ("asked", "names"),
        [
            ({"query": "kiel"}, ["Möwe Air", "Stadtwerke Kiel"]),
            ({"query": "MÖWE"}, ["Möwe Air"]),
            ({"query": "moewe"}, ["Möwe Air"]),
            ({"query": "mowe"}, ["Möwe Air"]),
            ({"query": "warme kiel"}, ["Stadtwerke Kiel"]),
            ({"query": "iel"}, []),
            ({"query": "am-markt"}, ["Apotheke am Markt"]),
            ({"query": "...?!"}, ["Apotheke am Markt", "Möwe Air", "Stadtwerke Kiel"]),
            ({"query": "kiel", "category": "TRAVEL"}, ["Möwe Air"]),
            ({"category": "nonsense"}, []),
        ],
    )
    @pytest.mark.usefixtures("companies")
    async def test_is_searched_by_beginnings_of_words(
        self, door: Door, asked: dict[str, str], names: list[str]
    ) -> None:
        assert await found(door, **asked) == names

    async def test_comes_in_pages(self, door: Door, join_relay: Join) -> None:
        for number in range(23):
            await publish(await join_relay(handle=f"shop-{number:02}"), name=f"Shop {number:02}")
        first = (await door.call("GET", "/v1/directory?query=shop")).body
        assert (len(first["companies"]), first["after"]) == (20, "shop-19")
        second = (await door.call("GET", f"/v1/directory?query=shop&after={first['after']}")).body
        assert [one["handle"] for one in second["companies"]] == ["shop-20", "shop-21", "shop-22"]
        assert "after" not in second

    async def test_refuses_long_questions_and_pages_there_are_not(self, door: Door) -> None:
        for asked, field in ((f"query={'x' * 81}", "query"), ("after=nobody", "after")):
            answer = await door.call("GET", f"/v1/directory?{asked}")
            assert (answer.status, answer.error["field"]) == (400, field)

    async def test_is_limited_per_address(self, start_relay: StartRelay, session: aiohttp.ClientSession) -> None:
        door = Door(session, (await start_relay(directory_calls_per_minute=2)).url)
        assert [(await door.call("GET", "/v1/directory")).status for _ in range(3)] == [200, 200, 429]

    async def test_is_the_operators_to_switch_off(
        self, start_relay: StartRelay, session: aiohttp.ClientSession, clock: MovableClock
    ) -> None:
        relay = await start_relay(directory=False)
        await publish(await join(relay, session, clock, handle="moewe-air"), name="Möwe Air")
        door = Door(session, relay.url)
        assert (await door.call("GET", "/v1/directory")).status == 404
        assert (await door.call("GET", "/v1/relay")).body["directory"] is False


def test_words_are_found_in_each_customary_spelling() -> None:
    assert set(words_of("Größe Zürich")) == {"grosse", "zurich", "groesse", "zuerich"}
