"""What a relay answers when it does not do what it was asked; one door (`http/answers.py`) turns these into HTTP.

RequestRefused
├── BadRequest        400 bad_request: a field breaks a rule (field, value seen, limit)
├── Unauthorized      401 unauthorized: no token, a wrong or expired one, a login that does not open
├── Forbidden         403 forbidden: this account may not
├── NotFound          404 not_found
├── Erased            410 erased: the account was erased; its devices are shown its own word for it
├── Conflict          409 conflict: taken, changed, or based on something old
├── TooLarge          413 too_large: more bytes than are taken
├── RateLimited       429 rate_limited: later, and how much later
└── Unavailable       503 unavailable: what is needed for it does not answer now
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from handschlag.wire.signed import SignedRecord


class RequestRefused(Exception):
    """A request that is not carried out; the sentence goes to the caller."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    record: SignedRecord | None = None

    def __init__(
        self, message: str, *, field: str = "", seen: str = "", limit: str = "", retry_after: float = 0.0
    ) -> None:
        super().__init__(message)
        self.field, self.seen, self.limit, self.retry_after = field, seen, limit, retry_after


class BadRequest(RequestRefused):
    """A field breaks a rule."""


class Unauthorized(RequestRefused):
    """The caller did not prove to be a device of the account."""

    status, code = 401, "unauthorized"


class Forbidden(RequestRefused):
    """The account may not do this."""

    status, code = 403, "forbidden"


class NotFound(RequestRefused):
    """There is no such thing."""

    status, code = 404, "not_found"


class Erased(RequestRefused):
    """The account was erased, and is told so to its own devices only, with its own signed word."""

    status, code = 410, "erased"

    def __init__(self, message: str, *, field: str, seen: str, record: SignedRecord) -> None:
        super().__init__(message, field=field, seen=seen)
        self.record = record


class Conflict(RequestRefused):
    """Taken already, or based on a state that has changed."""

    status, code = 409, "conflict"


class TooLarge(RequestRefused):
    """More bytes than are taken."""

    status, code = 413, "too_large"


class RateLimited(RequestRefused):
    """Too much in too short a time."""

    status, code = 429, "rate_limited"


class Unavailable(RequestRefused):
    """Something outside that this needs does not answer now."""

    status, code = 503, "unavailable"
