"""What is wrong with a template's definition, in the Cloud API's shape: code 100, a subcode, and words for people."""

from __future__ import annotations

from handschlag.content.errors import ContentError
from handschlag.gateway.errors import RequestInvalid

_TITLES = {
    2388019: "The limit of templates is reached",
    2388024: "A template of this name exists in this language",
    2388025: "The template cannot be edited now",
    2388040: "A text is too long",
    2388047: "The header's format is incorrect",
    2388072: "The body's format is incorrect",
    2388073: "The footer's format is incorrect",
    2388293: "Too many variables for the length of the text",
    2388299: "Variables stand at the edge or side by side",
}


def definition_error(error: ContentError) -> RequestInvalid:
    """Return the error that a program is told."""
    told = RequestInvalid(f"{error.field}: {error.details}")
    told.subcode = error.subcode or None
    told.user_title = _TITLES.get(error.subcode, "The template is not valid")
    return told
