"""Every component a form may hold, with its properties and their limits: one row each, written by hand."""

from __future__ import annotations

from typing import NamedTuple


class Property(NamedTuple):
    """One property: what kind of value, whether it must be there, its most characters (or items), the words it may be.

    Kinds: text, texts (a text or several), boolean, number, name, words (one of `words`), date, dates, ids, options, items, action,
    children, cases, object, pair (a value, or one each for start-date and end-date), any. All but names may be expressions.
    """

    kind: str
    required: bool = False
    most: int = 0
    words: tuple[str, ...] = ()


_VISIBLE = Property("boolean")
_NAME = Property("name", required=True)
_ACTION = Property("action")
_CLICKED = Property("action", required=True)
_WEIGHTS = Property("words", words=("bold", "italic", "bold_italic", "normal"))
_MEDIA = Property("words", words=("regular", "large"))
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ENTRY = {
    "name": _NAME,
    "required": Property("boolean"),
    "enabled": Property("boolean"),
    "visible": _VISIBLE,
}
_CHOICE = {
    **_ENTRY,
    "data-source": Property("options", required=True, most=20),
    "description": Property("text", most=300),
    "on-select-action": _ACTION,
    "on-unselect-action": _ACTION,
}
_PARAGRAPH = {
    "text": Property("texts", required=True, most=4096),
    "markdown": Property("boolean"),
    "font-weight": _WEIGHTS,
    "strikethrough": Property("boolean"),
    "visible": _VISIBLE,
}

COMPONENTS: dict[str, dict[str, Property]] = {
    "TextHeading": {"text": Property("text", required=True, most=80), "visible": _VISIBLE},
    "TextSubheading": {"text": Property("text", required=True, most=80), "visible": _VISIBLE},
    "TextBody": _PARAGRAPH,
    "TextCaption": _PARAGRAPH,
    "RichText": {"text": Property("texts", required=True), "visible": _VISIBLE},
    "TextInput": {
        **_ENTRY,
        "label": Property("text", required=True, most=20),
        "label-variant": Property("words", words=("large",)),
        "input-type": Property("words", words=("text", "number", "email", "password", "passcode", "phone")),
        "pattern": Property("text", most=200),
        "min-chars": Property("number"),
        "max-chars": Property("number"),
        "helper-text": Property("text", most=80),
        "init-value": Property("text"),
        "error-message": Property("text", most=80),
    },
    "TextArea": {
        **_ENTRY,
        "label": Property("text", required=True, most=20),
        "label-variant": Property("words", words=("large",)),
        "max-length": Property("number"),
        "helper-text": Property("text", most=80),
        "init-value": Property("text"),
        "error-message": Property("text", most=80),
    },
    "DatePicker": {
        **_ENTRY,
        "label": Property("text", required=True, most=40),
        "min-date": Property("date"),
        "max-date": Property("date"),
        "unavailable-dates": Property("dates"),
        "helper-text": Property("text", most=80),
        "init-value": Property("date"),
        "error-message": Property("text", most=80),
        "on-select-action": _ACTION,
    },
    "CalendarPicker": {
        **_ENTRY,
        "required": Property("pair"),
        "label": Property("pair", required=True, most=40),
        "title": Property("text", most=80),
        "description": Property("text", most=300),
        "mode": Property("words", words=("single", "range")),
        "min-date": Property("date"),
        "max-date": Property("date"),
        "unavailable-dates": Property("dates"),
        "include-days": Property("ids", most=7, words=_DAYS),
        "min-days": Property("number"),
        "max-days": Property("number"),
        "helper-text": Property("pair", most=80),
        "init-value": Property("pair"),
        "error-message": Property("pair", most=80),
        "on-select-action": Property("any"),
    },
    "RadioButtonsGroup": {
        **_CHOICE,
        "label": Property("text", most=30),
        "init-value": Property("text"),
        "media-size": _MEDIA,
    },
    "CheckboxGroup": {
        **_CHOICE,
        "label": Property("text", most=30),
        "min-selected-items": Property("number"),
        "max-selected-items": Property("number"),
        "init-value": Property("ids"),
        "media-size": _MEDIA,
    },
    "ChipsSelector": {
        **_CHOICE,
        "label": Property("text", required=True, most=80),
        "min-selected-items": Property("number"),
        "max-selected-items": Property("number"),
        "init-value": Property("ids"),
    },
    "Dropdown": {
        **_CHOICE,
        "data-source": Property("options", required=True, most=200),
        "label": Property("text", required=True, most=30),
        "init-value": Property("text"),
    },
    "OptIn": {
        "name": _NAME,
        "required": Property("boolean"),
        "visible": _VISIBLE,
        "label": Property("text", required=True, most=120),
        "init-value": Property("boolean"),
        "on-click-action": _ACTION,
        "on-select-action": _ACTION,
        "on-unselect-action": _ACTION,
    },
    "EmbeddedLink": {
        "text": Property("text", required=True, most=35),
        "on-click-action": _CLICKED,
        "visible": _VISIBLE,
    },
    "Image": {
        "src": Property("text", required=True),
        "width": Property("number"),
        "height": Property("number"),
        "scale-type": Property("words", words=("cover", "contain")),
        "aspect-ratio": Property("number"),
        "alt-text": Property("text"),
        "visible": _VISIBLE,
    },
    "Footer": {
        "label": Property("text", required=True, most=35),
        "left-caption": Property("text", most=15),
        "center-caption": Property("text", most=15),
        "right-caption": Property("text", most=15),
        "enabled": Property("boolean"),
        "on-click-action": _CLICKED,
    },
    "NavigationList": {
        "name": _NAME,
        "list-items": Property("items", required=True, most=20),
        "label": Property("text", most=80),
        "description": Property("text", most=300),
        "media-size": _MEDIA,
        "on-click-action": _ACTION,
    },
    "Form": {
        "name": _NAME,
        "children": Property("children", required=True),
        "init-values": Property("object"),
        "error-messages": Property("object"),
    },
    "If": {
        "condition": Property("condition", required=True),
        "then": Property("children", required=True),
        "else": Property("children"),
    },
    "Switch": {"value": Property("text", required=True), "cases": Property("cases", required=True)},
}

