"""Ids of apps, accounts, numbers and templates: fifteen decimal digits, below 2^53 for clients that parse them as numbers."""

from __future__ import annotations

import re
from typing import NewType

GraphId = NewType("GraphId", str)

_FIRST = 100_000_000_000_000
_GRAPH_ID = re.compile(r"\d{1,16}")


def make_graph_id(random: bytes) -> GraphId:
    """Return an id from eight random bytes."""
    return GraphId(str(_FIRST + int.from_bytes(random[:8], "big") % (9 * _FIRST)))


def is_graph_id(text: str) -> bool:
    """Whether the text could be an id of ours."""
    return _GRAPH_ID.fullmatch(text) is not None
