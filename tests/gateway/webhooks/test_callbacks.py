"""Who is told: a number's callback before its account's before the app's; every one proves itself first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from handschlag.gateway.webhooks.events import publish_event
from tests.gateway.house import House
from tests.gateway.receiver import Receiver
from tests.gateway.webhooks.conftest import Open
from tests.gateway.webhooks.post_office import COMPANY, OTHER_ACCOUNT, OTHER_NUMBER, texts
from tests.support.waiting import until

one_house = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def endpoint() -> AsyncIterator[Receiver]:
    """An endpoint beside the house that all tests share."""
    made = Receiver()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def other() -> AsyncIterator[Receiver]:
    """One more endpoint."""
    made = Receiver()
    await made.start()
    yield made
    await made.stop()


def tell(house: House, event: str, *, field: str = "account_update") -> None:
    running = house.gateway.running
    company = running.companies[house.company.id]
    publish_event(running, company, field, {"event": event}, at=running.clock.now())


async def heard(receiver: Receiver, event: str) -> dict[str, Any]:
    found: dict[str, Any] = await receiver.until(
        lambda: next((c for c in receiver.changes if c["value"].get("event") == event), None)
    )
    return found


def events(receiver: Receiver) -> list[str]:
    return [change["value"]["event"] for change in receiver.changes if "event" in change["value"]]


async def configuration(house: House) -> Any:
    path = f"/{house.company.phone_number_id}?fields=webhook_configuration"
    return (await house.call("GET", path))[1]["webhook_configuration"]


@one_house
class TestPrecedence:
    async def test_number_before_account_before_app(self, shared_house: House, endpoint: Receiver) -> None:
        house, number = shared_house, Receiver()
        await number.start()
        account, token = f"/{house.company.waba_id}/subscribed_apps", "verify-me"
        tell(house, "to the app")
        await heard(house.receiver, "to the app")

        given = {"override_callback_uri": endpoint.url, "verify_token": token}
        status, answer, _ = await house.call("POST", account, json=given)
        assert (status, answer) == (200, {"success": True})
        assert endpoint.challenges[-1]["hub.verify_token"] == token
        tell(house, "to the account")
        await heard(endpoint, "to the account")
        shown = (await house.call("GET", account))[1]["data"]
        assert [row["override_callback_uri"] for row in shown] == [endpoint.url]

        number_given: dict[str, Any] = {
            "webhook_configuration": {"override_callback_uri": number.url, "verify_token": token}
        }
        status, answer, _ = await house.call("POST", f"/v23.0/{house.company.phone_number_id}", json=number_given)
        assert (status, answer) == (200, {"success": True})
        tell(house, "to the number")
        await heard(number, "to the number")
        assert await configuration(house) == {
            "phone_number": number.url,
            "whatsapp_business_account": endpoint.url,
            "application": house.receiver.url,
        }

        number_given = {"webhook_configuration": {"override_callback_uri": ""}}
        await house.call("POST", f"/{house.company.phone_number_id}", json=number_given)
        tell(house, "to the account again")
        await heard(endpoint, "to the account again")
        assert (await house.call("DELETE", account))[1] == {"success": True}
        tell(house, "to the app again")
        await heard(house.receiver, "to the app again")
        assert await configuration(house) == {"application": house.receiver.url}
        assert "override_callback_uri" not in (await house.call("GET", account))[1]["data"][0]

        assert events(house.receiver)[-2:] == ["to the app", "to the app again"]
        assert events(endpoint) == ["to the account", "to the account again"]
        assert events(number) == ["to the number"]
        await number.stop()

    async def test_what_waited_for_an_accounts_callback_goes_to_the_app(
        self, shared_house: House, endpoint: Receiver
    ) -> None:
        path = f"/{shared_house.company.waba_id}/subscribed_apps"
        given = {"override_callback_uri": endpoint.url, "verify_token": "verify-me"}
        await shared_house.call("POST", path, json=given)
        endpoint.answer = 500
        for n in range(3):
            tell(shared_house, f"left over {n}")
        await endpoint.until(lambda: endpoint.arrived >= 3)
        await shared_house.call("DELETE", path)
        for n in range(3):
            await heard(shared_house.receiver, f"left over {n}")

    async def test_an_empty_post_takes_the_accounts_callback_back(
        self, shared_house: House, endpoint: Receiver
    ) -> None:
        path = f"/{shared_house.company.waba_id}/subscribed_apps"
        given = {"override_callback_uri": endpoint.url, "verify_token": "verify-me"}
        await shared_house.call("POST", path, json=given)
        assert await configuration(shared_house) != {"application": shared_house.receiver.url}
        await shared_house.call("POST", path)
        assert await configuration(shared_house) == {"application": shared_house.receiver.url}


class TestWhoIsTold:
    async def test_it_takes_over_the_fields_of_the_app(self, open_office: Open, receiver: Receiver) -> None:
        office = await open_office()
        await office.subscribe("http://127.0.0.1:9/app", fields=["messages", "security"])
        await office.override(COMPANY.waba_id, receiver.url)
        office.tell("ja", field="security")
        office.tell("nein", field="flows")
        office.tell("auch", of=OTHER_NUMBER)
        office.tell("anderswo", of=OTHER_ACCOUNT)
        await until(lambda: len(receiver.posts) == 2)
        assert texts([post.body for post in receiver.posts]) == ["ja", "auch"]
        assert [event.field for event in await office.queued(1)] == ["messages"]

    async def test_before_the_app_has_an_endpoint_it_hears_of_everything(
        self, open_office: Open, receiver: Receiver
    ) -> None:
        office = await open_office()
        await office.override(COMPANY.phone_number_id, receiver.url)
        for field in ("messages", "security"):
            office.tell(field, field=field)
        await until(lambda: len(receiver.posts) == 2)

    async def test_it_takes_the_place_of_all_endpoints_of_the_app(self, open_office: Open, receiver: Receiver) -> None:
        office = await open_office()
        for port in (9, 10):
            await office.subscribe(f"http://127.0.0.1:{port}/app")
        await office.override(COMPANY.waba_id, receiver.url)
        office.tell("nur hier")
        await until(lambda: len(receiver.posts) == 1)
        assert await office.queued(1) == await office.queued(2) == []

    async def test_what_waits_goes_to_the_new_address(self, open_office: Open, receiver: Receiver) -> None:
        office = await open_office(webhook_schedule=[0.1])
        await office.subscribe("http://127.0.0.1:9/wrong")
        office.tell("wartet")
        await until(lambda: office.posts("unreachable") >= 1)
        await office.subscribe(receiver.url, in_place_of_others=True)
        await office.until_empty()
        assert texts([post.body for post in receiver.posts]) == ["wartet"]


@one_house
class TestProof:
    @pytest.mark.parametrize("level", ["account", "number", "app"])
    async def test_who_does_not_repeat_the_challenge_is_not_saved(
        self, shared_house: House, endpoint: Receiver, level: str
    ) -> None:
        company, given = shared_house.company, {"override_callback_uri": endpoint.url, "verify_token": "wrong"}
        paths: dict[str, tuple[str, dict[str, Any], str]] = {
            "account": (f"/{company.waba_id}/subscribed_apps", given, "override_callback_uri"),
            "number": (
                f"/{company.phone_number_id}",
                {"webhook_configuration": given},
                "webhook_configuration.override_callback_uri",
            ),
            "app": (
                f"/{company.app_id}/subscriptions",
                {"callback_url": endpoint.url, "verify_token": "wrong"},
                "callback_url",
            ),
        }
        path, body, field = paths[level]
        status, answer, _ = await shared_house.call("POST", path, json=body)
        assert (status, answer["error"]["code"]) == (400, 2200)
        assert answer["error"]["error_data"]["details"] == (
            f"{field}: the callback answered 403 with 2 bytes, expected 200 with the challenge"
        )
        assert await configuration(shared_house) == {"application": shared_house.receiver.url}

    @pytest.mark.parametrize(
        ("value", "named"),
        [
            ("https://x.example", "webhook_configuration: got 'https://x.example'"),
            ({}, "webhook_configuration: got {}"),
            ({"override_callback_uri": 7, "verify_token": "t"}, "webhook_configuration.override_callback_uri: got 7"),
            ({"override_callback_uri": "ftp://x.example", "verify_token": "t"}, "got 'ftp://x.example'"),
            ({"override_callback_uri": "http://127.0.0.1:9/x"}, "webhook_configuration.verify_token: got nothing"),
        ],
    )
    async def test_what_is_no_callback_is_named(self, shared_house: House, value: object, named: str) -> None:
        path = f"/{shared_house.company.phone_number_id}"
        status, answer, _ = await shared_house.call("POST", path, json={"webhook_configuration": value})
        assert status == 400
        assert named in answer["error"]["error_data"]["details"]


class TestSubscriptions:
    async def test_several_endpoints_come_and_go_one_by_one(
        self, house: House, receiver: Receiver, other: Receiver
    ) -> None:
        path = f"/{house.company.app_id}/subscriptions"

        async def subscribed() -> list[tuple[str, list[str]]]:
            rows = (await house.call("GET", path))[1]["data"]
            return [(row["callback_url"], [field["name"] for field in row["fields"]]) for row in rows]

        for one in (receiver, other):
            given = {"callback_url": one.url, "verify_token": "verify-me", "fields": "messages,security,calls"}
            status, _, _ = await house.call("POST", path, params={**given, "keep_others": "true"})
            assert status == 200
        assert [url for url, _ in await subscribed()] == [house.receiver.url, receiver.url, other.url]

        await house.call("DELETE", path, params={"callback_url": receiver.url, "fields": "security"})
        assert (receiver.url, ["messages", "calls"]) in await subscribed()
        tell(house, "PIN_CHANGED", field="security")
        await heard(other, "PIN_CHANGED")
        assert receiver.changes == []

        await house.call("DELETE", path, params={"callback_url": receiver.url})
        assert [url for url, _ in await subscribed()] == [house.receiver.url, other.url]
        await house.call("DELETE", path, json={"object": "whatsapp_business_account", "fields": ["messages", "calls"]})
        assert (other.url, ["security"]) in await subscribed()
        status, answer, _ = await house.call("DELETE", path, params={"callback_url": "http://nobody.example"})
        assert (status, answer["error"]["code"]) == (400, 100)

        await house.call("POST", path, data={"callback_url": receiver.url, "verify_token": "verify-me"})
        assert [url for url, _ in await subscribed()] == [receiver.url]
        assert (await house.call("DELETE", path, params={"object": "whatsapp_business_account"}))[0] == 200
        assert await subscribed() == []

    async def test_every_name_may_be_asked_for_and_is_kept(self, house: House, receiver: Receiver) -> None:
        names = ["messages", "smb_message_echoes", "history", "group_lifecycle_update", "not_invented_yet"]
        path = f"/{house.company.app_id}/subscriptions"
        given = {"callback_url": receiver.url, "verify_token": "verify-me", "fields": names}
        await house.call("POST", path, json=given)
        (row,) = (await house.call("GET", "/v22.0" + path))[1]["data"]
        assert row["fields"] == [{"name": name, "version": "v22.0"} for name in names]
        assert row["active"] is True
