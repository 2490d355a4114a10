"""Splits Graph paths: any version prefix or none, trailing and doubled slashes, ids where the first part is a number."""

from __future__ import annotations

import re
from typing import NamedTuple

_VERSION = re.compile(r"v\d{1,3}(\.\d{1,3})?")
ID = "{id}"


class GraphPath(NamedTuple):
    """A path without its version: `pattern` has `{id}` in place of a leading number; `node` is that number or empty."""

    version: str
    pattern: tuple[str, ...]
    node: str
    rest: tuple[str, ...]


def split_path(path: str) -> GraphPath:
    """Return the parts of a request's path, percent-decoded by the server."""
    parts = [part for part in path.split("/") if part]
    version = ""
    if parts and _VERSION.fullmatch(parts[0]):
        version = parts.pop(0)
    if not parts:
        return GraphPath(version, (), "", ())
    if parts[0].isascii() and parts[0].isdigit():
        return GraphPath(version, (ID, *parts[1:2]), parts[0], tuple(parts[2:]))
    return GraphPath(version, tuple(parts[:2]), "", tuple(parts[2:]))
