"""What a token may do: send and receive, or manage; and how many management calls an app may make an hour."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING

from handschlag.gateway.cloud_api.paths import ID, ITEM, UPLOAD
from handschlag.gateway.errors import CallsLimited, CodedError, PermissionDenied, TokenInvalid
from handschlag.gateway.webhooks.bodies import ascii_json

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.authorize import Caller
    from handschlag.gateway.cloud_api.paths import GraphPath
    from handschlag.gateway.running import Running

MANAGEMENT = "whatsapp_business_management"
MESSAGING = "whatsapp_business_messaging"

# What belongs to sending and receiving.
_MESSAGING_PATHS = frozenset(
    {
        *((ID, "messages"), (ID, "media"), (ID, "block_users"), (ID, "customers", ITEM)),
        # They hold what people write.
        *((ID, "webhook_events"), (ID, "webhook_deliveries"), (ID, "webhook_deliveries", ITEM), (ID, "webhook_replay")),
    }
)
# What is not counted as management: that, and looking at a node, for a file that was received is one.
_NOT_COUNTED = _MESSAGING_PATHS | {(ID,), (UPLOAD,)}
# What both kinds of tokens need: looking at a node (a file is one too), and asking who one is.
_EITHER = frozenset({(), (ID,), ("me",), ("me", "permissions"), ("debug_token",), (ID, "uploads"), (UPLOAD,)})
_MANAGEMENT_MISSING = 200


def check_permission(caller: Caller, pattern: tuple[str, ...]) -> None:
    """Raise PermissionDenied or CodedError 200 if a token lacks the permission a path needs."""
    if pattern in _EITHER:
        return
    if pattern in _MESSAGING_PATHS:
        if MESSAGING not in caller.scopes:
            raise PermissionDenied(f"access_token: got a token without {MESSAGING}, which this call needs")
    elif MANAGEMENT not in caller.scopes:
        raise CodedError(_MANAGEMENT_MISSING, f"access_token: got a token without {MANAGEMENT}, which this call needs")


def count_call(running: Running, caller: Caller, path: GraphPath) -> dict[str, str]:
    """Count a management call and return the headers that tell how much of the hour's calls is used.

    Raises CallsLimited: 80007 about an account's or number's node, 4 about the app as a whole.
    """
    most = running.settings.management_calls_per_hour
    if not most or path.pattern in _NOT_COUNTED:
        return {}
    used, wait = running.calls.take(caller.app_id, running.clock.now(), most)
    if wait:
        code = 4 if path.node in {"", caller.app_id} else 80007
        raise CallsLimited(code, f"calls: got more than {most} an hour from this app, at most {most}", retry_after=wait)
    usage = {"call_count": used, "total_cputime": 0, "total_time": 0}
    business = {"type": "whatsapp", **usage, "estimated_time_to_regain_access": 0}
    return {
        "x-app-usage": ascii_json(usage).decode(),
        "x-business-use-case-usage": ascii_json({caller.app_id: [business]}).decode(),
    }


def check_proof(running: Running, caller: Caller, token: str, proof: str) -> None:
    """Raise TokenInvalid if a given `appsecret_proof` is not the token's, made with the app's secret."""
    secret = running.app_secret(caller.app_id) or b""
    expected = hmac.digest(secret, token.encode(), sha256).hex()
    if not hmac.compare_digest(expected.encode(), proof.strip().lower().encode()):
        raise TokenInvalid(
            "appsecret_proof: got another value than the token's HMAC-SHA256 with the app's secret",
            title="Invalid appsecret_proof provided in the API argument",
        )
