"""When a person does not want to be woken: quiet hours by the clocks where they live, and companies they muted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handschlag.wire.errors import WireError
from handschlag.wire.ids import AccountId
from handschlag.wire.push import MutedCompany, QuietHours

_MINUTES = 24 * 60
_ZONE_CHARACTERS = 64


def check_quiet_hours(quiet: QuietHours) -> None:
    """Raise WireError for hours that are none, or a time zone nobody knows."""
    for name, minute in (("start", quiet.start), ("end", quiet.end)):
        if not 0 <= minute < _MINUTES:
            raise WireError(f"quiet_hours.{name}", minute, f"0 to {_MINUTES - 1}")
    if quiet.start == quiet.end:
        raise WireError("quiet_hours.end", quiet.end, "another minute than the start")
    try:
        if len(quiet.zone) > _ZONE_CHARACTERS:
            raise ZoneInfoNotFoundError
        ZoneInfo(quiet.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise WireError("quiet_hours.zone", quiet.zone, "an IANA time zone, as Europe/Berlin") from None


def quiet_until(quiet: QuietHours | None, now: float) -> float | None:
    """Return when the quiet hours that hold now are over, None if none do."""
    if quiet is None:
        return None
    try:
        zone = ZoneInfo(quiet.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # The machine's zones may be others than when the hours were taken.
        zone = ZoneInfo("UTC")
    local = datetime.fromtimestamp(now, zone)
    minute = local.hour * 60 + local.minute
    overnight = quiet.start > quiet.end
    inside = minute >= quiet.start or minute < quiet.end if overnight else quiet.start <= minute < quiet.end
    if not inside:
        return None
    day = local.date() + timedelta(days=1 if overnight and minute >= quiet.start else 0)
    hour, past = divmod(quiet.end, 60)
    end = datetime(day.year, day.month, day.day, hour, past, tzinfo=zone).astimezone(UTC).timestamp()
    # The hour that a clock change repeats: its end may lie behind.
    return end if end > now else end + 3600


def is_muted(muted: Sequence[MutedCompany], business: str, now: float) -> bool:
    """Return whether a company shall wake nobody now."""
    return any(one.business == business and (one.until is None or one.until > now) for one in muted)


def still_muted(muted: Sequence[MutedCompany], now: float) -> list[MutedCompany]:
    """Return what is worth keeping: each company once, the last word counts, none whose time is over."""
    last: dict[AccountId, MutedCompany] = {one.business: one for one in muted}
    return [one for one in last.values() if one.until is None or one.until > now]
