"""A sealed content no parser can walk to its end is refused like any other that is not what it says."""

from __future__ import annotations

import pytest

from handschlag.device.outcomes import Unopened
from tests.support.key_relay import KeyRelay, deliver, draft, introduce, join


@pytest.mark.parametrize(
    "body", [b"[" * 9_000 + b"]" * 9_000, b'{"type":"text","text":' + b"[" * 9_000 + b"]" * 9_000 + b"}"]
)
def test_brackets_without_end_are_refused_and_the_next_message_opens(body: bytes) -> None:
    relay = KeyRelay()
    customer, company = join(relay), join(relay)
    introduce(relay, customer, company.account)
    introduce(relay, company, customer.account)
    outcome = deliver(customer.seal(draft(company.account), body), company)
    assert isinstance(outcome, Unopened)
    good = b'{"type":"text","text":{"body":"hello"}}'
    assert not isinstance(deliver(customer.seal(draft(company.account), good), company), Unopened)
