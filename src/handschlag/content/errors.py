"""What is wrong with a message's content, with the Cloud API's own code for it."""

from __future__ import annotations

# The codes of the Cloud API's error table that content can earn.
INVALID_PARAMETER = 100
MISSING_PARAMETER = 131008
INVALID_VALUE = 131009
UNSUPPORTED_TYPE = 131051
PARAMETER_COUNT = 132000
TEXT_TOO_LONG = 132005
FORBIDDEN_CHARACTERS = 132007
PARAMETER_FORMAT = 132012
PARAMETER_CONFIGURATION = 132018


class ContentError(ValueError):
    """A message or template breaks a rule: the Cloud API's code, the field, the value seen and the limit.

    `subcode` stands on broken template definitions (2388…), else it is 0.
    """

    def __init__(self, code: int, field: str, details: str, *, subcode: int = 0) -> None:
        self.code = code
        self.subcode = subcode
        self.field = field
        self.details = details
        super().__init__(f"{field}: {details}")


def missing(field: str) -> ContentError:
    """Return the error for a field that has to be there."""
    return ContentError(MISSING_PARAMETER, field, "is missing")


def wrong_type(field: str, seen: object, expected: str) -> ContentError:
    """Return the error for a field of another JSON type; the value itself is not repeated."""
    return ContentError(INVALID_PARAMETER, field, f"got {type(seen).__name__}, expected {expected}")


def too_long(field: str, length: int, limit: int, code: int = INVALID_PARAMETER) -> ContentError:
    """Return the error for a text over its limit, in characters (Unicode code points)."""
    return ContentError(code, field, f"got {length} characters, at most {limit}")
