"""Finds companies by words: their name, what they say of themselves, their place; every word has to begin one of theirs."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import msgspec

from handschlag.wire.company import CompanyCard, Profile

_WORD = re.compile(r"\w+")
QUERY_CHARACTERS = 80


class Listed(msgspec.Struct, frozen=True):
    """A company as it is searched: its card, the words it is found by, its place in the list."""

    card: CompanyCard
    category: str
    words: tuple[str, ...]
    order: tuple[str, str]


def listed_company(card: CompanyCard) -> Listed:
    """Return a company with the words it is found by."""
    profile = msgspec.json.decode(card.profile.record, type=Profile)
    texts = (profile.name, profile.about, profile.description, profile.address, card.handle)
    return Listed(
        card=card,
        category=profile.vertical,
        words=tuple({word for text in texts for word in words_of(text)}),
        order=(" ".join(words_of(profile.name)), card.handle),
    )


def words_of(text: str) -> list[str]:
    """Return the words of a text without case and accents: who types `moewe`, `mowe` or `MÖWE` means the same."""
    folded = text.casefold()
    spelled = folded.translate({0xE4: "ae", 0xF6: "oe", 0xFC: "ue"})
    plain = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return [*dict.fromkeys(_WORD.findall(plain) + _WORD.findall(spelled))]


def search(companies: list[Listed], query: str, category: str) -> tuple[list[Listed], dict[str, int]]:
    """Return the companies that all words of the query fit, in this category, and how many fit in each category."""
    asked = [set(words_of(word)) for word in _WORD.findall(query.casefold())]
    fitting = [one for one in companies if all(_begins(one, spellings) for spellings in asked)]
    counts = Counter(one.category for one in fitting)
    return [one for one in fitting if category in {"", one.category}], dict(sorted(counts.items()))


def _begins(company: Listed, spellings: set[str]) -> bool:
    return not spellings or any(word.startswith(one) for word in company.words for one in spellings)
