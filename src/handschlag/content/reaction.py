"""An emoji under somebody else's message."""

from __future__ import annotations

import unicodedata

import msgspec

from handschlag.content.context import ID_CHARACTERS, Context
from handschlag.content.errors import missing, wrong_type
from handschlag.content.fields import not_possible, take_object, take_text

EMOJI_CHARACTERS = 32
_JOINER = 0x200D
_KEYCAP = 0x20E3
_SELECTORS = {0xFE0E, 0xFE0F}
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_REGIONAL = range(0x1F1E6, 0x1F200)
_NEVER = {"Cc", "Cf", "Cs", "Co"}
_ASCII = 0x80


class Reaction(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which message, and the emoji; without one the reaction before is taken back."""

    message_id: str
    emoji: str | None = None


class ReactionMessage(msgspec.Struct, frozen=True, tag_field="type", tag="reaction", omit_defaults=True):
    """A reaction as it is sealed."""

    reaction: Reaction
    context: Context | None = None


def parse_reaction(value: object, field: str = "reaction") -> Reaction:
    """Return the reaction; an empty emoji takes it back, which is sealed as no emoji."""
    part = take_object(value, field)
    message_id = take_text(part, "message_id", field, ID_CHARACTERS)
    emoji = part.get("emoji")
    if emoji is None and "emoji" not in part:
        # A program has to say that it takes a reaction back; a sealed reaction without the field does so.
        return Reaction(message_id=message_id)
    if emoji is None:
        raise missing(f"{field}.emoji")
    if not isinstance(emoji, str):
        raise wrong_type(f"{field}.emoji", emoji, "a string")
    if emoji and not is_emoji(emoji):
        raise not_possible(f"{field}.emoji", emoji, "one emoji, or an empty text to take a reaction back")
    return Reaction(message_id=message_id, emoji=emoji or None)


def is_emoji(text: str) -> bool:
    """Whether a text is one symbol: letters, spaces and several symbols in a row are not; tables of emoji are not consulted."""
    if not 1 <= len(text) <= EMOJI_CHARACTERS:
        return False
    symbols = 0
    flags = 0
    joined = False
    for character in text:
        point = ord(character)
        if point == _JOINER:
            joined = True
            continue
        if point in _SELECTORS or point in _TAGS or point == _KEYCAP or (symbols and point in _SKIN_TONES):
            continue
        if not _may_stand(character, keycap=chr(_KEYCAP) in text):
            return False
        if point in _REGIONAL:
            flags += 1
            symbols += flags % 2
        elif joined and symbols:
            joined = False
        else:
            symbols += 1
    return symbols == 1


def _may_stand(character: str, *, keycap: bool) -> bool:
    if ord(character) < _ASCII:
        return keycap and character in "#*0123456789"
    category = unicodedata.category(character)
    return category[0] not in "LZMN" and category not in _NEVER
