"""How long a client waits before it connects again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handschlag.relay_client.back_off import CALM_SECONDS, FIRST_SECONDS, LONGEST_SECONDS, wait_before
from tests.wire.strategies import QUICK


@QUICK
@given(st.integers(0, 10_000), st.floats(0, 1))
def test_a_wait_is_anything_up_to_a_ceiling_that_doubles(attempt: int, chance: float) -> None:
    ceiling = min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** min(attempt, 20))
    assert wait_before(attempt, chance) == chance * ceiling
    assert wait_before(attempt, chance, calm=True) == CALM_SECONDS + chance * ceiling


def test_a_thousand_clients_do_not_come_back_at_once() -> None:
    waits = {wait_before(5, n / 1000) for n in range(1000)}
    assert len(waits) == 1000
    assert max(waits) > LONGEST_SECONDS / 3
