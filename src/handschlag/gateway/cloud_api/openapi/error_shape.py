"""The Graph error object, as /openapi.json describes it; `error_answers.py` makes it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class ErrorData(msgspec.Struct):
    """What is wrong, for whoever mends the program."""

    messaging_product: str
    details: Annotated[str, Meta(description="the field, the value seen, the limit")]


class GraphError(msgspec.Struct, kw_only=True):
    """What stands under `error`."""

    message: str
    type: str
    code: int
    error_data: ErrorData
    fbtrace_id: Annotated[str, Meta(description="stands in the gateway's log too")]
    error_subcode: int | msgspec.UnsetType = msgspec.UNSET
    is_transient: Annotated[bool, Meta(description="the same request may succeed later")] | msgspec.UnsetType = (
        msgspec.UNSET
    )
    error_user_title: str | msgspec.UnsetType = msgspec.UNSET
    error_user_msg: str | msgspec.UnsetType = msgspec.UNSET


class ErrorAnswer(msgspec.Struct):
    """The answer to any request that failed; some calls say beside it what worked."""

    error: GraphError
