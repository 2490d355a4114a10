"""A relay's keys in memory, a company and a customer, for every test of the device."""

from __future__ import annotations

import pytest
from tests.support.key_relay import (
    KeyRelay,
    deliver,
    introduce,
    join,
    sealed_text,
    text_of,
)

from handschlag.device.device import Device


@pytest.fixture
def relay() -> KeyRelay:
    return KeyRelay()


@pytest.fixture
def company(relay: KeyRelay) -> Device:
    return join(relay)


@pytest.fixture
def customer(relay: KeyRelay) -> Device:
    return join(relay)


@pytest.fixture
def talking(relay: KeyRelay, company: Device, customer: Device) -> tuple[Device, Device]:
    """A company and a customer that exchanged a message."""
    introduce(relay, company, customer.account)
    customer.learn_peer(company.account, relay.query())
    assert text_of(deliver(sealed_text(company, customer.account, "hello"), customer)) == "hello"
    assert text_of(deliver(sealed_text(customer, company.account, "hi"), company)) == "hi"
    return company, customer
