"""`filtering` and `sort` of a list of nodes, as Graph spells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handschlag.gateway.errors import RequestInvalid, shown

_OPERATORS = ("EQUAL", "NOT_EQUAL", "IN", "NOT_IN", "CONTAIN")


def matches_filters(node: Mapping[str, Any], parameters: Mapping[str, Any]) -> bool:
    """Whether a node passes all filters: `[{"field": "account_mode", "operator": "EQUAL", "value": "LIVE"}]`."""
    given = parameters.get("filtering")
    if given in (None, "", []):
        return True
    filters = given if isinstance(given, list) else [given]
    return all(_matches(node, one) for one in filters)


def _matches(node: Mapping[str, Any], filter_: object) -> bool:
    if not isinstance(filter_, dict) or not isinstance(filter_.get("field"), str):
        raise RequestInvalid(f"filtering: got {shown(filter_)}, expected objects with field, operator and value")
    operator = str(filter_.get("operator", "EQUAL")).upper()
    if operator not in _OPERATORS:
        raise RequestInvalid(f"filtering.operator: got {shown(operator)}, expected one of {', '.join(_OPERATORS)}")
    seen, wanted = node.get(filter_["field"]), filter_.get("value")
    several = wanted if isinstance(wanted, list) else [wanted]
    words = {str(one).lower() for one in several}
    if operator == "CONTAIN":
        return any(word in str(seen).lower() for word in words)
    return (str(seen).lower() in words) != operator.startswith("NOT")


def sort_rows(rows: list[dict[str, Any]], parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return rows in the order of `sort=["last_onboarded_time_ascending"]`; other words change nothing."""
    given = parameters.get("sort")
    for word in reversed(given if isinstance(given, list) else [given] if given else []):
        field, _, direction = str(word).rpartition("_")
        if direction in {"ascending", "descending"} and field:
            rows = sorted(rows, key=lambda row: str(row.get(field, "")), reverse=direction == "descending")
    return rows
