"""Where a wake-up may be sent: the push services that browsers use, and origins the operator adds; nowhere else."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from handschlag.wire.errors import WireError
from handschlag.wire.limits import PUSH_ENDPOINT_CHARACTERS

# Chrome and those made from it, Firefox, Safari, Edge on Windows.
_HOSTS = frozenset({"fcm.googleapis.com", "updates.push.services.mozilla.com"})
_DOMAINS = (".push.apple.com", ".notify.windows.com")
_POINT_BYTES, _AUTH_BYTES = 65, 16
# No length of base64 leaves one character over.
_BASE64URL = re.compile(r"([A-Za-z0-9_-]{4})*([A-Za-z0-9_-]{2,3})?", re.ASCII).fullmatch


def check_endpoint(endpoint: str, origins: Collection[str]) -> None:
    """Raise WireError for an address that is no push service's."""
    if len(endpoint) > PUSH_ENDPOINT_CHARACTERS:
        raise WireError("endpoint", f"{len(endpoint)} characters", f"at most {PUSH_ENDPOINT_CHARACTERS}")
    url = _split(endpoint)
    if url is None or not _is_push_service(url, origins):
        raise WireError("endpoint", endpoint, "https at a known push service, or an origin the operator added")


def origin_of(endpoint: str) -> str:
    """Return scheme, host and port of an address."""
    url = urlsplit(endpoint)
    return f"{url.scheme}://{url.netloc}"


def check_keys(p256dh: str, auth: str) -> None:
    """Raise WireError for keys that are none; whether the point lies on the curve, the library says."""
    for field, text, size in (("p256dh", p256dh, _POINT_BYTES), ("auth", auth, _AUTH_BYTES)):
        if not _BASE64URL(text) or len(urlsafe_b64decode(text + "=" * (-len(text) % 4))) != size:
            raise WireError(field, f"{len(text)} characters", f"{size} bytes in base64url without padding")


def _split(endpoint: str) -> SplitResult | None:
    if not endpoint.isascii() or any(character <= " " or character in '\\"<>^`{|}' for character in endpoint):
        return None
    try:
        url = urlsplit(endpoint)
        _ = url.port
    except ValueError:
        return None
    # A name in front of the host, or a part behind #, is nothing a browser makes.
    return None if "@" in url.netloc or url.fragment or not url.hostname else url


def _is_push_service(url: SplitResult, origins: Collection[str]) -> bool:
    if f"{url.scheme}://{url.netloc}" in origins:
        return True
    host = url.netloc
    return url.scheme == "https" and (host in _HOSTS or host.endswith(_DOMAINS))
