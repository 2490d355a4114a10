"""Parameters that many calls take, each with its limits and with the words in which an error names them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from handschlag.gateway.rules.message_limits import PAGE_ROWS

# Cursors and row numbers grow with time in microseconds: below 2^53 for three hundred years.
_LARGEST_NUMBER = 2**53

Product = Literal["whatsapp"] | None
FieldNames = Annotated[
    Any, Meta(description="names with commas, with nested {…} and .modifier(…)", extra_json_schema={"type": "string"})
]
Seconds = Annotated[float, Meta(ge=0, lt=2**40, description="Unix seconds")]
RowNumber = Annotated[int, Meta(ge=0, le=_LARGEST_NUMBER, description="a cursor or id that was given before")]
PageCursor = Annotated[str, Meta(description="a cursor of an earlier page")]
FilePart = Annotated[Any, Meta(extra_json_schema={"type": "string", "format": "binary"})]
Names = tuple[str, ...]
Pin = Annotated[str | int, Meta(description="six digits")]


class Nothing(msgspec.Struct):
    """A call without parameters."""


class Fields(msgspec.Struct, kw_only=True):
    """Which fields of an object are asked for; unknown names are left out."""

    fields: FieldNames = None


class Page(msgspec.Struct, kw_only=True):
    """Which part of a list is asked for."""

    limit: Annotated[int, Meta(ge=1, description=f"1 to {PAGE_ROWS}")] | None = None
    after: PageCursor | None = None
    before: PageCursor | None = None


class FieldsPage(Page, kw_only=True):
    """Which part of a list is asked for, and which fields of its rows."""

    fields: FieldNames = None
