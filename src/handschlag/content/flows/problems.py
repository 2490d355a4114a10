"""What is wrong with a Flow JSON, in the Cloud API's words and shape, with lines and columns of the uploaded text."""

from __future__ import annotations

from typing import Any, NamedTuple

from handschlag.content.flows.parsing import Path, Place, Places, last_place, written_path

# A broken file has one mistake a hundred times: more are not listed.
MOST_PROBLEMS = 100
_OF_THE_SCHEMA = frozenset(
    {"INVALID_PROPERTY_KEY", "INVALID_PROPERTY_TYPE", "INVALID_PROPERTY_VALUE_FORMAT", "MISSING_REQUIRED_PROPERTY"}
    | {"MISSING_REQUIRED_TYPE_PROPERTY", "MIN_ITEMS_REQUIRED", "MAX_ITEMS_REQUIRED", "MIN_CHARS_REQUIRED"}
    | {"MAX_CHARS_REQUIRED", "INVALID_ENUM_VALUE", "PATTERN_MISMATCH", "INVALID_DEPENDENCIES", "KEYWORD_ONE_OF"}
    | {"NOT_KEYWORD_SCHEMA_VALIDATION_FAILED"}
)


class Problem(NamedTuple):
    """One mistake and where it is: at a value or, for one that should not be there, at its key."""

    error: str
    message: str
    path: Path
    at_key: bool = False


def error_objects(text: bytes, problems: list[Problem]) -> list[dict[str, Any]]:
    """Return the problems as `validation_errors` lists them."""
    if not problems:
        return []
    places = Places(text)
    return [
        _object(p, places.of_key(p.path) if p.at_key else places.of_value(p.path), written_path(p.path))
        for p in problems[:MOST_PROBLEMS]
    ]


def broken_object(text: bytes, message: str) -> dict[str, Any]:
    """Return the one error of a text that is no Flow JSON at all."""
    return _object(Problem("INVALID_FLOW_JSON", message, ()), last_place(text), "")


def _object(problem: Problem, place: Place, path: str) -> dict[str, Any]:
    position = place._asdict()
    return {
        "error": problem.error,
        "error_type": "JSON_SCHEMA_ERROR" if problem.error in _OF_THE_SCHEMA else "FLOW_JSON_ERROR",
        "message": problem.message,
        **position,
        "pointers": [{**position, "path": path}],
    }
