"""A company's picture and a relay that swaps it: shown is only what has the hash in the company's signed profile."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from tests.browser.harness.customer import Customer
from tests.browser.harness.world import World

from handschlag.gateway.actions.companies.change_profile import change_profile
from handschlag.sandbox.airline_picture import airline_picture
from handschlag.wire.canonical import hash_of

pytestmark = pytest.mark.browser

PICTURE = airline_picture()
SHOWN = """async ([account, picture]) => {
  const blob = await window.client.picture({ account, picture });
  return blob && { size: blob.size, type: blob.type };
}"""


def changes(world: World, picture: bytes | None = None, **fields: Any) -> None:
    """Change the company's profile at its gateway, until the relay has it."""
    running = world.house.gateway.running

    async def change() -> None:
        await change_profile(running, running.companies[world.house.company.id], fields, picture)
        await world.house.gateway.settled()

    world.do(change())


def shown(customer: Customer, picture: str = "") -> Any:
    """Return what the client hands to a screen; by default for the hash in the profile it verified."""
    company = customer.chat["company"]
    return customer.page.evaluate(SHOWN, [company["account"], picture or company["picture"]])


def test_a_swapped_picture_is_not_shown_and_the_right_one_is_when_the_relay_is_honest_again(
    world: World, visitor: Customer
) -> None:
    changes(world, PICTURE)
    bodies = iter(
        [
            PICTURE[:-1] + b"\0",
            PICTURE + b"\0",
            PICTURE * 400,
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"",
        ]
    )

    def instead(path: str) -> web.Response | None:
        return web.Response(body=next(bodies), content_type="image/png") if path.endswith("/picture") else None

    world.middle.instead = instead
    visitor.join(world.link, world.house.company.account)
    assert visitor.chat["company"]["picture"] == hash_of(PICTURE)
    assert [shown(visitor) for _ in range(5)] == [None] * 5
    assert next(bodies, "all asked for") == "all asked for"
    world.middle.be_honest()
    assert shown(visitor) == {"size": len(PICTURE), "type": "image/png"}
    # What is kept is not asked for again, whatever the relay would say.
    world.middle.instead = lambda path: web.Response(status=500) if path.endswith("/picture") else None
    visitor.reload()
    assert shown(visitor) == {"size": len(PICTURE), "type": "image/png"}


def test_an_open_chat_learns_what_the_company_says_of_itself_now(world: World, anna: Customer) -> None:
    changes(world, about="Neuerdings auch nach Sylt")
    assert anna.chat["company"]["about"] != "Neuerdings auch nach Sylt"
    anna.reload()
    anna.until(lambda: anna.chat["company"]["about"] == "Neuerdings auch nach Sylt")
    assert anna.chat["company"]["identity"] == "matched"
