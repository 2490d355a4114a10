"""When a person does not want to be woken: hours by the clocks where they live (spec/wire.md section 10)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handschlag.relay.rules.quiet_hours import is_muted, quiet_until, still_muted
from handschlag.wire.ids import AccountId
from handschlag.wire.push import MutedCompany, QuietHours

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(start=22 * 60, end=7 * 60, zone="Europe/Berlin")
NOON = QuietHours(start=12 * 60, end=13 * 60 + 30, zone="Europe/Berlin")
AIRLINE, BANK = AccountId("@airline:localhost"), AccountId("@bank:localhost")


def at(text: str, zone: ZoneInfo = BERLIN) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


@pytest.mark.parametrize(
    ("quiet", "now", "end"),
    [
        (NIGHT, "2026-11-24 21:59", None),
        (NIGHT, "2026-11-24 22:00", "2026-11-25 07:00"),
        (NIGHT, "2026-11-25 00:00", "2026-11-25 07:00"),
        (NIGHT, "2026-11-25 06:59", "2026-11-25 07:00"),
        (NIGHT, "2026-11-25 07:00", None),
        (NOON, "2026-11-25 11:59", None),
        (NOON, "2026-11-25 12:00", "2026-11-25 13:30"),
        (NOON, "2026-11-25 13:30", None),
        # Clocks go forward, and back, in the night.
        (NIGHT, "2026-03-28 23:00", "2026-03-29 07:00"),
        (NIGHT, "2026-10-24 23:00", "2026-10-25 07:00"),
    ],
)
def test_quiet_hours_end_by_the_clocks_of_their_time_zone(quiet: QuietHours, now: str, end: str | None) -> None:
    assert quiet_until(quiet, at(now)) == (None if end is None else at(end))


def test_without_quiet_hours_it_is_never_quiet() -> None:
    assert quiet_until(None, at("2026-11-25 03:00")) is None


def test_the_end_lies_ahead_also_in_the_hour_that_comes_twice() -> None:
    quiet = QuietHours(start=0, end=2 * 60 + 30, zone="Europe/Berlin")
    # 02:15 for the second time: 00:15 UTC was the first, 01:15 UTC is this.
    now = at("2026-10-25 01:15", ZoneInfo("UTC"))
    end = quiet_until(quiet, now)
    assert end is not None
    assert now < end <= now + 3600


def test_the_same_moment_is_night_in_berlin_and_day_in_tokyo() -> None:
    now = at("2026-11-25 03:00")
    assert quiet_until(NIGHT, now) is not None
    assert quiet_until(QuietHours(NIGHT.start, NIGHT.end, "Asia/Tokyo"), now) is None


def test_a_muted_company_wakes_nobody_until_its_time_is_over_or_for_ever() -> None:
    muted = [MutedCompany(AIRLINE, until=100), MutedCompany(BANK)]
    assert is_muted(muted, AIRLINE, 99)
    assert not is_muted(muted, AIRLINE, 100)
    assert is_muted(muted, BANK, 1e12)
    assert not is_muted(muted, "@other:localhost", 99)


def test_of_a_company_that_is_muted_twice_the_last_word_is_kept() -> None:
    muted = [MutedCompany(AIRLINE), MutedCompany(BANK, until=50), MutedCompany(AIRLINE, until=200)]
    assert still_muted(muted, 100) == [MutedCompany(AIRLINE, until=200)]
