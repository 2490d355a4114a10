"""Splits Graph paths: any version prefix or none, trailing and doubled slashes, ids where the first part is a number."""

from __future__ import annotations

import re
from typing import NamedTuple

_VERSION = re.compile(r"v\d{1,3}(\.\d{1,3})?")
ID = "{id}"
ITEM = "{item}"
UPLOAD = "{upload}"
_UPLOAD_PREFIX = "upload:"
# Of `/{id}/edge/item`, what stands behind the item leads to nothing.
_DEEPEST = 3


class GraphPath(NamedTuple):
    """A path without its version.

    `pattern` has `{id}` in place of a leading number, `{upload}` in place of a leading upload session, `{item}` in place of what stands
    behind an edge; `node` and `item` are what stood there, or empty.
    """

    version: str
    pattern: tuple[str, ...]
    node: str
    item: str
    rest: tuple[str, ...]


def split_path(path: str) -> GraphPath:
    """Return the parts of a request's path, percent-decoded by the server."""
    parts = [part for part in path.split("/") if part]
    version = ""
    if parts and _VERSION.fullmatch(parts[0]):
        version = parts.pop(0)
    if not parts:
        return GraphPath(version, (), "", "", ())
    first, rest = parts[0], tuple(parts[_DEEPEST:])
    item = parts[2] if len(parts) >= _DEEPEST else ""
    edge = (*parts[1:2], ITEM) if item else tuple(parts[1:2])
    if first.isascii() and first.isdigit():
        return GraphPath(version, (ID, *edge), first, item, rest)
    if first.startswith(_UPLOAD_PREFIX):
        return GraphPath(version, (UPLOAD, *edge), first, item, rest)
    return GraphPath(version, (first, *edge), "", item, rest)
