"""What a message says about another one: which it answers, or that it was passed on."""

from __future__ import annotations

import msgspec

from handschlag.content.errors import wrong_type

ID_CHARACTERS = 128


class Context(msgspec.Struct, frozen=True, omit_defaults=True):
    """The message answered, by its `wamid`; or that the words are somebody else's, forwarded."""

    id: str | None = None
    forwarded: bool = False
    frequently_forwarded: bool = False


def parse_context(value: object, field: str = "context") -> Context | None:
    """Return the context of a sealed body; one that says nothing is none."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise wrong_type(field, value, "an object")
    id_ = value.get("id")
    if id_ is not None and (not isinstance(id_, str) or not 1 <= len(id_) <= ID_CHARACTERS):
        raise wrong_type(f"{field}.id", id_, f"a wamid of at most {ID_CHARACTERS} characters")
    often = value.get("frequently_forwarded") is True
    forwarded = value.get("forwarded") is True
    if id_ is None and not forwarded and not often:
        return None
    return Context(id=id_, forwarded=forwarded, frequently_forwarded=often)
