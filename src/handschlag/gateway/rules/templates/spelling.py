"""A draft's components in the one spelling that is approved: words in upper case, a code's fixed texts, addresses' domains."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from handschlag.content.errors import INVALID_PARAMETER, ContentError
from handschlag.content.templates.buttons import host_of
from handschlag.content.templates.patterns import FOOTER
from handschlag.gateway.rules.templates.authentication import (
    CODE_WORDS,
    FEWEST_MINUTES,
    MOST_MINUTES,
    CodeWords,
    code_body,
    code_words,
)

_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2}|_[A-Z][a-z]{3})?")
_UPPER = ("type", "format", "otp_type")
_DEEPEST = 16


def spell_language(language: str) -> str:
    """Return a language code with an underscore, which is how everybody asks for it later."""
    spelled = language.replace("-", "_")
    if not _LANGUAGE.fullmatch(spelled):
        raise ContentError(INVALID_PARAMETER, "language", f"got {language[:40]!r}, expected a code like en_US")
    return spelled


def spell_components(components: list[Any], category: str, language: str) -> list[dict[str, Any]]:
    """Return the components as they are approved; raises ContentError where they have no such shape."""
    spelled = _spell(components, "components", 0)
    if category == "authentication":
        words = code_words(language)
        if words is None:
            raise ContentError(
                INVALID_PARAMETER,
                "language",
                f"got {language}, expected one of {', '.join(CODE_WORDS)}, in which there are texts for codes",
            )
        spelled = [_with_code_words(part, words) if isinstance(part, dict) else part for part in spelled]
    return spelled  # type: ignore[no-any-return]  # what is no object is named by the parser of definitions


def domains_of(components: list[Any]) -> str:
    """Return the domains that the addresses of buttons lead to, separated by spaces."""
    hosts = (host_of(str(button.get("url", "")).removesuffix("{{1}}")) for button in buttons_of(components))
    return " ".join(dict.fromkeys(host for host in hosts if host))


def buttons_of(components: list[Any]) -> Iterator[Mapping[str, Any]]:
    """Return every button of a template, those on cards among them."""
    for component in components:
        if not isinstance(component, dict):
            continue
        listed = component.get("buttons")
        yield from (button for button in (listed if isinstance(listed, list) else []) if isinstance(button, dict))
        cards = component.get("cards")
        for card in cards if isinstance(cards, list) else []:
            inner = card.get("components") if isinstance(card, dict) else None
            yield from buttons_of(inner if isinstance(inner, list) else [])


def _spell(value: Any, field: str, depth: int) -> Any:
    """Spell types in upper case all the way down; a number with a point has no one spelling that could be hashed."""
    if depth > _DEEPEST:
        raise ContentError(INVALID_PARAMETER, field, f"expected at most {_DEEPEST} levels")
    if isinstance(value, float):
        raise ContentError(INVALID_PARAMETER, field, f"got {value}, expected a whole number or a text")
    if isinstance(value, list):
        return [_spell(one, f"{field}[{i}]", depth + 1) for i, one in enumerate(value)]
    if not isinstance(value, dict):
        return value
    return {
        name: one.upper()
        if name in _UPPER and isinstance(one, str)
        else _spell(one, f"{field}.{name}"[:200], depth + 1)
        for name, one in value.items()
        if one is not None
    }


def _with_code_words(part: dict[str, Any], words: CodeWords) -> dict[str, Any]:
    match part.get("type"):
        case "BODY":
            security = part.get("add_security_recommendation", False)
            if not isinstance(security, bool):
                raise ContentError(INVALID_PARAMETER, "BODY.add_security_recommendation", "expected true or false")
            return {**part, "text": code_body(words, security=security)}
        case "FOOTER":
            minutes = part.get("code_expiration_minutes")
            if (
                not isinstance(minutes, int)
                or isinstance(minutes, bool)
                or not FEWEST_MINUTES <= minutes <= MOST_MINUTES
            ):
                raise ContentError(
                    INVALID_PARAMETER,
                    "FOOTER.code_expiration_minutes",
                    f"got {str(minutes)[:20]}, expected {FEWEST_MINUTES} to {MOST_MINUTES}",
                    subcode=FOOTER,
                )
            return {**part, "text": words.footer.format(minutes=minutes)}
        case "BUTTONS":
            listed = part.get("buttons")
            buttons = listed if isinstance(listed, list) else []
            return {**part, "buttons": [_with_label(b, words) if isinstance(b, dict) else b for b in buttons]}
    return part


def _with_label(button: dict[str, Any], words: CodeWords) -> dict[str, Any]:
    if button.get("type") != "OTP":
        return button
    labels = {"text": button.get("text") or words.button}
    if button.get("otp_type") == "ONE_TAP":
        labels["autofill_text"] = button.get("autofill_text") or words.autofill
    return {**button, **labels}