# What is in the Cloud API's documentation and not here: refused with a sentence of its own.
NOT_OFFERED = frozenset({"PhotoPicker", "DocumentPicker", "ImageCarousel"})
# What a person fills in.
ENTRIES = frozenset(
    {"TextInput", "TextArea", "DatePicker", "CalendarPicker", "RadioButtonsGroup", "CheckboxGroup"}
    | {"ChipsSelector", "Dropdown", "OptIn"}
)
SEVERAL = frozenset({"CheckboxGroup", "ChipsSelector"})
CHOICES = frozenset({"RadioButtonsGroup", "Dropdown"}) | SEVERAL
MOST_PER_SCREEN = {"Footer": 1, "Image": 3, "EmbeddedLink": 2, "OptIn": 5, "NavigationList": 2, "Form": 1}

OPTION_PROPERTIES: dict[str, Property] = {
    "id": Property("text", required=True),
    "title": Property("text", required=True, most=30),
    "description": Property("text", most=300),
    "metadata": Property("text", most=20),
    "enabled": Property("boolean"),
    "image": Property("text"),
    "alt-text": Property("text"),
    "color": Property("text", most=7),
    "on-select-action": _ACTION,
    "on-unselect-action": _ACTION,
}
ITEM_PROPERTIES: dict[str, Property] = {
    "id": Property("text", required=True),
    "main-content": Property("object", required=True),
    "start": Property("object"),
    "end": Property("object"),
    "badge": Property("text", most=15),
    "tags": Property("ids", most=3),
    "on-click-action": _ACTION,
}
# Which actions each place may start.
ACTIONS: dict[tuple[str, str], tuple[str, ...]] = {
    ("Footer", "on-click-action"): ("navigate", "data_exchange", "complete"),
    ("EmbeddedLink", "on-click-action"): ("navigate", "data_exchange", "update_data", "open_url"),
    ("OptIn", "on-click-action"): ("navigate", "data_exchange", "open_url"),
    ("NavigationList", "on-click-action"): ("navigate", "data_exchange"),
}
OTHER_ACTIONS = ("data_exchange", "update_data")
