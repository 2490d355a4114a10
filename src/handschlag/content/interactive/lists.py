"""`list`: a button that opens up to ten answers in sections."""

from __future__ import annotations

import msgspec

from handschlag.content.errors import INVALID_VALUE, ContentError, missing
from handschlag.content.fields import take_list, take_object, take_optional_text, take_text
from handschlag.content.interactive.parts import check_unique
from handschlag.content.media import FileParser

SECTIONS = 10
ROWS = 10
BUTTON_CHARACTERS = 20
TITLE_CHARACTERS = 24
ID_CHARACTERS = 200
DESCRIPTION_CHARACTERS = 72
LIST_BODY_CHARACTERS = 4096


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer."""

    id: str
    title: str
    description: str | None = None


class Section(msgspec.Struct, frozen=True, omit_defaults=True):
    """Answers under one heading."""

    rows: list[Row]
    title: str | None = None


class ListAction(msgspec.Struct, frozen=True):
    """What stands on the button, and what it opens."""

    button: str
    sections: list[Section]


def parse_list_action(value: object, field: str, _files: FileParser) -> ListAction:
    """Return the list; headings are needed as soon as there are two sections."""
    part = take_object(value, field)
    button = take_text(part, "button", field, BUTTON_CHARACTERS)
    listed = take_list(part.get("sections"), f"{field}.sections", least=1, most=SECTIONS)
    sections = [_section(entry, f"{field}.sections[{i}]") for i, entry in enumerate(listed)]
    for i, section in enumerate(sections):
        if len(sections) > 1 and section.title is None:
            raise missing(f"{field}.sections[{i}].title")
    rows = [row for section in sections for row in section.rows]
    if len(rows) > ROWS:
        raise ContentError(INVALID_VALUE, f"{field}.sections.rows", f"got {len(rows)} rows in all, at most {ROWS}")
    check_unique([row.id for row in rows], f"{field}.sections.rows.id")
    return ListAction(button=button, sections=sections)


def _section(value: object, field: str) -> Section:
    part = take_object(value, field)
    rows = take_list(part.get("rows"), f"{field}.rows", least=1, most=ROWS)
    return Section(
        rows=[_row(row, f"{field}.rows[{i}]") for i, row in enumerate(rows)],
        title=take_optional_text(part, "title", field, TITLE_CHARACTERS),
    )


def _row(value: object, field: str) -> Row:
    part = take_object(value, field)
    return Row(
        id=take_text(part, "id", field, ID_CHARACTERS),
        title=take_text(part, "title", field, TITLE_CHARACTERS),
        description=take_optional_text(part, "description", field, DESCRIPTION_CHARACTERS),
    )
