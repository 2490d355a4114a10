"""The review that needs no person: whether a template's variables leave a text that can be judged."""

from __future__ import annotations

import re

from handschlag.content.errors import INVALID_PARAMETER, ContentError
from handschlag.content.templates.definition import ParsedDefinition
from handschlag.content.templates.patterns import EDGE, PLACEHOLDER, Pattern

_TOO_MANY = 2388293
_ADJACENT = re.compile(r"\}\}[\s]*\{\{")
_WORD = re.compile(r"\w+")

# Seconds from and to, by category; the Cloud API's.
_TTL: dict[str, tuple[int, int]] = {
    "authentication": (30, 900),
    "utility": (30, 43_200),
    "marketing": (43_200, 2_592_000),
}
LONGEST_TTL = 2_592_000
DEFAULT_CODE_TTL = 600


def review_definition(definition: ParsedDefinition, parameter_format: str) -> None:
    """Raise ContentError for a template that nobody could approve."""
    texts = [("HEADER.text", definition.header), ("BODY.text", definition.body)]
    texts += [(f"CAROUSEL.cards[{i}].BODY.text", card.body) for i, card in enumerate(definition.cards)]
    for field, text in texts:
        _check_variables(text, field)
        if text.placeholders and parameter_format and text.named != (parameter_format == "NAMED"):
            raise ContentError(
                INVALID_PARAMETER, "parameter_format", f"got {parameter_format}, and other placeholders in {field}"
            )


def _check_variables(text: Pattern, field: str) -> None:
    if _ADJACENT.search(text.text):
        raise ContentError(
            INVALID_PARAMETER, field, "placeholders stand side by side, expected words between them", subcode=EDGE
        )
    count = len(PLACEHOLDER.findall(text.text))
    words = len(_WORD.findall(PLACEHOLDER.sub(" ", text.text)))
    if words < count:
        raise ContentError(
            INVALID_PARAMETER,
            field,
            f"got {count} placeholders and {words} words, expected at least as many words",
            subcode=_TOO_MANY,
        )


def check_ttl(seconds: int | None, category: str) -> int | None:
    """Return for how long a message may wait for its reader, None for as long as any; -1 means thirty days."""
    if seconds is None:
        return DEFAULT_CODE_TTL if category == "authentication" else None
    if seconds == -1:
        return LONGEST_TTL
    least, most = _TTL[category]
    if not least <= seconds <= most:
        raise ContentError(
            INVALID_PARAMETER,
            "message_send_ttl_seconds",
            f"got {seconds}, expected {least} to {most}, or -1 for 30 days",
        )
    return seconds
