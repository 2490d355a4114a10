"""The Graph error codes this gateway answers with: title, type and HTTP status, written by hand (spec/cloud-api.md)."""

from __future__ import annotations

from typing import NamedTuple


class ErrorCode(NamedTuple):
    """How one code is presented."""

    code: int
    title: str
    status: int = 400
    kind: str = "OAuthException"
    # Whether the same request may well succeed later.
    is_transient: bool = False


_TABLE = (
    ErrorCode(0, "AuthException", 401),
    ErrorCode(1, "API Unknown"),
    ErrorCode(2, "API Service", 503, is_transient=True),
    ErrorCode(3, "API Method", 500),
    ErrorCode(4, "API Too Many Calls", is_transient=True),
    ErrorCode(10, "Permission Denied", 403),
    ErrorCode(33, "Parameter value is not valid"),
    ErrorCode(100, "Invalid parameter"),
    ErrorCode(190, "Invalid OAuth access token", 401),
    ErrorCode(200, "API Permission", 403),
    ErrorCode(368, "Temporarily blocked for policies violations", 403),
    ErrorCode(613, "Calls to this API have exceeded the rate limit", 429, is_transient=True),
    ErrorCode(2200, "Callback verification failed"),
    ErrorCode(80007, "Rate limit issues", is_transient=True),
    ErrorCode(130403, "Business has blocked the WhatsApp user", 403),
    ErrorCode(130429, "Rate limit hit", is_transient=True),
    ErrorCode(130472, "User's number is part of an experiment"),
    ErrorCode(130497, "Business account is restricted from messaging users in this country", 403),
    ErrorCode(131000, "Something went wrong", 500),
    ErrorCode(131005, "Access denied", 403),
    ErrorCode(131008, "Required parameter is missing"),
    ErrorCode(131009, "Parameter value is not valid"),
    ErrorCode(131016, "Service unavailable", 500, is_transient=True),
    ErrorCode(131020, "Group is not valid"),
    ErrorCode(131021, "Recipient cannot be sender"),
    ErrorCode(131026, "Message undeliverable"),
    ErrorCode(131030, "Recipient phone number not in allowed list"),
    ErrorCode(131031, "Account has been locked", 403),
    ErrorCode(131037, "Display name approval is needed"),
    ErrorCode(131041, "Group is unknown"),
    ErrorCode(131042, "Business eligibility payment issue"),
    ErrorCode(131044, "Business eligibility payment issue for calls"),
    ErrorCode(131045, "Incorrect certificate", 500),
    ErrorCode(131047, "Re-engagement message"),
    ErrorCode(131048, "Spam rate limit hit", is_transient=True),
    ErrorCode(131049, "This message was not delivered to maintain healthy ecosystem engagement."),
    ErrorCode(131050, "User has stopped marketing messages"),
    ErrorCode(131051, "Unsupported message type"),
    ErrorCode(131052, "Media download error"),
    ErrorCode(131053, "Media upload error"),
    ErrorCode(131055, "Method not allowed"),
    ErrorCode(131056, "(Business Account, Consumer Account) pair rate limit hit", is_transient=True),
    ErrorCode(131057, "Account in maintenance mode", 500, is_transient=True),
    ErrorCode(131059, "Invalid cursor"),
    ErrorCode(131062, "Business-scoped user ids are not supported for this message"),
    ErrorCode(131063, "Marketing templates are disabled on this API"),
    ErrorCode(131064, "Messaging limit reached"),
    ErrorCode(132000, "Number of parameters does not match the expected number of params"),
    ErrorCode(132001, "Template name does not exist in the translation", 404),
    ErrorCode(132005, "Translated text too long"),
    ErrorCode(132007, "Template format character policy violated"),
    ErrorCode(132008, "Template parameter value is not valid"),
    ErrorCode(132012, "Parameter format does not match format in the created template"),
    ErrorCode(132015, "Template is paused"),
    ErrorCode(132016, "Template is disabled"),
    ErrorCode(132018, "Template parameters are not valid"),
    ErrorCode(132068, "Flow is blocked"),
    ErrorCode(132069, "Flow is throttled", is_transient=True),
    ErrorCode(133000, "Incomplete deregistration", 500),
    ErrorCode(133004, "Server temporarily unavailable", 503, is_transient=True),
    ErrorCode(133005, "Two-step verification PIN mismatch"),
    ErrorCode(133006, "Phone number re-verification needed"),
    ErrorCode(133008, "Too many two-step verification PIN guesses"),
    ErrorCode(133009, "Two-step verification PIN guessed too fast", is_transient=True),
    ErrorCode(133010, "Phone number not registered"),
    ErrorCode(133015, "Please wait a few minutes before attempting to register this phone number"),
    ErrorCode(133016, "Account register deregister rate limit exceeded"),
    ErrorCode(134011, "Payments terms of service are not accepted"),
    ErrorCode(134100, "Only marketing messages are supported"),
    ErrorCode(134101, "Template is being synchronized", is_transient=True),
    ErrorCode(134102, "Template is unavailable for use", 500),
    ErrorCode(135000, "Generic user error"),
    ErrorCode(136025, "Verification code could not be sent"),
    ErrorCode(137000, "Recipient identity key hash mismatch"),
    ErrorCode(138000, "Calling is not enabled"),
    ErrorCode(139000, "Flow is blocked by integrity"),
    ErrorCode(139001, "Flow cannot be updated"),
    ErrorCode(139002, "Publishing the flow failed"),
    ErrorCode(139003, "Flow cannot be deprecated"),
    ErrorCode(139004, "Flow cannot be deleted"),
    ErrorCode(139100, "Failed to block or unblock some users"),
    ErrorCode(139101, "Block list limit reached"),
    ErrorCode(139102, "Block list concurrent update", is_transient=True),
    ErrorCode(139103, "Block list internal error", 500),
    ErrorCode(141002, "Template is not approved"),
    ErrorCode(147001, "Username is not available"),
    ErrorCode(200005, "Template insights are not available yet"),
    ErrorCode(200006, "Template insights cannot be disabled"),
    ErrorCode(200007, "Template insights are not enabled"),
    ErrorCode(2388019, "Template limit reached"),
    ErrorCode(2388040, "Character limit exceeded"),
    ErrorCode(2388047, "Header format is not valid"),
    ErrorCode(2388072, "Body format is not valid"),
    ErrorCode(2388073, "Footer format is not valid"),
    ErrorCode(2388093, "Code verification has failed"),
    ErrorCode(2388293, "Too many variables for the length of the text"),
    ErrorCode(2388299, "Text begins or ends with a variable"),
)

ERROR_CODES = {row.code: row for row in _TABLE}


def error_code(code: int) -> ErrorCode:
    """Return how `code` is presented; a code without a row is an internal error."""
    return ERROR_CODES.get(code, ERROR_CODES[131000])
