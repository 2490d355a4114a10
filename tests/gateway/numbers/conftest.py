"""One house for each file, whose number is as enrolled before each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from handschlag.gateway.actions.numbers.change_number import put_number
from handschlag.gateway.company import Company
from handschlag.gateway.rules.number_settings import NumberSettings
from tests.gateway.house import House


@pytest_asyncio.fixture(loop_scope="module")
async def number(shared_house: House) -> AsyncIterator[House]:
    """The shared house, with nothing set for its number and nobody blocked."""
    put_number(shared_house.gateway.running, company_of(shared_house), NumberSettings())
    yield shared_house


def company_of(house: House) -> Company:
    """Return the house's company as the running gateway holds it."""
    return house.gateway.running.companies[house.company.id]
