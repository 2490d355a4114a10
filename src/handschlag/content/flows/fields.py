"""What a person fills in: the value an entry begins with, and what is wrong with one, as a word for the app to say in its language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from handschlag.content.flows.components import CHOICES, SEVERAL
from handschlag.content.flows.expressions import as_number

TEXT_CHARACTERS = 80
AREA_CHARACTERS = 600
# Meant to catch slips, not to judge addresses.
_FORMS = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "number": re.compile(r"-?[0-9]+([.,][0-9]+)?"),
    "phone": re.compile(r"\+?[0-9 ()/.\-]{3,20}"),
    "passcode": re.compile(r"[0-9]+"),
}
_DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def first_value(component: Mapping[str, Any], given: Any) -> Any:
    """Return what an entry holds before anybody filled it in; `given` is its init-value, resolved."""
    type_ = component.get("type")
    if type_ in SEVERAL:
        return [one for one in given if isinstance(one, str)] if isinstance(given, list) else []
    if type_ == "OptIn":
        return given is True
    if type_ == "CalendarPicker" and isinstance(given, dict):
        return given
    return str(given) if isinstance(given, str | int | float) and not isinstance(given, bool) else ""


def problem_with(component: Mapping[str, Any], value: Any) -> str | None:
    """Return what is wrong with a value of a shown entry (its properties resolved), None if nothing is."""
    type_ = component.get("type")
    if value in ("", [], None, False):
        return "required" if _is_required(component) else None
    if type_ == "OptIn":
        return None if value is True else "choice"
    if type_ in CHOICES:
        return _choice(component, value)
    if type_ == "DatePicker":
        return _day(component, value)
    if type_ == "CalendarPicker":
        return _calendar(component, value)
    return _text(component, value)


def _is_required(component: Mapping[str, Any]) -> bool:
    required = component.get("required")
    if isinstance(required, dict):
        return required.get("start-date") is True
    return required is True


def _text(component: Mapping[str, Any], value: Any) -> str | None:
    if not isinstance(value, str):
        return "text"
    area = component.get("type") == "TextArea"
    most = as_number(component.get("max-length" if area else "max-chars"))
    least = as_number(component.get("min-chars"))
    if len(value) > (most if most is not None else AREA_CHARACTERS if area else TEXT_CHARACTERS):
        return "too_long"
    if least is not None and len(value) < least:
        return "too_short"
    form = _FORMS.get(str(component.get("input-type", "text")))
    if form is not None and not form.fullmatch(value):
        return str(component.get("input-type"))
    pattern = component.get("pattern")
    if isinstance(pattern, str):
        try:
            return None if re.fullmatch(pattern, value) else "pattern"
        except re.error:
            return None
    return None


def _choice(component: Mapping[str, Any], value: Any) -> str | None:
    several = component.get("type") in SEVERAL
    chosen = value if isinstance(value, list) else [value]
    if several != isinstance(value, list):
        return "choice"
    offered = component.get("data-source")
    ids = {
        one.get("id")
        for one in (offered if isinstance(offered, list) else [])
        if isinstance(one, dict) and one.get("enabled") is not False
    }
    if not all(isinstance(one, str) and one in ids for one in chosen):
        return "choice"
    least, most = as_number(component.get("min-selected-items")), as_number(component.get("max-selected-items"))
    if several and least is not None and len(chosen) < least:
        return "too_few"
    if several and most is not None and len(chosen) > most:
        return "too_many"
    return None


def parse_day(text: Any) -> date | None:
    """Return a date written as YYYY-MM-DD, or as milliseconds since 1970."""
    if not isinstance(text, str):
        return None
    if re.fullmatch(r"\d{10,13}", text):
        return date(1970, 1, 1) + timedelta(days=int(text) // 86_400_000)
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def _day(component: Mapping[str, Any], value: Any) -> str | None:
    day = parse_day(value)
    if day is None:
        return "date"
    first, last = parse_day(component.get("min-date")), parse_day(component.get("max-date"))
    if (first is not None and day < first) or (last is not None and day > last):
        return "date_range"
    closed = component.get("unavailable-dates")
    days = component.get("include-days")
    if isinstance(closed, list) and any(parse_day(one) == day for one in closed):
        return "date_unavailable"
    if isinstance(days, list) and _DAY_NAMES[day.weekday()] not in days:
        return "date_unavailable"
    return None


def _calendar(component: Mapping[str, Any], value: Any) -> str | None:
    if component.get("mode") != "range":
        return _day(component, value)
    if not isinstance(value, dict):
        return "date"
    start, end = value.get("start-date"), value.get("end-date")
    for one in (start, end):
        if found := _day(component, one):
            return found
    first, last = parse_day(start), parse_day(end)
    if first is None or last is None or last < first:
        return "date_range"
    length = (last - first).days + 1
    least, most = as_number(component.get("min-days")), as_number(component.get("max-days"))
    if (least is not None and length < least) or (most is not None and length > most):
        return "date_range"
    return None
