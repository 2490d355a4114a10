"""A place on the map."""

from __future__ import annotations

import math

import msgspec

from handschlag.content.context import Context
from handschlag.content.errors import missing, wrong_type
from handschlag.content.fields import not_possible, take_object, take_optional_text

NAME_CHARACTERS = 1000
ADDRESS_CHARACTERS = 1000
URL_CHARACTERS = 2000
_LATITUDE = 90.0
_LONGITUDE = 180.0


class Location(msgspec.Struct, frozen=True, omit_defaults=True):
    """Degrees north and east; `url` is a page about the place, which only customers' apps send."""

    latitude: float
    longitude: float
    name: str | None = None
    address: str | None = None
    url: str | None = None


class LocationMessage(msgspec.Struct, frozen=True, tag_field="type", tag="location", omit_defaults=True):
    """A place as it is sealed."""

    location: Location
    context: Context | None = None


def parse_location(value: object, field: str = "location") -> Location:
    """Return the place; degrees may be numbers or texts that spell them."""
    part = take_object(value, field)
    return Location(
        latitude=_degrees(part.get("latitude"), f"{field}.latitude", _LATITUDE),
        longitude=_degrees(part.get("longitude"), f"{field}.longitude", _LONGITUDE),
        name=take_optional_text(part, "name", field, NAME_CHARACTERS),
        address=take_optional_text(part, "address", field, ADDRESS_CHARACTERS),
        url=take_optional_text(part, "url", field, URL_CHARACTERS),
    )


def _degrees(value: object, field: str, most: float) -> float:
    if value is None or value == "":
        raise missing(field)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise wrong_type(field, value, "a number")
    try:
        degrees = float(value)
    except (ValueError, OverflowError):
        degrees = math.nan
    if not -most <= degrees <= most:
        raise not_possible(field, value, f"degrees from {-most:g} to {most:g}")
    return degrees
