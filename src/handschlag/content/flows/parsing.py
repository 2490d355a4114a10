"""Reads Flow JSON: as values, in the short spelling in which it travels, and with the place of each value for error messages."""

from __future__ import annotations

import re
from bisect import bisect_right
from json.decoder import scanstring  # type: ignore[attr-defined]  # in C, and told nowhere but in the source
from typing import Any, NamedTuple

import msgspec

FLOW_JSON_BYTES = 10 * 1024 * 1024
_DEEPEST = 64
_BLANK = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"[^\s,\]}]+")

Path = tuple[str | int, ...]


class Place(NamedTuple):
    """Where something stands: lines and columns from 1, both ends inclusive."""

    line_start: int
    line_end: int
    column_start: int
    column_end: int


class FlowJsonBroken(ValueError):
    """The text is no JSON object, or too large or too deep."""


def read_flow_json(text: bytes) -> dict[str, Any]:
    """Return the JSON object; raises FlowJsonBroken."""
    if len(text) > FLOW_JSON_BYTES:
        raise FlowJsonBroken(f"Flow JSON has {len(text)} bytes, at most {FLOW_JSON_BYTES} are read.")
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FlowJsonBroken(f"Flow JSON is not valid. {error}.") from None
    if not isinstance(value, dict):
        raise FlowJsonBroken("Flow JSON is not valid. Expected an object.")
    if _depth(value) > _DEEPEST:
        raise FlowJsonBroken(f"Flow JSON nests deeper than {_DEEPEST}.")
    return value


def minified_flow_json(text: bytes) -> tuple[str, tuple[str, ...]]:
    """Return a valid Flow JSON without blanks between its values, and the ids of its screens."""
    value = read_flow_json(text)
    screens = tuple(str(screen["id"]) for screen in value.get("screens", []))
    return msgspec.json.encode(value).decode(), screens


def written_path(path: Path) -> str:
    """Return a path as errors spell it: `screens[0].layout.children[2].text`."""
    written = ""
    for part in path:
        written += f"[{part}]" if isinstance(part, int) else f".{part}" if written else part
    return written


def _depth(value: Any) -> int:
    deepest, todo = 0, [(value, 1)]
    while todo:
        one, depth = todo.pop()
        deepest = max(deepest, depth)
        if depth > _DEEPEST:
            return depth
        if isinstance(one, dict):
            todo.extend((inner, depth + 1) for inner in one.values())
        elif isinstance(one, list):
            todo.extend((inner, depth + 1) for inner in one)
    return deepest


class Places:
    """Where each key and each value of a JSON text stands; made only when there is something to point at."""

    def __init__(self, text: bytes) -> None:
        self._text = text.decode("utf-8", "replace")
        self._lines = [0] + [match.end() for match in re.finditer("\n", self._text)]
        self._values: dict[Path, tuple[int, int]] = {}
        self._keys: dict[Path, tuple[int, int]] = {}
        self._value(self._skip(0), ())

    def of_value(self, path: Path) -> Place:
        """Return where a value stands; of one that is missing, where its parent does."""
        while path not in self._values and path:
            path = path[:-1]
        return self._place(*self._values[path])

    def of_key(self, path: Path) -> Place:
        """Return where the key of a value stands."""
        return self._place(*self._keys[path]) if path in self._keys else self.of_value(path)

    def _place(self, start: int, end: int) -> Place:
        first, last = bisect_right(self._lines, start), bisect_right(self._lines, end - 1)
        return Place(first, last, start - self._lines[first - 1] + 1, end - self._lines[last - 1])

    def _skip(self, at: int) -> int:
        match = _BLANK.match(self._text, at)
        return at if match is None else match.end()

    def _value(self, start: int, path: Path) -> int:
        text = self._text
        if text[start] == '"':
            end: int = scanstring(text, start + 1)[1]
        elif text[start] in "{[":
            end = self._container(start, path)
        else:
            scalar = _SCALAR.match(text, start)
            end = start if scalar is None else scalar.end()
        self._values[path] = (start, end)
        return end

    def _container(self, start: int, path: Path) -> int:
        text, close = self._text, "}" if self._text[start] == "{" else "]"
        at, position = self._skip(start + 1), 0
        while text[at] != close:
            name: str | int = position
            if close == "}":
                name, end = scanstring(text, at + 1)
                self._keys[(*path, name)] = (at, end)
                at = self._skip(self._skip(end) + 1)
            at = self._skip(self._value(at, (*path, name)))
            position += 1
            if text[at] == ",":
                at = self._skip(at + 1)
        return at + 1


def last_place(text: bytes) -> Place:
    """Return the place of a text that could not be read: all of it."""
    lines = text.decode("utf-8", "replace").split("\n")
    return Place(1, len(lines), 1, max(1, len(lines[-1])))
