"""What can go wrong at the gateway's door; `cloud_api/error_answers.py` alone turns these into Graph error objects.

ApiError
  TokenInvalid 190, PermissionDenied 10
  RequestInvalid 100          the request as a whole: shape, types, unknown nodes
    NodeUnknown, EdgeUnknown, LinkUnknown, MethodNotOffered, NotOffered, BodyTooLarge, BodyTooSlow
  ParameterMissing 131008, ValueNotValid 131009, TypeNotSupported 131051
  TemplateUnknown 132001, TemplateMismatch 132000 / 132005 / 132007 / 132012 / 132015 / 132016
  MediaNotAvailable 131052    a received file that cannot be had
  MediaFailed 131053          a file to be sent that cannot be had
  NotRegistered 133010
  MessageRefused              the relay's word: 131026, 131047, 131049, 131050
  TooManyRequests 130429      temporary: `retry_after` says when
    PairLimited 131056, CallsLimited 80007 (business account) / 4 (app)
  CodedError                  numbers, block list, insights: 133005 / 133006 / 133008 / 133009 / 133016, 139100 …, 200005 …
    CustomerBlocked 130403, IdentityChanged 137000
  NotNow 131016               temporary: the relay or the disk does not answer
  CallbackNotVerified 2200
"""

from __future__ import annotations

from typing import Any


def shown(value: object, *, most: int = 80) -> str:
    """Return a value as an error quotes it, cut to what a person reads."""
    try:
        text = repr(value)
    except RecursionError:
        text = "something nested too deeply"
    return text if len(text) <= most else text[: most - 3] + "..."


class ApiError(Exception):
    """A request that is not done; `details` names the field, the value seen and the limit."""

    code = 131000
    subcode: int | None = None
    status: int | None = None
    kind: str | None = None
    # What a person may be shown, beside the programs' words; templates and flows have them.
    user_title: str | None = None
    user_message: str | None = None
    # More keys beside `error` in the answer, for edges that report what worked in part.
    beside: dict[str, Any] | None = None
    # More headers of the answer, where HTTP asks for them.
    headers: dict[str, str] | None = None

    def __init__(self, details: str, *, title: str | None = None, retry_after: float = 0.0) -> None:
        super().__init__(details)
        self.details = details
        self.title = title
        self.retry_after = retry_after


class TokenInvalid(ApiError):
    """No token, or one this gateway does not know or that has expired."""

    code = 190


class PermissionDenied(ApiError):
    """The token is good, but not for this node."""

    code = 10


class RequestInvalid(ApiError):
    """The request's shape is wrong: broken JSON, a wrong type, a parameter of the envelope missing."""

    code = 100


class NodeUnknown(RequestInvalid):
    """There is no such object, or not for this token; the two are not told apart."""

    subcode = 33
    kind = "GraphMethodException"


class EdgeUnknown(RequestInvalid):
    """The path leads to nothing that is offered."""

    status = 404
    kind = "GraphMethodException"


class LinkUnknown(RequestInvalid):
    """A short link that leads nowhere."""

    status = 404
    kind = "GraphMethodException"


class MethodNotOffered(RequestInvalid):
    """The path exists, with other methods."""

    status = 405
    kind = "GraphMethodException"


class NotOffered(RequestInvalid):
    """The Cloud API has this call or value and this gateway has not; the details say why."""

    kind = "GraphMethodException"

    def __init__(self, details: str, *, title: str = "(#100) Not offered by this gateway") -> None:
        super().__init__(details, title=title)


class BodyTooLarge(RequestInvalid):
    """The body is larger than what is read."""

    status = 413


class BodyTooSlow(RequestInvalid):
    """The body did not come in time."""

    status = 408


class ParameterMissing(ApiError):
    """A message lacks a part its type needs."""

    code = 131008


class ValueNotValid(ApiError):
    """A value has the right type and is still not possible."""

    code = 131009


class TypeNotSupported(ApiError):
    """A message type that is not offered."""

    code = 131051


class TemplateUnknown(ApiError):
    """No approved template of this name in this language."""

    code = 132001


class TemplateMismatch(ApiError):
    """The parameters do not fit the template; `code` says how."""

    def __init__(self, code: int, details: str) -> None:
        super().__init__(details)
        self.code = code


class MediaNotAvailable(ApiError):
    """A received file that is not the one that was sent, or is not at the relay any more."""

    code = 131052


class MediaFailed(ApiError):
    """A file to be sent that cannot be fetched, or that the relay does not take."""

    code = 131053


class NotRegistered(ApiError):
    """The phone number is known but has no account at a relay."""

    code = 133010


class MessageRefused(ApiError):
    """The relay did not take the message; `code` is the Cloud API's."""

    def __init__(self, code: int, details: str) -> None:
        super().__init__(details)
        self.code = code


class TooManyRequests(ApiError):
    """More than the limit, or more than webhooks and relay take off; try again after `retry_after` seconds."""

    code = 130429


class PairLimited(TooManyRequests):
    """More messages to one customer than the pair rate allows."""

    code = 131056


class CallsLimited(TooManyRequests):
    """More management calls than an hour allows: `code` 80007 for a business account, 4 for an app."""

    def __init__(self, code: int, details: str, *, retry_after: float) -> None:
        super().__init__(details, retry_after=retry_after)
        self.code = code


class CodedError(ApiError):
    """A refusal whose meaning stands in the table of codes."""

    def __init__(self, code: int, details: str, *, retry_after: float = 0.0) -> None:
        super().__init__(details, retry_after=retry_after)
        self.code = code


class CustomerBlocked(ApiError):
    """The company itself has blocked this customer."""

    code = 130403


class IdentityChanged(ApiError):
    """The customer's key is not the one the program expects."""

    code = 137000


class NotNow(ApiError):
    """Something this needs does not answer at the moment."""

    code = 131016


class CallbackNotVerified(ApiError):
    """The callback did not answer the challenge."""

    code = 2200
