"""The client in a real browser talks to a company's program through a real relay and gateway."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.browser.harness.customer import Customer
from tests.browser.harness.world import World

pytestmark = pytest.mark.browser


def test_a_message_each_way_with_every_status(world: World, anna: Customer, wa_id: Callable[[Customer], str]) -> None:
    to = wa_id(anna)
    wamid = world.do(world.house.send_text(to, "Guten Tag"))
    anna.until_received("Guten Tag")
    world.do(world.house.receiver.status(wamid, "delivered"))
    anna.call("markRead", anna.company)
    world.do(world.house.receiver.status(wamid, "read"))
    assert anna.chat["unread"] == 0
    assert anna.problems == []
