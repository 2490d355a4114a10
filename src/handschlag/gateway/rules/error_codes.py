"""The Graph error codes this gateway answers with: title, type and HTTP status, written by hand (spec/cloud-api.md)."""

from __future__ import annotations

from typing import NamedTuple


class ErrorCode(NamedTuple):
    """How one code is presented."""

    code: int
    title: str
    status: int = 400
    kind: str = "OAuthException"


_TABLE = (
    ErrorCode(0, "AuthException", 401),
    ErrorCode(1, "API Unknown"),
    ErrorCode(2, "API Service", 503),
    ErrorCode(3, "API Method", 500),
    ErrorCode(10, "Permission Denied", 403),
    ErrorCode(33, "Parameter value is not valid"),
    ErrorCode(100, "Invalid parameter"),
    ErrorCode(190, "Invalid OAuth access token", 401),
    ErrorCode(2200, "Callback verification failed"),
    ErrorCode(130429, "Rate limit hit"),
    ErrorCode(131000, "Something went wrong", 500),
    ErrorCode(131008, "Required parameter is missing"),
    ErrorCode(131009, "Parameter value is not valid"),
    ErrorCode(131016, "Service unavailable", 500),
    ErrorCode(131021, "Recipient cannot be sender"),
    ErrorCode(131026, "Message undeliverable"),
    ErrorCode(131047, "Re-engagement message"),
    ErrorCode(131049, "This message was not delivered to maintain healthy ecosystem engagement."),
    ErrorCode(131050, "User has stopped marketing messages"),
    ErrorCode(131051, "Unsupported message type"),
    ErrorCode(131056, "(Business Account, Consumer Account) pair rate limit hit"),
    ErrorCode(131062, "Business-scoped user ids are not supported for this message"),
    ErrorCode(132000, "Number of parameters does not match the expected number of params"),
    ErrorCode(132001, "Template name does not exist in the translation", 404),
    ErrorCode(132005, "Translated text too long"),
    ErrorCode(132007, "Template format character policy violated"),
    ErrorCode(132012, "Parameter format does not match format in the created template"),
    ErrorCode(132015, "Template is paused"),
    ErrorCode(132016, "Template is disabled"),
    ErrorCode(133010, "Phone number not registered"),
    ErrorCode(137000, "Recipient identity key hash mismatch"),
)

ERROR_CODES = {row.code: row for row in _TABLE}


def error_code(code: int) -> ErrorCode:
    """Return how `code` is presented; a code without a row is an internal error."""
    return ERROR_CODES.get(code, ERROR_CODES[131000])
