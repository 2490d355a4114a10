"""`cta_url` and `location_request_message`: one button that opens a page, or asks where somebody is."""

from __future__ import annotations

import msgspec

from handschlag.content.fields import take_object, take_text, take_web_address
from handschlag.content.interactive.parts import check_name
from handschlag.content.media import FileParser

DISPLAY_TEXT_CHARACTERS = 20


class UrlParameters(msgspec.Struct, frozen=True):
    """What stands on the button, and the page it opens."""

    display_text: str
    url: str


class UrlAction(msgspec.Struct, frozen=True):
    """A button that opens a page."""

    parameters: UrlParameters
    name: str = "cta_url"


class LocationRequestAction(msgspec.Struct, frozen=True):
    """A button that sends where somebody is."""

    name: str = "send_location"


def parse_url_action(value: object, field: str, _files: FileParser) -> UrlAction:
    """Return the page's button."""
    part = take_object(value, field)
    check_name(part, "cta_url", field)
    parameters = take_object(part.get("parameters"), f"{field}.parameters")
    return UrlAction(
        parameters=UrlParameters(
            display_text=take_text(parameters, "display_text", f"{field}.parameters", DISPLAY_TEXT_CHARACTERS),
            url=take_web_address(parameters, "url", f"{field}.parameters"),
        )
    )


def parse_location_request_action(value: object, field: str, _files: FileParser) -> LocationRequestAction:
    """Return the request."""
    check_name(take_object(value, field), "send_location", field)
    return LocationRequestAction()
