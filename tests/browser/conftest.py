"""What tests in a browser share: a world outside it, and customers who each have a browser's storage of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from tests.browser.harness.customer import Customer
from tests.browser.harness.operator import Operator
from tests.browser.harness.world import World
from tests.browser.journey import airline, journeys

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

__all__ = ["airline", "journeys"]


@pytest.fixture(scope="session")
def running_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("world"))
    world.start()
    yield world
    world.stop()


@pytest.fixture
def world(running_world: World) -> Iterator[World]:
    """Relay, gateway and the way between, which is honest when a test begins."""
    running_world.middle.be_honest()
    yield running_world
    running_world.middle.be_honest()


@pytest.fixture
def operator(world: World) -> Iterator[Operator]:
    made = Operator(world)
    yield made
    made.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser's storage, empty."""
    made = browser.new_context()
    made.set_default_timeout(15_000)
    yield made
    made.close()


@pytest.fixture
def visitor(world: World, context: BrowserContext) -> Customer:
    """Somebody who has opened the page and nothing more."""
    return Customer(world, context)


@pytest.fixture
def anna(world: World, visitor: Customer) -> Customer:
    """A customer of the company with a gateway, agreed to utility messages."""
    visitor.join(world.link, world.house.company.account)
    return visitor


@pytest.fixture
def wa_id(world: World) -> Callable[[Customer], str]:
    """Return how the gateway addresses a customer, after a first message."""

    def find(customer: Customer) -> str:
        account = customer.store("facts")[0]["account"]
        customer.send("Moin")
        customer.until_status("Moin", "delivered")
        contacts = world.house.gateway.running.companies[world.house.company.id].contacts
        found = contacts.cached_customer(account)
        assert found is not None
        return str(found.wa_id)

    return find
